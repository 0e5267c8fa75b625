/**
 * Audit events in CloudTrail's shape. One per request, refused ones too. Plaintexts, ciphertexts, messages, signatures,
 * key material and grant tokens never enter one; the encryption context does, in clear, as AWS logs it.
 */
import { hex } from '../bytes.ts'
import type { Core } from '../core.ts'
import type { PlainError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import type { Json } from '../stores/records.ts'
import { type Place, parseKeyArn, rootArn } from './arn.ts'
import { MATERIAL_TAG } from './tagging.ts'

export type AuditEvent = { readonly [member: string]: Json | undefined }

export interface Trail {
  /** ARNs of the keys and aliases that took part. */
  readonly resources: string[]
  /** additionalEventData. */
  readonly additional: Record<string, string>
  /** Members that AWS logs though the caller left them out, such as Decrypt's algorithm; undefined for what it leaves out. */
  readonly parameters: Record<string, string | undefined>
}

export const newTrail = (): Trail => ({ resources: [], additional: {}, parameters: {} })

export interface Heard {
  readonly operation: string
  readonly input: unknown
  readonly caller: CallerFacts
  readonly now: number
  readonly requestId: string
  readonly eventId: string
  readonly trail: Trail
}

/** Members that no event may hold, in requests and in answers. */
const withheld = new Set([
  'GrantTokens',
  'GrantToken',
  'ImportToken',
  'KeyStorePassword',
  'XksProxyAuthenticationCredential',
  'TrustAnchorCertificate',
  'Policy',
  'Recipient',
  'Marker',
])

const changesSomething =
  /^(?:Cancel|Connect|Create|Delete|Disable|Disconnect|Enable|Import|Put|Replicate|Retire|Revoke|Rotate|Schedule|Tag|Untag|Update)/

/** Operations whose answer CloudTrail records. */
const answersRecorded = new Set<string>([
  'CancelKeyDeletion',
  'CreateCustomKeyStore',
  'CreateGrant',
  'CreateKey',
  'ReplicateKey',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
])

export function requestEvent(heard: Heard, outcome: { output?: unknown; error?: PlainError }): AuditEvent {
  const { operation, caller, trail } = heard
  const parameters = { ...(camel(heard.input) as object), ...trail.parameters }
  const recorded = outcome.output !== undefined && answersRecorded.has(operation)
  return {
    ...envelope(heard.now, caller.region, heard.eventId),
    userIdentity: identityOf(caller),
    eventName: operation,
    sourceIPAddress: caller.viaService ?? caller.sourceIp ?? '127.0.0.1',
    userAgent: caller.viaService ?? caller.userAgent ?? 'kmsbox',
    ...(outcome.error && { errorCode: shortName(outcome.error.name), errorMessage: outcome.error.message }),
    requestParameters: Object.keys(parameters).length > 0 ? parameters : null,
    responseElements: recorded ? camel(outcome.output) : null,
    ...(Object.keys(trail.additional).length > 0 && { additionalEventData: { ...trail.additional } }),
    requestID: heard.requestId,
    readOnly: !changesSomething.test(operation),
    resources: trail.resources.map(resource),
    eventType: 'AwsApiCall',
    recipientAccountId: caller.account,
    managementEvent: true,
    eventCategory: 'Management',
  }
}

export type ServiceEventName = 'RotateKey' | 'DeleteKey' | 'DeleteExpiredKeyMaterial' | 'SynchronizeMultiRegionKey'

/** What the service did by itself, on schedule. */
export function serviceEvent(
  name: ServiceEventName,
  keyArn: string,
  now: number,
  eventId: string,
  additional: Trail['additional'] = {},
): AuditEvent {
  const { account, region, id } = parseKeyArn(keyArn)
  return {
    ...envelope(now, region, eventId),
    userIdentity: { accountId: account, invokedBy: 'AWS Internal' },
    eventName: name,
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    requestParameters: null,
    responseElements: null,
    ...(Object.keys(additional).length > 0 && { additionalEventData: additional }),
    readOnly: false,
    resources: [resource(keyArn)],
    eventType: 'AwsServiceEvent',
    recipientAccountId: account,
    serviceEventDetails: { keyId: id },
    managementEvent: true,
    eventCategory: 'Management',
  }
}

/** What the box's owner did to the box itself: not an API call of KMS, and so under a source of its own. */
export function administrativeEvent(name: string, details: Json, place: Place, now: number, core: Core): AuditEvent {
  const caller = { principal: rootArn(place.account), ...place }
  return {
    ...envelope(now, place.region, uuid(core)),
    eventSource: 'kmsbox',
    userIdentity: identityOf(caller),
    eventName: name,
    sourceIPAddress: '127.0.0.1',
    userAgent: 'kmsbox',
    requestParameters: details,
    responseElements: null,
    readOnly: false,
    resources: [],
    eventType: 'AwsApiCall',
    recipientAccountId: place.account,
    managementEvent: true,
    eventCategory: 'Management',
  }
}

/** A random UUID (RFC 9562, version 4). */
export function uuid(core: Core): string {
  const digits = hex(core.random(16))
  const variant = '89ab'[Number.parseInt(digits.charAt(16), 16) & 3]
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
  ]
  return [...groups, digits.slice(20)].join('-')
}

function envelope(now: number, region: string, eventId: string) {
  return {
    eventVersion: '1.09',
    eventTime: new Date(now).toISOString(),
    eventSource: 'kms.amazonaws.com',
    awsRegion: region,
    eventID: eventId,
  }
}

const resource = (arn: string) => ({
  accountId: arn.split(':')[4] ?? '',
  type: arn.includes(':alias/') ? 'AWS::KMS::Alias' : 'AWS::KMS::Key',
  ARN: arn,
})

/** AWS logs `AccessDenied` for AccessDeniedException and keeps every other name. */
const shortName = (name: string): string => (name === 'AccessDeniedException' ? 'AccessDenied' : name)

function identityOf(caller: CallerFacts): Json {
  const { principal, account } = caller
  const own = { principalId: principal, arn: principal, accountId: account, accessKeyId: caller.accessKeyId }
  if (principal.endsWith(':root')) return { type: 'Root', ...own, principalId: account }
  const assumed = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/.exec(principal)
  if (assumed) {
    const role = `arn:aws:iam::${account}:role/${assumed[2]}`
    return {
      type: 'AssumedRole',
      ...own,
      sessionContext: { sessionIssuer: { type: 'Role', arn: role, accountId: account, userName: assumed[2] } },
    }
  }
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(principal)
  if (user) return { type: 'IAMUser', ...own, userName: user[1] }
  if (!principal.startsWith('arn:')) return { type: 'AWSService', invokedBy: principal }
  return { type: 'Role', ...own }
}

/**
 * A request or answer as CloudTrail prints it: members in lower camel case, dates as ISO text, without blobs and what is
 * withheld. Maps (the encryption context) keep their keys.
 */
function camel(value: unknown, isMap = false): Json {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map((element) => camel(element))
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json
  const shown: Record<string, Json> = Object.create(null)
  for (const [member, content] of Object.entries(value)) {
    if (content === undefined || content instanceof Uint8Array || (!isMap && withheld.has(member))) continue
    if (member === 'TagValue' && (value as { TagKey?: unknown }).TagKey === MATERIAL_TAG) continue
    shown[isMap ? member : lowerCamel(member)] = camel(content, /^EncryptionContext|EncryptionContext$/.test(member))
  }
  return shown
}

const lowerCamel = (member: string): string =>
  member === 'AWSAccountId' ? 'aWSAccountId' : member.charAt(0).toLowerCase() + member.slice(1)
