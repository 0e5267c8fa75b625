/**
 * Ed25519 and Ed25519ph (FIPS 186-5, 7; RFC 8032), keys as in RFC 8410.
 *
 * Messages are signed by WebCrypto where it knows Ed25519. The rest is @noble/curves, verifying included: engines
 * disagree on points of small order, and one signature must get one verdict.
 */
import { ed25519, ed25519ph } from '@noble/curves/ed25519.js'
import { compareBytes, unhex } from '../../bytes.ts'
import type { KeyPair } from './containers.ts'
import { decodePrivateKey, decodePublicKey, encodePrivateKey, encodePublicKey } from './containers.ts'
import { DerReader, InvalidKey, octetString, Tag } from './der.ts'
import type { MessageType } from './specs.ts'
import { engineHas, importPrivateKey, randomBytes, source } from './webcrypto.ts'

const algorithm = unhex('06032b6570')
const seedBytes = 32

export function generateEdwards(): KeyPair {
  const seed = randomBytes(seedBytes)
  try {
    return pairOf(seed)
  } finally {
    seed.fill(0)
  }
}

function pairOf(seed: Uint8Array): KeyPair {
  return {
    privateKey: encodePrivateKey(algorithm, octetString(seed)),
    publicKey: encodePublicKey(algorithm, ed25519.getPublicKey(seed)),
  }
}

/** The key in our encoding, and its public key; throws {@link InvalidKey}. */
export function checkEdwardsPrivateKey(pkcs8: Uint8Array): KeyPair {
  const pair = pairOf(decodeSeed(pkcs8))
  const { publicKey } = decodePrivateKey(algorithm, pkcs8)
  if (publicKey === undefined || compareBytes(publicKey, decodePublicKey(algorithm, pair.publicKey)) === 0) return pair
  pair.privateKey.fill(0)
  throw new InvalidKey()
}

/** A view of the 32 bytes that RFC 8032 calls the private key. */
function decodeSeed(pkcs8: Uint8Array): Uint8Array {
  const reader = new DerReader(decodePrivateKey(algorithm, pkcs8).privateKey)
  const seed = reader.read(Tag.octetString)
  reader.end()
  if (seed.length !== seedBytes) throw new InvalidKey()
  return seed
}

/** The 32 bytes of the encoded point; throws {@link InvalidKey} unless they are one. */
export function checkEdwardsPublicKey(spki: Uint8Array): Uint8Array {
  const point = decodePublicKey(algorithm, spki)
  if (!ed25519.utils.isValidPublicKey(point, false)) throw new InvalidKey()
  return point
}

/** RAW is Ed25519; DIGEST is Ed25519ph, which hashes the digest once more, as AWS KMS does. */
export async function signEdwards(type: MessageType, privateKey: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  if (type === 'DIGEST') return ed25519ph.sign(message, decodeSeed(privateKey))
  if (!(await engineHas('Ed25519'))) return ed25519.sign(message, decodeSeed(privateKey))
  const key = await importPrivateKey(privateKey, 'Ed25519', 'sign')
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, source(message)))
}

export function verifyEdwards(
  type: MessageType,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== 64) return false
  const scheme = type === 'DIGEST' ? ed25519ph : ed25519
  return scheme.verify(signature, message, decodePublicKey(algorithm, publicKey), { zip215: false })
}
