/**
 * Soft HSM clusters: what stands in for AWS CloudHSM. A cluster's keys are sealed under a root that was made in a core of
 * its own and that only the kmsuser's password opens; the box's owner makes clusters, cuts them off, locks the kmsuser.
 */
import { KmsError } from '../../errors.ts'
import { type Json, Table, type Transaction } from '../../stores/records.ts'
import { type Place, scopeOf } from '../arn.ts'
import { allRows } from '../paging.ts'
import type { ConnectionErrorCode } from './record.ts'

export type ClusterRecord = {
  readonly id: string
  readonly created: number
  /** PEM. Clusters made from one another's backups share it, and nobody else has it. */
  readonly certificate: string
  /** 32 hex digits that everything sealed in the cluster is bound to; shared with its backups. */
  readonly hsmId: string
  /** Base64 of an unlock slot of kind passphrase: the root, sealed under the kmsuser's password. */
  readonly vault: string
  /** False: not initialised, and of no use yet. */
  readonly active: boolean
  /** Active HSMs. */
  readonly hsms: number
  /** False while the network to the cluster is cut. */
  readonly reachable: boolean
  readonly kmsuser: Kmsuser
  /** Since the last good one; the fifth locks the kmsuser out. */
  readonly failedLogins: number
}

/** The kmsuser as seen from outside: only `ready` lets KMS log in. */
export type Kmsuser = 'ready' | 'logged-in' | 'locked-out' | 'absent'

/** A soft HSM cluster as its owner sees it. */
export interface HsmCluster extends Required<HsmChanges> {
  /** `cluster-` and 11 to 16 letters and digits from 2 to 7. */
  readonly clusterId: string
  readonly created: Date
  readonly trustAnchorCertificate: string
  /** The CloudHSM key store that is associated with it. */
  readonly customKeyStoreId?: string
}

export interface HsmChanges {
  /** False: not initialised, and of no use yet. */
  readonly active?: boolean
  /** False: the network is cut, and keys are Unavailable. */
  readonly reachable?: boolean
  /** Active HSMs, 0 to 28; KMS wants two of them to create keys, and one to use them. */
  readonly hsms?: number
  readonly kmsuser?: Kmsuser
}

/** By default a cluster is active and reachable, has two HSMs, an id and a certificate of its own. */
export type NewHsmCluster = HsmChanges & { readonly clusterId?: string; readonly region?: string } & (
    | {
        /** Of the kmsuser: 7 to 32 characters. It alone opens the cluster's keys. */
        readonly password: string
        /** 1 to 5,000 characters. */
        readonly trustAnchorCertificate?: string
      }
    /** Id of another cluster, whose password, certificate and present keys the new one gets. */
    | { readonly backupOf: string }
  )

/** As many clusters as an account and Region can have here. */
export const MAX_CLUSTERS = 16
export const MAX_FAILED_LOGINS = 5

const directoryPath = (place: Place): string => `hsm/${scopeOf(place)}`

export async function readClusters(transaction: Transaction, place: Place): Promise<readonly ClusterRecord[]> {
  return (await transaction.get<readonly ClusterRecord[]>(Table.service, directoryPath(place))) ?? []
}

export async function findCluster(
  transaction: Transaction,
  place: Place,
  id: string,
): Promise<ClusterRecord | undefined> {
  return (await readClusters(transaction, place)).find((cluster) => cluster.id === id)
}

/** @throws CloudHsmClusterNotFoundException */
export async function readCluster(transaction: Transaction, place: Place, id: string): Promise<ClusterRecord> {
  const found = await findCluster(transaction, place, id)
  if (found) return found
  throw new KmsError('CloudHsmClusterNotFoundException', `CloudHSM cluster ${id} does not exist.`)
}

/** Replaces the cluster of the same id, or adds one. */
export async function putCluster(transaction: Transaction, place: Place, changed: ClusterRecord): Promise<void> {
  const others = (await readClusters(transaction, place)).filter(({ id }) => id !== changed.id)
  writeClusters(transaction, place, [...others, changed])
}

/** The sealed keys go with the cluster. */
export async function deleteCluster(transaction: Transaction, place: Place, id: string): Promise<void> {
  const others = (await readClusters(transaction, place)).filter((cluster) => cluster.id !== id)
  writeClusters(transaction, place, others)
  for (const { path } of await readHsmKeys(transaction, id)) transaction.delete(Table.service, path)
}

function writeClusters(transaction: Transaction, place: Place, all: readonly ClusterRecord[]): void {
  transaction.put(Table.service, directoryPath(place), scopeOf(place), all as unknown as Json)
}

const keysScope = (clusterId: string): string => `hsm/${clusterId}`
const keyPath = (clusterId: string, path: string): string => `hsm/${clusterId}/${path}`

/** Base64 of a key as its HSM sealed it, by the path that a key in our own core would have. */
export function putHsmKey(transaction: Transaction, clusterId: string, path: string, sealed: string): void {
  transaction.put(Table.service, keyPath(clusterId, path), keysScope(clusterId), sealed)
}

export const readHsmKey = (transaction: Transaction, clusterId: string, path: string): Promise<string | undefined> =>
  transaction.get<string>(Table.service, keyPath(clusterId, path))

export function deleteHsmKey(transaction: Transaction, clusterId: string, path: string): void {
  transaction.delete(Table.service, keyPath(clusterId, path))
}

/** Every sealed key of a cluster, as a backup takes them along. */
export const readHsmKeys = (transaction: Transaction, clusterId: string): Promise<{ path: string; value: string }[]> =>
  allRows<string>(transaction, [Table.service, keysScope(clusterId)])

/** Copies the keys that one cluster has now to another, which shares its root. */
export async function copyHsmKeys(transaction: Transaction, from: string, to: string): Promise<void> {
  for (const { path, value } of await readHsmKeys(transaction, from)) {
    putHsmKey(transaction, to, path.slice(keyPath(from, '').length), value)
  }
}

/** Whether keys in the cluster can be used, by whoever is logged in. */
export const isServing = ({ active, reachable, hsms }: ClusterRecord): boolean => active && reachable && hsms > 0

/** @throws CloudHsmClusterNotActiveException, CloudHsmClusterInvalidConfigurationException */
export function requireHsms({ id, active, hsms }: ClusterRecord, needed: number): void {
  if (!active) throw new KmsError('CloudHsmClusterNotActiveException', `CloudHSM cluster ${id} is not active.`)
  if (hsms >= needed) return
  const message = `CloudHSM cluster ${id} has ${hsms} active HSMs; this operation needs at least ${needed}.`
  throw new KmsError('CloudHsmClusterInvalidConfigurationException', message)
}

const userErrors: Readonly<Record<Kmsuser, ConnectionErrorCode | undefined>> = {
  ready: undefined,
  'logged-in': 'USER_LOGGED_IN',
  'locked-out': 'USER_LOCKED_OUT',
  absent: 'USER_NOT_FOUND',
}

/** What keeps the kmsuser from trying its password, if anything. */
export function loginObstacle(cluster: ClusterRecord): ConnectionErrorCode | undefined {
  return cluster.reachable ? userErrors[cluster.kmsuser] : 'NETWORK_ERRORS'
}
