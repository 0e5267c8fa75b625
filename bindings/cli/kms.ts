/** `kmsbox kms <operation>`: every operation of the table, with the arguments that the AWS CLI gives it. */
import { type Command, Option } from 'commander'
import { type OperationName, operationNames, operations } from '../kms/model.ts'
import type { Shape } from '../kms/shapes.ts'
import { type ArgumentReader, readArguments } from './arguments.ts'
import { misused } from './failure.ts'
import { kebab } from './names.ts'
import { type OutputFormat, outputOption, printOutput } from './output.ts'
import { callPaged, type Paging } from './paging.ts'
import { secretOptions } from './secret.ts'
import { type Target, targetOptions, withSender } from './target.ts'

interface Options extends Paging, Target, ArgumentReader {
  readonly output: OutputFormat
}

const manual = `
Arguments are those of the AWS CLI: blobs are base64, or the bytes of a file (fileb://PATH); file://PATH reads a text;
structures and lists are JSON or shorthand, such as --tags TagKey=a,TagValue=b or --encryption-context tenant=7.
Passwords are read from file://PATH or, for '-', from standard input, and not from the argument itself.`

export function kmsCommand(kmsbox: Command): void {
  const kms = kmsbox
    .command('kms')
    .description('call an operation of AWS KMS, at an endpoint or on a store')
    .addHelpText('after', manual)
  for (const operation of operationNames) operationCommand(kms, operation)
}

function operationCommand(kms: Command, operation: OperationName): void {
  const { input, page } = operations[operation] as { input: Record<string, Shape>; page?: object }
  const command = kms.command(kebab(operation)).description(`${operation} of AWS KMS`)
  for (const [name, member] of Object.entries(input)) {
    for (const option of memberOptions(name, member)) command.addOption(option)
  }
  command
    .option('--cli-input-json <json>', 'the whole request as JSON, or file://PATH')
    .addOption(
      new Option('--cli-binary-format <format>', 'what blobs in arguments are')
        .choices(['base64', 'raw-in-base64-out'])
        .default('base64'),
    )
  if (page) {
    command
      .option('--max-items <number>', 'stop after so many items')
      .option('--page-size <number>', 'items of one call')
      .option('--starting-token <token>', 'go on where --max-items stopped')
      .option('--no-paginate', 'one call, one page')
  }
  secretOptions(targetOptions(command.addOption(outputOption())))
  command.addHelpText('after', manual).action((options: Options) => perform(operation, options, command))
}

function memberOptions(name: string, shape: Shape & { readonly required?: true }): Option[] {
  const flag = `--${kebab(name)}`
  const note = shape.required ? 'required' : ''
  if (shape.kind === 'boolean') return [new Option(flag), new Option(`--no-${kebab(name)}`)]
  if (shape.kind === 'list') return [new Option(`${flag} <${hintOf(shape.of)}...>`, note)]
  return [new Option(`${flag} <${hintOf(shape)}>`, note)]
}

/** Ends in a letter: Commander takes dots after one for a list. */
function hintOf(shape: Shape): string {
  if (shape.kind === 'enum') return shape.values.length <= 3 ? shape.values.join('|') : `${shape.values[0]}|etc`
  if (shape.kind === 'map') return 'KEY=VALUE,etc'
  if (shape.kind === 'structure') return `${Object.keys(shape.members)[0]}=VALUE,etc`
  return shape.kind
}

async function perform(operation: OperationName, options: Options, command: Command): Promise<void> {
  const input = await readArguments(operation, options as unknown as Record<string, unknown>)
  const missing = Object.entries(operations[operation].input as Record<string, Shape & { required?: true }>)
    .filter(([name, member]) => member.required && input[name] === undefined)
    .map(([name]) => `--${kebab(name)}`)
  if (missing.length > 0) throw misused(`${kebab(operation)} needs ${missing.join(', ')}`)
  const output = await withSender(options, command, (send) => callPaged(operation, input, send, options))
  printOutput(operation, output, options.output)
}
