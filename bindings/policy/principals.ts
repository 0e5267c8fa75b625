/**
 * Who a caller is, and whom a policy or a grant names. A role session is its session, its role and its account; names
 * are compared case-sensitively. [IAM User Guide, "Principal"; KMS.md §12]
 */
import type { CallerFacts } from './facts.ts'

export type IdentityKind = 'root' | 'user' | 'role' | 'federated' | 'service' | 'unknown'

/** A caller, taken apart. */
export interface Identity {
  readonly kind: IdentityKind
  /** How AWS names the caller in messages and logs; for a session the `assumed-role` ARN. */
  readonly arn: string
  /** Empty for services and unknown principals. */
  readonly account: string
  /** ARN whose IAM policies govern the caller: the user, or the role behind a session. */
  readonly policyOwner: string
  /** Name of the user or role, without its path. */
  readonly name: string
  /** Name of the role session. */
  readonly session: string | undefined
  /** True if only the role's name is known: an `assumed-role` ARN does not carry the role's path. */
  readonly pathUnknown: boolean
}

/** An ARN of IAM or STS. The resource part holds no wildcard. */
interface PrincipalArn {
  readonly partition: string
  readonly service: string
  readonly account: string
  readonly resource: string
}

const arnSyntax = /^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):([\x21-\x29\x2b-\x3e\x40-\x7e]+)$/
const accountSyntax = /^\d{12}$/
const serviceSyntax = /^[a-z0-9][a-z0-9.-]*\.amazonaws\.com(?:\.[a-z]{2})?$/
/** AIDA… (users), AROA… (roles) and their kin: how AWS shows a principal that was deleted. */
const uniqueIdSyntax = /^A[A-Z]{3}[A-Z0-9]{12,124}(?::[\x21-\x7e]{1,64})?$/
const federatedSyntax = /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/)?[A-Za-z0-9._:/@+=,-]{1,255}$/

function parseArn(text: string): PrincipalArn | undefined {
  const found = arnSyntax.exec(text)
  if (!found) return undefined
  const [, partition, service, account, resource] = found as unknown as [string, string, string, string, string]
  return { partition, service, account, resource }
}

/** `user/path/Name`: its parts, none empty. */
function resourceParts(resource: string): string[] | undefined {
  const parts = resource.split('/')
  return parts.every((part) => part !== '') ? parts : undefined
}

const known = new WeakMap<CallerFacts, Identity>()

/** Takes a caller apart. The ARN decides the account. */
export function identityOf(caller: CallerFacts): Identity {
  const seen = known.get(caller)
  if (seen) return seen
  const identity = identify(caller)
  known.set(caller, identity)
  return identity
}

function identify(caller: CallerFacts): Identity {
  const arn = caller.principal
  const named = { arn, account: '', policyOwner: arn, name: '', session: undefined, pathUnknown: false }
  const parsed = parseArn(arn)
  const parts = parsed && resourceParts(parsed.resource)
  if (!parsed || !parts) return { ...named, kind: serviceSyntax.test(arn) ? 'service' : 'unknown' }
  const [type = '', second = '', third = ''] = parts
  const { partition, service, account } = parsed
  const name = parts.at(-1) as string
  if (service === 'iam' && parsed.resource === 'root') return { ...named, kind: 'root', account }
  if (service === 'iam' && type === 'user' && second) return { ...named, kind: 'user', account, name }
  if (service === 'iam' && type === 'role' && second) {
    const session = caller.session || undefined
    const shown = session ? `arn:${partition}:sts::${account}:assumed-role/${name}/${session}` : arn
    return { ...named, kind: 'role', arn: shown, account, name, session }
  }
  if (service === 'sts' && type === 'assumed-role' && third && parts.length === 3) {
    const policyOwner = `arn:${partition}:iam::${account}:role/${second}`
    return { ...named, kind: 'role', account, policyOwner, name: second, session: third, pathUnknown: true }
  }
  if (service === 'sts' && type === 'federated-user' && second) return { ...named, kind: 'federated', account, name }
  return { ...named, kind: 'unknown' }
}

const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** Names of a policy's Principal or NotPrincipal element, ready to be compared. */
export class PrincipalSet {
  readonly #arns = new Set<string>()
  /** `account/name` of the roles among them. */
  readonly #roles = new Set<string>()
  readonly #accounts = new Set<string>()
  readonly #services = new Set<string>()
  /** `*`: everyone. */
  everyone = false

  /** Adds one name of the given type; false if it is not a valid principal of a policy. */
  add(type: string, name: string): boolean {
    if (type === 'AWS') return this.#addAws(name)
    if (type === 'Service' && serviceSyntax.test(name)) return this.#services.add(name) !== undefined
    // Nobody calls as an identity provider: sessions of federated users are role sessions.
    return type === 'Federated' && federatedSyntax.test(name)
  }

  #addAws(name: string): boolean {
    if (name === '*') {
      this.everyone = true
      return true
    }
    if (accountSyntax.test(name)) return this.#accounts.add(name) !== undefined
    // A deleted principal: valid, and nobody.
    if (uniqueIdSyntax.test(name)) return true
    const { kind, account } = identify({ principal: name, account: '', region: '' })
    if (kind === 'unknown' || kind === 'service') return false
    if (kind === 'root') this.#accounts.add(account)
    else this.#arns.add(name)
    if (name.includes(':role/')) this.#roles.add(`${account}/${roleName(name)}`)
    return true
  }

  /** True if the caller is named: by its own ARN, its role's, or as everyone. */
  names(who: Identity): boolean {
    if (this.everyone) return true
    if (who.kind === 'service') return this.#services.has(who.arn)
    return who.kind === 'root' ? this.namesAccountOf(who) : this.#namesSession(who) || this.#namesOwner(who)
  }

  namesAccountOf(who: Identity): boolean {
    return who.account !== '' && this.#accounts.has(who.account)
  }

  #namesSession(who: Identity): boolean {
    return this.#arns.has(who.arn)
  }

  #namesOwner(who: Identity): boolean {
    return who.pathUnknown ? this.#roles.has(`${who.account}/${who.name}`) : this.#arns.has(who.policyOwner)
  }

  /**
   * True if NotPrincipal excepts the caller. As AWS recommends, a statement must name all that the caller is: the
   * session, its role and the account, or a user and the account.
   */
  excepts(who: Identity): boolean {
    if (this.everyone) return true
    if (who.kind === 'service') return this.#services.has(who.arn)
    if (!this.namesAccountOf(who)) return false
    return who.kind === 'root' || (this.#namesSession(who) && this.#namesOwner(who))
  }
}

/** How a grant's principal, or a retiring principal, names a caller: itself, its account, or not at all. */
export function namedAs(principal: string | undefined, who: Identity): 'itself' | 'account' | undefined {
  if (principal === undefined) return undefined
  const set = new PrincipalSet()
  if (principal === '*' || !set.add(serviceSyntax.test(principal) ? 'Service' : 'AWS', principal)) return undefined
  if (set.names(who)) return 'itself'
  return set.namesAccountOf(who) ? 'account' : undefined
}

/** True if the text is an AWS principal that a grant may name: an account root, user, role, session or service. */
export function isPrincipal(text: string): boolean {
  return text !== '*' && new PrincipalSet().add(serviceSyntax.test(text) ? 'Service' : 'AWS', text)
}
