/**
 * Unlocking by a parent KMS: the secret is a data key of the parent, which decrypts it under the encryption context
 * { "kmsbox:store": storeId in hex }. The caller pins the ARN; it must be the slot's, and is sent as KeyId.
 */
import { hex, text, utf8 } from '../bytes.ts'
import type { UnlockKind } from './kind.ts'
import { decodeParts, encodeParts } from './params.ts'
import { secret32 } from './raw.ts'
import { SlotType, type StoreIdentity, UnlockFailed } from './seal.ts'

export interface ParentUnlock {
  readonly parent: ParentKms
}

export interface ParentKms {
  /** ARN of the parent's key: never an alias or a bare id. */
  readonly keyArn: string
  /** Pins the store, 32 hex digits: refused before the parent is asked if it is another. */
  readonly storeId?: string
  /** The parent's Decrypt; resolves to 32 bytes. */
  decrypt(request: {
    KeyId: string
    CiphertextBlob: Uint8Array
    EncryptionContext: Record<string, string>
  }): Promise<Uint8Array>
  /** The parent's GenerateDataKey of 32 bytes. Needed to make a slot. */
  generateDataKey?(request: {
    KeyId: string
    NumberOfBytes: 32
    EncryptionContext: Record<string, string>
  }): Promise<{ Plaintext: Uint8Array; CiphertextBlob: Uint8Array }>
}

export const parent: UnlockKind<ParentUnlock> = {
  type: SlotType.parent,
  name: 'parent',

  async create({ parent: kms }, { store }) {
    if (kms.generateDataKey === undefined) throw new TypeError('a parent slot is made by the parent’s GenerateDataKey')
    const made = await kms.generateDataKey({
      KeyId: kms.keyArn,
      NumberOfBytes: 32,
      EncryptionContext: contextOf(store),
    })
    const secret = secret32(made.Plaintext)
    made.Plaintext.fill(0)
    return { params: encodeParts(utf8(kms.keyArn), made.CiphertextBlob), secret }
  },

  means({ parent: kms }, slot, { store }) {
    if (slot.type !== SlotType.parent) return false
    if (kms.storeId !== undefined && kms.storeId !== hex(store.id)) return false
    return text(decodeParts(slot.params, 2)[0] as Uint8Array) === kms.keyArn
  },

  async secret({ parent: kms }, slot, { store }) {
    const [, CiphertextBlob] = decodeParts(slot.params, 2) as [Uint8Array, Uint8Array]
    const plaintext = await kms.decrypt({ KeyId: kms.keyArn, CiphertextBlob, EncryptionContext: contextOf(store) })
    if (plaintext.length !== 32) throw new UnlockFailed()
    const secret = secret32(plaintext)
    plaintext.fill(0)
    return secret
  },

  describe(params) {
    return { keyArn: text(decodeParts(params, 2)[0] as Uint8Array) }
  },
}

const contextOf = (store: StoreIdentity): Record<string, string> => ({ 'kmsbox:store': hex(store.id) })
