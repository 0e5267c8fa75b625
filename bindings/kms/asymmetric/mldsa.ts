/**
 * ML-DSA (FIPS 204), pure, with an empty context, hedged; by @noble/post-quantum.
 *
 * EXTERNAL_MU takes the message representative μ of 6.2, which the caller computed. The library offers that only under
 * `internal`: its version is pinned, and the tests hold it to known answers of other implementations.
 */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { unhex } from '../../bytes.ts'
import type { KeyPair } from './containers.ts'
import { decodePublicKey } from './containers.ts'
import { InvalidKey } from './der.ts'
import type { SeededScheme } from './seeds.ts'
import { checkSeededPrivateKey, generateSeeded, withExpandedKey } from './seeds.ts'
import type { MessageType, MlDsaKeySpec } from './specs.ts'
import { randomBytes } from './webcrypto.ts'

interface MlDsa extends SeededScheme {
  readonly noble: typeof ml_dsa44
}

/** `last`: the parameter set's arc under id-ml-dsa (RFC 9881, 2). */
const scheme = (noble: typeof ml_dsa44, last: string): MlDsa => ({
  noble,
  algorithm: unhex(`06096086480165030403${last}`),
  seedBytes: 32,
  keygen: noble.keygen,
})

const schemes: { readonly [spec in MlDsaKeySpec]: MlDsa } = {
  ML_DSA_44: scheme(ml_dsa44, '11'),
  ML_DSA_65: scheme(ml_dsa65, '12'),
  ML_DSA_87: scheme(ml_dsa87, '13'),
}

export const generateMlDsa = (spec: MlDsaKeySpec): KeyPair => generateSeeded(schemes[spec])

export const checkMlDsaPrivateKey = (spec: MlDsaKeySpec, pkcs8: Uint8Array): KeyPair =>
  checkSeededPrivateKey(schemes[spec], pkcs8)

export function checkMlDsaPublicKey(spec: MlDsaKeySpec, spki: Uint8Array): Uint8Array {
  const { noble, algorithm } = schemes[spec]
  const key = decodePublicKey(algorithm, spki)
  if (key.length !== noble.lengths.publicKey) throw new InvalidKey()
  return key
}

export function signMlDsa(
  spec: MlDsaKeySpec,
  type: MessageType,
  privateKey: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const { noble } = schemes[spec]
  const extraEntropy = randomBytes(32)
  try {
    return withExpandedKey(schemes[spec], privateKey, (secretKey) =>
      type === 'EXTERNAL_MU'
        ? noble.internal.sign(message, secretKey, { externalMu: true, extraEntropy })
        : noble.sign(message, secretKey, { extraEntropy }),
    )
  } finally {
    extraEntropy.fill(0)
  }
}

export function verifyMlDsa(
  spec: MlDsaKeySpec,
  type: MessageType,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { noble } = schemes[spec]
  if (signature.length !== noble.lengths.signature) return false
  const key = checkMlDsaPublicKey(spec, publicKey)
  return type === 'EXTERNAL_MU'
    ? noble.internal.verify(signature, message, key, { externalMu: true })
    : noble.verify(signature, message, key)
}
