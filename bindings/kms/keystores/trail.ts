/** What audit events tell of custom key stores: additionalEventData as AWS CloudTrail's examples show it. */
import type { KeyRecord } from '../key.ts'
import { isExternal, type KeyStoreRecord } from './record.ts'

/** Connecting, disconnecting, changing or deleting a store. */
export function storeTrail(store: KeyStoreRecord): Record<string, string> {
  const { name: customKeyStoreName } = store
  return isExternal(store) ? { customKeyStoreName } : { customKeyStoreName, clusterId: store.backing.clusterId }
}

/** A request that names a cluster is logged with a shorter name for it than the request has. */
export const clusterParameter = (clusterId: string | undefined): Record<string, string | undefined> =>
  clusterId === undefined ? {} : { clusterId, cloudHsmClusterId: undefined }

/** Using a key in a cryptographic operation. */
export function useTrail({ keyStore }: KeyRecord): Record<string, string> {
  if (!keyStore) return {}
  return { customKeyStoreId: keyStore.id, ...(keyStore.xksKeyId && { xksKeyId: keyStore.xksKeyId }) }
}

/** Making a key in an HSM. */
export function creationTrail(key: KeyRecord): Record<string, string> {
  return key.keyStore?.clusterId ? { backingKey: JSON.stringify(backingKeys(key)[0]) } : {}
}

/** Scheduling the deletion of a key in an HSM. */
export function deletionTrail(key: KeyRecord): Record<string, string> {
  const { id: customKeyStoreId = '', clusterId } = key.keyStore ?? {}
  return clusterId ? { customKeyStoreId, clusterId, backingKeys: JSON.stringify(backingKeys(key)) } : {}
}

/** The end of a key in an HSM. */
export function deletedTrail(key: KeyRecord): Record<string, string> {
  if (!key.keyStore?.clusterId) return {}
  const status = backingKeys(key).map((backingKey) => ({ ...backingKey, deletionStatus: 'SUCCESS' }))
  return { ...deletionTrail(key), backingKeysDeletionStatus: JSON.stringify(status) }
}

/** HSMs number their keys; ours takes the number from the backing key's own id. */
function backingKeys({ materials }: KeyRecord): { keyHandle: string; backingKeyId: string }[] {
  return materials.map(({ id }) => ({ keyHandle: String(Number.parseInt(id.slice(0, 6), 16)), backingKeyId: id }))
}
