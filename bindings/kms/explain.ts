/** `explain`: the decision on a request that nobody makes, with everything that took part. */
import { validationError } from '../errors.ts'
import { foldKeys } from '../policy/context.ts'
import { type Explanation, explain } from '../policy/explain.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { parseKeyName } from './arn.ts'
import { policiesOn, requestFacts } from './authorise.ts'
import { grantsFor } from './grants.ts'
import { type OperationName, operations } from './model.ts'
import type { Call, NamedKey } from './operation.ts'
import { readNamed } from './resolve.ts'

export interface Question {
  readonly caller: CallerFacts
  /** `kms:Encrypt` or `Encrypt`. */
  readonly action: string
  /** Any way to name a key; absent for operations without one. */
  readonly keyId?: string
  /** Condition keys and values that the request would have: `kms:EncryptionContext:tenant`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** @throws NotFoundException for a key that is not there, ValidationException for an action that is not KMS's */
export async function explainRequest(
  call: Pick<Call, 'transaction' | 'now' | 'box' | 'place'>,
  question: Question,
): Promise<Explanation> {
  const action = actionOf(question.action)
  const { caller, keyId, context = {} } = question
  const key = keyId === undefined ? undefined : await existing(call, keyId)
  const permission = { action, resource: key?.arn ?? '*', key }
  const keys = key ? [key] : []
  const input = { EncryptionContext: encryptionContextIn(context) }
  const facts = requestFacts({ caller, now: call.now, input: input as Call['input'], keys }, permission)
  const policies = await policiesOn({ caller, transaction: call.transaction }, permission)
  const grants = key ? await grantsFor({ caller, transaction: call.transaction }, key.arn) : []
  return explain({ ...facts, values: { ...facts.values, ...foldKeys(context) } }, { ...policies, grants })
}

const pseudoActions = ['kms:ReEncryptFrom', 'kms:ReEncryptTo']

function actionOf(name: string): string {
  const action = name.includes(':') ? name : `kms:${name}`
  const operation = action.slice('kms:'.length) as OperationName
  if (pseudoActions.includes(action) || Object.hasOwn(operations, operation)) return action
  throw validationError('The action is not one of AWS KMS.')
}

async function existing(call: Pick<Call, 'transaction' | 'now' | 'box' | 'place'>, keyId: string): Promise<NamedKey> {
  const key = await readNamed(call, parseKeyName(keyId, call.place))
  if (key.error) throw key.error
  return key
}

const prefix = 'kms:EncryptionContext:'

/** Grants compare the encryption context itself, not the condition keys made of it. */
function encryptionContextIn(context: NonNullable<Question['context']>): Record<string, string> {
  const pairs = Object.entries(context).flatMap(([key, value]) =>
    key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value] as const] : [],
  )
  return Object.fromEntries(pairs)
}
