/** Sealing and opening under a symmetric KMS key, wherever its backing keys live: this core, or a custom key store. */
import { unhex } from '../bytes.ts'
import type { Core, Slot } from '../core.ts'
import { KmsError } from '../errors.ts'
import {
  type EncryptionContext,
  invalidCiphertext,
  openMessage,
  openMessageSlot,
  type SealingKey,
  Suite,
  sealMessage,
  sealMessageSlot,
} from './ciphertext.ts'
import { isMultiRegion, isPresent, isSymmetric, type KeyRecord } from './key.ts'
import { keyIdBytes, type Residents } from './material.ts'
import type { Call } from './operation.ts'
import { materialOfBlob } from './resolve.ts'

export interface Sealed {
  readonly blob: Uint8Array
  /** KeyMaterialId; keys in custom key stores show none. */
  readonly materialId?: string
}

/** A core, and the backing keys resident in it: the box's own, or an HSM's. */
export interface Keeper {
  readonly core: Core
  readonly residents: Residents
}

type Context = EncryptionContext | undefined
/** What sealing needs of a request; an external key manager is told who asks, and for what. */
export type Using = Pick<Call, 'box' | 'transaction' | 'now' | 'caller' | 'operation' | 'requestId' | 'trail'>

/** Seals caller's bytes, or a slot's content, under the key's current material. */
export async function sealUnder(
  call: Using,
  key: KeyRecord,
  context: Context,
  content: Uint8Array | Slot,
): Promise<Sealed> {
  if (key.keyStore) return { blob: await call.box.keyStores.seal(call, key, context, content) }
  return { blob: await sealIn(call.box, call, key, context, content), materialId: key.current }
}

/** Opens a blob made under any material of the key; @throws InvalidCiphertextException */
export async function openUnder(call: Using, key: KeyRecord, context: Context, blob: Uint8Array) {
  if (key.keyStore) return { plaintext: await call.box.keyStores.open(call, key, context, blob) }
  const materialId = usableMaterial(call, key, blob)
  return { plaintext: await openIn(call.box, call, key, materialId, context, blob), materialId }
}

/** As {@link openUnder}; where this core holds the key, the plaintext stays in it. The caller destroys the slot. */
export async function openUnderIntoSlot(call: Using, key: KeyRecord, context: Context, blob: Uint8Array) {
  const { core, residents } = call.box
  if (key.keyStore) {
    const plaintext = await call.box.keyStores.open(call, key, context, blob)
    try {
      return { slot: core.importKey(plaintext) }
    } finally {
      plaintext.fill(0)
    }
  }
  const materialId = usableMaterial(call, key, blob)
  const slot = await residents.use(call.transaction, key, materialId, (backingKey) =>
    openMessageSlot(core, backingKey, context, blob),
  )
  return { slot, materialId }
}

/** {@link sealUnder} in a given core; a slot must be that core's. */
export function sealIn(
  { core, residents }: Keeper,
  call: Pick<Call, 'transaction'>,
  key: KeyRecord,
  context: Context,
  content: Uint8Array | Slot,
): Promise<Uint8Array> {
  const materialId = key.current as string
  return residents.use(call.transaction, key, materialId, (backingKey) => {
    const sealing = sealingKey(key, materialId, backingKey)
    return content instanceof Uint8Array
      ? sealMessage(core, sealing, context, content)
      : sealMessageSlot(core, sealing, context, content)
  })
}

/** {@link openUnder} in a given core, by a given material. */
export function openIn(
  { core, residents }: Keeper,
  call: Pick<Call, 'transaction'>,
  key: KeyRecord,
  materialId: string,
  context: Context,
  blob: Uint8Array,
): Promise<Uint8Array> {
  return residents.use(call.transaction, key, materialId, (backingKey) => openMessage(core, backingKey, context, blob))
}

/** The key's material that made a blob; @throws InvalidCiphertextException if it is not there, or not any more */
export function usableMaterial(call: Pick<Call, 'now'>, key: KeyRecord, blob: Uint8Array): string {
  const materialId = materialOfBlob(key, blob)
  const material = key.materials.find(({ id }) => id === materialId)
  if (!material || !isPresent(material, call.now)) throw invalidCiphertext()
  return material.id
}

function sealingKey(key: KeyRecord, materialId: string, backingKey: Slot): SealingKey {
  const suite = key.origin === 'EXTERNAL_KEY_STORE' ? Suite.external : Suite.own
  return { suite, backingKey, keyId: keyIdBytes(key), multiRegion: isMultiRegion(key), materialId: unhex(materialId) }
}

/** Data keys need a symmetric key; AWS's words for the others. */
export function requireSymmetric(key: KeyRecord, operation: string): void {
  if (isSymmetric(key)) return
  throw new KmsError(
    'InvalidKeyUsageException',
    `${key.arn} key spec is ${key.spec} which is not valid for ${operation}.`,
  )
}
