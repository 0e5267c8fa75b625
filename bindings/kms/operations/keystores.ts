/** Create, Connect, Disconnect, Update, Describe and DeleteCustomKeyStore. */
import { KmsError, validationError } from '../../errors.ts'
import { type Json, Table } from '../../stores/records.ts'
import type { KeyRecord } from '../key.ts'
import {
  changedExternalBacking,
  movedCloudHsmBacking,
  newCloudHsmBacking,
  newExternalBacking,
  putCredential,
  refuseForeign,
  requireOwnName,
  requireOwnProxy,
} from '../keystores/configuration.ts'
import {
  connectionStateOf,
  deleteKeyStore,
  isExternal,
  type KeyStoreRecord,
  newKeyStoreId,
  nextConnection,
  noSuchKeyStore,
  putKeyStore,
  readKeyStore,
  readKeyStores,
  readMembers,
  requireConnectionState,
  type StoredConnection,
} from '../keystores/record.ts'
import { clusterParameter, storeTrail } from '../keystores/trail.ts'
import { limitExceeded, quotas } from '../limits.ts'
import type { Input, Output } from '../model.ts'
import { putKey } from '../newkey.ts'
import type { Call, Rule } from '../operation.ts'
import { listItems } from '../paging.ts'

export const createCustomKeyStore: Rule<'CreateCustomKeyStore'> = {
  async run(call) {
    const { input, transaction, place, box } = call
    Object.assign(call.trail.parameters, clusterParameter(input.CloudHsmClusterId))
    const all = await readKeyStores(transaction, place)
    const store = await newStore(call, all)
    requireOwnName(store, all)
    if (all.length >= quotas.keyStoresPerRegion) {
      throw limitExceeded(`The account has reached its quota of ${quotas.keyStoresPerRegion} custom key stores.`)
    }
    putCredential(call, store.id, input)
    if (isExternal(store)) {
      requireOwnProxy(store, all)
      const reachable = store.backing.connectivity === 'PUBLIC_ENDPOINT'
      if (reachable) await box.keyStores.external.checkConfiguration(call, store)
    }
    await putKeyStore(transaction, place, store)
    return { CustomKeyStoreId: store.id }
  },
}

async function newStore(call: Call<'CreateCustomKeyStore'>, all: readonly KeyStoreRecord[]): Promise<KeyStoreRecord> {
  const { input, place, now, box } = call
  const { CustomKeyStoreName: name, CustomKeyStoreType: type = 'AWS_CLOUDHSM' } = input
  refuseForeign(input, type)
  const common = {
    id: newKeyStoreId(box.core),
    name,
    created: now,
    connection: { state: 'DISCONNECTED', number: 0 } as const,
  }
  return type === 'AWS_CLOUDHSM'
    ? { ...common, backing: await newCloudHsmBacking(call, input, all) }
    : { ...common, backing: newExternalBacking(input, place) }
}

export const connectCustomKeyStore: Rule<'ConnectCustomKeyStore'> = {
  async run(call) {
    const { now, box } = call
    const store = await namedStore(call)
    requireConnectionState(store, now, 'DISCONNECTED', 'CONNECTED', 'CONNECTING')
    if (store.connection.state === 'CONNECTED') return {}
    const error = isExternal(store)
      ? await box.keyStores.external.connectionError(call, store)
      : await box.keyStores.hsms.connectionError(call, store)
    const number = nextConnection(store)
    await putConnection(call, store, error ? { state: 'FAILED', number, error } : { state: 'CONNECTED', number })
    return {}
  },
}

export const disconnectCustomKeyStore: Rule<'DisconnectCustomKeyStore'> = {
  async run(call) {
    const store = await namedStore(call)
    requireConnectionState(store, call.now, 'CONNECTED', 'CONNECTING', 'FAILED')
    if (!isExternal(store)) call.box.keyStores.hsms.disconnect(store)
    await putConnection(call, store, { state: 'DISCONNECTED', number: store.connection.number })
    return {}
  },
}

/** The store that a request names; its audit event tells its name and cluster. */
async function namedStore(
  call: Pick<Call, 'transaction' | 'place' | 'trail'> & { readonly input: { readonly CustomKeyStoreId: string } },
): Promise<KeyStoreRecord> {
  const store = await readKeyStore(call.transaction, call.place, call.input.CustomKeyStoreId)
  Object.assign(call.trail.additional, storeTrail(store))
  return store
}

function putConnection(
  { transaction, place, now, box }: Pick<Call, 'transaction' | 'place' | 'now' | 'box'>,
  store: KeyStoreRecord,
  connection: StoredConnection,
): Promise<void> {
  const until = box.settleTime > 0 ? { until: now + box.settleTime } : {}
  return putKeyStore(transaction, place, { ...store, connection: { ...connection, ...until } })
}

type Update = Call<'UpdateCustomKeyStore'>

export const updateCustomKeyStore: Rule<'UpdateCustomKeyStore'> = {
  async run(call) {
    const { input, transaction, place, now, box } = call
    Object.assign(call.trail.parameters, clusterParameter(input.CloudHsmClusterId))
    const store = await namedStore(call)
    refuseForeign(input, store.backing.type)
    requireConnectionState(store, now, 'DISCONNECTED', ...(whileConnected(store, input) ? ['CONNECTED' as const] : []))
    const all = await readKeyStores(transaction, place)
    const changed = await changedStore(call, store)
    requireOwnName(changed, all)
    putCredential(call, store.id, input)
    if (isExternal(changed) && Object.keys(input).some((member) => member.startsWith('Xks'))) {
      requireOwnProxy(changed, all)
      await box.keyStores.external.checkConfiguration(call, changed)
    }
    await putKeyStore(transaction, place, changed)
    Object.assign(call.trail.additional, storeTrail(changed))
    return {}
  },
}

/** Whether AWS lets a connected store change so: its name, and of an external one what does not move the proxy. */
function whileConnected(store: KeyStoreRecord, input: Input<'UpdateCustomKeyStore'>): boolean {
  const harmless = ['CustomKeyStoreId', 'NewCustomKeyStoreName']
  if (isExternal(store)) harmless.push('XksProxyUriPath', 'XksProxyAuthenticationCredential')
  return Object.keys(input).every((member) => harmless.includes(member))
}

async function changedStore(call: Update, store: KeyStoreRecord): Promise<KeyStoreRecord> {
  const { input, transaction, place } = call
  const { NewCustomKeyStoreName: name = store.name, CloudHsmClusterId: clusterId } = input
  if (isExternal(store)) return { ...store, name, backing: changedExternalBacking(store.backing, input, place) }
  if (clusterId === undefined) return { ...store, name }
  const backing = await movedCloudHsmBacking(transaction, place, store.backing, clusterId)
  await moveKeys(call, store.id, clusterId)
  return { ...store, name, backing }
}

/** Every key of a store says which cluster it is in. */
async function moveKeys({ transaction }: Update, storeId: string, clusterId: string): Promise<void> {
  for (const arn of await readMembers(transaction, storeId)) {
    const key = await transaction.get<KeyRecord & Json>(Table.key, arn)
    if (key) putKey(transaction, { ...(key as KeyRecord), keyStore: { id: storeId, clusterId } })
  }
}

export const describeCustomKeyStores: Rule<'DescribeCustomKeyStores'> = {
  async run({ input, operation, transaction, place, now }) {
    const { CustomKeyStoreId: id, CustomKeyStoreName: name } = input
    if (id !== undefined && name !== undefined) {
      throw validationError('Specify either CustomKeyStoreId or CustomKeyStoreName, not both.')
    }
    const wanted = id ?? name
    const all = await readKeyStores(transaction, place)
    const shown = all.filter((store) => wanted === undefined || store.id === id || store.name === name)
    if (wanted !== undefined && shown.length === 0) throw noSuchKeyStore(wanted)
    const { items, page } = listItems(operation, input, shown)
    return { CustomKeyStores: items.map((store) => entryOf(store, now)), ...page }
  },
}

type Entry = NonNullable<Output<'DescribeCustomKeyStores'>['CustomKeyStores']>[number]

function entryOf(store: KeyStoreRecord, now: number): Entry {
  const { connection, backing } = store
  return {
    CustomKeyStoreId: store.id,
    CustomKeyStoreName: store.name,
    CustomKeyStoreType: backing.type,
    ConnectionState: connectionStateOf(store, now),
    ...(connection.error && { ConnectionErrorCode: connection.error }),
    CreationDate: new Date(store.created),
    ...backingShown(backing),
  }
}

function backingShown(backing: KeyStoreRecord['backing']): Entry {
  if (backing.type === 'AWS_CLOUDHSM') {
    return { CloudHsmClusterId: backing.clusterId, TrustAnchorCertificate: backing.trustAnchor }
  }
  const { connectivity, endpoint, path, accessKeyId, vpcService, vpcServiceOwner } = backing
  return {
    XksProxyConfiguration: {
      Connectivity: connectivity,
      AccessKeyId: accessKeyId,
      UriEndpoint: endpoint,
      UriPath: path,
      ...(vpcService && { VpcEndpointServiceName: vpcService }),
      ...(vpcServiceOwner && { VpcEndpointServiceOwner: vpcServiceOwner }),
    },
  }
}

export const deleteCustomKeyStore: Rule<'DeleteCustomKeyStore'> = {
  async run(call) {
    const { transaction, place, now } = call
    const store = await namedStore(call)
    requireConnectionState(store, now, 'DISCONNECTED')
    if ((await readMembers(transaction, store.id)).length > 0) {
      throw new KmsError('CustomKeyStoreHasCMKsException', `Custom key store ${store.id} still has KMS keys.`)
    }
    await deleteKeyStore(transaction, place, store.id)
    return {}
  },
}
