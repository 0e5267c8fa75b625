/**
 * What each KeySpec can do: one table, in the order in which AWS KMS lists algorithms (KMS.md §3).
 *
 * SM2 is absent: it exists in China Regions only.
 */
import { KmsError, validationError } from '../../errors.ts'

export type KeyUsage =
  | 'ENCRYPT_DECRYPT'
  | 'SIGN_VERIFY'
  | 'GENERATE_VERIFY_MAC'
  | 'KEY_AGREEMENT'
  | 'ENCAPSULATE_DECAPSULATE'

export type MessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU'

type KeyFamily = 'aes' | 'hmac' | 'rsa' | 'ecc' | 'edwards' | 'ml-dsa' | 'ml-kem'

export interface KeySpecFacts {
  readonly family: KeyFamily
  /** The algorithms of each usage a key may be made for. */
  readonly usages: { readonly [usage in KeyUsage]?: readonly string[] }
  /** Whether GenerateDataKeyPair makes such pairs. */
  readonly dataKeyPair: boolean
  /** Symmetric keys only: bytes of generated material, and the least and most that may be imported. */
  readonly material?: { readonly generated: number; readonly least: number; readonly most: number }
}

const rsa: KeySpecFacts = {
  family: 'rsa',
  usages: {
    ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
    SIGN_VERIFY: [
      'RSASSA_PKCS1_V1_5_SHA_256',
      'RSASSA_PKCS1_V1_5_SHA_384',
      'RSASSA_PKCS1_V1_5_SHA_512',
      'RSASSA_PSS_SHA_256',
      'RSASSA_PSS_SHA_384',
      'RSASSA_PSS_SHA_512',
    ],
  },
  dataKeyPair: true,
}

const nistCurve = (algorithm: string): KeySpecFacts => ({
  family: 'ecc',
  usages: { SIGN_VERIFY: [algorithm], KEY_AGREEMENT: ['ECDH'] },
  dataKeyPair: true,
})

const mlDsa: KeySpecFacts = { family: 'ml-dsa', usages: { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] }, dataKeyPair: false }
const mlKem: KeySpecFacts = { family: 'ml-kem', usages: { ENCAPSULATE_DECAPSULATE: ['ML_KEM'] }, dataKeyPair: true }

const hmac = (bits: number, least: number, most: number): KeySpecFacts => ({
  family: 'hmac',
  usages: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] },
  dataKeyPair: false,
  material: { generated: bits / 8, least, most },
})

export const keySpecs = {
  SYMMETRIC_DEFAULT: {
    family: 'aes',
    usages: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
    dataKeyPair: false,
    material: { generated: 32, least: 32, most: 32 },
  },
  HMAC_224: hmac(224, 28, 64),
  HMAC_256: hmac(256, 32, 64),
  HMAC_384: hmac(384, 48, 128),
  HMAC_512: hmac(512, 64, 128),
  RSA_2048: rsa,
  RSA_3072: rsa,
  RSA_4096: rsa,
  ECC_NIST_P256: nistCurve('ECDSA_SHA_256'),
  ECC_NIST_P384: nistCurve('ECDSA_SHA_384'),
  ECC_NIST_P521: nistCurve('ECDSA_SHA_512'),
  ECC_SECG_P256K1: { family: 'ecc', usages: { SIGN_VERIFY: ['ECDSA_SHA_256'] }, dataKeyPair: true },
  ECC_NIST_EDWARDS25519: {
    family: 'edwards',
    usages: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    dataKeyPair: true,
  },
  ML_DSA_44: mlDsa,
  ML_DSA_65: mlDsa,
  ML_DSA_87: mlDsa,
  ML_KEM_512: mlKem,
  ML_KEM_768: mlKem,
  ML_KEM_1024: mlKem,
} as const satisfies Record<string, KeySpecFacts>

export type KeySpec = keyof typeof keySpecs
export type RsaKeySpec = 'RSA_2048' | 'RSA_3072' | 'RSA_4096'
export type EccKeySpec = 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'ECC_NIST_P521' | 'ECC_SECG_P256K1'
type EdwardsKeySpec = 'ECC_NIST_EDWARDS25519'
export type MlDsaKeySpec = 'ML_DSA_44' | 'ML_DSA_65' | 'ML_DSA_87'
export type MlKemKeySpec = 'ML_KEM_512' | 'ML_KEM_768' | 'ML_KEM_1024'
export type AsymmetricKeySpec = RsaKeySpec | EccKeySpec | EdwardsKeySpec | MlDsaKeySpec | MlKemKeySpec

/** Facts of a spec, widened so that its members can be read without knowing which spec it is. */
export const factsOf = (spec: KeySpec): KeySpecFacts => keySpecs[spec]

/** Throws `InvalidKeyUsageException` unless a key of this spec and usage offers the algorithm. */
export function requireAlgorithm(spec: KeySpec, usage: KeyUsage, algorithm: string): void {
  if (factsOf(spec).usages[usage]?.includes(algorithm)) return
  throw new KmsError('InvalidKeyUsageException', `Algorithm ${algorithm} is incompatible with key spec ${spec}.`)
}

export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export interface SigningFacts {
  /** Hash of the message; absent where the message is not hashed to a digest first. */
  readonly hash?: Exclude<Hash, 'SHA-1'>
  /** What Sign and Verify take, with the bytes that it must have; messages themselves may have any length. */
  readonly messages: { readonly [type in MessageType]?: number | 'any' }
}

const sha256 = { hash: 'SHA-256', messages: { RAW: 'any', DIGEST: 32 } } as const
const sha384 = { hash: 'SHA-384', messages: { RAW: 'any', DIGEST: 48 } } as const
const sha512 = { hash: 'SHA-512', messages: { RAW: 'any', DIGEST: 64 } } as const

export const signingAlgorithms = {
  RSASSA_PKCS1_V1_5_SHA_256: sha256,
  RSASSA_PKCS1_V1_5_SHA_384: sha384,
  RSASSA_PKCS1_V1_5_SHA_512: sha512,
  RSASSA_PSS_SHA_256: sha256,
  RSASSA_PSS_SHA_384: sha384,
  RSASSA_PSS_SHA_512: sha512,
  ECDSA_SHA_256: sha256,
  ECDSA_SHA_384: sha384,
  ECDSA_SHA_512: sha512,
  ED25519_SHA_512: { messages: { RAW: 'any' } },
  ED25519_PH_SHA_512: { messages: { DIGEST: 64 } },
  ML_DSA_SHAKE_256: { messages: { RAW: 'any', EXTERNAL_MU: 64 } },
} as const satisfies Record<string, SigningFacts>

export type SigningAlgorithm = keyof typeof signingAlgorithms

/** Throws `ValidationException` unless the algorithm takes this kind of message, in this length. */
export function requireMessage(algorithm: SigningAlgorithm, type: MessageType, message: Uint8Array): void {
  const { messages }: SigningFacts = signingAlgorithms[algorithm]
  const expected = messages[type]
  if (expected === undefined) {
    throw validationError(`Algorithm ${algorithm} is incompatible with message type ${type}.`)
  }
  if (expected !== 'any' && message.length !== expected) {
    throw validationError(`Digest is invalid length for algorithm ${algorithm}.`)
  }
}

export type RsaEncryptionAlgorithm = 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'

export const rsaModulusBytes: { readonly [spec in RsaKeySpec]: number } = {
  RSA_2048: 256,
  RSA_3072: 384,
  RSA_4096: 512,
}

export const oaepHash: { readonly [algorithm in RsaEncryptionAlgorithm]: Hash } = {
  RSAES_OAEP_SHA_1: 'SHA-1',
  RSAES_OAEP_SHA_256: 'SHA-256',
}

/** Longest plaintext that OAEP leaves room for (RFC 8017, 7.1.1): two hashes and two octets are its own. */
export function oaepPlaintextLimit(spec: RsaKeySpec, algorithm: RsaEncryptionAlgorithm): number {
  const hashBytes = algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32
  return rsaModulusBytes[spec] - 2 * hashBytes - 2
}
