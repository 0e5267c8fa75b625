/** Quotas that AWS KMS puts on resources (KMS.md §15, AWS's resource-limits page of 2026). */
import { KmsError } from '../errors.ts'
import { Table, type Transaction } from '../stores/records.ts'
import { type Place, scopeOf } from './arn.ts'

export const quotas = {
  keysPerRegion: 100_000,
  aliasesPerKey: 50,
  grantsPerKey: 50_000,
  tagsPerKey: 50,
  keyStoresPerRegion: 10,
  onDemandRotations: 25,
  policyBytes: 32_768,
} as const

export const limitExceeded = (message: string): KmsError => new KmsError('LimitExceededException', message)

/** Counts one key more or fewer in an account and Region; @throws LimitExceededException at the quota */
export async function countKeys(transaction: Transaction, place: Place, change: 1 | -1): Promise<void> {
  const scope = scopeOf(place)
  const path = `count/keys/${scope}`
  const count = ((await transaction.get<number>(Table.service, path)) ?? 0) + change
  if (count > quotas.keysPerRegion) {
    throw limitExceeded(`The account has reached its quota of ${quotas.keysPerRegion} KMS keys in this Region.`)
  }
  transaction.put(Table.service, path, scope, Math.max(count, 0))
}

export const grantCountPath = (keyArn: string): string => `count/grants/${keyArn}`

/** Counts one grant more or fewer on a key; @throws LimitExceededException at the quota */
export async function countGrants(transaction: Transaction, keyArn: string, change: number): Promise<void> {
  const path = grantCountPath(keyArn)
  const count = ((await transaction.get<number>(Table.service, path)) ?? 0) + change
  if (count > quotas.grantsPerKey) throw limitExceeded(`The key ${keyArn} has reached its quota of grants.`)
  transaction.put(Table.service, path, keyArn, Math.max(count, 0))
}
