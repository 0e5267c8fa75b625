/**
 * Asymmetric keys: made, checked and used by key spec. Keys are bytes on both sides: private ones PKCS#8, public ones
 * SubjectPublicKeyInfo, both DER. Nothing is kept here; whoever hands a private key in or takes one out wipes it.
 *
 * Failures are AWS's. A key's usage, state and policy are the operations' concern.
 */
import { KmsError, validationError } from '../../errors.ts'
import type { KeyPair } from './containers.ts'
import { InvalidKey } from './der.ts'
import { agree, checkEccPrivateKey, checkEccPublicKey, generateEcc, signEcdsa, verifyEcdsa } from './ecc.ts'
import {
  checkEdwardsPrivateKey,
  checkEdwardsPublicKey,
  generateEdwards,
  signEdwards,
  verifyEdwards,
} from './edwards.ts'
import { checkMlDsaPrivateKey, checkMlDsaPublicKey, generateMlDsa, signMlDsa, verifyMlDsa } from './mldsa.ts'
import type { Encapsulation } from './mlkem.ts'
import {
  checkMlKemPrivateKey,
  checkMlKemPublicKey,
  decapsulateMlKem,
  encapsulateMlKem,
  generateMlKem,
} from './mlkem.ts'
import type { RsaSigningAlgorithm } from './rsa.ts'
import { decryptOaep, encryptOaep, generateRsa, signRsa, verifyRsa } from './rsa.ts'
import { checkRsaPrivateKey, checkRsaPublicKey } from './rsa-key.ts'
import type {
  AsymmetricKeySpec,
  EccKeySpec,
  MessageType,
  MlDsaKeySpec,
  MlKemKeySpec,
  RsaEncryptionAlgorithm,
  RsaKeySpec,
  SigningAlgorithm,
} from './specs.ts'
import { requireAlgorithm, requireMessage, rsaModulusBytes } from './specs.ts'

export type { KeyPair } from './containers.ts'
export type { Encapsulation } from './mlkem.ts'
export { provideRsaPrivateOperation } from './rsa-private.ts'
export * from './specs.ts'
export type { KwpUnwrap, WrappingAlgorithm } from './unwrap.ts'
export { unwrapKeyMaterial } from './unwrap.ts'

type Maybe<T> = T | Promise<T>

/** What a key spec's keys can do, whatever their kind. The checks throw {@link InvalidKey}. */
interface Keys {
  generate(): Maybe<KeyPair>
  checkPrivateKey(pkcs8: Uint8Array): KeyPair
  checkPublicKey(spki: Uint8Array): void
  sign?(algorithm: SigningAlgorithm, type: MessageType, privateKey: Uint8Array, message: Uint8Array): Maybe<Uint8Array>
  verify?(
    algorithm: SigningAlgorithm,
    type: MessageType,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): Maybe<boolean>
}

const rsa = (spec: RsaKeySpec): Keys => ({
  generate: () => generateRsa(spec),
  checkPrivateKey: (pkcs8) => checkRsaPrivateKey(pkcs8, rsaModulusBytes[spec]),
  checkPublicKey: (spki) => checkRsaPublicKey(spki, rsaModulusBytes[spec]),
  sign: (algorithm, ...rest) => signRsa(algorithm as RsaSigningAlgorithm, ...rest),
  verify: (algorithm, ...rest) => verifyRsa(algorithm as RsaSigningAlgorithm, ...rest),
})

const ecc = (spec: EccKeySpec): Keys => ({
  generate: () => generateEcc(spec),
  checkPrivateKey: (pkcs8) => checkEccPrivateKey(spec, pkcs8),
  checkPublicKey: (spki) => checkEccPublicKey(spec, spki),
  sign: (_, ...rest) => signEcdsa(spec, ...rest),
  verify: (_, ...rest) => verifyEcdsa(spec, ...rest),
})

const edwards: Keys = {
  generate: generateEdwards,
  checkPrivateKey: checkEdwardsPrivateKey,
  checkPublicKey: checkEdwardsPublicKey,
  sign: (_, ...rest) => signEdwards(...rest),
  verify: (_, ...rest) => verifyEdwards(...rest),
}

const mlDsa = (spec: MlDsaKeySpec): Keys => ({
  generate: () => generateMlDsa(spec),
  checkPrivateKey: (pkcs8) => checkMlDsaPrivateKey(spec, pkcs8),
  checkPublicKey: (spki) => checkMlDsaPublicKey(spec, spki),
  sign: (_, ...rest) => signMlDsa(spec, ...rest),
  verify: (_, ...rest) => verifyMlDsa(spec, ...rest),
})

const mlKem = (spec: MlKemKeySpec): Keys => ({
  generate: () => generateMlKem(spec),
  checkPrivateKey: (pkcs8) => checkMlKemPrivateKey(spec, pkcs8),
  checkPublicKey: (spki) => checkMlKemPublicKey(spec, spki),
})

const keys: { readonly [spec in AsymmetricKeySpec]: Keys } = {
  RSA_2048: rsa('RSA_2048'),
  RSA_3072: rsa('RSA_3072'),
  RSA_4096: rsa('RSA_4096'),
  ECC_NIST_P256: ecc('ECC_NIST_P256'),
  ECC_NIST_P384: ecc('ECC_NIST_P384'),
  ECC_NIST_P521: ecc('ECC_NIST_P521'),
  ECC_SECG_P256K1: ecc('ECC_SECG_P256K1'),
  ECC_NIST_EDWARDS25519: edwards,
  ML_DSA_44: mlDsa('ML_DSA_44'),
  ML_DSA_65: mlDsa('ML_DSA_65'),
  ML_DSA_87: mlDsa('ML_DSA_87'),
  ML_KEM_512: mlKem('ML_KEM_512'),
  ML_KEM_768: mlKem('ML_KEM_768'),
  ML_KEM_1024: mlKem('ML_KEM_1024'),
}

export const isAsymmetric = (spec: string): spec is AsymmetricKeySpec => Object.hasOwn(keys, spec)

/** A fresh pair. RSA takes from tenths of a second (2048) to seconds (4096). */
export async function generateKeyPair(spec: AsymmetricKeySpec): Promise<KeyPair> {
  return keys[spec].generate()
}

/**
 * An imported private key in the encoding that is stored, and its public key. Two encodings of one key give the same
 * bytes, so that material can be compared with what was imported before. The caller wipes both private keys.
 *
 * Throws `IncorrectKeyMaterialException` unless these bytes are the PKCS#8 of a sound key of this spec.
 */
export function checkPrivateKey(spec: AsymmetricKeySpec, pkcs8: Uint8Array): KeyPair {
  const refusal = new KmsError(
    'IncorrectKeyMaterialException',
    `The key material is not a valid PKCS #8 private key for key spec ${spec}.`,
  )
  return refuseInvalid(() => keys[spec].checkPrivateKey(pkcs8), refusal)
}

/** Throws `ValidationException`, empty as AWS KMS has it, unless these bytes are a public key of this spec. */
export function checkPublicKey(spec: AsymmetricKeySpec, spki: Uint8Array): void {
  refuseInvalid(() => keys[spec].checkPublicKey(spki), validationError(''))
}

/**
 * Signs a message (RAW), its digest (DIGEST) or its ML-DSA representative (EXTERNAL_MU).
 *
 * Throws `InvalidKeyUsageException` if the spec does not offer the algorithm, `ValidationException` if the algorithm
 * does not take such a message.
 */
export async function sign(
  spec: AsymmetricKeySpec,
  algorithm: string,
  type: MessageType,
  privateKey: Uint8Array,
  message: Uint8Array,
): Promise<Uint8Array> {
  requireAlgorithm(spec, 'SIGN_VERIFY', algorithm)
  requireMessage(algorithm as SigningAlgorithm, type, message)
  return keys[spec].sign!(algorithm as SigningAlgorithm, type, privateKey, message)
}

/** Throws what {@link sign} throws, and `KMSInvalidSignatureException`, empty, unless the signature is valid. */
export async function verify(
  spec: AsymmetricKeySpec,
  algorithm: string,
  type: MessageType,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  requireAlgorithm(spec, 'SIGN_VERIFY', algorithm)
  requireMessage(algorithm as SigningAlgorithm, type, message)
  const valid = await keys[spec].verify!(algorithm as SigningAlgorithm, type, publicKey, message, signature)
  if (!valid) throw new KmsError('KMSInvalidSignatureException')
}

/** RSAES-OAEP. Throws `ValidationException` if the plaintext is longer than key and algorithm allow. */
export async function encrypt(
  spec: AsymmetricKeySpec,
  algorithm: string,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  requireAlgorithm(spec, 'ENCRYPT_DECRYPT', algorithm)
  return encryptOaep(spec as RsaKeySpec, algorithm as RsaEncryptionAlgorithm, publicKey, plaintext)
}

/** Throws `InvalidCiphertextException`, empty, whatever is wrong with the ciphertext. */
export async function decrypt(
  spec: AsymmetricKeySpec,
  algorithm: string,
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  requireAlgorithm(spec, 'ENCRYPT_DECRYPT', algorithm)
  return decryptOaep(spec as RsaKeySpec, algorithm as RsaEncryptionAlgorithm, privateKey, ciphertext)
}

/**
 * ECDH: the x coordinate of the shared point, 32, 48 or 66 bytes.
 *
 * @param peer SubjectPublicKeyInfo; `ValidationException`, empty, unless it is a point of the same curve
 */
export async function deriveSharedSecret(
  spec: EccKeySpec,
  privateKey: Uint8Array,
  peer: Uint8Array,
): Promise<Uint8Array> {
  const point = refuseInvalid(() => checkEccPublicKey(spec, peer), validationError(''))
  return agree(spec, privateKey, point)
}

/** ML-KEM: a fresh shared secret of 32 bytes, and the ciphertext that carries it. */
export async function encapsulate(spec: MlKemKeySpec, publicKey: Uint8Array): Promise<Encapsulation> {
  return encapsulateMlKem(spec, publicKey)
}

/** Throws `InvalidCiphertextException`, empty, if the length is wrong; any other ciphertext yields 32 bytes. */
export async function decapsulate(
  spec: MlKemKeySpec,
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  return decapsulateMlKem(spec, privateKey, ciphertext)
}

function refuseInvalid<T>(check: () => T, refusal: KmsError): T {
  try {
    return check()
  } catch (error) {
    throw error instanceof InvalidKey ? refusal : error
  }
}
