/**
 * Keys of the module-lattice standards, kept as the seed from which FIPS 203 and FIPS 204 derive them.
 *
 * PKCS#8 in the seed form of RFC 9881 (ML-DSA) and RFC 9935 (ML-KEM): `[0] IMPLICIT OCTET STRING`. An imported key may
 * also state seed and expanded key together; the expanded key alone, from which no seed can be found, is refused.
 */
import { compareBytes } from '../../bytes.ts'
import type { KeyPair } from './containers.ts'
import { decodePrivateKey, encodePrivateKey, encodePublicKey } from './containers.ts'
import { DerReader, element, InvalidKey, Tag } from './der.ts'
import { randomBytes } from './webcrypto.ts'

/** One parameter set: its name in the containers, and its key generation. */
export interface SeededScheme {
  readonly algorithm: Uint8Array
  readonly seedBytes: number
  readonly keygen: (seed: Uint8Array) => { secretKey: Uint8Array; publicKey: Uint8Array }
}

const seedTag = 0x80

export function generateSeeded(scheme: SeededScheme): KeyPair {
  const seed = randomBytes(scheme.seedBytes)
  try {
    return pairOf(scheme, seed)
  } finally {
    seed.fill(0)
  }
}

function pairOf(scheme: SeededScheme, seed: Uint8Array): KeyPair {
  const { secretKey, publicKey } = scheme.keygen(seed)
  secretKey.fill(0)
  return {
    privateKey: encodePrivateKey(scheme.algorithm, element(seedTag, seed)),
    publicKey: encodePublicKey(scheme.algorithm, publicKey),
  }
}

/** Calls `use` with the expanded private key, which is wiped afterwards. */
export function withExpandedKey<T>(scheme: SeededScheme, pkcs8: Uint8Array, use: (secretKey: Uint8Array) => T): T {
  const { secretKey } = scheme.keygen(decodeSeed(scheme, pkcs8).seed)
  try {
    return use(secretKey)
  } finally {
    secretKey.fill(0)
  }
}

/** The key in seed form, and its public key; throws {@link InvalidKey}. */
export function checkSeededPrivateKey(scheme: SeededScheme, pkcs8: Uint8Array): KeyPair {
  const { seed, expanded, stated } = decodeSeed(scheme, pkcs8)
  const { secretKey, publicKey } = scheme.keygen(seed)
  const consistent =
    (expanded === undefined || compareBytes(expanded, secretKey) === 0) &&
    (stated === undefined || compareBytes(stated, publicKey) === 0)
  secretKey.fill(0)
  if (!consistent) throw new InvalidKey()
  return pairOf(scheme, seed)
}

/** The seed (a view), and what the key states beside it, unchecked. */
function decodeSeed(scheme: SeededScheme, pkcs8: Uint8Array) {
  const { privateKey, publicKey: stated } = decodePrivateKey(scheme.algorithm, pkcs8)
  const reader = new DerReader(privateKey)
  const alone = reader.readOptional(seedTag)
  const both = alone === undefined ? reader.enter(Tag.sequence) : undefined
  reader.end()
  const seed = alone ?? both!.read(Tag.octetString)
  const expanded = both?.read(Tag.octetString)
  both?.end()
  if (seed.length !== scheme.seedBytes) throw new InvalidKey()
  return { seed, expanded, stated }
}
