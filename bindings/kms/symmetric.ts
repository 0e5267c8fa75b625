/** Sealing and opening under a symmetric KMS key, wherever its backing keys live: this core, or a custom key store. */
import { unhex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { KmsError } from '../errors.ts'
import {
  type EncryptionContext,
  invalidCiphertext,
  openMessage,
  openMessageSlot,
  type SealingKey,
  sealMessage,
  sealMessageSlot,
} from './ciphertext.ts'
import { isMultiRegion, isPresent, isSymmetric, type KeyRecord } from './key.ts'
import { keyIdBytes } from './material.ts'
import type { Call } from './operation.ts'
import { materialOfBlob } from './resolve.ts'

export interface Sealed {
  readonly blob: Uint8Array
  readonly materialId: string
}

type Context = EncryptionContext | undefined
type Using = Pick<Call, 'box' | 'transaction' | 'now'>

/** Seals caller's bytes, or a slot's content, under the key's current material. */
export async function sealUnder(
  call: Using,
  key: KeyRecord,
  context: Context,
  content: Uint8Array | Slot,
): Promise<Sealed> {
  if (key.keyStore) return call.box.keyStores.seal(call, key, context, content)
  const materialId = key.current as string
  const { core, residents } = call.box
  const blob = await residents.use(call.transaction, key, materialId, (backingKey) => {
    const sealing = sealingKey(key, materialId, backingKey)
    return content instanceof Uint8Array
      ? sealMessage(core, sealing, context, content)
      : sealMessageSlot(core, sealing, context, content)
  })
  return { blob, materialId }
}

/** Opens a blob made under any material of the key; @throws InvalidCiphertextException */
export async function openUnder(call: Using, key: KeyRecord, context: Context, blob: Uint8Array) {
  if (key.keyStore) return call.box.keyStores.open(call, key, context, blob)
  const materialId = usableMaterial(call, key, blob)
  const { core, residents } = call.box
  const plaintext = await residents.use(call.transaction, key, materialId, (backingKey) =>
    openMessage(core, backingKey, context, blob),
  )
  return { plaintext, materialId }
}

/** As {@link openUnder}; where this core holds the key, the plaintext stays in it. The caller destroys the slot. */
export async function openUnderIntoSlot(call: Using, key: KeyRecord, context: Context, blob: Uint8Array) {
  const { core, residents } = call.box
  if (key.keyStore) {
    const { plaintext, materialId } = await call.box.keyStores.open(call, key, context, blob)
    const slot = core.importKey(plaintext)
    plaintext.fill(0)
    return { slot, materialId }
  }
  const materialId = usableMaterial(call, key, blob)
  const slot = await residents.use(call.transaction, key, materialId, (backingKey) =>
    openMessageSlot(core, backingKey, context, blob),
  )
  return { slot, materialId }
}

function usableMaterial(call: Using, key: KeyRecord, blob: Uint8Array): string {
  const materialId = materialOfBlob(key, blob)
  const material = key.materials.find(({ id }) => id === materialId)
  if (!material || !isPresent(material, call.now)) throw invalidCiphertext()
  return material.id
}

function sealingKey(key: KeyRecord, materialId: string, backingKey: Slot): SealingKey {
  return { backingKey, keyId: keyIdBytes(key), multiRegion: isMultiRegion(key), materialId: unhex(materialId) }
}

/** Data keys need a symmetric key; AWS's words for the others. */
export function requireSymmetric(key: KeyRecord, operation: string): void {
  if (isSymmetric(key)) return
  throw new KmsError(
    'InvalidKeyUsageException',
    `${key.arn} key spec is ${key.spec} which is not valid for ${operation}.`,
  )
}
