/**
 * The end of a key: its record, material, aliases and grants go in one commit. Old copies of the store keep what they
 * had until the root key is rotated and they are gone too (SECURITY.md).
 */
import { Table, type Transaction } from '../stores/records.ts'
import { aliasArn, keyOwnerPath } from './arn.ts'
import type { Working } from './due.ts'
import { putFamily, readSibling } from './family.ts'
import { checkKeyPath } from './fingerprint.ts'
import { deleteGrant, grantsOn } from './grants.ts'
import { dropParameters } from './importing.ts'
import { isPrimary, type KeyRecord } from './key.ts'
import { countKeys, grantCountPath } from './limits.ts'
import { materialPath } from './material.ts'
import { putKey } from './newkey.ts'
import { DAY, remember } from './schedule.ts'

/** Grants removed in one commit; a key with more of them loses these first and itself in the last. */
const GRANTS_PER_COMMIT = 5_000

export async function deleteKey(call: Working, key: KeyRecord): Promise<'partly' | 'done'> {
  const { transaction } = call
  const grants = await grantsOn(transaction, key.arn, GRANTS_PER_COMMIT)
  for (const grant of grants) deleteGrant(transaction, grant)
  if (grants.length === GRANTS_PER_COMMIT) return 'partly'
  for (const { id, imported } of key.materials) {
    if (!imported || imported.present) transaction.deleteMaterial(materialPath(key.arn, id))
  }
  if (key.keyStore) call.box.keyStores.forget(call, key)
  if (key.origin === 'EXTERNAL') {
    transaction.deleteMaterial(checkKeyPath(key))
    await dropParameters(call, key)
  }
  for (const alias of key.aliases) transaction.delete(Table.alias, aliasArn(key, alias))
  transaction.delete(Table.service, keyOwnerPath(key.region, key.id))
  transaction.delete(Table.service, grantCountPath(key.arn))
  call.box.lastUses.forget(transaction, key.arn)
  transaction.delete(Table.key, key.arn)
  await countKeys(transaction, key, -1)
  if (key.multiRegion && !isPrimary(key)) await leaveFamily(transaction, key, call.now)
  return 'done'
}

/** The primary's own waiting period starts when its last replica is gone. */
async function leaveFamily(transaction: Transaction, key: KeyRecord, now: number): Promise<void> {
  const family = key.multiRegion as NonNullable<KeyRecord['multiRegion']>
  const primary = await readSibling(transaction, key, family.primary)
  if (!primary) return
  const replicas = family.replicas.filter((region) => region !== key.region)
  const changed = await putFamily(transaction, primary, { multiRegion: { ...family, replicas } })
  if (replicas.length > 0 || !changed.deletion) return
  const date = now + changed.deletion.windowDays * DAY
  putKey(transaction, { ...changed, deletion: { ...changed.deletion, date } })
  remember(transaction, date, changed.arn)
}
