/**
 * The two envelopes that keys travel in: PrivateKeyInfo (PKCS#8, RFC 5208 and 5958) and SubjectPublicKeyInfo
 * (RFC 5280, 4.1.2.7).
 *
 * An algorithm is compared as the bytes of its AlgorithmIdentifier, parameters included: key specs have one each.
 */
import { compareBytes } from '../../bytes.ts'
import type { DerElement } from './der.ts'
import { bitString, DerReader, element, encodeDer, InvalidKey, octetString, sequence, Tag, wholeBits } from './der.ts'

/** Both as DER; the private key in a buffer of its own, which the caller wipes. */
export interface KeyPair {
  /** PKCS#8 PrivateKeyInfo. */
  readonly privateKey: Uint8Array
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

const version1 = element(Tag.integer, Uint8Array.of(0))

/** PrivateKeyInfo, version 1 (as every importer reads it). */
export function encodePrivateKey(algorithm: Uint8Array, content: DerElement | Uint8Array): Uint8Array {
  return encodeDer(sequence(version1, sequence(algorithm), octetString(content)))
}

export function encodePublicKey(algorithm: Uint8Array, key: Uint8Array | DerElement): Uint8Array {
  const bytes = key instanceof Uint8Array ? key : encodeDer(key)
  return encodeDer(sequence(sequence(algorithm), bitString(bytes)))
}

export interface PrivateKeyContent {
  /** The algorithm's own private key structure: a view into the input. */
  readonly privateKey: Uint8Array
  /** The public key that version 2 (RFC 5958) may carry beside it, unchecked. */
  readonly publicKey?: Uint8Array
}

/** Throws {@link InvalidKey} unless these bytes are a PrivateKeyInfo of this algorithm. Attributes are passed over. */
export function decodePrivateKey(algorithm: Uint8Array, pkcs8: Uint8Array): PrivateKeyContent {
  const outer = new DerReader(pkcs8)
  const info = outer.enter(Tag.sequence)
  outer.end()
  const version = info.unsigned()
  if (version.length !== 1 || version[0]! > 1) throw new InvalidKey()
  if (compareBytes(info.read(Tag.sequence), algorithm) !== 0) throw new InvalidKey()
  const privateKey = info.read(Tag.octetString)
  info.readOptional(0xa0)
  const publicKey = version[0] === 1 ? info.readOptional(0x81) : undefined
  info.end()
  return publicKey === undefined ? { privateKey } : { privateKey, publicKey: wholeBits(publicKey) }
}

/** The subject's public key; throws {@link InvalidKey} unless these bytes are a SubjectPublicKeyInfo of this algorithm. */
export function decodePublicKey(algorithm: Uint8Array, spki: Uint8Array): Uint8Array {
  const outer = new DerReader(spki)
  const info = outer.enter(Tag.sequence)
  outer.end()
  if (compareBytes(info.read(Tag.sequence), algorithm) !== 0) throw new InvalidKey()
  const key = info.bits()
  info.end()
  return key
}
