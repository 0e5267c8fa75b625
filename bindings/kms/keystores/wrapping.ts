/**
 * What an external key manager adds to a ciphertext of ours (FORMATS.md, suite 02): behind the 36-byte header
 * u8 m ‖ ciphertextMetadata[m] ‖ u8 i ‖ initializationVector[i] ‖ authenticationTag[16] ‖ ciphertext[c].
 */
import { concat } from '../../bytes.ts'

/** Fields of the XKS Proxy API's Encrypt answer. */
export interface Wrapped {
  /** Of the external key manager, for itself; 0 to 20 bytes. */
  readonly metadata: Uint8Array
  /** 12 or 16 bytes. */
  readonly iv: Uint8Array
  /** 16 bytes. */
  readonly tag: Uint8Array
  readonly ciphertext: Uint8Array
}

export const MAX_METADATA_BYTES = 20
export const TAG_BYTES = 16
export const isIvLength = (length: number): boolean => length === 12 || length === 16

export function joinWrapped({ metadata, iv, tag, ciphertext }: Wrapped): Uint8Array {
  return concat(Uint8Array.of(metadata.length), metadata, Uint8Array.of(iv.length), iv, tag, ciphertext)
}

/** Reads strictly; undefined unless the lengths of all fields fit. */
export function splitWrapped(bytes: Uint8Array): Wrapped | undefined {
  const metadataEnd = 1 + (bytes[0] ?? 0)
  const ivEnd = metadataEnd + 1 + (bytes[metadataEnd] ?? 0)
  const tagEnd = ivEnd + TAG_BYTES
  const wrapped = {
    metadata: bytes.slice(1, metadataEnd),
    iv: bytes.slice(metadataEnd + 1, ivEnd),
    tag: bytes.slice(ivEnd, tagEnd),
    ciphertext: bytes.slice(tagEnd),
  }
  const fits = wrapped.metadata.length <= MAX_METADATA_BYTES && isIvLength(wrapped.iv.length)
  return fits && wrapped.ciphertext.length > 0 ? wrapped : undefined
}
