/** Grants as rows: one by its id under the key, one more under each grantee, so that authorising reads few. */
import type { Grant } from '../policy/grants.ts'
import { identityOf } from '../policy/principals.ts'
import { type Json, Table, type Transaction } from '../stores/records.ts'
import { rootArn } from './arn.ts'
import type { Call } from './operation.ts'

export interface GrantRecord extends Grant {
  readonly KeyArn: string
  readonly Name?: string
  readonly CreationDate: number
  readonly IssuingAccount: string
}

export const grantPath = (keyArn: string, grantId: string): string => `${keyArn}/${grantId}`

/** Scope that lists a principal's grants on one key. */
const granteeScope = (keyArn: string, principal: string): string => `${keyArn}/grantee/${principal}`

/** Scope that lists the grants a principal may retire, over all keys of a Region and account. */
export const retirerScope = (principal: string, place: Call['place']): string => `retirer/${place.region}/${principal}`

const granteeOf = (grant: Grant): string => (grant.GranteeServicePrincipal ?? grant.GranteePrincipal) as string

export function putGrant(transaction: Transaction, grant: GrantRecord): void {
  const path = grantPath(grant.KeyArn, grant.GrantId)
  const value = grant as unknown as Json
  transaction.put(Table.grant, path, grant.KeyArn, value)
  const scope = granteeScope(grant.KeyArn, granteeOf(grant))
  transaction.put(Table.grant, `${scope}/${grant.GrantId}`, scope, grant.GrantId)
}

export function deleteGrant(transaction: Transaction, grant: GrantRecord): void {
  transaction.delete(Table.grant, grantPath(grant.KeyArn, grant.GrantId))
  transaction.delete(Table.grant, `${granteeScope(grant.KeyArn, granteeOf(grant))}/${grant.GrantId}`)
}

export const readGrant = (
  transaction: Transaction,
  keyArn: string,
  grantId: string,
): Promise<GrantRecord | undefined> => transaction.get<GrantRecord & Json>(Table.grant, grantPath(keyArn, grantId))

/** Grants on a key that name the caller, its role or its account; each is read, so that a revocation is noticed. */
export async function grantsFor(call: Pick<Call, 'caller' | 'transaction'>, keyArn: string): Promise<GrantRecord[]> {
  const { arn, policyOwner } = identityOf(call.caller)
  const names = new Set([arn, policyOwner, ...(call.caller.account ? [rootArn(call.caller.account)] : [])])
  const grants: GrantRecord[] = []
  for (const name of names) {
    for (const id of await idsIn(call.transaction, granteeScope(keyArn, name))) {
      const grant = await readGrant(call.transaction, keyArn, id)
      if (grant) grants.push(grant)
    }
  }
  return grants
}

/** The first grants of a key, at most `limit`. */
export async function grantsOn(transaction: Transaction, keyArn: string, limit: number): Promise<GrantRecord[]> {
  const grants: GrantRecord[] = []
  let next: string | undefined
  do {
    const page = await transaction.list<GrantRecord & Json>(
      Table.grant,
      keyArn,
      Math.min(limit - grants.length, 1000),
      next,
    )
    grants.push(...page.rows.map(({ value }) => value))
    next = page.next
  } while (next !== undefined && grants.length < limit)
  return grants
}

async function idsIn(transaction: Transaction, scope: string): Promise<string[]> {
  const ids: string[] = []
  let next: string | undefined
  do {
    const page = await transaction.list<string>(Table.grant, scope, 1000, next)
    ids.push(...page.rows.map(({ value }) => value))
    next = page.next
  } while (next !== undefined)
  return ids
}
