/** Custom key stores: where a key's backing keys live elsewhere than in this core. */
import type { Slot } from '../core.ts'
import { KmsError } from '../errors.ts'
import type { EncryptionContext } from './ciphertext.ts'
import type { KeyRecord, Origin } from './key.ts'
import type { Call } from './operation.ts'
import type { Sealed } from './symmetric.ts'

type Using = Pick<Call, 'transaction' | 'now' | 'box'>

export interface KeyStores {
  isConnected(call: Pick<Call, 'transaction'>, storeId: string): Promise<boolean>
  /** Makes a backing key for a new KMS key in a store, or finds the external key it stands for. */
  place(call: Call<'CreateKey'>, storeId: string, origin: Origin, xksKeyId?: string): Promise<KeyRecord['keyStore']>
  seal(call: Using, key: KeyRecord, context: EncryptionContext | undefined, content: Uint8Array | Slot): Promise<Sealed>
  open(
    call: Using,
    key: KeyRecord,
    context: EncryptionContext | undefined,
    blob: Uint8Array,
  ): Promise<{ plaintext: Uint8Array; materialId: string }>
  random(call: Pick<Call, 'transaction'>, storeId: string, length: number): Promise<Uint8Array>
}

export const noSuchKeyStore = (id: string): KmsError =>
  new KmsError('CustomKeyStoreNotFoundException', `Custom key store ${id} does not exist.`)

/** A box without custom key stores. */
export const noKeyStores: KeyStores = {
  isConnected: async () => false,
  async place(_call, id) {
    throw noSuchKeyStore(id)
  },
  async seal(_call, key) {
    throw noSuchKeyStore(key.keyStore?.id ?? '')
  },
  async open(_call, key) {
    throw noSuchKeyStore(key.keyStore?.id ?? '')
  },
  async random(_call, id) {
    throw noSuchKeyStore(id)
  },
}
