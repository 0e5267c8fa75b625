/** Grants as rows: one by its id under the key, one more under each grantee, so that authorising reads few. */
import { base64, hex, text, unbase64, utf8 } from '../bytes.ts'
import { KmsError } from '../errors.ts'
import type { Grant } from '../policy/grants.ts'
import { identityOf } from '../policy/principals.ts'
import { type Json, Table, type Transaction } from '../stores/records.ts'
import { rootArn } from './arn.ts'
import type { Call } from './operation.ts'
import { allRows } from './paging.ts'

export interface GrantRecord extends Grant {
  readonly KeyArn: string
  readonly Name?: string
  /** Milliseconds since 1970. */
  readonly CreationDate: number
  readonly IssuingAccount: string
  /** Digest of name and properties, by which a repeated CreateGrant finds the grant it made; only of named grants. */
  readonly sameness?: string
}

const grantPath = (keyArn: string, grantId: string): string => `${keyArn}/${grantId}`
export const samenessPath = (keyArn: string, sameness: string): string => `${keyArn}/same/${sameness}`

/** Scope that lists a principal's grants on one key. */
const granteeScope = (keyArn: string, principal: string): string => `${keyArn}/grantee/${principal}`

/** Scope that lists the grants that a principal may retire in a Region. */
export const retirerScope = (region: string, principal: string): string => `retirer/${region}/${principal}`

/** The rows that lead to a grant: under its grantee, under its retiring principal, under its name. */
function signposts(grant: GrantRecord): { path: string; scope: string }[] {
  const { KeyArn, GrantId, sameness } = grant
  const retirer = grant.RetiringServicePrincipal ?? grant.RetiringPrincipal
  const grantee = (grant.GranteeServicePrincipal ?? grant.GranteePrincipal) as string
  const region = KeyArn.split(':')[3] as string
  const scopes = [granteeScope(KeyArn, grantee), ...(retirer === undefined ? [] : [retirerScope(region, retirer)])]
  return [
    ...scopes.map((scope) => ({ path: `${scope}/${GrantId}`, scope })),
    ...(sameness === undefined ? [] : [{ path: samenessPath(KeyArn, sameness), scope: `${KeyArn}/same` }]),
  ]
}

export function putGrant(transaction: Transaction, grant: GrantRecord): void {
  transaction.put(Table.grant, grantPath(grant.KeyArn, grant.GrantId), grant.KeyArn, grant as unknown as Json)
  const place = { keyArn: grant.KeyArn, grantId: grant.GrantId }
  for (const { path, scope } of signposts(grant)) transaction.put(Table.grant, path, scope, place)
}

export function deleteGrant(transaction: Transaction, grant: GrantRecord): void {
  transaction.delete(Table.grant, grantPath(grant.KeyArn, grant.GrantId))
  for (const { path } of signposts(grant)) transaction.delete(Table.grant, path)
}

/** What a signpost row says. */
export type GrantPlace = { readonly keyArn: string; readonly grantId: string }

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
    const places = await allRows<GrantPlace>(call.transaction, [Table.grant, granteeScope(keyArn, name)])
    for (const { value } of places) {
      const grant = await readGrant(call.transaction, keyArn, value.grantId)
      if (grant) grants.push(grant)
    }
  }
  return grants
}

/** The first grants of a key, at most `limit`. */
export async function grantsOn(transaction: Transaction, keyArn: string, limit: number): Promise<GrantRecord[]> {
  const rows = await allRows<GrantRecord>(transaction, [Table.grant, keyArn], limit)
  return rows.map(({ value }) => value)
}

/**
 * Grant tokens name a grant that AWS has not yet made known everywhere. Here every grant is known at once, so a token is
 * a mere pointer: whom it helps is the grant's to say.
 */
export const grantToken = ({ keyArn, grantId }: GrantPlace, nonce: Uint8Array): string =>
  base64(utf8(`${grantId} ${hex(nonce)} ${keyArn}`))

const tokenPattern = /^([0-9a-f]{64}) [0-9a-f]{32} (arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]+)$/

/** The grant that a token names; @throws InvalidGrantTokenException if there is none (any more) */
export async function grantOfToken(transaction: Transaction, token: string): Promise<GrantRecord> {
  const found = tokenPattern.exec(decodeToken(token))
  const grant = found && (await readGrant(transaction, found[2] as string, found[1] as string))
  if (!grant) throw invalidToken()
  return grant
}

function decodeToken(token: string): string {
  try {
    return text(unbase64(token))
  } catch {
    throw invalidToken()
  }
}

const invalidToken = (): KmsError => new KmsError('InvalidGrantTokenException', 'The grant token is not valid.')
