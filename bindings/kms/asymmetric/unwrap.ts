/**
 * Key material on its way in (ImportKeyMaterial), wrapped under an RSA key of ours.
 *
 * RSAES_OAEP_*: the material itself. RSA_AES_KEY_WRAP_* (PKCS #11, CKM_RSA_AES_KEY_WRAP): a 256-bit AES key under OAEP,
 * then the material under AES-KWP (RFC 5649) with that key.
 */
import { KmsError } from '../../errors.ts'
import { decryptOaep } from './rsa.ts'
import type { RsaEncryptionAlgorithm, RsaKeySpec } from './specs.ts'
import { rsaModulusBytes } from './specs.ts'
import { randomBytes } from './webcrypto.ts'

export type WrappingAlgorithm =
  | 'RSAES_OAEP_SHA_1'
  | 'RSAES_OAEP_SHA_256'
  | 'RSA_AES_KEY_WRAP_SHA_1'
  | 'RSA_AES_KEY_WRAP_SHA_256'

/** AES-KWP's unwrapping (SP 800-38F, 6.3): throws if the integrity check fails. */
export type KwpUnwrap = (kek: Uint8Array, wrapped: Uint8Array) => Uint8Array

const kekBytes = 32

/**
 * The material, which the caller wipes. Whatever is wrong, the one error is `InvalidCiphertextException`, empty.
 *
 * @param wrappingKey PKCS#8 of the RSA key whose public half the caller was given
 */
export async function unwrapKeyMaterial(
  spec: RsaKeySpec,
  algorithm: WrappingAlgorithm,
  wrappingKey: Uint8Array,
  blob: Uint8Array,
  kwpUnwrap: KwpUnwrap,
): Promise<Uint8Array> {
  const oaep: RsaEncryptionAlgorithm = algorithm.endsWith('SHA_1') ? 'RSAES_OAEP_SHA_1' : 'RSAES_OAEP_SHA_256'
  if (algorithm.startsWith('RSAES_')) return decryptOaep(spec, oaep, wrappingKey, blob)
  const length = rsaModulusBytes[spec]
  const kek = await decryptKek(spec, oaep, wrappingKey, blob.subarray(0, length))
  try {
    return kwpUnwrap(kek, blob.subarray(length))
  } catch {
    throw new KmsError('InvalidCiphertextException')
  } finally {
    kek.fill(0)
  }
}

/** The AES key, or a random one in place of a bad one, so that both ways do the same work and end in the same error. */
async function decryptKek(
  spec: RsaKeySpec,
  oaep: RsaEncryptionAlgorithm,
  wrappingKey: Uint8Array,
  encrypted: Uint8Array,
): Promise<Uint8Array> {
  const kek = await decryptOaep(spec, oaep, wrappingKey, encrypted).catch(() => randomBytes(kekBytes))
  if (kek.length === kekBytes) return kek
  kek.fill(0)
  return randomBytes(kekBytes)
}
