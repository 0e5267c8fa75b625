/** `kmsbox explain`: how a request would be judged, and why. */
import type { Command } from 'commander'
import type { Explanation, StatementReport } from '../policy/explain.ts'
import { type BoxOptions, boxOptions, withBox } from './box.ts'
import { misused, refused } from './failure.ts'
import { type OutputFormat, outputOption, print } from './output.ts'
import { parseShorthand } from './shorthand.ts'

interface Options extends BoxOptions {
  readonly principal?: string
  readonly action: string
  readonly keyId?: string
  readonly context?: string
  readonly output: OutputFormat
}

export function explainCommand(kmsbox: Command): void {
  const command = kmsbox
    .command('explain')
    .description('how the policies and grants of a store judge a request, and why; exit code 1 if it is denied')
    .requiredOption('--action <action>', 'such as kms:Decrypt')
    .option('--principal <arn>', 'who asks; default: the root of the account')
    .option('--key-id <key>', 'which key: id, ARN or alias')
    .option('--context <pairs>', 'condition keys of the request: kms:EncryptionContext:tenant=7,…')
    .addOption(outputOption().default('text'))
  boxOptions(command).action(explain)
}

async function explain(options: Options): Promise<void> {
  const { principal, action, keyId, output } = options
  const context = readContext(options.context)
  const explanation = (await withBox(options, (kms) =>
    kms.explain({ principal, action, keyId, context }),
  )) as unknown as Explanation
  if (output === 'text') process.stdout.write(`${inWords(explanation).join('\n')}\n`)
  else print(explanation, output)
  if (explanation.decision === 'Deny') throw refused(`${action} would be denied.`)
}

function readContext(written: string | undefined): Record<string, string | string[]> | undefined {
  if (written === undefined) return undefined
  try {
    return parseShorthand(written) as Record<string, string | string[]>
  } catch {
    throw misused('--context takes pairs such as kms:ViaService=s3.us-east-1.amazonaws.com')
  }
}

function inWords({ decision, because, missing, statements, grants }: Explanation): string[] {
  return [
    `${decision}: ${because}${missing ? `, for want of an Allow in the ${missing}` : ''}`,
    ...statements.flatMap(statementInWords),
    ...grants.map(({ grantId, applies }) => `  grant ${grantId}: ${applies ? 'applies' : 'does not apply'}`),
  ]
}

function statementInWords(report: StatementReport): string[] {
  const { source, policy, statement, sid, effect, applies } = report
  const where = `${source}${policy === undefined ? '' : ` ${policy + 1}`}, statement ${statement + 1}`
  const elements = `principal ${report.principal}, action ${yes(report.action)}, resource ${yes(report.resource)}`
  const conditions = report.conditions.map(
    ({ operator, key, expected, actual, holds }) =>
      `    ${operator} ${key}: ${actual.join(', ') || '(absent)'} against ${expected.join(', ')}: ${yes(holds)}`,
  )
  const named = `${where}${sid ? ` (${sid})` : ''}`
  return [`  ${effect} by ${named}: ${applies ? 'applies' : 'does not apply'} (${elements})`, ...conditions]
}

const yes = (truth: unknown): string => (truth === true ? 'yes' : truth === false ? 'no' : String(truth))
