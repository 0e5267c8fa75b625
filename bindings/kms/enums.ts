/**
 * AWS KMS's enumerations. Source: @aws-sdk/client-kms 3.1164.0. The order is the one in which AWS prints them
 * where a recorded answer shows it.
 */
import { oneOf } from './shapes.ts'

export const KeySpec = oneOf(
  'RSA_2048',
  'ECC_NIST_P384',
  'ECC_NIST_P256',
  'ECC_NIST_P521',
  'HMAC_384',
  'RSA_3072',
  'ECC_SECG_P256K1',
  'RSA_4096',
  'SYMMETRIC_DEFAULT',
  'HMAC_256',
  'HMAC_224',
  'HMAC_512',
  'SM2',
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
)

/** The older name of KeySpec, which never learned the newer key types. */
export const CustomerMasterKeySpec = oneOf(
  'RSA_2048',
  'ECC_NIST_P384',
  'ECC_NIST_P256',
  'ECC_NIST_P521',
  'HMAC_384',
  'RSA_3072',
  'ECC_SECG_P256K1',
  'RSA_4096',
  'SYMMETRIC_DEFAULT',
  'HMAC_256',
  'HMAC_224',
  'HMAC_512',
  'SM2',
)

export const KeyUsage = oneOf(
  'SIGN_VERIFY',
  'ENCRYPT_DECRYPT',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
)
export const Origin = oneOf('AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')
export const KeyManager = oneOf('AWS', 'CUSTOMER')
export const KeyState = oneOf(
  'Creating',
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingImport',
  'PendingReplicaDeletion',
  'Unavailable',
  'Updating',
)
export const MultiRegionKeyType = oneOf('PRIMARY', 'REPLICA')

export const EncryptionAlgorithm = oneOf('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE')
export const SigningAlgorithm = oneOf(
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'ED25519_SHA_512',
  'ED25519_PH_SHA_512',
  'ML_DSA_SHAKE_256',
  'SM2DSA',
)
export const MacAlgorithm = oneOf('HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512')
export const KeyAgreementAlgorithm = oneOf('ECDH')
export const EncapsulationAlgorithm = oneOf('ML_KEM')
export const MessageType = oneOf('RAW', 'DIGEST', 'EXTERNAL_MU')

export const DataKeySpec = oneOf('AES_256', 'AES_128')
export const DataKeyPairSpec = oneOf(
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
  'SM2',
)
export const DryRunModifier = oneOf('IGNORE_CIPHERTEXT')
/** How a response for an attested enclave is wrapped. */
export const KeyEncryptionMechanism = oneOf('RSAES_OAEP_SHA_256')

export const WrappingAlgorithm = oneOf(
  'RSAES_PKCS1_V1_5',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
  'SM2PKE',
)
export const WrappingKeySpec = oneOf('RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2')
export const ExpirationModel = oneOf('KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE')
export const ImportType = oneOf('NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL')
export const ImportState = oneOf('IMPORTED', 'PENDING_IMPORT')

export const IncludeKeyMaterial = oneOf('ALL_KEY_MATERIAL', 'ROTATIONS_ONLY')
export const KeyMaterialState = oneOf(
  'NON_CURRENT',
  'CURRENT',
  'PENDING_ROTATION',
  'PENDING_MULTI_REGION_IMPORT_AND_ROTATION',
)
export const RotationType = oneOf('AUTOMATIC', 'ON_DEMAND')

export const GrantOperation = oneOf(
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'Sign',
  'Verify',
  'GetPublicKey',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'VerifyMac',
  'DeriveSharedSecret',
  'Encapsulate',
  'Decapsulate',
)
/** The operations whose last use GetKeyLastUsage reports. */
export const TrackedOperation = oneOf(
  'Decapsulate',
  'Decrypt',
  'DeriveSharedSecret',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
)

export const CustomKeyStoreType = oneOf('AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE')
export const XksProxyConnectivity = oneOf('PUBLIC_ENDPOINT', 'VPC_ENDPOINT_SERVICE')
export const ConnectionState = oneOf('CONNECTED', 'CONNECTING', 'FAILED', 'DISCONNECTED', 'DISCONNECTING')
export const ConnectionErrorCode = oneOf(
  'INVALID_CREDENTIALS',
  'CLUSTER_NOT_FOUND',
  'NETWORK_ERRORS',
  'INTERNAL_ERROR',
  'INSUFFICIENT_CLOUDHSM_HSMS',
  'USER_LOCKED_OUT',
  'USER_NOT_FOUND',
  'USER_LOGGED_IN',
  'SUBNET_NOT_FOUND',
  'INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET',
  'XKS_PROXY_ACCESS_DENIED',
  'XKS_PROXY_NOT_REACHABLE',
  'XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND',
  'XKS_PROXY_INVALID_RESPONSE',
  'XKS_PROXY_INVALID_CONFIGURATION',
  'XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION',
  'XKS_PROXY_TIMED_OUT',
  'XKS_PROXY_INVALID_TLS_CONFIGURATION',
)
