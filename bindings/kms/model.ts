/**
 * The operation table: every operation of AWS KMS with the members of its request and its response.
 *
 * Types, validation, JSON 1.1 and the command line are all read from here. Members keep AWS's names and order;
 * sources: @aws-sdk/client-kms 3.1164.0 (members, enumerations), botocore 1.43.67 (lengths, patterns). `page` is
 * the number of items that a paginated operation answers when no `Limit` is given, and the most it accepts.
 */
import * as E from './enums.ts'
import * as M from './members.ts'
import {
  boolean,
  integer,
  list,
  type Members,
  required,
  type Structure,
  string,
  structure,
  timestamp,
} from './shapes.ts'

export interface Operation {
  readonly input: Members
  readonly output: Members
  readonly page?: { readonly default: number; readonly max: number }
}

export const operations = {
  CancelKeyDeletion: {
    input: { KeyId: required(M.KeyId) },
    output: { KeyId: M.KeyId },
  },
  ConnectCustomKeyStore: {
    input: { CustomKeyStoreId: required(M.CustomKeyStoreId) },
    output: {},
  },
  CreateAlias: {
    input: { AliasName: required(M.AliasName), TargetKeyId: required(M.KeyId) },
    output: {},
  },
  CreateCustomKeyStore: {
    input: {
      CustomKeyStoreName: required(M.CustomKeyStoreName),
      CloudHsmClusterId: M.CloudHsmClusterId,
      TrustAnchorCertificate: M.TrustAnchorCertificate,
      KeyStorePassword: M.KeyStorePassword,
      CustomKeyStoreType: E.CustomKeyStoreType,
      ...M.XksProxyMembers,
    },
    output: { CustomKeyStoreId: M.CustomKeyStoreId },
  },
  CreateGrant: {
    input: {
      KeyId: required(M.KeyId),
      GranteePrincipal: M.Principal,
      RetiringPrincipal: M.Principal,
      Operations: required(M.GrantOperations),
      Constraints: M.GrantConstraints,
      GrantTokens: M.GrantTokens,
      Name: M.GrantName,
      DryRun: boolean,
      GranteeServicePrincipal: M.ServicePrincipal,
      RetiringServicePrincipal: M.ServicePrincipal,
    },
    output: { GrantToken: M.GrantToken, GrantId: M.GrantId },
  },
  CreateKey: {
    input: {
      Policy: M.Policy,
      Description: M.Description,
      KeyUsage: E.KeyUsage,
      CustomerMasterKeySpec: E.CustomerMasterKeySpec,
      KeySpec: E.KeySpec,
      Origin: E.Origin,
      CustomKeyStoreId: M.CustomKeyStoreId,
      BypassPolicyLockoutSafetyCheck: boolean,
      Tags: M.Tags,
      MultiRegion: boolean,
      XksKeyId: M.XksKeyId,
    },
    output: { KeyMetadata: M.KeyMetadata },
  },
  Decapsulate: {
    input: {
      KeyId: required(M.KeyId),
      SharedSecretCiphertextBlob: required(M.Ciphertext),
      EncapsulationAlgorithm: required(E.EncapsulationAlgorithm),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: { KeyId: M.KeyId, SharedSecret: M.Plaintext, EncapsulationAlgorithm: E.EncapsulationAlgorithm },
  },
  Decrypt: {
    input: {
      CiphertextBlob: M.Ciphertext,
      EncryptionContext: M.EncryptionContext,
      GrantTokens: M.GrantTokens,
      KeyId: M.KeyId,
      EncryptionAlgorithm: E.EncryptionAlgorithm,
      Recipient: M.Recipient,
      DryRun: boolean,
      DryRunModifiers: list(E.DryRunModifier),
    },
    output: {
      KeyId: M.KeyId,
      Plaintext: M.Plaintext,
      EncryptionAlgorithm: E.EncryptionAlgorithm,
      CiphertextForRecipient: M.Ciphertext,
      KeyMaterialId: M.KeyMaterialId,
    },
  },
  DeleteAlias: {
    input: { AliasName: required(M.AliasName) },
    output: {},
  },
  DeleteCustomKeyStore: {
    input: { CustomKeyStoreId: required(M.CustomKeyStoreId) },
    output: {},
  },
  DeleteImportedKeyMaterial: {
    input: { KeyId: required(M.KeyId), KeyMaterialId: M.KeyMaterialId },
    output: { KeyId: M.KeyId, KeyMaterialId: M.KeyMaterialId },
  },
  DeriveSharedSecret: {
    input: {
      KeyId: required(M.KeyId),
      KeyAgreementAlgorithm: required(E.KeyAgreementAlgorithm),
      PublicKey: required(M.PublicKey),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
      Recipient: M.Recipient,
    },
    output: {
      KeyId: M.KeyId,
      SharedSecret: M.Plaintext,
      CiphertextForRecipient: M.Ciphertext,
      KeyAgreementAlgorithm: E.KeyAgreementAlgorithm,
      KeyOrigin: E.Origin,
    },
  },
  DescribeCustomKeyStores: {
    input: {
      CustomKeyStoreId: M.CustomKeyStoreId,
      CustomKeyStoreName: M.CustomKeyStoreName,
      Limit: integer(1, 1000),
      Marker: M.Marker,
    },
    output: { CustomKeyStores: list(M.CustomKeyStoresListEntry), ...M.NextPage },
    page: { default: 100, max: 1000 },
  },
  DescribeKey: {
    input: { KeyId: required(M.KeyId), GrantTokens: M.GrantTokens },
    output: { KeyMetadata: M.KeyMetadata },
  },
  DisableKey: {
    input: { KeyId: required(M.KeyId) },
    output: {},
  },
  DisableKeyRotation: {
    input: { KeyId: required(M.KeyId) },
    output: {},
  },
  DisconnectCustomKeyStore: {
    input: { CustomKeyStoreId: required(M.CustomKeyStoreId) },
    output: {},
  },
  EnableKey: {
    input: { KeyId: required(M.KeyId) },
    output: {},
  },
  EnableKeyRotation: {
    input: { KeyId: required(M.KeyId), RotationPeriodInDays: integer(90, 2560) },
    output: {},
  },
  Encapsulate: {
    input: {
      KeyId: required(M.KeyId),
      EncapsulationAlgorithm: required(E.EncapsulationAlgorithm),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: {
      KeyId: M.KeyId,
      SharedSecret: M.Plaintext,
      SharedSecretCiphertextBlob: M.Ciphertext,
      EncapsulationAlgorithm: E.EncapsulationAlgorithm,
    },
  },
  Encrypt: {
    input: {
      KeyId: required(M.KeyId),
      Plaintext: required(M.Plaintext),
      EncryptionContext: M.EncryptionContext,
      GrantTokens: M.GrantTokens,
      EncryptionAlgorithm: E.EncryptionAlgorithm,
      DryRun: boolean,
    },
    output: { CiphertextBlob: M.Ciphertext, KeyId: M.KeyId, EncryptionAlgorithm: E.EncryptionAlgorithm },
  },
  GenerateDataKey: {
    input: {
      KeyId: required(M.KeyId),
      EncryptionContext: M.EncryptionContext,
      NumberOfBytes: M.NumberOfBytes,
      KeySpec: E.DataKeySpec,
      GrantTokens: M.GrantTokens,
      Recipient: M.Recipient,
      DryRun: boolean,
    },
    output: {
      CiphertextBlob: M.Ciphertext,
      Plaintext: M.Plaintext,
      KeyId: M.KeyId,
      CiphertextForRecipient: M.Ciphertext,
      KeyMaterialId: M.KeyMaterialId,
    },
  },
  GenerateDataKeyPair: {
    input: {
      EncryptionContext: M.EncryptionContext,
      KeyId: required(M.KeyId),
      KeyPairSpec: required(E.DataKeyPairSpec),
      GrantTokens: M.GrantTokens,
      Recipient: M.Recipient,
      DryRun: boolean,
    },
    output: {
      PrivateKeyCiphertextBlob: M.Ciphertext,
      PrivateKeyPlaintext: M.Plaintext,
      PublicKey: M.PublicKey,
      KeyId: M.KeyId,
      KeyPairSpec: E.DataKeyPairSpec,
      CiphertextForRecipient: M.Ciphertext,
      KeyMaterialId: M.KeyMaterialId,
    },
  },
  GenerateDataKeyPairWithoutPlaintext: {
    input: {
      EncryptionContext: M.EncryptionContext,
      KeyId: required(M.KeyId),
      KeyPairSpec: required(E.DataKeyPairSpec),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: {
      PrivateKeyCiphertextBlob: M.Ciphertext,
      PublicKey: M.PublicKey,
      KeyId: M.KeyId,
      KeyPairSpec: E.DataKeyPairSpec,
      KeyMaterialId: M.KeyMaterialId,
    },
  },
  GenerateDataKeyWithoutPlaintext: {
    input: {
      KeyId: required(M.KeyId),
      EncryptionContext: M.EncryptionContext,
      KeySpec: E.DataKeySpec,
      NumberOfBytes: M.NumberOfBytes,
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: { CiphertextBlob: M.Ciphertext, KeyId: M.KeyId, KeyMaterialId: M.KeyMaterialId },
  },
  GenerateMac: {
    input: {
      Message: required(M.Plaintext),
      KeyId: required(M.KeyId),
      MacAlgorithm: required(E.MacAlgorithm),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: { Mac: M.Ciphertext, MacAlgorithm: E.MacAlgorithm, KeyId: M.KeyId },
  },
  GenerateRandom: {
    input: { NumberOfBytes: M.NumberOfBytes, CustomKeyStoreId: M.CustomKeyStoreId, Recipient: M.Recipient },
    output: { Plaintext: M.Plaintext, CiphertextForRecipient: M.Ciphertext },
  },
  GetKeyLastUsage: {
    input: { KeyId: required(M.KeyId) },
    output: {
      KeyId: M.KeyId,
      KeyLastUsage: structure({
        Operation: E.TrackedOperation,
        Timestamp: timestamp,
        CloudTrailEventId: string(1, 128),
        KmsRequestId: string(1, 128),
      }),
      TrackingStartDate: timestamp,
      KeyCreationDate: timestamp,
    },
  },
  GetKeyPolicy: {
    input: { KeyId: required(M.KeyId), PolicyName: M.PolicyName },
    output: { Policy: M.Policy, PolicyName: M.PolicyName },
  },
  GetKeyRotationStatus: {
    input: { KeyId: required(M.KeyId) },
    output: {
      KeyRotationEnabled: boolean,
      KeyId: M.KeyId,
      RotationPeriodInDays: integer(90, 2560),
      NextRotationDate: timestamp,
      OnDemandRotationStartDate: timestamp,
    },
  },
  GetParametersForImport: {
    input: {
      KeyId: required(M.KeyId),
      WrappingAlgorithm: required(E.WrappingAlgorithm),
      WrappingKeySpec: required(E.WrappingKeySpec),
    },
    output: { KeyId: M.KeyId, ImportToken: M.Ciphertext, PublicKey: M.PublicKey, ParametersValidTo: timestamp },
  },
  GetPublicKey: {
    input: { KeyId: required(M.KeyId), GrantTokens: M.GrantTokens },
    output: {
      KeyId: M.KeyId,
      PublicKey: M.PublicKey,
      CustomerMasterKeySpec: E.CustomerMasterKeySpec,
      KeySpec: E.KeySpec,
      KeyUsage: E.KeyUsage,
      EncryptionAlgorithms: list(E.EncryptionAlgorithm),
      SigningAlgorithms: list(E.SigningAlgorithm),
      KeyAgreementAlgorithms: list(E.KeyAgreementAlgorithm),
      EncapsulationAlgorithms: list(E.EncapsulationAlgorithm),
    },
  },
  ImportKeyMaterial: {
    input: {
      KeyId: required(M.KeyId),
      ImportToken: required(M.Ciphertext),
      EncryptedKeyMaterial: required(M.Ciphertext),
      ValidTo: timestamp,
      ExpirationModel: E.ExpirationModel,
      ImportType: E.ImportType,
      KeyMaterialDescription: M.KeyMaterialDescription,
      KeyMaterialId: M.KeyMaterialId,
    },
    output: { KeyId: M.KeyId, KeyMaterialId: M.KeyMaterialId },
  },
  ListAliases: {
    input: { KeyId: M.KeyId, Limit: integer(1, 100), Marker: M.Marker },
    output: { Aliases: list(M.AliasListEntry), ...M.NextPage },
    page: { default: 50, max: 100 },
  },
  ListGrants: {
    input: {
      Limit: integer(1, 100),
      Marker: M.Marker,
      KeyId: required(M.KeyId),
      GrantId: M.GrantId,
      GranteePrincipal: M.Principal,
      GranteeServicePrincipal: M.ServicePrincipal,
    },
    output: { Grants: list(M.GrantListEntry), ...M.NextPage },
    page: { default: 50, max: 100 },
  },
  ListKeyPolicies: {
    input: { KeyId: required(M.KeyId), Limit: integer(1, 1000), Marker: M.Marker },
    output: { PolicyNames: list(M.PolicyName), ...M.NextPage },
    page: { default: 100, max: 1000 },
  },
  ListKeyRotations: {
    input: {
      KeyId: required(M.KeyId),
      IncludeKeyMaterial: E.IncludeKeyMaterial,
      Limit: integer(1, 1000),
      Marker: M.Marker,
    },
    output: { Rotations: list(M.RotationsListEntry), ...M.NextPage },
    page: { default: 100, max: 1000 },
  },
  ListKeys: {
    input: { Limit: integer(1, 1000), Marker: M.Marker },
    output: { Keys: list(structure({ KeyId: M.KeyId, KeyArn: M.Arn })), ...M.NextPage },
    page: { default: 100, max: 1000 },
  },
  ListResourceTags: {
    input: { KeyId: required(M.KeyId), Limit: integer(1, 50), Marker: M.Marker },
    output: { Tags: M.Tags, ...M.NextPage },
    page: { default: 50, max: 50 },
  },
  ListRetirableGrants: {
    input: {
      Limit: integer(1, 100),
      Marker: M.Marker,
      RetiringPrincipal: M.Principal,
      RetiringServicePrincipal: M.ServicePrincipal,
    },
    output: { Grants: list(M.GrantListEntry), ...M.NextPage },
    page: { default: 50, max: 100 },
  },
  PutKeyPolicy: {
    input: {
      KeyId: required(M.KeyId),
      PolicyName: M.PolicyName,
      Policy: required(M.Policy),
      BypassPolicyLockoutSafetyCheck: boolean,
    },
    output: {},
  },
  ReEncrypt: {
    input: {
      CiphertextBlob: M.Ciphertext,
      SourceEncryptionContext: M.EncryptionContext,
      SourceKeyId: M.KeyId,
      DestinationKeyId: required(M.KeyId),
      DestinationEncryptionContext: M.EncryptionContext,
      SourceEncryptionAlgorithm: E.EncryptionAlgorithm,
      DestinationEncryptionAlgorithm: E.EncryptionAlgorithm,
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
      DryRunModifiers: list(E.DryRunModifier),
    },
    output: {
      CiphertextBlob: M.Ciphertext,
      SourceKeyId: M.KeyId,
      KeyId: M.KeyId,
      SourceEncryptionAlgorithm: E.EncryptionAlgorithm,
      DestinationEncryptionAlgorithm: E.EncryptionAlgorithm,
      SourceKeyMaterialId: M.KeyMaterialId,
      DestinationKeyMaterialId: M.KeyMaterialId,
    },
  },
  ReplicateKey: {
    input: {
      KeyId: required(M.KeyId),
      ReplicaRegion: required(M.Region),
      Policy: M.Policy,
      BypassPolicyLockoutSafetyCheck: boolean,
      Description: M.Description,
      Tags: M.Tags,
    },
    output: { ReplicaKeyMetadata: M.KeyMetadata, ReplicaPolicy: M.Policy, ReplicaTags: M.Tags },
  },
  RetireGrant: {
    input: { GrantToken: M.GrantToken, KeyId: M.KeyId, GrantId: M.GrantId, DryRun: boolean },
    output: {},
  },
  RevokeGrant: {
    input: { KeyId: required(M.KeyId), GrantId: required(M.GrantId), DryRun: boolean },
    output: {},
  },
  RotateKeyOnDemand: {
    input: { KeyId: required(M.KeyId) },
    output: { KeyId: M.KeyId },
  },
  ScheduleKeyDeletion: {
    input: { KeyId: required(M.KeyId), PendingWindowInDays: integer(1, 365) },
    output: { KeyId: M.KeyId, DeletionDate: timestamp, KeyState: E.KeyState, PendingWindowInDays: integer(1, 365) },
  },
  Sign: {
    input: {
      KeyId: required(M.KeyId),
      Message: required(M.Plaintext),
      MessageType: E.MessageType,
      GrantTokens: M.GrantTokens,
      SigningAlgorithm: required(E.SigningAlgorithm),
      DryRun: boolean,
    },
    output: { KeyId: M.KeyId, Signature: M.Ciphertext, SigningAlgorithm: E.SigningAlgorithm },
  },
  TagResource: {
    input: { KeyId: required(M.KeyId), Tags: required(M.Tags) },
    output: {},
  },
  UntagResource: {
    input: { KeyId: required(M.KeyId), TagKeys: required(list(M.TagKey)) },
    output: {},
  },
  UpdateAlias: {
    input: { AliasName: required(M.AliasName), TargetKeyId: required(M.KeyId) },
    output: {},
  },
  UpdateCustomKeyStore: {
    input: {
      CustomKeyStoreId: required(M.CustomKeyStoreId),
      NewCustomKeyStoreName: M.CustomKeyStoreName,
      KeyStorePassword: M.KeyStorePassword,
      CloudHsmClusterId: M.CloudHsmClusterId,
      ...M.XksProxyMembers,
    },
    output: {},
  },
  UpdateKeyDescription: {
    input: { KeyId: required(M.KeyId), Description: required(M.Description) },
    output: {},
  },
  UpdatePrimaryRegion: {
    input: { KeyId: required(M.KeyId), PrimaryRegion: required(M.Region) },
    output: {},
  },
  Verify: {
    input: {
      KeyId: required(M.KeyId),
      Message: required(M.Plaintext),
      MessageType: E.MessageType,
      Signature: required(M.Ciphertext),
      SigningAlgorithm: required(E.SigningAlgorithm),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: { KeyId: M.KeyId, SignatureValid: boolean, SigningAlgorithm: E.SigningAlgorithm },
  },
  VerifyMac: {
    input: {
      Message: required(M.Plaintext),
      KeyId: required(M.KeyId),
      MacAlgorithm: required(E.MacAlgorithm),
      Mac: required(M.Ciphertext),
      GrantTokens: M.GrantTokens,
      DryRun: boolean,
    },
    output: { KeyId: M.KeyId, MacValid: boolean, MacAlgorithm: E.MacAlgorithm },
  },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations
export type Input<Name extends OperationName> = Structure<(typeof operations)[Name]['input']>
export type Output<Name extends OperationName> = Structure<(typeof operations)[Name]['output']>

export const operationNames = Object.keys(operations) as OperationName[]

export const isOperationName = (name: unknown): name is OperationName =>
  typeof name === 'string' && Object.hasOwn(operations, name)
