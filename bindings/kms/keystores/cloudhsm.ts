/**
 * CloudHSM key stores at work: logins to soft HSMs, one a connected store, each in a core of its own. A login ends, and
 * its core is wiped, as soon as a request finds its store disconnected or its cluster cut off.
 */
import { text } from '../../bytes.ts'
import type { Slot } from '../../core.ts'
import { internalError, KmsError } from '../../errors.ts'
import { UnlockFailed } from '../../seals/seal.ts'
import type { Transaction } from '../../stores/records.ts'
import type { Place } from '../arn.ts'
import type { EncryptionContext } from '../ciphertext.ts'
import type { KeyRecord } from '../key.ts'
import { type Call, stateError } from '../operation.ts'
import { openIn, sealIn, type Using, usableMaterial } from '../symmetric.ts'
import {
  type ClusterRecord,
  findCluster,
  isServing,
  loginObstacle,
  MAX_FAILED_LOGINS,
  putCluster,
  requireHsms,
} from './cluster.ts'
import { type CloudHsmStore, type ConnectionErrorCode, credentialPath, nextConnection } from './record.ts'
import { type HsmMeans, SoftHsm } from './softhsm.ts'

type Context = EncryptionContext | undefined

export class CloudHsmStores {
  readonly means: HsmMeans
  /** By store, cluster and number of the connection; undefined where the password was refused. */
  readonly #logins = new Map<string, Promise<SoftHsm | undefined>>()
  /** Connections that were ended here: a request on its way must not log in once more. */
  readonly #over = new Set<string>()

  constructor(means: HsmMeans) {
    this.means = means
  }

  async isServing(transaction: Transaction, place: Place, { backing }: CloudHsmStore): Promise<boolean> {
    const cluster = await findCluster(transaction, place, backing.clusterId)
    return cluster !== undefined && isServing(cluster)
  }

  /** Logs in as the kmsuser for a connection to be. What it fails with; undefined if it stands. */
  async connectionError(
    { transaction, place }: Pick<Call, 'transaction' | 'place'>,
    store: CloudHsmStore,
  ): Promise<ConnectionErrorCode | undefined> {
    const cluster = await findCluster(transaction, place, store.backing.clusterId)
    if (!cluster) return 'CLUSTER_NOT_FOUND'
    requireHsms(cluster, 1)
    const obstacle = loginObstacle(cluster)
    if (obstacle) return obstacle
    const password = await readPassword(transaction, store)
    try {
      const hsm = await SoftHsm.login(this.means, cluster, password)
      this.end(store.id)
      this.#logins.set(loginName(store, cluster, nextConnection(store)), Promise.resolve(hsm))
    } catch (error) {
      if (!(error instanceof UnlockFailed)) return 'INTERNAL_ERROR'
      await putCluster(transaction, place, failedLogin(cluster))
      return 'INVALID_CREDENTIALS'
    }
    if (cluster.failedLogins > 0) await putCluster(transaction, place, { ...cluster, failedLogins: 0 })
    return undefined
  }

  /** Makes a key in the HSM; its material id. */
  createKey({ transaction }: Pick<Call, 'transaction'>, store: CloudHsmStore, key: KeyRecord): Promise<string> {
    return this.#inside(transaction, store, key, async (hsm) => hsm.createKey(transaction, key))
  }

  seal(call: Using, store: CloudHsmStore, key: KeyRecord, context: Context, content: Uint8Array | Slot) {
    return this.#inside(call.transaction, store, key, async (hsm) => {
      if (content instanceof Uint8Array) return sealIn(hsm, call, key, context, content)
      const bytes = content.release() // the one way from core to core
      try {
        return await sealIn(hsm, call, key, context, bytes)
      } finally {
        bytes.fill(0)
      }
    })
  }

  async open(call: Using, store: CloudHsmStore, key: KeyRecord, context: Context, blob: Uint8Array) {
    const materialId = usableMaterial(call, key, blob)
    return this.#inside(call.transaction, store, key, (hsm) => openIn(hsm, call, key, materialId, context, blob))
  }

  /** Random bytes of the HSM. */
  async random(transaction: Transaction, place: Place, store: CloudHsmStore, length: number): Promise<Uint8Array> {
    const hsm = await this.#login(transaction, place, store)
    if (hsm) return hsm.core.random(length)
    throw new KmsError('CustomKeyStoreInvalidStateException', `The cluster of custom key store ${store.id} is cut off.`)
  }

  /** Wipes a deleted key where it is resident. */
  forget({ arn }: KeyRecord): void {
    for (const login of this.#logins.values()) {
      login.then((hsm) => hsm?.residents.drop(`${arn}/`)).catch(() => undefined)
    }
  }

  /** Ends a store's connection for good: only another ConnectCustomKeyStore leads back in. */
  disconnect(store: CloudHsmStore): void {
    this.#over.add(`${store.id}/${store.connection.number}`)
    this.end(store.id)
  }

  /** Ends the login of a store, if there is one. */
  end(storeId: string): void {
    this.#endWhere((name) => name.startsWith(`${storeId}/`))
  }

  /** Ends the login to a cluster, if there is one. */
  endCluster(clusterId: string): void {
    this.#endWhere((name) => name.endsWith(`/${clusterId}`))
  }

  endAll(): void {
    this.#endWhere(() => true)
  }

  #endWhere(ends: (name: string) => boolean): void {
    for (const [name, login] of this.#logins) {
      if (!ends(name)) continue
      this.#logins.delete(name)
      login.then((hsm) => hsm?.end()).catch(() => undefined)
    }
  }

  /** Work on a key inside its HSM. Whoever is inside when the login ends finds the key unavailable. */
  async #inside<T>(
    transaction: Transaction,
    store: CloudHsmStore,
    key: KeyRecord,
    work: (hsm: SoftHsm) => Promise<T>,
  ): Promise<T> {
    const hsm = await this.#login(transaction, key, store)
    try {
      if (hsm) return await work(hsm)
    } catch (error) {
      if (!hsm?.ended) throw error
    }
    throw stateError(key.arn, 'Unavailable')
  }

  /** The login of a connected store, made again if another enclave, or this one before a restart, connected it. */
  async #login(transaction: Transaction, place: Place, store: CloudHsmStore): Promise<SoftHsm | undefined> {
    const cluster = await findCluster(transaction, place, store.backing.clusterId)
    if (!cluster || !isServing(cluster)) {
      this.end(store.id)
      return undefined
    }
    const name = loginName(store, cluster, store.connection.number)
    const held = this.#logins.get(name)
    if (held) return held
    if (loginObstacle(cluster)) return undefined
    const password = await readPassword(transaction, store)
    if (this.#over.has(`${store.id}/${store.connection.number}`)) return undefined
    return this.#logins.get(name) ?? this.#loginAgain(name, cluster, password)
  }

  #loginAgain(name: string, cluster: ClusterRecord, password: string): Promise<SoftHsm | undefined> {
    const login = SoftHsm.login(this.means, cluster, password).catch((error) => {
      if (this.#logins.get(name) === login) this.#logins.delete(name)
      if (error instanceof UnlockFailed) return undefined
      throw error
    })
    this.#logins.set(name, login)
    return login
  }
}

/** Another connection of a store, or the same moved to another cluster, needs another login. */
const loginName = (store: CloudHsmStore, cluster: ClusterRecord, connection: number): string =>
  `${store.id}/${connection}/${cluster.id}`

async function readPassword(transaction: Transaction, { id }: CloudHsmStore): Promise<string> {
  const slot = await transaction.openMaterial(credentialPath(id))
  if (!slot) throw internalError()
  const bytes = slot.release()
  slot.destroy()
  try {
    return text(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** The fifth wrong password in a row locks the kmsuser out, as AWS CloudHSM does. */
function failedLogin(cluster: ClusterRecord): ClusterRecord {
  const failedLogins = cluster.failedLogins + 1
  return { ...cluster, failedLogins, kmsuser: failedLogins >= MAX_FAILED_LOGINS ? 'locked-out' : cluster.kmsuser }
}
