/**
 * RSA: RSAES-OAEP, RSASSA-PSS and RSASSA-PKCS1-v1_5 (RFC 8017).
 *
 * WebCrypto makes keys, encrypts, decrypts and signs messages. What it cannot do is sign a digest: that is encoded here
 * and raised by `rsa-private.ts`. Verifying needs the public exponent only and is done here for messages and digests
 * alike, so that every engine gives the same verdict.
 */
import { pow } from '@noble/curves/abstract/modular.js'
import { compareBytes, unhex } from '../../bytes.ts'
import { KmsError, validationError } from '../../errors.ts'
import type { KeyPair } from './containers.ts'
import type { SignatureHash } from './hash.ts'
import { hash, hashBytes } from './hash.ts'
import { encodePkcs1, encodePss, isPssEncoding } from './rsa-encoding.ts'
import type { RsaPublicKey } from './rsa-key.ts'
import { decodeRsaPrivateKey, decodeRsaPublicKey, integer } from './rsa-key.ts'
import { rsaPrivateOperation } from './rsa-private.ts'
import type { MessageType, RsaEncryptionAlgorithm, RsaKeySpec, SigningAlgorithm } from './specs.ts'
import { oaepHash, oaepPlaintextLimit, rsaModulusBytes, signingAlgorithms } from './specs.ts'
import { exportPair, importPrivateKey, importPublicKey, randomBytes, source } from './webcrypto.ts'

export type RsaSigningAlgorithm = Extract<SigningAlgorithm, `RSASSA_${string}`>

const publicExponent = Uint8Array.of(1, 0, 1)

export async function generateRsa(spec: RsaKeySpec): Promise<KeyPair> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 8 * rsaModulusBytes[spec], publicExponent }
  return exportPair(await crypto.subtle.generateKey(algorithm, true, ['encrypt', 'decrypt']))
}

export async function signRsa(
  algorithm: RsaSigningAlgorithm,
  type: MessageType,
  privateKey: Uint8Array,
  message: Uint8Array,
): Promise<Uint8Array> {
  const { hash: name } = signingAlgorithms[algorithm]
  if (type === 'DIGEST') return signDigest(algorithm, name, privateKey, message)
  const pss = isPss(algorithm)
  const scheme = pss ? { name: 'RSA-PSS', saltLength: hashBytes(name) } : { name: 'RSASSA-PKCS1-v1_5' }
  const key = await importPrivateKey(privateKey, { name: scheme.name, hash: name }, 'sign')
  return new Uint8Array(await crypto.subtle.sign(scheme, key, source(message)))
}

async function signDigest(
  algorithm: RsaSigningAlgorithm,
  name: SignatureHash,
  privateKey: Uint8Array,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const key = decodeRsaPrivateKey(privateKey)
  const length = key.n.length
  const encoded = isPss(algorithm)
    ? encodePss(name, digest, randomBytes(digest.length), length)
    : encodePkcs1(name, digest, length)
  const signature = await rsaPrivateOperation(privateKey, encoded)
  // A miscomputed half of the CRT would give the factors away (Boneh, DeMillo and Lipton).
  if (compareBytes(publicOperation(key, signature), encoded) !== 0) throw new Error('RSA computed a wrong signature')
  return signature
}

/** Whether the signature is the key's over this message or digest. */
export function verifyRsa(
  algorithm: RsaSigningAlgorithm,
  type: MessageType,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { hash: name } = signingAlgorithms[algorithm]
  const key = decodeRsaPublicKey(publicKey)
  if (signature.length !== key.n.length || compareBytes(signature, key.n) >= 0) return false
  const digest = type === 'DIGEST' ? message : hash(name, message)
  const encoded = publicOperation(key, signature)
  if (isPss(algorithm)) return isPssEncoding(name, digest, encoded)
  return compareBytes(encoded, encodePkcs1(name, digest, encoded.length)) === 0
}

/**
 * RSAES-OAEP with an empty label and MGF1 of the same hash. Throws `ValidationException` over
 * {@link oaepPlaintextLimit}.
 */
export async function encryptOaep(
  spec: RsaKeySpec,
  algorithm: RsaEncryptionAlgorithm,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const limit = oaepPlaintextLimit(spec, algorithm)
  if (plaintext.length > limit) {
    throw validationError(`Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${limit} bytes.`)
  }
  const key = await importPublicKey(publicKey, { name: 'RSA-OAEP', hash: oaepHash[algorithm] }, 'encrypt')
  return new Uint8Array(await crypto.subtle.encrypt('RSA-OAEP', key, source(plaintext)))
}

/** Throws `InvalidCiphertextException`, empty, whatever is wrong with the ciphertext. */
export async function decryptOaep(
  spec: RsaKeySpec,
  algorithm: RsaEncryptionAlgorithm,
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  if (ciphertext.length !== rsaModulusBytes[spec]) throw new KmsError('InvalidCiphertextException')
  const key = await importPrivateKey(privateKey, { name: 'RSA-OAEP', hash: oaepHash[algorithm] }, 'decrypt')
  try {
    return new Uint8Array(await crypto.subtle.decrypt('RSA-OAEP', key, source(ciphertext)))
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}

const isPss = (algorithm: RsaSigningAlgorithm): boolean => algorithm.startsWith('RSASSA_PSS_')

/** RSAVP1 (5.2.2), as bytes of the modulus's length. */
function publicOperation({ n, e }: RsaPublicKey, signature: Uint8Array): Uint8Array {
  const value = pow(integer(signature), integer(e), integer(n))
  return unhex(value.toString(16).padStart(2 * n.length, '0'))
}
