/**
 * The record of a custom key store. All stores of an account and Region, ten at most, are one row: whoever reads one
 * has read what its name, cluster and address must differ from, and conflicts with whoever changes it meanwhile.
 */
import { hex } from '../../bytes.ts'
import type { Core } from '../../core.ts'
import { KmsError } from '../../errors.ts'
import { type Json, Table, type Transaction } from '../../stores/records.ts'
import { type Place, scopeOf } from '../arn.ts'
import type { Output } from '../model.ts'
import { allRows } from '../paging.ts'

type Entry = NonNullable<Output<'DescribeCustomKeyStores'>['CustomKeyStores']>[number]
export type ConnectionState = NonNullable<Entry['ConnectionState']>
export type ConnectionErrorCode = NonNullable<Entry['ConnectionErrorCode']>
type Connectivity = NonNullable<NonNullable<Entry['XksProxyConfiguration']>['Connectivity']>

/** Keys in an HSM cluster of the box's owner. */
export type CloudHsmBacking = {
  readonly type: 'AWS_CLOUDHSM'
  readonly clusterId: string
  readonly trustAnchor: string
}

/** Keys in an external key manager, behind an XKS proxy. */
export type ExternalBacking = {
  readonly type: 'EXTERNAL_KEY_STORE'
  readonly connectivity: Connectivity
  /** `https://` and the host. */
  readonly endpoint: string
  /** `/kms/xks/v1` with an optional prefix. */
  readonly path: string
  readonly accessKeyId: string
  readonly vpcService?: string
  readonly vpcServiceOwner?: string
}

export type StoredConnection = {
  readonly state: 'CONNECTED' | 'DISCONNECTED' | 'FAILED'
  readonly error?: ConnectionErrorCode
  /** Counts the attempts to connect. */
  readonly number: number
  /** Milliseconds since 1970 when a change of state is over: CONNECTING and DISCONNECTING end by themselves. */
  readonly until?: number
}

type Common = {
  readonly id: string
  readonly name: string
  readonly created: number
  readonly connection: StoredConnection
}
export type CloudHsmStore = Common & { readonly backing: CloudHsmBacking }
export type ExternalStore = Common & { readonly backing: ExternalBacking }
export type KeyStoreRecord = CloudHsmStore | ExternalStore

const directoryPath = (place: Place): string => `keystores/${scopeOf(place)}`

/** Every custom key store of an account and Region, oldest first. */
export async function readKeyStores(transaction: Transaction, place: Place): Promise<readonly KeyStoreRecord[]> {
  return (await transaction.get<readonly KeyStoreRecord[]>(Table.service, directoryPath(place))) ?? []
}

/** @throws CustomKeyStoreNotFoundException */
export async function readKeyStore(transaction: Transaction, place: Place, id: string): Promise<KeyStoreRecord> {
  const found = (await readKeyStores(transaction, place)).find((store) => store.id === id)
  if (found) return found
  throw noSuchKeyStore(id)
}

/** Adds a store, or replaces the one of the same id. */
export async function putKeyStore(transaction: Transaction, place: Place, changed: KeyStoreRecord): Promise<void> {
  const all = await readKeyStores(transaction, place)
  const known = all.some(({ id }) => id === changed.id)
  writeKeyStores(
    transaction,
    place,
    known ? all.map((one) => (one.id === changed.id ? changed : one)) : [...all, changed],
  )
}

export async function deleteKeyStore(transaction: Transaction, place: Place, id: string): Promise<void> {
  const all = await readKeyStores(transaction, place)
  writeKeyStores(
    transaction,
    place,
    all.filter((store) => store.id !== id),
  )
  transaction.deleteMaterial(credentialPath(id))
}

function writeKeyStores(transaction: Transaction, place: Place, all: readonly KeyStoreRecord[]): void {
  transaction.put(Table.service, directoryPath(place), scopeOf(place), all as unknown as Json)
}

/** `cks-` and 17 hex digits, as AWS makes them. */
export const newKeyStoreId = (core: Core): string => `cks-${hex(core.random(9)).slice(1)}`

export const noSuchKeyStore = (id: string): KmsError =>
  new KmsError('CustomKeyStoreNotFoundException', `Custom key store ${id} does not exist.`)

/** The number of the next attempt to connect. */
export const nextConnection = ({ connection }: KeyStoreRecord): number => connection.number + 1

export function connectionStateOf({ connection }: KeyStoreRecord, now: number): ConnectionState {
  const passing = connection.until !== undefined && now < connection.until
  if (connection.state === 'FAILED' || !passing) return connection.state
  return connection.state === 'CONNECTED' ? 'CONNECTING' : 'DISCONNECTING'
}

/** @throws CustomKeyStoreInvalidStateException unless the store is in one of these states */
export function requireConnectionState(store: KeyStoreRecord, now: number, ...valid: ConnectionState[]): void {
  const state = connectionStateOf(store, now)
  if (valid.includes(state)) return
  const message = `Custom key store ${store.id} is ${state}, which is not valid for this operation.`
  throw new KmsError('CustomKeyStoreInvalidStateException', message)
}

export const isExternal = (store: KeyStoreRecord): store is ExternalStore => store.backing.type === 'EXTERNAL_KEY_STORE'

/** Row of the secret that opens what is behind a store: the kmsuser's password, or the proxy's secret access key. */
export const credentialPath = (id: string): string => `keystore/${id}/credential`

/** Scope of the rows that name a store's KMS keys. */
export const membersScope = (id: string): string => `keystore/${id}`

/** One KMS key of a store, under the name it has there: what no second KMS key may have. */
export const memberPath = (id: string, name: string): string => `keystore/${id}/${name}`

/** ARNs of the KMS keys of a store. */
export async function readMembers(transaction: Transaction, id: string): Promise<string[]> {
  const rows = await allRows<string>(transaction, [Table.service, membersScope(id)])
  return rows.map(({ value }) => value)
}
