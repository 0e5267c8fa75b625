/** The IAM side: which principals exist and the identity policies attached to them. */
import { KmsError, validationError } from '../errors.ts'
import { parsePolicy } from '../policy/document.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { identityOf } from '../policy/principals.ts'
import { Table, type Transaction } from '../stores/records.ts'
import type { Principals } from './operation.ts'
import { allRows } from './paging.ts'

/** Accounts whose rows are listed under one scope each. */
const accountOf = (principal: string): string => principal.split(':')[4] ?? ''

export class Identities implements Principals {
  readonly #known = new Set<string>()

  /** From now on the principal exists: somebody acted as it, or gave it policies. */
  introduce(caller: CallerFacts): void {
    this.#known.add(identityOf(caller).policyOwner)
  }

  exists(principal: string): boolean {
    return /^\d{12}$|:root$|\.amazonaws\.com$/.test(principal) || this.#known.has(principal)
  }

  /** Replaces a principal's policies; none removes them. Throws MalformedPolicyDocumentException. */
  put(transaction: Transaction, principal: string, policies: readonly unknown[]): void {
    requirePrincipal(principal)
    const texts = policies.map((policy) => (typeof policy === 'string' ? policy : JSON.stringify(policy)))
    for (const text of texts) parsePolicy(text, 'identity')
    if (texts.length === 0) transaction.delete(Table.identity, principal)
    else transaction.put(Table.identity, principal, accountOf(principal), texts)
    this.#known.add(principal)
  }

  async get(transaction: Transaction, principal: string): Promise<readonly string[]> {
    requirePrincipal(principal)
    return (await transaction.get<readonly string[]>(Table.identity, principal)) ?? []
  }

  /** ARNs of the principals of an account that have policies. */
  async list(transaction: Transaction, account: string): Promise<string[]> {
    const rows = await allRows<readonly string[]>(transaction, [Table.identity, account])
    return rows.map(({ path }) => path).sort()
  }
}

function requirePrincipal(principal: unknown): asserts principal is string {
  if (typeof principal === 'string' && /^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/.+$/.test(principal)) return
  if (typeof principal === 'string' && principal.endsWith(':root')) {
    throw new KmsError('ValidationException', 'The account root needs no identity policies.')
  }
  throw validationError('Identity policies belong to the ARN of an IAM user or role.')
}
