/** Condition keys: which request gives them which values. Sources: AWS KMS Developer Guide, "AWS KMS condition keys", and IAM User Guide, "AWS global condition context keys", unless said otherwise. */
import type { Ask } from '../scene.ts'
import {
  abroad,
  alice,
  as,
  developer,
  home,
  key,
  now,
  region,
  roleArn,
  root,
  rootArn,
  service,
  userArn,
} from '../scene.ts'

export interface KeyCase {
  readonly key: string
  readonly type: 'String' | 'Bool' | 'Numeric' | 'Date' | 'Arn' | 'IpAddress' | 'Binary'
  readonly multivalued?: boolean
  readonly ask: Ask
  /** None: the request does not have the key. */
  readonly values: readonly string[]
  readonly source: string
}

const developerGuide = 'AWS KMS Developer Guide: AWS KMS condition keys'
const userGuide = 'IAM User Guide: AWS global condition context keys'

type Row = readonly [
  key: string,
  type: KeyCase['type'],
  ask: Ask,
  values: readonly string[],
  multivalued?: 'multivalued',
]

const table = (source: string, rows: readonly Row[]): KeyCase[] =>
  rows.map(([name, type, ask, values, multivalued]) => ({
    key: name,
    type,
    ask,
    values,
    source,
    multivalued: multivalued !== undefined,
  }))

const input = (action: string, members: Record<string, unknown>): Ask => ({ action: `kms:${action}`, input: members })
const keyless = (action: string, members: Record<string, unknown> = {}): Ask => ({
  ...input(action, members),
  keyless: true,
})
const via: Ask = { caller: { ...alice, viaService: `s3.${region}.amazonaws.com` } }
const context = { AppName: 'ExampleApp', Project: 'Alpha' }
const grant = {
  GranteePrincipal: roleArn('LimitedAdminRole'),
  RetiringPrincipal: userArn('OpsAdmin'),
  Operations: ['Encrypt', 'ReEncryptTo'],
  Constraints: { EncryptionContextEquals: { Department: 'IT' } },
}
const replica = { ...key, multiRegion: true, multiRegionKeyType: 'REPLICA' as const }
const expiry = new Date(1546257599000)

const ofRequests = table(developerGuide, [
  [
    'kms:BypassPolicyLockoutSafetyCheck',
    'Bool',
    keyless('CreateKey', { BypassPolicyLockoutSafetyCheck: true }),
    ['true'],
  ],
  [
    'kms:BypassPolicyLockoutSafetyCheck',
    'Bool',
    input('PutKeyPolicy', { BypassPolicyLockoutSafetyCheck: true }),
    ['true'],
  ],
  ['kms:BypassPolicyLockoutSafetyCheck', 'Bool', input('PutKeyPolicy', {}), []],
  ['kms:DataKeyPairSpec', 'String', input('GenerateDataKeyPair', { KeyPairSpec: 'RSA_2048' }), ['RSA_2048']],
  [
    'kms:DataKeyPairSpec',
    'String',
    input('GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256' }),
    ['ECC_NIST_P256'],
  ],
  ['kms:DataKeyPairSpec', 'String', input('GenerateDataKey', { KeyPairSpec: 'RSA_2048' }), []],
  [
    'kms:EncryptionAlgorithm',
    'String',
    input('Encrypt', { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }),
    ['RSAES_OAEP_SHA_256'],
  ],
  ['kms:EncryptionAlgorithm', 'String', input('Decrypt', {}), ['SYMMETRIC_DEFAULT']],
  ['kms:EncryptionAlgorithm', 'String', input('GenerateDataKey', {}), ['SYMMETRIC_DEFAULT']],
  [
    'kms:EncryptionAlgorithm',
    'String',
    input('GenerateDataKeyPair', { KeyPairSpec: 'RSA_2048' }),
    ['SYMMETRIC_DEFAULT'],
  ],
  [
    'kms:EncryptionAlgorithm',
    'String',
    input('ReEncryptFrom', { SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }),
    ['RSAES_OAEP_SHA_1'],
  ],
  [
    'kms:EncryptionAlgorithm',
    'String',
    input('ReEncryptTo', { SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }),
    ['SYMMETRIC_DEFAULT'],
  ],
  ['kms:EncryptionAlgorithm', 'String', input('Sign', {}), []],
  ['kms:EncryptionContext:AppName', 'String', input('Encrypt', { EncryptionContext: context }), ['ExampleApp']],
  ['kms:EncryptionContext:APPNAME', 'String', input('GenerateDataKey', { EncryptionContext: context }), ['ExampleApp']],
  ['kms:EncryptionContext:AppName', 'String', input('Encrypt', {}), []],
  [
    'kms:EncryptionContext:AppName',
    'String',
    input('ReEncryptFrom', { SourceEncryptionContext: context }),
    ['ExampleApp'],
  ],
  ['kms:EncryptionContext:AppName', 'String', input('ReEncryptTo', { SourceEncryptionContext: context }), []],
  [
    'kms:EncryptionContext:AppName',
    'String',
    input('ReEncryptTo', { DestinationEncryptionContext: context }),
    ['ExampleApp'],
  ],
  ['kms:EncryptionContext:Department', 'String', input('CreateGrant', grant), ['IT']],
  [
    'kms:EncryptionContextKeys',
    'String',
    input('Decrypt', { EncryptionContext: context }),
    ['AppName', 'Project'],
    'multivalued',
  ],
  ['kms:EncryptionContextKeys', 'String', input('Decrypt', {}), [], 'multivalued'],
  ['kms:EncryptionContextKeys', 'String', input('CreateGrant', grant), ['Department'], 'multivalued'],
  [
    'kms:ExpirationModel',
    'String',
    input('ImportKeyMaterial', { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }),
    ['KEY_MATERIAL_DOES_NOT_EXPIRE'],
  ],
  ['kms:ExpirationModel', 'String', input('ImportKeyMaterial', {}), []],
  ['kms:GrantConstraintType', 'String', input('CreateGrant', grant), ['EncryptionContextEquals']],
  [
    'kms:GrantConstraintType',
    'String',
    input('CreateGrant', { ...grant, Constraints: { EncryptionContextSubset: {} } }),
    ['EncryptionContextSubset'],
  ],
  ['kms:GrantConstraintType', 'String', input('CreateGrant', { ...grant, Constraints: undefined }), []],
  ['kms:GrantIsForAWSResource', 'Bool', input('CreateGrant', grant), ['false']],
  ['kms:GrantIsForAWSResource', 'Bool', { ...via, action: 'kms:CreateGrant' }, ['true']],
  ['kms:GrantIsForAWSResource', 'Bool', { ...via, action: 'kms:ListGrants' }, ['true']],
  ['kms:GrantIsForAWSResource', 'Bool', { ...via, action: 'kms:RevokeGrant' }, ['true']],
  ['kms:GrantIsForAWSResource', 'Bool', { ...via, action: 'kms:Encrypt' }, []],
  ['kms:GrantOperations', 'String', input('CreateGrant', grant), ['Encrypt', 'ReEncryptTo'], 'multivalued'],
  ['kms:GranteePrincipal', 'Arn', input('CreateGrant', grant), [roleArn('LimitedAdminRole')]],
  [
    'kms:GranteePrincipal',
    'String',
    input('CreateGrant', { GranteeServicePrincipal: 'dynamodb.amazonaws.com' }),
    ['dynamodb.amazonaws.com'],
  ],
  ['kms:RetiringPrincipal', 'Arn', input('CreateGrant', grant), [userArn('OpsAdmin')]],
  [
    'kms:RetiringPrincipal',
    'String',
    input('CreateGrant', { RetiringServicePrincipal: 'dynamodb.amazonaws.com' }),
    ['dynamodb.amazonaws.com'],
  ],
  ['kms:MacAlgorithm', 'String', input('GenerateMac', { MacAlgorithm: 'HMAC_SHA_384' }), ['HMAC_SHA_384']],
  ['kms:MacAlgorithm', 'String', input('VerifyMac', { MacAlgorithm: 'HMAC_SHA_512' }), ['HMAC_SHA_512']],
  ['kms:MessageType', 'String', input('Sign', { MessageType: 'DIGEST' }), ['DIGEST']],
  ['kms:MessageType', 'String', input('Verify', {}), ['RAW']],
  ['kms:PrimaryRegion', 'String', input('UpdatePrimaryRegion', { PrimaryRegion: 'eu-west-3' }), ['eu-west-3']],
  ['kms:ReplicaRegion', 'String', input('ReplicateKey', { ReplicaRegion: 'us-east-1' }), ['us-east-1']],
  ['kms:ReEncryptOnSameKey', 'Bool', { action: 'kms:ReEncryptFrom', sameKey: true }, ['true']],
  ['kms:ReEncryptOnSameKey', 'Bool', { action: 'kms:ReEncryptTo', sameKey: false }, ['false']],
  ['kms:ReEncryptOnSameKey', 'Bool', { action: 'kms:Encrypt', sameKey: true }, []],
  ['kms:RequestAlias', 'String', { requestAlias: 'alias/finance-key' }, ['alias/finance-key']],
  ['kms:RequestAlias', 'String', {}, []],
  ['kms:SigningAlgorithm', 'String', input('Sign', { SigningAlgorithm: 'RSASSA_PSS_SHA_512' }), ['RSASSA_PSS_SHA_512']],
  ['kms:SigningAlgorithm', 'String', input('Verify', { SigningAlgorithm: 'ECDSA_SHA_256' }), ['ECDSA_SHA_256']],
  ['kms:ValidTo', 'Numeric', input('ImportKeyMaterial', { ValidTo: expiry }), ['1546257599']],
  ['kms:ValidTo', 'Date', input('ImportKeyMaterial', { ValidTo: expiry }), ['1546257599']],
  [
    'kms:WrappingAlgorithm',
    'String',
    input('GetParametersForImport', { WrappingAlgorithm: 'RSAES_OAEP_SHA_1' }),
    ['RSAES_OAEP_SHA_1'],
  ],
  ['kms:WrappingKeySpec', 'String', input('GetParametersForImport', { WrappingKeySpec: 'RSA_2048' }), ['RSA_2048']],
])

const newer = table('AWS API reference (KMS.md §12)', [
  ['kms:KeyAgreementAlgorithm', 'String', input('DeriveSharedSecret', { KeyAgreementAlgorithm: 'ECDH' }), ['ECDH']],
  ['kms:RotationPeriodInDays', 'Numeric', input('EnableKeyRotation', { RotationPeriodInDays: 180 }), ['180']],
  ['kms:RotationPeriodInDays', 'Numeric', input('EnableKeyRotation', {}), ['365']],
  [
    'kms:ScheduleKeyDeletionPendingWindowInDays',
    'Numeric',
    input('ScheduleKeyDeletion', { PendingWindowInDays: 7 }),
    ['7'],
  ],
  ['kms:ScheduleKeyDeletionPendingWindowInDays', 'Numeric', input('ScheduleKeyDeletion', {}), ['30']],
])

const ofKeys = table(developerGuide, [
  ['kms:CallerAccount', 'String', {}, [home]],
  ['kms:CallerAccount', 'String', { caller: as(userArn('Eve', abroad)) }, [abroad]],
  ['kms:CallerAccount', 'String', keyless('ConnectCustomKeyStore'), [home]],
  ['kms:CallerAccount', 'String', keyless('ListKeys'), []],
  ['kms:CallerAccount', 'String', { caller: service }, []],
  ['kms:KeyOrigin', 'String', {}, ['AWS_KMS']],
  ['kms:KeyOrigin', 'String', keyless('CreateKey', { Origin: 'EXTERNAL' }), ['EXTERNAL']],
  ['kms:KeyOrigin', 'String', keyless('CreateKey'), ['AWS_KMS']],
  ['kms:KeyOrigin', 'String', keyless('ListKeys'), []],
  ['kms:KeySpec', 'String', {}, ['SYMMETRIC_DEFAULT']],
  ['kms:KeySpec', 'String', keyless('CreateKey', { KeySpec: 'RSA_4096' }), ['RSA_4096']],
  ['kms:KeySpec', 'String', keyless('CreateKey'), ['SYMMETRIC_DEFAULT']],
  ['kms:CustomerMasterKeySpec', 'String', keyless('CreateKey', { CustomerMasterKeySpec: 'RSA_3072' }), ['RSA_3072']],
  ['kms:KeyUsage', 'String', {}, ['ENCRYPT_DECRYPT']],
  ['kms:KeyUsage', 'String', keyless('CreateKey', { KeyUsage: 'SIGN_VERIFY' }), ['SIGN_VERIFY']],
  ['kms:CustomerMasterKeyUsage', 'String', {}, ['ENCRYPT_DECRYPT']],
  ['kms:MultiRegion', 'Bool', {}, ['false']],
  ['kms:MultiRegion', 'Bool', { key: replica }, ['true']],
  ['kms:MultiRegion', 'Bool', keyless('CreateKey', { MultiRegion: true }), ['true']],
  ['kms:MultiRegion', 'Bool', keyless('CreateKey'), ['false']],
  ['kms:MultiRegionKeyType', 'String', { key: replica }, ['REPLICA']],
  ['kms:MultiRegionKeyType', 'String', keyless('CreateKey', { MultiRegion: true }), ['PRIMARY']],
  ['kms:MultiRegionKeyType', 'String', {}, []],
  ['kms:ResourceAliases', 'String', {}, ['alias/finance-key'], 'multivalued'],
  [
    'kms:ResourceAliases',
    'String',
    { key: { ...key, aliases: ['alias/a', 'alias/b'] } },
    ['alias/a', 'alias/b'],
    'multivalued',
  ],
  ['kms:ResourceAliases', 'String', { key: { ...key, aliases: [] } }, [], 'multivalued'],
  ['kms:ViaService', 'String', via, [`s3.${region}.amazonaws.com`]],
  ['kms:ViaService', 'String', {}, []],
])

const global = table(userGuide, [
  ['aws:PrincipalArn', 'Arn', {}, [alice.principal]],
  ['aws:PrincipalArn', 'Arn', { caller: developer }, [roleArn('Developer')]],
  [
    'aws:PrincipalArn',
    'Arn',
    { caller: as(roleArn('team/Developer'), { session: 'carol' }) },
    [roleArn('team/Developer')],
  ],
  ['aws:PrincipalArn', 'Arn', { caller: root }, [rootArn()]],
  ['aws:PrincipalArn', 'Arn', { caller: service }, []],
  ['aws:PrincipalAccount', 'String', {}, [home]],
  ['aws:PrincipalType', 'String', {}, ['User']],
  ['aws:PrincipalType', 'String', { caller: developer }, ['AssumedRole']],
  ['aws:PrincipalType', 'String', { caller: root }, ['Account']],
  ['aws:PrincipalType', 'String', { caller: as(`arn:aws:sts::${home}:federated-user/Fay`) }, ['FederatedUser']],
  ['aws:PrincipalTag/Team', 'String', { caller: { ...alice, tags: { Team: 'blue' } } }, ['blue']],
  ['aws:PrincipalTag/TEAM', 'String', { caller: { ...alice, tags: { Team: 'blue' } } }, ['blue']],
  ['aws:PrincipalTag/Team', 'String', {}, []],
  ['aws:PrincipalIsAWSService', 'Bool', {}, ['false']],
  ['aws:PrincipalIsAWSService', 'Bool', { caller: service }, ['true']],
  ['aws:PrincipalServiceName', 'String', { caller: service }, ['dynamodb.amazonaws.com']],
  ['aws:PrincipalServiceNamesList', 'String', { caller: service }, ['dynamodb.amazonaws.com'], 'multivalued'],
  ['aws:SourceIp', 'IpAddress', { caller: { ...alice, sourceIp: '203.0.113.7' } }, ['203.0.113.7']],
  ['aws:SourceIp', 'IpAddress', {}, []],
  [
    'aws:SourceArn',
    'Arn',
    { caller: { ...service, context: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } } },
    ['arn:aws:s3:::bucket'],
  ],
  ['aws:SourceAccount', 'String', { caller: { ...service, context: { 'aws:SourceAccount': home } } }, [home]],
  ['aws:SourceIdentity', 'String', { caller: { ...developer, context: { 'aws:SourceIdentity': 'carol' } } }, ['carol']],
  ['aws:SourceVpc', 'String', { caller: { ...alice, context: { 'aws:SourceVpc': 'vpc-1' } } }, ['vpc-1']],
  ['aws:SourceVpce', 'String', { caller: { ...alice, context: { 'aws:SourceVpce': 'vpce-1' } } }, ['vpce-1']],
  ['aws:VpcSourceIp', 'IpAddress', { caller: { ...alice, context: { 'aws:VpcSourceIp': '10.0.0.5' } } }, ['10.0.0.5']],
  [
    'aws:PrincipalOrgID',
    'String',
    { caller: { ...alice, context: { 'aws:PrincipalOrgID': 'o-1234567890' } } },
    ['o-1234567890'],
  ],
  [
    'aws:PrincipalOrgPaths',
    'String',
    { caller: { ...alice, context: { 'aws:PrincipalOrgPaths': ['o-1/r-1/ou-1/'] } } },
    ['o-1/r-1/ou-1/'],
    'multivalued',
  ],
  ['aws:ResourceOrgID', 'String', { caller: { ...alice, context: { 'aws:ResourceOrgID': 'o-1' } } }, ['o-1']],
  [
    'aws:MultiFactorAuthPresent',
    'Bool',
    { caller: { ...alice, context: { 'aws:MultiFactorAuthPresent': 'true' } } },
    ['true'],
  ],
  [
    'aws:MultiFactorAuthAge',
    'Numeric',
    { caller: { ...alice, context: { 'aws:MultiFactorAuthAge': '120' } } },
    ['120'],
  ],
  [
    'aws:TokenIssueTime',
    'Date',
    { caller: { ...developer, context: { 'aws:TokenIssueTime': '2025-06-15T11:00:00Z' } } },
    ['2025-06-15T11:00:00Z'],
  ],
  [
    'aws:FederatedProvider',
    'String',
    { caller: { ...developer, context: { 'aws:FederatedProvider': 'accounts.google.com' } } },
    ['accounts.google.com'],
  ],
  [
    'aws:Referer',
    'String',
    { caller: { ...alice, context: { 'aws:referer': 'https://example.com' } } },
    ['https://example.com'],
  ],
  ['aws:CurrentTime', 'Date', {}, [new Date(now).toISOString()]],
  ['aws:EpochTime', 'Date', {}, [String(now / 1000)]],
  ['aws:EpochTime', 'Numeric', {}, [String(now / 1000)]],
  ['aws:RequestedRegion', 'String', {}, [region]],
  ['aws:ResourceTag/Department', 'String', {}, ['IT']],
  ['aws:ResourceTag/Cost', 'String', {}, []],
  ['aws:ResourceAccount', 'String', {}, [home]],
  ['aws:RequestTag/Cost', 'String', input('TagResource', { Tags: [{ TagKey: 'Cost', TagValue: '42' }] }), ['42']],
  ['aws:RequestTag/Cost', 'String', keyless('CreateKey', { Tags: [{ TagKey: 'Cost', TagValue: '42' }] }), ['42']],
  [
    'aws:TagKeys',
    'String',
    input('TagResource', { Tags: [{ TagKey: 'Cost', TagValue: '42' }] }),
    ['Cost'],
    'multivalued',
  ],
  ['aws:TagKeys', 'String', input('UntagResource', { TagKeys: ['Cost', 'Team'] }), ['Cost', 'Team'], 'multivalued'],
  ['aws:userid', 'String', { caller: root }, [home]],
  ['aws:username', 'String', {}, ['Alice']],
  ['aws:username', 'String', { caller: as(userArn('division/Alice')) }, ['Alice']],
  ['aws:username', 'String', { caller: developer }, []],
  ['aws:UserAgent', 'String', { caller: { ...alice, userAgent: 'aws-sdk-js/3' } }, ['aws-sdk-js/3']],
  ['aws:SecureTransport', 'Bool', {}, ['true']],
  ['aws:SecureTransport', 'Bool', { caller: { ...alice, context: { 'aws:SecureTransport': 'false' } } }, ['false']],
  ['aws:ViaAWSService', 'Bool', {}, ['false']],
  ['aws:ViaAWSService', 'Bool', via, ['true']],
  ['aws:CalledVia', 'String', via, ['s3.amazonaws.com'], 'multivalued'],
  ['aws:CalledViaFirst', 'String', via, ['s3.amazonaws.com']],
  ['aws:CalledViaLast', 'String', via, ['s3.amazonaws.com']],
  ['app:Anything', 'Binary', { caller: { ...alice, context: { 'app:Anything': 'AA==' } } }, ['AA==']],
])

const forged = table('Ports are bound to facts; a context cannot claim what the service knows', [
  ['kms:CallerAccount', 'String', { caller: { ...alice, context: { 'kms:CallerAccount': abroad } } }, [home]],
  [
    'kms:EncryptionContext:AppName',
    'String',
    { caller: { ...alice, context: { 'KMS:EncryptionContext:AppName': 'x' } } },
    [],
  ],
  ['aws:ResourceTag/Cost', 'String', { caller: { ...alice, context: { 'AWS:ResourceTag/Cost': '42' } } }, []],
  ['aws:RequestTag/Cost', 'String', { caller: { ...alice, context: { 'aws:RequestTag/Cost': '42' } } }, []],
  ['aws:PrincipalArn', 'Arn', { caller: { ...service, context: { 'aws:PrincipalArn': alice.principal } } }, []],
  ['aws:PrincipalAccount', 'String', { caller: { ...service, context: { 'aws:PrincipalAccount': home } } }, []],
  [
    'aws:CurrentTime',
    'Date',
    { caller: { ...alice, context: { 'aws:CurrentTime': '1999-01-01' } } },
    [new Date(now).toISOString()],
  ],
  ['aws:PrincipalAccount', 'String', { caller: { ...alice, account: abroad } }, [home]],
])

export const keyCases: readonly KeyCase[] = [...ofRequests, ...newer, ...ofKeys, ...global, ...forged]
