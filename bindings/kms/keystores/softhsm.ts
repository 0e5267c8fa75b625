/**
 * One login to a soft HSM: a core of its own, with the cluster's root and the backing keys in use. Neither ever leaves
 * it; ending the login wipes that core. The root is sealed as a store's root is: in an unlock slot of kind passphrase.
 */
import { base64, compareBytes, concat, hex, unbase64, unhex, utf8 } from '../../bytes.ts'
import type { Core, Slot } from '../../core.ts'
import { internalError, KmsError } from '../../errors.ts'
import type { Argon2Cost } from '../../seals/passphrase.ts'
import { decodeSlot, type StoreIdentity } from '../../seals/seal.ts'
import { makeSlot, openSlot } from '../../seals/unlock.ts'
import type { Transaction } from '../../stores/records.ts'
import { parseKeyArn } from '../arn.ts'
import { type KeyRecord, keyIdDigits } from '../key.ts'
import { keyIdBytes, materialPath, Residents, symmetricMaterialId } from '../material.ts'
import type { Keeper } from '../symmetric.ts'
import { type ClusterRecord, putHsmKey, readHsmKey } from './cluster.ts'

/** How logins get a core, and what a new password costs to try. */
export interface HsmMeans {
  /** Another instance of the core, with a memory of its own. */
  readonly loadCore: () => Promise<Core>
  readonly cost?: Argon2Cost
}

type Vaulted = Pick<ClusterRecord, 'hsmId' | 'vault'>

const KEY_LABEL = 'kmsbox/v1/hsm-key'
const KEY_HEAD_BYTES = 20

export class SoftHsm implements Keeper {
  readonly core: Core
  readonly residents: Residents
  /** True once the core was wiped. */
  ended = false
  readonly #identity: StoreIdentity
  readonly #clusterId: string
  readonly #root: Slot

  private constructor(core: Core, identity: StoreIdentity, clusterId: string, root: Slot) {
    this.core = core
    this.#identity = identity
    this.#clusterId = clusterId
    this.#root = root
    this.residents = new Residents(core, (transaction, path) => this.#open(transaction, path))
  }

  /** @throws UnlockFailed on a wrong password */
  static async login({ loadCore }: HsmMeans, cluster: Vaulted & { readonly id: string }, password: string) {
    const core = await loadCore()
    const identity = identityOf(core, cluster.hsmId)
    const unlock = { passphrase: password }
    const { root } = await openSlot(unlock, [decodeSlot(unbase64(cluster.vault))], { core, store: identity })
    return new SoftHsm(core, identity, cluster.id, root)
  }

  /** Makes a backing key for a KMS key, and stores it sealed under the HSM's root. */
  createKey(transaction: Transaction, key: KeyRecord): string {
    const slot = this.core.generateKey(32)
    try {
      const materialId = symmetricMaterialId(key, slot)
      const sealed = sealHsmKey(this.#root, this.#identity, keyIdBytes(key), slot)
      putHsmKey(transaction, this.#clusterId, materialPath(key.arn, materialId), base64(sealed))
      return materialId
    } finally {
      slot.destroy()
    }
  }

  async #open(transaction: Transaction, path: string): Promise<Slot> {
    const arn = path.slice(0, path.lastIndexOf('/'))
    const stored = await readHsmKey(transaction, this.#clusterId, path)
    if (stored === undefined) {
      const message = `The key material of ${arn} was not found in cluster ${this.#clusterId}.`
      throw new KmsError('KMSInvalidStateException', message)
    }
    const keyId = unhex(keyIdDigits(parseKeyArn(arn).id))
    return openHsmKey(this.#root, this.#identity, keyId, unbase64(stored))
  }

  /** Wipes the core. Idempotent. */
  end(): void {
    this.ended = true
    this.core.lock()
  }
}

/** A new HSM's root, made in a core of its own and sealed under the kmsuser's password. */
export async function initialise({ loadCore, cost }: HsmMeans, password: string): Promise<Vaulted> {
  const core = await loadCore()
  const hsmId = core.random(16)
  const store = identityOf(core, hex(hsmId))
  const root = core.generateKey(32)
  try {
    const { sealed } = await makeSlot({ passphrase: password, ...(cost && { cost }) }, { core, store }, 1, root)
    return { hsmId: hex(hsmId), vault: base64(sealed) }
  } finally {
    core.lock()
  }
}

/** The same root, sealed under another password; @throws UnlockFailed if the present one is wrong */
export async function changePassword(
  { loadCore, cost }: HsmMeans,
  { hsmId, vault }: Vaulted,
  present: string,
  next: string,
): Promise<Vaulted> {
  const core = await loadCore()
  const context = { core, store: identityOf(core, hsmId) }
  try {
    const { root } = await openSlot({ passphrase: present }, [decodeSlot(unbase64(vault))], context)
    const { sealed } = await makeSlot({ passphrase: next, ...(cost && { cost }) }, context, 1, root)
    return { hsmId, vault: base64(sealed) }
  } finally {
    core.lock()
  }
}

/** What everything sealed in an HSM is bound to. @param hsmId 32 hex digits */
export function identityOf(core: Core, hsmId: string): StoreIdentity {
  const id = unhex(hsmId)
  return { id, hash: core.sha2('SHA-256', concat(utf8('kmsbox/v1/hsm'), Uint8Array.of(0), id)) }
}

/** A backing key under the HSM's root, bound to its KMS key. @param keyId 16 bytes */
export const sealHsmKey = (root: Slot, { id, hash }: StoreIdentity, keyId: Uint8Array, key: Slot): Uint8Array =>
  root.sealSlot(KEY_LABEL, id, keyHead(keyId), hash, key)

/** Opens what {@link sealHsmKey} made, for that KMS key alone. */
function openHsmKey(root: Slot, { hash }: StoreIdentity, keyId: Uint8Array, sealed: Uint8Array): Slot {
  if (compareBytes(sealed.subarray(0, KEY_HEAD_BYTES), keyHead(keyId)) !== 0) throw internalError()
  return root.openSlot(KEY_LABEL, KEY_HEAD_BYTES, hash, sealed)
}

const keyHead = (keyId: Uint8Array): Uint8Array => concat(Uint8Array.of(1, 1, 0, 0), keyId)
