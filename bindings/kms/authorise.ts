/** From a permission that an operation needs to a decision: gathers the facts, asks the policy room, words the refusal. */
import type { KmsError } from '../errors.ts'
import { conditionValues, encryptionContextOf, type RequestInput } from '../policy/context.ts'
import { type Policy, parsePolicy } from '../policy/document.ts'
import { type Decision, evaluate, type Policies } from '../policy/evaluate.ts'
import type { CallerFacts, KeyFacts, RequestedGrant, RequestFacts } from '../policy/facts.ts'
import { accessDenied } from '../policy/messages.ts'
import { identityOf } from '../policy/principals.ts'
import { Recent } from '../stores/recent.ts'
import { Table, type Transaction } from '../stores/records.ts'
import { grantsFor } from './grants.ts'
import { isMultiRegion, isPrimary, type KeyRecord } from './key.ts'
import type { Call, NamedKey, Permission } from './operation.ts'

/** @throws AccessDeniedException, or what is wrong with the key's name if the caller may know */
export async function authoriseAll(call: Call, permissions: readonly Permission[] = defaults(call)): Promise<void> {
  for (const permission of permissions) await authorise(call, permission)
}

function defaults({ operation, keys }: Call): Permission[] {
  const action = `kms:${operation}`
  return keys.length === 0 ? [{ action, resource: '*' }] : keys.map((key) => ({ action, resource: key.arn, key }))
}

/** Asks for one permission; see {@link authoriseAll}. */
export async function authorise(call: Call, permission: Permission): Promise<void> {
  if (permission.key?.error) return refuseMissing(call, permission, permission.key)
  const { facts, decision } = await decide(call, permission)
  if (decision.decision === 'Deny') throw refusal(facts, decision, permission.key)
}

/** Grants are looked up only where policies do not settle the matter. */
async function decide(call: Call, permission: Permission): Promise<{ facts: RequestFacts; decision: Decision }> {
  const facts = requestFacts(call, permission)
  const policies = await policiesOn(call, permission)
  const decision = evaluate(facts, policies)
  if (decision.because !== 'implicit-deny' || !permission.key) return { facts, decision }
  const grants = permission.grants ?? (await grantsFor(call, permission.key.arn))
  return { facts, decision: grants.length === 0 ? decision : evaluate(facts, { ...policies, grants }) }
}

/** The facts of one question, for the evaluator and for `explain`. */
export function requestFacts(
  call: Pick<Call, 'caller' | 'now' | 'input' | 'keys'>,
  { action, resource, key }: Permission,
): RequestFacts {
  const { caller, now } = call
  const input = call.input as RequestInput
  const [first, second] = call.keys
  const values = conditionValues({
    caller,
    action,
    now,
    input,
    key: key?.record && keyFacts(key.record),
    requestAlias: key?.alias,
    sameKey: second && first?.arn === second.arn,
  })
  const encryptionContext = encryptionContextOf(action, input)
  const newGrant = action === 'kms:CreateGrant' ? (input as unknown as RequestedGrant) : undefined
  return { caller, action, resource, keyAccount: key?.record?.account, values, encryptionContext, newGrant }
}

function keyFacts(key: KeyRecord): KeyFacts {
  return {
    arn: key.arn,
    account: key.account,
    spec: key.spec,
    usage: key.usage,
    origin: key.origin,
    multiRegion: isMultiRegion(key),
    multiRegionKeyType: key.multiRegion && (isPrimary(key) ? 'PRIMARY' : 'REPLICA'),
    aliases: key.aliases,
    tags: key.tags,
  }
}

export async function policiesOn(call: Pick<Call, 'caller' | 'transaction'>, { key }: Permission): Promise<Policies> {
  const identityPolicies = await identityPoliciesOf(call.transaction, call.caller)
  return key?.record ? { keyPolicy: compiled(key.record.policy, 'key'), identityPolicies } : { identityPolicies }
}

async function identityPoliciesOf(transaction: Transaction, caller: CallerFacts): Promise<Policy[]> {
  const { kind, policyOwner } = identityOf(caller)
  if (kind === 'root' || kind === 'service') return []
  const texts = (await transaction.get<readonly string[]>(Table.identity, policyOwner)) ?? []
  return texts.map((text) => compiled(text, 'identity'))
}

/** Compiled policies by their text: most keys of a box share one. */
const policiesRemembered = { key: new Recent<Policy>(256), identity: new Recent<Policy>(256) }

function compiled(text: string, kind: 'key' | 'identity'): Policy {
  const remembered = policiesRemembered[kind].get(text)
  if (remembered) return remembered
  const policy = parsePolicy(text, kind)
  policiesRemembered[kind].set(text, policy)
  return policy
}

/**
 * A key that does not exist: whoever may act on every key of the account by its IAM policies is told so. All others get
 * the answer that a key which is not theirs would give, word for word.
 */
async function refuseMissing(call: Call, permission: Permission, key: NamedKey): Promise<never> {
  const { key: _, ...withoutKey } = permission
  const facts = requestFacts(call, withoutKey)
  const decision = evaluate(facts, await policiesOn(call, withoutKey))
  const own = call.caller.account === key.arn.split(':')[4]
  if (own && decision.decision === 'Allow') throw key.error
  throw refusal(facts, decision, key)
}

/**
 * AWS's wording, less what it would tell a stranger: that a key exists shows only to callers whom something allows it,
 * and a key that was named by its alias is not given away.
 */
function refusal(facts: RequestFacts, decision: Decision, key?: NamedKey): KmsError {
  if (key?.refusal) return key.refusal()
  const known = decision.reasons.some(({ source, effect }) => effect === 'Allow' || source === 'identity-policy')
  const own = key === undefined || facts.caller.account === key.arn.split(':')[4]
  const stranger = { ...decision, because: 'implicit-deny', missing: own ? 'identity-policy' : 'key-policy' } as const
  return accessDenied({ ...facts, resource: key?.namedArn ?? facts.resource }, known ? decision : stranger)
}
