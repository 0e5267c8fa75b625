/** Members that several operations of AWS KMS share. Limits and patterns: AWS's service model (botocore 1.43.67). */
import * as E from './enums.ts'
import { blob, boolean, integer, list, map, required, secret, string, structure, timestamp } from './shapes.ts'

/** Key id, key ARN and, where the operation takes one, alias name or alias ARN. */
export const KeyId = string(1, 2048)
export const Arn = string(20, 2048)
export const AliasName = string(1, 256, '^[a-zA-Z0-9:/_-]+$')
export const AccountId = string(12, 12, '[0-9]{12}')
export const Region = string(1, 32, '^([a-z]+-){2,3}\\d+$')
export const Description = string(0, 8192)

/** Bytes to encrypt, sign or authenticate; data keys and other secrets on their way to the caller. */
export const Plaintext = blob(1, 4096)
/** Ciphertexts, signatures, MACs, import tokens. */
export const Ciphertext = blob(1, 6144)
export const PublicKey = blob(1, 8192)
export const NumberOfBytes = integer(1, 1024)

/** AWS KMS refuses contexts over 8 KiB in all. */
export const EncryptionContext = map(8192)

export const Policy = string(1, 131072, '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+')
export const PolicyName = string(1, 128, '[\\w]+')

export const Principal = string(1, 256, '^[\\w+=,.@:/-]+$')
export const ServicePrincipal = string(1, 128, '^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$')
export const GrantId = string(1, 128)
export const GrantName = string(1, 256, '^[a-zA-Z0-9:/_-]+$')
export const GrantToken = string(1, 8192)
export const GrantTokens = list(GrantToken, 0, 10)
export const GrantOperations = list(E.GrantOperation)
export const GrantConstraints = structure({
  EncryptionContextSubset: EncryptionContext,
  EncryptionContextEquals: EncryptionContext,
  SourceArn: string(20, 512, '^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$'),
})

export const TagKey = string(1, 128)
export const Tags = list(structure({ TagKey: required(TagKey), TagValue: required(string(0, 256)) }))

/** Identifies one generation of a key's material: 64 hex digits. */
export const KeyMaterialId = string(64, 64, '^[a-f0-9]+$')
export const KeyMaterialDescription = string(0, 256, '^[a-zA-Z0-9:/_\\s.-]+$')

export const Marker = string(1, 1024, '[\\u0020-\\u00FF]*')

/** What a paginated operation answers besides its list: `NextMarker` is there while `Truncated`. */
export const NextPage = { NextMarker: Marker, Truncated: boolean }

/** An attested enclave that alone shall be able to read the answer. */
export const Recipient = structure({
  KeyEncryptionAlgorithm: E.KeyEncryptionMechanism,
  AttestationDocument: blob(1, 262144),
})

export const CustomKeyStoreId = string(1, 64)
export const CustomKeyStoreName = string(1, 256)
export const CloudHsmClusterId = string(19, 24, 'cluster-[2-7a-zA-Z]{11,16}')
export const TrustAnchorCertificate = string(1, 5000)
export const KeyStorePassword = secret(7, 32)
export const XksKeyId = string(1, 128, '^[a-zA-Z0-9-_.]+$')
export const XksProxyAccessKeyId = secret(20, 30, '^[A-Z2-7]+$')
/** How an external key store is reached; `XksProxyConfiguration` and the requests name the same facts. */
export const XksProxyUriEndpoint = string(10, 128, '^https://[a-zA-Z0-9.-]+$')
export const XksProxyUriPath = string(10, 128, '^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$')
export const XksProxyVpcEndpointServiceName = string(
  20,
  64,
  '^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$',
)
export const XksProxyMembers = {
  XksProxyUriEndpoint,
  XksProxyUriPath,
  XksProxyVpcEndpointServiceName,
  XksProxyVpcEndpointServiceOwner: AccountId,
  XksProxyAuthenticationCredential: structure({
    AccessKeyId: required(XksProxyAccessKeyId),
    RawSecretAccessKey: required(secret(43, 64, '^[a-zA-Z0-9\\/+=]+$')),
  }),
  XksProxyConnectivity: E.XksProxyConnectivity,
}

const MultiRegionKey = structure({ Arn, Region })

export const KeyMetadata = structure({
  AWSAccountId: AccountId,
  KeyId: required(KeyId),
  Arn,
  CreationDate: timestamp,
  Enabled: boolean,
  Description,
  KeyUsage: E.KeyUsage,
  KeyState: E.KeyState,
  DeletionDate: timestamp,
  ValidTo: timestamp,
  Origin: E.Origin,
  CustomKeyStoreId,
  CloudHsmClusterId,
  ExpirationModel: E.ExpirationModel,
  KeyManager: E.KeyManager,
  CustomerMasterKeySpec: E.CustomerMasterKeySpec,
  KeySpec: E.KeySpec,
  EncryptionAlgorithms: list(E.EncryptionAlgorithm),
  SigningAlgorithms: list(E.SigningAlgorithm),
  KeyAgreementAlgorithms: list(E.KeyAgreementAlgorithm),
  EncapsulationAlgorithms: list(E.EncapsulationAlgorithm),
  MultiRegion: boolean,
  MultiRegionConfiguration: structure({
    MultiRegionKeyType: E.MultiRegionKeyType,
    PrimaryKey: MultiRegionKey,
    ReplicaKeys: list(MultiRegionKey),
  }),
  PendingDeletionWindowInDays: integer(1, 365),
  MacAlgorithms: list(E.MacAlgorithm),
  XksKeyConfiguration: structure({ Id: XksKeyId }),
  CurrentKeyMaterialId: KeyMaterialId,
})

export const GrantListEntry = structure({
  KeyId,
  GrantId,
  Name: GrantName,
  CreationDate: timestamp,
  GranteePrincipal: Principal,
  RetiringPrincipal: Principal,
  IssuingAccount: Principal,
  Operations: GrantOperations,
  Constraints: GrantConstraints,
  GranteeServicePrincipal: ServicePrincipal,
  RetiringServicePrincipal: ServicePrincipal,
})

export const AliasListEntry = structure({
  AliasName,
  AliasArn: Arn,
  TargetKeyId: KeyId,
  CreationDate: timestamp,
  LastUpdatedDate: timestamp,
})

export const RotationsListEntry = structure({
  KeyId,
  KeyMaterialId,
  KeyMaterialDescription,
  ImportState: E.ImportState,
  KeyMaterialState: E.KeyMaterialState,
  ExpirationModel: E.ExpirationModel,
  ValidTo: timestamp,
  RotationDate: timestamp,
  RotationType: E.RotationType,
})

export const CustomKeyStoresListEntry = structure({
  CustomKeyStoreId,
  CustomKeyStoreName,
  CloudHsmClusterId,
  TrustAnchorCertificate,
  ConnectionState: E.ConnectionState,
  ConnectionErrorCode: E.ConnectionErrorCode,
  CreationDate: timestamp,
  CustomKeyStoreType: E.CustomKeyStoreType,
  XksProxyConfiguration: structure({
    Connectivity: E.XksProxyConnectivity,
    AccessKeyId: XksProxyAccessKeyId,
    UriEndpoint: XksProxyUriEndpoint,
    UriPath: XksProxyUriPath,
    VpcEndpointServiceName: XksProxyVpcEndpointServiceName,
    VpcEndpointServiceOwner: AccountId,
  }),
})
