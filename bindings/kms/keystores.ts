/**
 * Custom key stores: where a key's backing keys live elsewhere than in this core. One interface for the rest of the KMS;
 * behind it HSM clusters (keystores/cloudhsm.ts) and external key managers (keystores/external.ts).
 */
import type { Core, Slot } from '../core.ts'
import { KmsError, validationError } from '../errors.ts'
import { Table, type Transaction } from '../stores/records.ts'
import type { EncryptionContext } from './ciphertext.ts'
import type { KeyRecord, Origin } from './key.ts'
import { CloudHsmStores } from './keystores/cloudhsm.ts'
import { deleteHsmKey, readCluster, requireHsms } from './keystores/cluster.ts'
import { ExternalStores } from './keystores/external.ts'
import type { ProxyFetch } from './keystores/proxy.ts'
import {
  connectionStateOf,
  isExternal,
  type KeyStoreRecord,
  memberPath,
  membersScope,
  readKeyStore,
  readKeyStores,
  requireConnectionState,
} from './keystores/record.ts'
import type { HsmMeans } from './keystores/softhsm.ts'
import { useTrail } from './keystores/trail.ts'
import { materialPath } from './material.ts'
import { type First, type Making, newBackingKey } from './newkey.ts'
import type { Call } from './operation.ts'
import type { Using } from './symmetric.ts'

type Context = EncryptionContext | undefined
type Placed = NonNullable<KeyRecord['keyStore']>

export interface KeyStoreMeans extends HsmMeans {
  readonly core: Core
  /** How the box reaches XKS proxies. */
  readonly fetch: ProxyFetch
  /** Milliseconds that an XKS proxy has for each answer. */
  readonly proxyTimeout: number
}

export class KeyStores {
  readonly hsms: CloudHsmStores
  readonly external: ExternalStores

  constructor({ core, loadCore, cost, fetch, proxyTimeout }: KeyStoreMeans) {
    this.hsms = new CloudHsmStores({ loadCore, cost })
    this.external = new ExternalStores({ core, fetch, timeout: proxyTimeout })
  }

  /** Whether a key's store can be used; if not, the key is Unavailable, and a login to its HSM ends here and now. */
  async isConnected({ transaction, now }: Pick<Call, 'transaction' | 'now'>, key: KeyRecord): Promise<boolean> {
    const store = (await readKeyStores(transaction, key)).find(({ id }) => id === key.keyStore?.id)
    if (!store) return false
    const serving = isExternal(store) || (await this.hsms.isServing(transaction, key, store))
    if (!serving || store.connection.state !== 'CONNECTED') this.hsms.end(store.id)
    return serving && connectionStateOf(store, now) === 'CONNECTED'
  }

  /** Checks that a new KMS key can live in a store, and behind it; @throws what CreateKey answers if it cannot */
  async place(call: Call<'CreateKey'>, storeId: string, origin: Origin, xksKeyId?: string): Promise<Placed> {
    const store = await readKeyStore(call.transaction, call.place, storeId)
    if (store.backing.type !== origin) {
      throw validationError(`Origin ${origin} is not valid in a custom key store of type ${store.backing.type}.`)
    }
    if ((xksKeyId !== undefined) !== isExternal(store)) {
      throw validationError('XksKeyId is required with Origin EXTERNAL_KEY_STORE, and valid with no other.')
    }
    requireConnectionState(store, call.now, 'CONNECTED')
    if (isExternal(store)) {
      await this.external.checkKey(call, store, xksKeyId as string)
      return { id: store.id, xksKeyId: xksKeyId as string }
    }
    const { clusterId } = store.backing
    requireHsms(await readCluster(call.transaction, call.place, clusterId), 2)
    return { id: store.id, clusterId }
  }

  /** Gives a new KMS key, placed before, its backing key: in the HSM, or in our core, in front of the external key. */
  async furnish(call: Making, key: KeyRecord): Promise<First> {
    const { transaction, now } = call
    const store = await this.#storeOf(transaction, key)
    transaction.put(Table.service, memberPath(store.id, memberName(key)), membersScope(store.id), key.arn)
    if (isExternal(store)) return newBackingKey(call, key, 32)
    const id = await this.hsms.createKey(call, store, key)
    return { materials: [{ id, created: now }], current: id }
  }

  async seal(call: Using, key: KeyRecord, context: Context, content: Uint8Array | Slot): Promise<Uint8Array> {
    const store = await this.#storeOf(call.transaction, key)
    Object.assign(call.trail.additional, useTrail(key))
    return isExternal(store)
      ? this.external.seal(call, store, key, context, content)
      : this.hsms.seal(call, store, key, context, content)
  }

  async open(call: Using, key: KeyRecord, context: Context, blob: Uint8Array): Promise<Uint8Array> {
    const store = await this.#storeOf(call.transaction, key)
    Object.assign(call.trail.additional, useTrail(key))
    return isExternal(store)
      ? this.external.open(call, store, key, context, blob)
      : this.hsms.open(call, store, key, context, blob)
  }

  /** GenerateRandom in an HSM. */
  async random(call: Pick<Call, 'transaction' | 'now' | 'place'>, storeId: string, length: number) {
    const { transaction, now, place } = call
    const store = await readKeyStore(transaction, place, storeId)
    if (isExternal(store)) throw unsupported('GenerateRandom is not supported in an external key store.')
    if (store.connection.state !== 'CONNECTED') this.hsms.end(store.id)
    requireConnectionState(store, now, 'CONNECTED')
    return this.hsms.random(transaction, place, store, length)
  }

  /** Takes a KMS key that is being deleted out of its store. */
  forget({ transaction }: Pick<Call, 'transaction'>, key: KeyRecord): void {
    const { id, clusterId } = key.keyStore as Placed
    transaction.delete(Table.service, memberPath(id, memberName(key)))
    if (!clusterId) return
    for (const material of key.materials) deleteHsmKey(transaction, clusterId, materialPath(key.arn, material.id))
    this.hsms.forget(key)
  }

  /** Wipes every HSM's core. */
  close(): void {
    this.hsms.endAll()
  }

  #storeOf(transaction: Transaction, key: KeyRecord): Promise<KeyStoreRecord> {
    return readKeyStore(transaction, key, (key.keyStore as Placed).id)
  }
}

/** What no two KMS keys of a store share: the external key, or else the KMS key itself. */
const memberName = (key: KeyRecord): string => key.keyStore?.xksKeyId ?? key.id

const unsupported = (message: string): KmsError => new KmsError('UnsupportedOperationException', message)
