/** ML-KEM (FIPS 203) by @noble/post-quantum. A ciphertext that was not made for a key yields a secret of its own. */
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js'
import { unhex } from '../../bytes.ts'
import { KmsError } from '../../errors.ts'
import type { KeyPair } from './containers.ts'
import { decodePublicKey } from './containers.ts'
import { InvalidKey } from './der.ts'
import type { SeededScheme } from './seeds.ts'
import { checkSeededPrivateKey, generateSeeded, withExpandedKey } from './seeds.ts'
import type { MlKemKeySpec } from './specs.ts'
import { randomBytes } from './webcrypto.ts'

interface MlKem extends SeededScheme {
  readonly noble: typeof ml_kem512
}

/** `last`: the parameter set's arc under NIST's KEMs (RFC 9935, 3). */
const scheme = (noble: typeof ml_kem512, last: string): MlKem => ({
  noble,
  algorithm: unhex(`06096086480165030404${last}`),
  seedBytes: 64,
  keygen: noble.keygen,
})

const schemes: { readonly [spec in MlKemKeySpec]: MlKem } = {
  ML_KEM_512: scheme(ml_kem512, '01'),
  ML_KEM_768: scheme(ml_kem768, '02'),
  ML_KEM_1024: scheme(ml_kem1024, '03'),
}

export const generateMlKem = (spec: MlKemKeySpec): KeyPair => generateSeeded(schemes[spec])

export const checkMlKemPrivateKey = (spec: MlKemKeySpec, pkcs8: Uint8Array): KeyPair =>
  checkSeededPrivateKey(schemes[spec], pkcs8)

/** The encapsulation key; throws {@link InvalidKey} unless it passes the checks of FIPS 203, 7.2. */
export function checkMlKemPublicKey(spec: MlKemKeySpec, spki: Uint8Array): Uint8Array {
  const { noble, algorithm } = schemes[spec]
  const key = decodePublicKey(algorithm, spki)
  try {
    noble.encapsulate(key).sharedSecret.fill(0)
  } catch {
    throw new InvalidKey()
  }
  return key
}

export interface Encapsulation {
  /** 768, 1,088 or 1,568 bytes. */
  readonly ciphertext: Uint8Array
  /** 32 bytes. */
  readonly sharedSecret: Uint8Array
}

export function encapsulateMlKem(spec: MlKemKeySpec, publicKey: Uint8Array): Encapsulation {
  const { noble, algorithm } = schemes[spec]
  const m = randomBytes(32)
  const { cipherText, sharedSecret } = noble.encapsulate(decodePublicKey(algorithm, publicKey), m)
  m.fill(0)
  return { ciphertext: cipherText, sharedSecret }
}

/** Throws `InvalidCiphertextException`, empty, if the length is wrong; anything else is answered (implicit rejection). */
export function decapsulateMlKem(spec: MlKemKeySpec, privateKey: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const { noble } = schemes[spec]
  if (ciphertext.length !== noble.lengths.cipherText) throw new KmsError('InvalidCiphertextException')
  return withExpandedKey(schemes[spec], privateKey, (secretKey) => noble.decapsulate(ciphertext, secretKey))
}
