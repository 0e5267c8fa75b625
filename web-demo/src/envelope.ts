/**
 * Envelope encryption on the caller's side: a data key of the KMS, AES-256-GCM by the page's own core. The plaintext
 * data key becomes a slot of that core at once, lives for one file, and is wiped.
 */
import type { CallerKms } from 'kmsbox'
import { type Core, loadCore } from 'kmsbox/core'

export type Context = Readonly<Record<string, string>> | undefined

export interface Envelope {
  /** The data key, encrypted under the KMS key. */
  readonly encryptedKey: Uint8Array
  /** 12 random bytes; the data key is used once. */
  readonly iv: Uint8Array
  /** Ciphertext ‖ tag. */
  readonly sealed: Uint8Array<ArrayBuffer>
}

let loading: Promise<Core> | undefined

/** The page's own core; the keys of the KMS live in another one, inside the enclave. */
export function pageCore(): Promise<Core> {
  loading ??= loadCore()
  return loading
}

export async function seal(kms: CallerKms, KeyId: string, content: Uint8Array, context: Context): Promise<Envelope> {
  const core = await pageCore()
  const dataKey = await kms.generateDataKey({ KeyId, KeySpec: 'AES_256', EncryptionContext: context })
  const key = takeKey(core, dataKey.Plaintext!)
  try {
    const iv = core.random(12)
    const sealed = new Uint8Array(content.length + 16)
    core.gcmSealInto(key, iv, content, sealed)
    return { encryptedKey: dataKey.CiphertextBlob!, iv, sealed }
  } finally {
    key.destroy()
  }
}

/** @throws KmsError if the KMS does not give the data key; AuthenticationError if the sealed content was changed */
export async function open(kms: CallerKms, envelope: Envelope, context: Context): Promise<Uint8Array<ArrayBuffer>> {
  const core = await pageCore()
  const { Plaintext } = await kms.decrypt({ CiphertextBlob: envelope.encryptedKey, EncryptionContext: context })
  const key = takeKey(core, Plaintext!)
  try {
    const content = new Uint8Array(envelope.sealed.length - 16)
    core.gcmOpenInto(key, envelope.iv, envelope.sealed, content)
    return content
  } finally {
    key.destroy()
  }
}

function takeKey(core: Core, bytes: Uint8Array) {
  const slot = core.importKey(bytes)
  bytes.fill(0)
  return slot
}
