/**
 * Weierstrass curves: ECDSA (FIPS 186-5, 6; signatures in DER) and ECDH (SP 800-56A, 5.7.1.2; the bare x coordinate).
 *
 * WebCrypto signs, verifies and agrees on the NIST curves that the engine has (not all have P-521). @noble/curves does
 * the rest: secp256k1, prepared digests, and the arithmetic of imported keys. Its big integers are neither constant-time nor wiped.
 */
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { compareBytes, unhex } from '../../bytes.ts'
import type { KeyPair } from './containers.ts'
import { decodePrivateKey, decodePublicKey, encodePrivateKey, encodePublicKey } from './containers.ts'
import { bitString, DerReader, element, InvalidKey, octetString, sequence, Tag, wholeBits } from './der.ts'
import type { SignatureHash } from './hash.ts'
import { hash } from './hash.ts'
import type { EccKeySpec, MessageType } from './specs.ts'
import { engineHas, exportPair, importPrivateKey, importPublicKey, randomBytes, source } from './webcrypto.ts'

interface Curve {
  readonly noble: typeof p256
  /** WebCrypto's name of the curve; absent if it has none. */
  readonly namedCurve?: string
  /** AlgorithmIdentifier's content: id-ecPublicKey and the curve's name (RFC 5480, 2.1.1). */
  readonly algorithm: Uint8Array
  /** The curve's name by itself, as ECPrivateKey may repeat it (RFC 5915, 3). */
  readonly name: Uint8Array
  /** Of a scalar and of a coordinate. */
  readonly bytes: number
  readonly hash: SignatureHash
}

function curve(noble: typeof p256, hash: SignatureHash, oid: string, namedCurve?: string): Curve {
  const name = unhex(oid)
  const algorithm = unhex(`06072a8648ce3d0201${oid}`)
  return { noble, hash, name, algorithm, bytes: noble.lengths.secretKey!, ...(namedCurve && { namedCurve }) }
}

const curves: { readonly [spec in EccKeySpec]: Curve } = {
  ECC_NIST_P256: curve(p256, 'SHA-256', '06082a8648ce3d030107', 'P-256'),
  ECC_NIST_P384: curve(p384, 'SHA-384', '06052b81040022', 'P-384'),
  ECC_NIST_P521: curve(p521, 'SHA-512', '06052b81040023', 'P-521'),
  ECC_SECG_P256K1: curve(secp256k1, 'SHA-256', '06052b8104000a'),
}

/** The curve's name for WebCrypto, if this engine has the curve. */
async function engineCurve({ namedCurve }: Curve): Promise<string | undefined> {
  return namedCurve && (await engineHas({ name: 'ECDSA', namedCurve })) ? namedCurve : undefined
}

/** High s is as good as low s: neither the standard nor AWS KMS normalises. */
const prepared = { prehash: false, lowS: false, format: 'der' } as const

export async function generateEcc(spec: EccKeySpec): Promise<KeyPair> {
  const { noble } = curves[spec]
  const namedCurve = await engineCurve(curves[spec])
  if (namedCurve !== undefined) {
    return exportPair(await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']))
  }
  const seed = randomBytes(noble.lengths.seed!)
  const scalar = noble.utils.randomSecretKey(seed)
  try {
    return pairOf(curves[spec], scalar, noble.getPublicKey(scalar, false))
  } finally {
    seed.fill(0)
    scalar.fill(0)
  }
}

/** Both halves in the one encoding that we write: ECPrivateKey with the public key and without the curve's name. */
function pairOf({ algorithm }: Curve, scalar: Uint8Array, point: Uint8Array): KeyPair {
  const key = sequence(element(Tag.integer, Uint8Array.of(1)), octetString(scalar), element(0xa1, bitString(point)))
  return { privateKey: encodePrivateKey(algorithm, key), publicKey: encodePublicKey(algorithm, point) }
}

/** The key in our encoding, and its public key; throws {@link InvalidKey}. */
export function checkEccPrivateKey(spec: EccKeySpec, pkcs8: Uint8Array): KeyPair {
  const { noble } = curves[spec]
  const { scalar, points } = decodeScalar(curves[spec], pkcs8)
  if (!noble.utils.isValidSecretKey(scalar)) throw new InvalidKey()
  const point = noble.getPublicKey(scalar, false)
  if (points.some((claimed) => compareBytes(claimed, point) !== 0)) throw new InvalidKey()
  return pairOf(curves[spec], scalar, point)
}

/** The scalar (a view) and the public keys that PKCS#8 (version 2) or ECPrivateKey state beside it, unchecked. */
function decodeScalar({ algorithm, name, bytes }: Curve, pkcs8: Uint8Array) {
  const { privateKey, publicKey } = decodePrivateKey(algorithm, pkcs8)
  const outer = new DerReader(privateKey)
  const key = outer.enter(Tag.sequence)
  outer.end()
  const version = key.unsigned()
  if (version.length !== 1 || version[0] !== 1) throw new InvalidKey()
  const scalar = key.read(Tag.octetString)
  if (scalar.length !== bytes) throw new InvalidKey()
  const parameters = key.readOptional(0xa0)
  if (parameters !== undefined && compareBytes(parameters, name) !== 0) throw new InvalidKey()
  const stated = key.readOptional(0xa1)
  key.end()
  const points = publicKey === undefined ? [] : [publicKey]
  if (stated !== undefined) points.push(statedPoint(stated))
  return { scalar, points }
}

function statedPoint(content: Uint8Array): Uint8Array {
  const reader = new DerReader(content)
  const point = wholeBits(reader.read(Tag.bitString))
  reader.end()
  return point
}

/** The uncompressed point of a SubjectPublicKeyInfo; throws {@link InvalidKey} unless it lies on this very curve. */
export function checkEccPublicKey(spec: EccKeySpec, spki: Uint8Array): Uint8Array {
  const { noble, algorithm } = curves[spec]
  const point = decodePublicKey(algorithm, spki)
  if (point[0] !== 0x04 || !noble.utils.isValidPublicKey(point, false)) throw new InvalidKey()
  return point
}

export async function signEcdsa(
  spec: EccKeySpec,
  type: MessageType,
  privateKey: Uint8Array,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { noble, hash: name } = curves[spec]
  const namedCurve = type === 'RAW' ? await engineCurve(curves[spec]) : undefined
  if (namedCurve !== undefined) {
    const key = await importPrivateKey(privateKey, { name: 'ECDSA', namedCurve }, 'sign')
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: name }, key, source(message))
    return noble.Signature.fromBytes(new Uint8Array(signature), 'compact').toBytes('der')
  }
  const digest = type === 'RAW' ? hash(name, message) : message
  // RFC 6979 with fresh randomness beside it (its 3.6), so that a fault in one of two equal calls gives no key away.
  return noble.sign(digest, decodeScalar(curves[spec], privateKey).scalar, { ...prepared, extraEntropy: true })
}

/** Whether the DER signature is the key's over this message or digest. */
export async function verifyEcdsa(
  spec: EccKeySpec,
  type: MessageType,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { noble, hash: name } = curves[spec]
  const namedCurve = type === 'RAW' ? await engineCurve(curves[spec]) : undefined
  if (namedCurve === undefined) {
    const digest = type === 'RAW' ? hash(name, message) : message
    return noble.verify(signature, digest, checkEccPublicKey(spec, publicKey), prepared)
  }
  const compact = compactOf(noble, signature)
  if (compact === undefined) return false
  const key = await importPublicKey(publicKey, { name: 'ECDSA', namedCurve }, 'verify')
  return crypto.subtle.verify({ name: 'ECDSA', hash: name }, key, source(compact), source(message))
}

/** r ‖ s of a strictly encoded DER signature with both in range; `undefined` of anything else. */
function compactOf(noble: Curve['noble'], signature: Uint8Array): Uint8Array | undefined {
  try {
    return noble.Signature.fromBytes(signature, 'der').toBytes('compact')
  } catch {
    return undefined
  }
}

/** The x coordinate of the shared point, as long as the curve's field. The peer's point has been checked. */
export async function agree(spec: EccKeySpec, privateKey: Uint8Array, point: Uint8Array): Promise<Uint8Array> {
  const { noble, bytes } = curves[spec]
  const namedCurve = await engineCurve(curves[spec])
  if (namedCurve === undefined) {
    return noble.getSharedSecret(decodeScalar(curves[spec], privateKey).scalar, point, true).slice(1)
  }
  const algorithm = { name: 'ECDH', namedCurve }
  const key = await importPrivateKey(privateKey, algorithm, 'deriveBits')
  const theirs = await crypto.subtle.importKey('raw', source(point), algorithm, true, [])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, key, 8 * bytes))
}
