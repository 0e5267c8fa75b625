/**
 * The decision. [KMS.md §12; AWS KMS Developer Guide, "Troubleshooting key access"; IAM User Guide, "Policy evaluation
 * logic"]
 *
 *  1. A Deny that applies, in whichever policy, refuses.
 *  2. Without a key: the caller's IAM policies must allow. The account root needs none.
 *  3. The key policy allows the caller itself. From another account, its IAM policies must allow as well.
 *  4. The key policy allows the caller's account, and the caller's IAM policies allow.
 *  5. A grant allows; also across accounts.
 *  6. Otherwise: refused. Nobody, not even the account root, may use a key whose policy does not say so.
 */
import type { Effect, Policy } from './document.ts'
import type { RequestFacts } from './facts.ts'
import { type Grant, grantReach } from './grants.ts'
import { type Question, questionOf, type Reach, takesPart } from './statement.ts'

/** All that may speak for or against a request. */
export interface Policies {
  /** The key's policy; none for operations without a key, and for aliases. */
  readonly keyPolicy?: Policy
  /** IAM policies of the caller, see `Identity.policyOwner`. */
  readonly identityPolicies: readonly Policy[]
  /** Grants on the key; those of other principals do no harm. For `kms:RetireGrant`: the one to be retired. */
  readonly grants?: readonly Grant[]
}

export type Source = 'key-policy' | 'identity-policy' | 'grant' | 'account-root'

/** A statement or grant that took part in a decision. */
export interface Reason {
  readonly source: Source
  /** Index among the identity policies. */
  readonly policy?: number
  /** Index of the statement in its policy. */
  readonly statement?: number
  readonly sid?: string
  readonly grantId?: string
  readonly effect: Effect
  /** Whether it reached the caller itself, or its account. */
  readonly reach: 'itself' | 'account'
}

export type Because =
  | 'explicit-deny'
  | 'key-policy'
  | 'account-delegation'
  | 'grant'
  | 'identity-policy'
  | 'implicit-deny'

export interface Decision {
  readonly decision: 'Allow' | 'Deny'
  readonly because: Because
  /** What took part, in the order of the policies. */
  readonly reasons: readonly Reason[]
  /** Of an implicit deny: the kind of policy in which an Allow is missing. */
  readonly missing?: 'key-policy' | 'identity-policy'
}

/** Operations that a caller of another account may be allowed. [AWS API reference, "Cross-account use"] */
const crossAccountActions = new Set(
  [
    'CreateGrant',
    'Decapsulate',
    'Decrypt',
    'DeriveSharedSecret',
    'DescribeKey',
    'Encapsulate',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GetKeyRotationStatus',
    'GetPublicKey',
    'ListGrants',
    'ReEncryptFrom',
    'ReEncryptTo',
    'RetireGrant',
    'RevokeGrant',
    'Sign',
    'Verify',
    'VerifyMac',
  ].map((operation) => `kms:${operation}`),
)

/** The statements of a policy that apply. */
export function reasonsOf(policy: Policy, source: Source, question: Question, position?: number): Reason[] {
  const reasons: Reason[] = []
  for (const statement of policy.statements) {
    const reach: Reach = takesPart(statement, question)
    if (!reach) continue
    const { index, sid, effect } = statement
    reasons.push({ source, policy: position, statement: index, sid, effect, reach })
  }
  return reasons
}

/** What speaks for the caller on the side of its own account. */
function identityReasons(question: Question, policies: readonly Policy[]): Reason[] {
  const { kind } = question.who
  if (kind === 'root') return [{ source: 'account-root', effect: 'Allow', reach: 'itself' }]
  if (kind === 'service') return []
  return policies.flatMap((policy, i) => reasonsOf(policy, 'identity-policy', question, i))
}

function grantReasons(question: Question, grants: readonly Grant[]): Reason[] {
  return grants.flatMap((grant) => {
    const reach = grantReach(grant, question)
    return reach ? [{ source: 'grant' as const, grantId: grant.GrantId, effect: 'Allow' as const, reach }] : []
  })
}

const denied = (because: Because, reasons: readonly Reason[], missing?: Decision['missing']): Decision =>
  missing ? { decision: 'Deny', because, reasons, missing } : { decision: 'Deny', because, reasons }

const allowed = (because: Because, reasons: readonly Reason[]): Decision => ({ decision: 'Allow', because, reasons })

/** Decides one request. Pure: the same arguments give the same decision. */
export function evaluate(facts: RequestFacts, policies: Policies): Decision {
  const question = questionOf(facts)
  const key = policies.keyPolicy ? reasonsOf(policies.keyPolicy, 'key-policy', question) : []
  const identity = identityReasons(question, policies.identityPolicies)
  const grants = policies.grants ? grantReasons(question, policies.grants) : []
  const reasons = [...key, ...identity, ...grants]
  if (reasons.some(({ effect }) => effect === 'Deny')) return denied('explicit-deny', reasons)
  if (facts.keyAccount === undefined) {
    return identity.length > 0
      ? allowed('identity-policy', reasons)
      : denied('implicit-deny', reasons, 'identity-policy')
  }
  return decideOnKey(question, { key, identity, grants, reasons })
}

interface Weighed {
  readonly key: readonly Reason[]
  readonly identity: readonly Reason[]
  readonly grants: readonly Reason[]
  readonly reasons: readonly Reason[]
}

/** Steps 3 to 6, once no Deny applies. */
function decideOnKey({ facts, who }: Question, { key, identity, grants, reasons }: Weighed): Decision {
  const foreign = who.kind !== 'service' && who.account !== facts.keyAccount
  if (foreign && !crossAccountActions.has(facts.action)) return denied('implicit-deny', reasons, 'key-policy')
  const vouched = identity.length > 0
  // Who may retire a grant is the grant's to say, not the key policy's.
  const named = facts.action === 'kms:RetireGrant' ? [] : key
  const direct = named.some(({ reach }) => reach === 'itself')
  if (direct && (vouched || !foreign)) return allowed('key-policy', reasons)
  if (named.length > 0 && vouched) return allowed('account-delegation', reasons)
  if (grants.some(({ reach }) => reach === 'itself' || vouched)) return allowed('grant', reasons)
  return denied('implicit-deny', reasons, named.length > 0 ? 'identity-policy' : 'key-policy')
}
