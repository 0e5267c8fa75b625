/**
 * RSA keys as bytes (RFC 8017, appendix A.1) and the checks that an imported one must pass.
 *
 * The checks compute with BigInt, which is neither constant-time nor can it be wiped. They run once, when a caller
 * brings a key of his own; keys made here never pass through them.
 */
import { pow } from '@noble/curves/abstract/modular.js'
import { hex, unhex } from '../../bytes.ts'
import type { KeyPair } from './containers.ts'
import { decodePrivateKey, decodePublicKey, encodePrivateKey, encodePublicKey } from './containers.ts'
import { DerReader, InvalidKey, sequence, Tag, unsignedInteger } from './der.ts'
import { randomBytes } from './webcrypto.ts'

/** rsaEncryption with its NULL: RFC 8017, appendix A. */
const rsaEncryption = unhex('06092a864886f70d0101010500')

export interface RsaPublicKey {
  readonly n: Uint8Array
  readonly e: Uint8Array
}

/** RSAPrivateKey with two primes; big-endian, without leading zeros, views into the encoded key. */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly d: Uint8Array
  readonly p: Uint8Array
  readonly q: Uint8Array
  readonly dP: Uint8Array
  readonly dQ: Uint8Array
  readonly qInv: Uint8Array
}

export const integer = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`)

export function decodeRsaPrivateKey(pkcs8: Uint8Array): RsaPrivateKey {
  const outer = new DerReader(decodePrivateKey(rsaEncryption, pkcs8).privateKey)
  const key = outer.enter(Tag.sequence)
  outer.end()
  const version = key.unsigned()
  if (version.length !== 1 || version[0] !== 0) throw new InvalidKey()
  const [n, e, d, p] = [key.unsigned(), key.unsigned(), key.unsigned(), key.unsigned()]
  const [q, dP, dQ, qInv] = [key.unsigned(), key.unsigned(), key.unsigned(), key.unsigned()]
  key.end()
  return { n, e, d, p, q, dP, dQ, qInv }
}

export function decodeRsaPublicKey(spki: Uint8Array): RsaPublicKey {
  const outer = new DerReader(decodePublicKey(rsaEncryption, spki))
  const key = outer.enter(Tag.sequence)
  outer.end()
  const n = key.unsigned()
  const e = key.unsigned()
  key.end()
  return { n, e }
}

const encodeRsaPublicKey = ({ n, e }: RsaPublicKey): Uint8Array =>
  encodePublicKey(rsaEncryption, sequence(unsignedInteger(n), unsignedInteger(e)))

/** Throws {@link InvalidKey} unless this is a public key with a modulus of exactly `bytes` bytes. */
export const checkRsaPublicKey = (spki: Uint8Array, bytes: number): void => requireSize(decodeRsaPublicKey(spki), bytes)

/** Exponents from 65537 (SP 800-56B, 6.2) up to what every engine takes. */
function requireSize({ n, e }: RsaPublicKey, bytes: number): void {
  const odd = (n.at(-1)! & e.at(-1)! & 1) === 1
  if (n.length !== bytes || n[0]! < 0x80 || !odd || e.length > 4 || integer(e) < 65537n) throw new InvalidKey()
}

/** The key in the one encoding that the store keeps, and its public key; throws {@link InvalidKey}. */
export function checkRsaPrivateKey(pkcs8: Uint8Array, bytes: number): KeyPair {
  const key = decodeRsaPrivateKey(pkcs8)
  requireSize(key, bytes)
  requireConsistent(key)
  const { n, e, d, p, q, dP, dQ, qInv } = key
  const zero = Uint8Array.of(0)
  const content = sequence(unsignedInteger(zero), ...[n, e, d, p, q, dP, dQ, qInv].map(unsignedInteger))
  return { privateKey: encodePrivateKey(rsaEncryption, content), publicKey: encodeRsaPublicKey(key) }
}

/** Refuses what RFC 8017, 3.2 does not call a key, and primes of unequal size or without a margin between them. */
function requireConsistent(key: RsaPrivateKey): void {
  const half = key.n.length / 2
  if (key.p.length !== half || key.q.length !== half) throw new InvalidKey()
  const [n, e, d] = [integer(key.n), integer(key.e), integer(key.d)]
  const [p, q] = [integer(key.p), integer(key.q)]
  const [dP, dQ, qInv] = [integer(key.dP), integer(key.dQ), integer(key.qInv)]
  const distance = p > q ? p - q : q - p
  const consistent =
    p * q === n &&
    distance >> BigInt(half * 8 - 100) > 0n &&
    d < n &&
    dP === d % (p - 1n) &&
    dQ === d % (q - 1n) &&
    (e * dP) % (p - 1n) === 1n &&
    (e * dQ) % (q - 1n) === 1n &&
    qInv < p &&
    (qInv * q) % p === 1n
  if (!consistent || !passesFermat(p) || !passesFermat(q)) throw new InvalidKey()
}

/** Catches damage, not malice: who crafts a composite that passes weakens only the key that he brings. */
function passesFermat(prime: bigint): boolean {
  const base = 2n + (integer(randomBytes(32)) % (prime - 3n))
  return pow(base, prime - 1n, prime) === 1n
}
