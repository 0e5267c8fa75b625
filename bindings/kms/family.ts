/**
 * A multi-Region key and its replicas: one id, one material, one rotation, and a record of its own in each Region. What
 * they share changes in all of them in one commit.
 */
import { KmsError } from '../errors.ts'
import { type Json, Table, type Transaction } from '../stores/records.ts'
import { type KeyRecord, siblingArn } from './key.ts'
import { putKey } from './newkey.ts'

/** What all members of a family have in common besides their id. */
type Shared = Pick<
  KeyRecord,
  'materials' | 'current' | 'rotation' | 'onDemandRotations' | 'rotatingUntil' | 'multiRegion'
>

/** Regions of the other members. */
export function otherRegions(key: KeyRecord): string[] {
  if (!key.multiRegion) return []
  const { primary, replicas } = key.multiRegion
  return [primary, ...replicas].filter((region) => region !== key.region)
}

export const readSibling = (transaction: Transaction, key: KeyRecord, region: string): Promise<KeyRecord | undefined> =>
  transaction.get<KeyRecord & Json>(Table.key, siblingArn(key, region))

/** Changes a key, and what it shares with its siblings in their records too. */
export async function putFamily(transaction: Transaction, key: KeyRecord, shared: Partial<Shared>): Promise<KeyRecord> {
  const changed = { ...key, ...shared }
  putKey(transaction, changed)
  for (const region of otherRegions(key)) {
    const sibling = await readSibling(transaction, key, region)
    if (sibling) putKey(transaction, { ...sibling, ...shared })
  }
  return changed
}

/** ARNs of the whole family, this key's first. */
export const familyArns = (key: KeyRecord): string[] => [
  key.arn,
  ...otherRegions(key).map((region) => siblingArn(key, region)),
]

export function requirePrimary(key: KeyRecord): void {
  if (!key.multiRegion || key.multiRegion.primary === key.region) return
  throw new KmsError('UnsupportedOperationException', `${key.arn} is not a multi-region primary key.`)
}
