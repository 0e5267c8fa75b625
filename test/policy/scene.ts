/** The people, accounts and keys of the policy tests, and how a question is put to the evaluator. */
import { type ContextFacts, conditionValues, encryptionContextOf } from '../../bindings/policy/context.ts'
import { parsePolicy } from '../../bindings/policy/document.ts'
import { type Decision, evaluate, type Policies } from '../../bindings/policy/evaluate.ts'
import type { CallerFacts, KeyFacts, RequestedGrant, RequestFacts } from '../../bindings/policy/facts.ts'
import type { Grant } from '../../bindings/policy/grants.ts'

export const home = '111122223333'
export const abroad = '444455556666'
export const region = 'us-west-2'
export const now = Date.UTC(2025, 5, 15, 12, 0, 0)

export const rootArn = (account = home): string => `arn:aws:iam::${account}:root`
export const userArn = (name: string, account = home): string => `arn:aws:iam::${account}:user/${name}`
export const roleArn = (name: string, account = home): string => `arn:aws:iam::${account}:role/${name}`
export const sessionArn = (role: string, session: string, account = home): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${session}`

export function as(principal: string, more: Partial<CallerFacts> = {}): CallerFacts {
  return { principal, account: /::(\d{12}):/.exec(principal)?.[1] ?? '', region, ...more }
}

export const alice = as(userArn('Alice'))
export const bob = as(userArn('Bob'))
export const root = as(rootArn())
export const developer = as(sessionArn('Developer', 'carol'))
export const stranger = as(userArn('Eve', abroad))
export const strangerRoot = as(rootArn(abroad))
export const service = as('dynamodb.amazonaws.com')

export const key: KeyFacts = {
  arn: `arn:aws:kms:${region}:${home}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  account: home,
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
  aliases: ['alias/finance-key'],
  tags: { Department: 'IT' },
}

export type PlainStatement = Readonly<Record<string, unknown>>

/** JSON of a policy with these statements. */
export const documentOf = (...statements: readonly PlainStatement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

export const keyPolicy = (...statements: readonly PlainStatement[]) => parsePolicy(documentOf(...statements), 'key')
export const iamPolicy = (...statements: readonly PlainStatement[]) =>
  parsePolicy(documentOf(...statements), 'identity')

/** A statement about everything, unless said otherwise. */
export const allow = (more: PlainStatement = {}): PlainStatement => ({
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  ...more,
})
export const deny = (more: PlainStatement = {}): PlainStatement => allow({ Effect: 'Deny', ...more })
export const aws = (...principals: string[]): PlainStatement => ({ Principal: { AWS: principals } })

/** The default key policy of an account. */
export const delegating = allow({ Sid: 'Enable IAM User Permissions', ...aws(rootArn()) })

export interface Ask extends Partial<Omit<ContextFacts, 'caller'>> {
  readonly caller?: CallerFacts
  readonly resource?: string
  readonly newGrant?: RequestedGrant
  /** Operations without a key. */
  readonly keyless?: boolean
}

export function question(ask: Ask = {}): RequestFacts {
  const { caller = alice, action = 'kms:Encrypt', input, newGrant, keyless = false } = ask
  const used = keyless ? undefined : (ask.key ?? key)
  return {
    caller,
    action,
    resource: ask.resource ?? used?.arn ?? '*',
    keyAccount: used?.account,
    values: conditionValues({ now, ...ask, caller, action, key: used }),
    encryptionContext: encryptionContextOf(action, input),
    newGrant,
  }
}

export interface Rules {
  readonly key?: readonly PlainStatement[]
  readonly iam?: readonly PlainStatement[]
  readonly grants?: readonly Grant[]
}

export const policiesOf = (rules: Rules): Policies => ({
  keyPolicy: rules.key && keyPolicy(...rules.key),
  identityPolicies: rules.iam ? [iamPolicy(...rules.iam)] : [],
  grants: rules.grants,
})

export const decide = (ask: Ask, rules: Rules): Decision => evaluate(question(ask), policiesOf(rules))
