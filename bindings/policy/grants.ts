/**
 * Grants: whom they let do what, which grants may be made through them, and who may retire them.
 * [AWS KMS Developer Guide, "Grants", "Creating grants", "Managing grants"; KMS.md §11]
 *
 * A grant token needs no rule of its own: it names a grant that is not yet known everywhere, and here every grant is
 * known at once.
 */
import type { EncryptionContext, GrantConstraints, RequestedGrant } from './facts.ts'
import { type Identity, namedAs } from './principals.ts'
import type { Question } from './statement.ts'

/** What the policy looks at in a grant; names are AWS's. */
export interface Grant {
  readonly GrantId: string
  readonly GranteePrincipal?: string
  readonly GranteeServicePrincipal?: string
  readonly RetiringPrincipal?: string
  readonly RetiringServicePrincipal?: string
  readonly Operations: readonly string[]
  readonly Constraints?: GrantConstraints
}

/** Operations without an encryption context: the constraint on it does not concern them. */
const withoutContext = new Set(['DescribeKey', 'RetireGrant', 'GetPublicKey'])

const size = (context: EncryptionContext): number => Object.keys(context).length

/** True if every pair of `part` is in `whole`, names and values compared case-sensitively. */
function includes(whole: EncryptionContext, part: EncryptionContext): boolean {
  return Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && whole[name] === value)
}

const equal = (a: EncryptionContext, b: EncryptionContext): boolean => size(a) === size(b) && includes(a, b)

function contextFits(constraints: GrantConstraints, context: EncryptionContext): boolean {
  const { EncryptionContextEquals: exact, EncryptionContextSubset: subset } = constraints
  return (!exact || equal(exact, context)) && (!subset || includes(context, subset))
}

/**
 * True if whatever `child` permits, `parent` permits too: pairs may be added to a subset, and a subset may become
 * equality, never the reverse.
 */
export function atLeastAsStrict(child: GrantConstraints = {}, parent: GrantConstraints = {}): boolean {
  const { EncryptionContextEquals: exact, EncryptionContextSubset: subset, SourceArn } = parent
  const promised = child.EncryptionContextEquals ?? child.EncryptionContextSubset ?? {}
  if (exact && !(child.EncryptionContextEquals && equal(child.EncryptionContextEquals, exact))) return false
  if (subset && !includes(promised, subset)) return false
  return SourceArn === undefined || child.SourceArn === SourceArn
}

/** A grant made through a grant may hand on what its parent holds, no more. */
export function mayHandOn(parent: Grant, child: RequestedGrant): boolean {
  const held = child.Operations.every((operation) => parent.Operations.includes(operation))
  return held && atLeastAsStrict(child.Constraints, parent.Constraints)
}

const granteeOf = (grant: Grant): string | undefined => grant.GranteeServicePrincipal ?? grant.GranteePrincipal
const retirerOf = (grant: Grant): string | undefined => grant.RetiringServicePrincipal ?? grant.RetiringPrincipal

function constraintsMet(grant: Grant, operation: string, { facts }: Question): boolean {
  const constraints = grant.Constraints ?? {}
  const source = facts.values['aws:sourcearn']
  if (constraints.SourceArn !== undefined && !(source?.length === 1 && source[0] === constraints.SourceArn))
    return false
  if (operation === 'CreateGrant') return facts.newGrant !== undefined && mayHandOn(grant, facts.newGrant)
  return withoutContext.has(operation) || contextFits(constraints, facts.encryptionContext ?? {})
}

const actionPrefix = 'kms:'

/**
 * How a grant lets the caller do what it asks for: as the grantee itself, or because the grantee is its account, whose
 * IAM policies then decide. Undefined if it does not.
 */
function granted(grant: Grant, question: Question): 'itself' | 'account' | undefined {
  const { action } = question.facts
  const operation = action.startsWith(actionPrefix) ? action.slice(actionPrefix.length) : action
  if (!grant.Operations.includes(operation)) return undefined
  const named = namedAs(granteeOf(grant), question.who)
  return named && constraintsMet(grant, operation, question) ? named : undefined
}

/**
 * How the caller may retire a grant on a key of account `keyAccount`: as one that the grant or the key's account names
 * (`itself`), or as one of an account so named, whose IAM policies then must allow `kms:RetireGrant` (`account`).
 */
function retires(grant: Grant, who: Identity, keyAccount: string): 'itself' | 'account' | undefined {
  const grantee = grant.Operations.includes('RetireGrant') ? namedAs(granteeOf(grant), who) : undefined
  const ways = [namedAs(retirerOf(grant), who), grantee, namedAs(keyAccount, who)]
  return ways.includes('itself') ? 'itself' : ways.find((way) => way !== undefined)
}

/** How a grant speaks for a request: as `granted`, or for `kms:RetireGrant`, which is about the grant itself, as `retires`. */
export function grantReach(grant: Grant, question: Question): 'itself' | 'account' | undefined {
  const { who, facts } = question
  return facts.action === 'kms:RetireGrant' ? retires(grant, who, facts.keyAccount ?? '') : granted(grant, question)
}
