/**
 * CiphertextBlob v1 of symmetric KMS keys (FORMATS.md): a header that names key and material, then Seal() of the
 * plaintext under the backing key, bound to the encryption context. Secrets stay in slots; this file moves headers.
 */
import { compareBytes, concat, isWellFormed, u16, utf8 } from '../bytes.ts'
import { AuthenticationError, type Core, type Slot } from '../core.ts'
import { KmsError, validationError } from '../errors.ts'
import { splitWrapped } from './keystores/wrapping.ts'

const VERSION = 1
/** HKDF-SHA-256, AES-256-GCM, 32-byte commitment: by our core alone, or encrypted once more by an external key manager. */
export const Suite = { own: 1, external: 2 } as const
export type Suite = (typeof Suite)[keyof typeof Suite]
const FLAG_MULTI_REGION = 1
export const HEADER_BYTES = 36
const SEAL_BYTES = 32 + 32 + 16 // salt, commitment, tag
const LABEL = 'kmsbox/v1/message'
const MATERIAL_ID_LABEL = 'kmsbox/v1/material-id'

const MAX_PLAINTEXT_BYTES = 4096
const MAX_CONTEXT_BYTES = 8192

export type EncryptionContext = Readonly<Record<string, string>>

export interface BlobHeader {
  /** The first 36 bytes, which the seal authenticates. */
  readonly bytes: Uint8Array
  readonly suite: Suite
  readonly keyId: Uint8Array
  readonly multiRegion: boolean
  /** First 16 bytes of the KeyMaterialId. */
  readonly material: Uint8Array
}

/** AWS's answer to a malformed blob, a wrong context, a wrong commitment and a wrong tag alike. */
export const invalidCiphertext = (): KmsError => new KmsError('InvalidCiphertextException')

/**
 * Canonical bytes of an encryption context: u16 count, then pairs sorted by the key's UTF-8 bytes, each u16 length
 * before its bytes. No two contexts share an encoding, and absent equals empty.
 */
function encodeContext(context: EncryptionContext = {}): Uint8Array {
  const pairs = Object.keys(context).map((key) => [utf8Of(key), utf8Of(context[key])] as const)
  const total = pairs.reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (total > MAX_CONTEXT_BYTES) {
    throw validationError(`The encryption context is ${total} bytes long; at most ${MAX_CONTEXT_BYTES} are allowed.`)
  }
  pairs.sort(([a], [b]) => compareBytes(a, b))
  const fields = pairs.flatMap(([key, value]) => [u16(key.length), key, u16(value.length), value])
  return concat(u16(pairs.length), ...fields)
}

function utf8Of(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !isWellFormed(value)) {
    throw validationError('Keys and values of an encryption context must be well-formed strings.')
  }
  return utf8(value)
}

const contextPrefix = concat(utf8('kmsbox/v1/ec'), Uint8Array.of(0))

export function contextHash(core: Core, context?: EncryptionContext): Uint8Array {
  return core.sha2('SHA-256', concat(contextPrefix, encodeContext(context)))
}

/** 32 public bytes that name a backing key without telling anything of it. */
export const materialIdOf = (backingKey: Slot, keyId: Uint8Array): Uint8Array =>
  backingKey.expand(MATERIAL_ID_LABEL, keyId, 32)

function header({ suite, keyId, multiRegion, materialId }: SealingKey): Uint8Array {
  const fixed = Uint8Array.of(VERSION, suite, multiRegion ? FLAG_MULTI_REGION : 0, 0)
  return concat(fixed, keyId, materialId.subarray(0, 16))
}

export interface SealingKey {
  readonly suite: Suite
  readonly backingKey: Slot
  readonly keyId: Uint8Array
  readonly multiRegion: boolean
  readonly materialId: Uint8Array
}

/** Encrypts 1 to 4,096 bytes the caller handed in. */
export function sealMessage(
  core: Core,
  key: SealingKey,
  context: EncryptionContext | undefined,
  plaintext: Uint8Array,
) {
  const head = header(key)
  return key.backingKey.seal(LABEL, key.keyId, head, contextHash(core, context), plaintext)
}

/** Encrypts the content of a slot (a data key, a private key), which never passes through JavaScript. */
export function sealMessageSlot(core: Core, key: SealingKey, context: EncryptionContext | undefined, content: Slot) {
  const head = header(key)
  return key.backingKey.sealSlot(LABEL, key.keyId, head, contextHash(core, context), content)
}

/** Reads and checks the header strictly; @throws InvalidCiphertextException */
export function parseBlob(blob: Uint8Array): BlobHeader {
  const [version, suite, flags = 0, reserved] = blob
  const wellFormed =
    version === VERSION &&
    (suite === Suite.own || suite === Suite.external) &&
    (flags & ~(suite === Suite.own ? FLAG_MULTI_REGION : 0)) === 0 &&
    reserved === 0
  if (!wellFormed || !fits(sealedLength(suite, blob))) throw invalidCiphertext()
  return {
    bytes: blob.slice(0, HEADER_BYTES),
    suite,
    keyId: blob.slice(4, 20),
    multiRegion: flags === FLAG_MULTI_REGION,
    material: blob.slice(20, HEADER_BYTES),
  }
}

/** Bytes of what our core sealed, behind the header and inside what others encrypted; 0 if that is malformed. */
function sealedLength(suite: Suite, blob: Uint8Array): number {
  if (suite === Suite.own) return blob.length - HEADER_BYTES
  return splitWrapped(blob.subarray(HEADER_BYTES))?.ciphertext.length ?? 0
}

const fits = (length: number): boolean => length > SEAL_BYTES && length <= SEAL_BYTES + MAX_PLAINTEXT_BYTES

/** Opens a blob under its backing key; @throws InvalidCiphertextException */
export function openMessage(core: Core, backingKey: Slot, context: EncryptionContext | undefined, blob: Uint8Array) {
  const bound = contextHash(core, context)
  try {
    return backingKey.open(LABEL, HEADER_BYTES, bound, blob)
  } catch (error) {
    throw error instanceof AuthenticationError ? invalidCiphertext() : error
  }
}

/** As {@link openMessage}, into a slot: for ReEncrypt, whose plaintext nobody asked for. */
export function openMessageSlot(
  core: Core,
  backingKey: Slot,
  context: EncryptionContext | undefined,
  blob: Uint8Array,
) {
  const bound = contextHash(core, context)
  try {
    return backingKey.openSlot(LABEL, HEADER_BYTES, bound, blob)
  } catch (error) {
    throw error instanceof AuthenticationError ? invalidCiphertext() : error
  }
}
