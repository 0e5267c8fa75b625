/**
 * The condition keys that a request brings. [AWS KMS Developer Guide, "AWS KMS condition keys"; IAM User Guide, "AWS
 * global condition context keys"]
 *
 * Most `kms:` keys mirror a member of the request, its default included; three of them, as AWS documents, are there only
 * if the member was sent.
 */
import type { CallerFacts, ConditionValues, EncryptionContext, KeyFacts } from './facts.ts'
import { type Identity, identityOf } from './principals.ts'

/** A member of a decoded request, such as `KeySpec`. */
export type RequestInput = Readonly<Record<string, unknown>>

export interface ContextFacts {
  readonly caller: CallerFacts
  /** `kms:Encrypt`; it selects which members of the input count. */
  readonly action: string
  /** The key that the operation is authorised on; none for CreateKey, ListKeys and their like. */
  readonly key?: KeyFacts
  /** Members of the request, by AWS's names. */
  readonly input?: RequestInput
  /** Alias by which the request names the key: `alias/orders`. */
  readonly requestAlias?: string
  /** ReEncrypt: whether source and destination are the same key. */
  readonly sameKey?: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Collects values under lower-case keys, several for one key if need be. */
class Values {
  readonly found: Record<string, string[]> = Object.create(null)

  /** Replaces what is known of a key; undefined and empty lists are not in the request. */
  set(key: string, value: unknown): void {
    const list = Array.isArray(value) ? value : [value]
    if (list.length > 0 && list[0] !== undefined && list[0] !== null) this.found[key.toLowerCase()] = list.map(textOf)
  }

  add(key: string, value: string): void {
    const folded = key.toLowerCase()
    this.found[folded] = [...(this.found[folded] ?? []), value]
  }

  setEach(prefix: string, pairs: Readonly<Record<string, string>> = {}): void {
    for (const [name, value] of Object.entries(pairs)) this.add(`${prefix}${name}`, value)
  }
}

/** Timestamps are compared as epoch seconds. */
const textOf = (value: unknown): string => (value instanceof Date ? String(value.getTime() / 1000) : String(value))

const encrypting = { 'kms:EncryptionAlgorithm': ['EncryptionAlgorithm', 'SYMMETRIC_DEFAULT'] } as const
const generatingPair = { ...encrypting, 'kms:DataKeyPairSpec': ['KeyPairSpec'] } as const
const signing = { 'kms:SigningAlgorithm': ['SigningAlgorithm'], 'kms:MessageType': ['MessageType', 'RAW'] } as const
const authenticating = { 'kms:MacAlgorithm': ['MacAlgorithm'] } as const
const bypassing = { 'kms:BypassPolicyLockoutSafetyCheck': ['BypassPolicyLockoutSafetyCheck'] } as const

/** By operation: condition key, the member that it mirrors, and what the member's absence means. */
const mirrors: Readonly<Record<string, Readonly<Record<string, readonly [member: string, absent?: string]>>>> = {
  CreateKey: bypassing,
  PutKeyPolicy: bypassing,
  ReplicateKey: { ...bypassing, 'kms:ReplicaRegion': ['ReplicaRegion'] },
  UpdatePrimaryRegion: { 'kms:PrimaryRegion': ['PrimaryRegion'] },
  Encrypt: encrypting,
  Decrypt: encrypting,
  ReEncryptFrom: { 'kms:EncryptionAlgorithm': ['SourceEncryptionAlgorithm', 'SYMMETRIC_DEFAULT'] },
  ReEncryptTo: { 'kms:EncryptionAlgorithm': ['DestinationEncryptionAlgorithm', 'SYMMETRIC_DEFAULT'] },
  GenerateDataKey: encrypting,
  GenerateDataKeyWithoutPlaintext: encrypting,
  GenerateDataKeyPair: generatingPair,
  GenerateDataKeyPairWithoutPlaintext: generatingPair,
  Sign: signing,
  Verify: signing,
  GenerateMac: authenticating,
  VerifyMac: authenticating,
  DeriveSharedSecret: { 'kms:KeyAgreementAlgorithm': ['KeyAgreementAlgorithm'] },
  ImportKeyMaterial: { 'kms:ExpirationModel': ['ExpirationModel'], 'kms:ValidTo': ['ValidTo'] },
  GetParametersForImport: {
    'kms:WrappingAlgorithm': ['WrappingAlgorithm'],
    'kms:WrappingKeySpec': ['WrappingKeySpec'],
  },
  EnableKeyRotation: { 'kms:RotationPeriodInDays': ['RotationPeriodInDays', '365'] },
  ScheduleKeyDeletion: { 'kms:ScheduleKeyDeletionPendingWindowInDays': ['PendingWindowInDays', '30'] },
}

function addMirrors(values: Values, operation: string, input: RequestInput): void {
  for (const [key, [member, absent]] of Object.entries(mirrors[operation] ?? {})) {
    values.set(key, input[member] ?? absent)
  }
}

/** Encryption context that an action is about; ReEncrypt has two. */
export function encryptionContextOf(action: string, input: RequestInput = {}): EncryptionContext | undefined {
  const prefix = action === 'kms:ReEncryptFrom' ? 'Source' : action === 'kms:ReEncryptTo' ? 'Destination' : ''
  return input[`${prefix}EncryptionContext`] as EncryptionContext | undefined
}

interface GrantInput {
  readonly Constraints?: {
    readonly EncryptionContextEquals?: EncryptionContext
    readonly EncryptionContextSubset?: EncryptionContext
  }
  readonly Operations?: readonly string[]
  readonly GranteePrincipal?: string
  readonly GranteeServicePrincipal?: string
  readonly RetiringPrincipal?: string
  readonly RetiringServicePrincipal?: string
}

/** CreateGrant: the grant asked for; its constraint is its encryption context. */
function addGrant(values: Values, input: GrantInput): EncryptionContext | undefined {
  const { EncryptionContextEquals, EncryptionContextSubset } = input.Constraints ?? {}
  const types = { EncryptionContextEquals, EncryptionContextSubset }
  values.set(
    'kms:GrantConstraintType',
    Object.keys(types).filter((type) => types[type as keyof typeof types]),
  )
  values.set('kms:GrantOperations', input.Operations)
  values.set('kms:GranteePrincipal', input.GranteePrincipal ?? input.GranteeServicePrincipal)
  values.set('kms:RetiringPrincipal', input.RetiringPrincipal ?? input.RetiringServicePrincipal)
  return EncryptionContextEquals ?? EncryptionContextSubset
}

function addEncryptionContext(values: Values, context: EncryptionContext | undefined): void {
  values.setEach('kms:EncryptionContext:', context)
  values.set('kms:EncryptionContextKeys', Object.keys(context ?? {}))
}

function addTags(values: Values, input: RequestInput): void {
  const tags = (input.Tags ?? []) as readonly { readonly TagKey: string; readonly TagValue: string }[]
  for (const { TagKey, TagValue } of tags) values.add(`aws:RequestTag/${TagKey}`, TagValue)
  values.set('aws:TagKeys', [...tags.map(({ TagKey }) => TagKey), ...((input.TagKeys ?? []) as readonly string[])])
}

/** The key in use, or the one that CreateKey is to make. */
function addKey(values: Values, { action, key, input = {}, caller }: ContextFacts): void {
  const made = action === 'kms:CreateKey'
  if (!key && !made) return
  const multiRegion = key?.multiRegion ?? input.MultiRegion ?? false
  const spec = key?.spec ?? input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  const usage = key?.usage ?? input.KeyUsage ?? 'ENCRYPT_DECRYPT'
  for (const name of ['kms:KeySpec', 'kms:CustomerMasterKeySpec']) values.set(name, spec)
  for (const name of ['kms:KeyUsage', 'kms:CustomerMasterKeyUsage']) values.set(name, usage)
  values.set('kms:KeyOrigin', key?.origin ?? input.Origin ?? 'AWS_KMS')
  values.set('kms:MultiRegion', multiRegion)
  values.set('kms:MultiRegionKeyType', key ? key.multiRegionKeyType : multiRegion ? 'PRIMARY' : undefined)
  values.set('kms:ResourceAliases', key?.aliases)
  values.setEach('aws:ResourceTag/', key?.tags)
  values.set('aws:ResourceAccount', key?.account ?? caller.account)
}

const principalTypes: Partial<Record<Identity['kind'], string>> = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  federated: 'FederatedUser',
}

function addPrincipal(values: Values, caller: CallerFacts, who: Identity): void {
  const service = who.kind === 'service'
  values.set('aws:PrincipalIsAWSService', service)
  values.set('aws:PrincipalType', principalTypes[who.kind])
  values.setEach('aws:PrincipalTag/', caller.tags)
  if (service) {
    values.set('aws:PrincipalServiceName', who.arn)
    values.set('aws:PrincipalServiceNamesList', [who.arn])
  } else if (who.account) {
    // A session stands for its role here, and every other principal for itself.
    values.set('aws:PrincipalArn', who.policyOwner)
    values.set('aws:PrincipalAccount', who.account)
  }
  if (who.kind === 'root') values.set('aws:userid', who.account)
  if (who.kind === 'user') values.set('aws:username', who.name)
}

/** `s3.us-east-1.amazonaws.com` speaks for the principal `s3.amazonaws.com`. */
const calledVia = (viaService: string): string => `${viaService.split('.')[0]}.amazonaws.com`

function addRoute(values: Values, { caller, now }: ContextFacts): void {
  const service = caller.viaService
  values.set('aws:ViaAWSService', service !== undefined)
  for (const name of ['aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast']) {
    values.set(name, service && calledVia(service))
  }
  values.set('aws:SourceIp', caller.sourceIp)
  values.set('aws:UserAgent', caller.userAgent)
  values.set('aws:RequestedRegion', caller.region)
  values.set('aws:CurrentTime', new Date(now).toISOString())
  values.set('aws:EpochTime', Math.floor(now / 1000))
}

/** Keys that depend on the operation being about a key. */
function addService(values: Values, facts: ContextFacts, who: Identity): void {
  const { caller, key, action } = facts
  const operation = action.slice('kms:'.length)
  if (key || operation.includes('CustomKeyStore')) values.set('kms:CallerAccount', who.account || undefined)
  if (!key) return
  values.set('kms:ViaService', caller.viaService)
  values.set('kms:RequestAlias', facts.requestAlias)
  if (operation.startsWith('ReEncrypt')) values.set('kms:ReEncryptOnSameKey', facts.sameKey)
  if (['CreateGrant', 'ListGrants', 'RevokeGrant'].includes(operation)) {
    values.set('kms:GrantIsForAWSResource', caller.viaService !== undefined || who.kind === 'service')
  }
}

/** Keys that only the service knows; a caller's own context cannot claim them. */
const reserved = [
  'kms:',
  'aws:resourcetag/',
  'aws:resourceaccount',
  'aws:requesttag/',
  'aws:tagkeys',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:currenttime',
  'aws:epochtime',
  'aws:requestedregion',
  'aws:viaawsservice',
  'aws:calledvia',
]

function addOwnContext(values: Values, caller: CallerFacts): void {
  // AWS answers over TLS only; a caller that is known to come otherwise says so in its context.
  values.set('aws:SecureTransport', true)
  for (const [key, value] of Object.entries(caller.context ?? {})) {
    const folded = key.toLowerCase()
    if (!reserved.some((prefix) => folded.startsWith(prefix))) values.set(key, value)
  }
}

/** All condition values of one authorisation question. What the service knows overrides the caller's own context. */
export function conditionValues(facts: ContextFacts): ConditionValues {
  const { caller, action, input = {} } = facts
  const values = new Values()
  const who = identityOf(caller)
  const operation = action.slice('kms:'.length)
  addOwnContext(values, caller)
  addPrincipal(values, caller, who)
  addRoute(values, facts)
  addKey(values, facts)
  addService(values, facts, who)
  addMirrors(values, operation, input)
  addTags(values, input)
  const requested =
    operation === 'CreateGrant' ? addGrant(values, input as GrantInput) : encryptionContextOf(action, input)
  addEncryptionContext(values, requested)
  return values.found
}

/** Condition values as someone writes them for `explain`, with keys in lower case. */
export function foldKeys(context: Readonly<Record<string, string | readonly string[]>>): ConditionValues {
  const values = new Values()
  for (const [key, value] of Object.entries(context)) values.set(key, value)
  return values.found
}
