/** CreateGrant, ListGrants, ListRetirableGrants, RetireGrant, RevokeGrant. */
import { hex, utf8 } from '../../bytes.ts'
import { KmsError, validationError } from '../../errors.ts'
import { Table } from '../../stores/records.ts'
import { rootArn } from '../arn.ts'
import type { KeyUsage } from '../asymmetric/specs.ts'
import {
  deleteGrant,
  type GrantPlace,
  type GrantRecord,
  grantOfToken,
  grantToken,
  putGrant,
  readGrant,
  retirerScope,
  samenessPath,
} from '../grants.ts'
import { isSymmetric, type KeyRecord } from '../key.ts'
import { countGrants } from '../limits.ts'
import type { Input, Output } from '../model.ts'
import { type Call, type NamedKey, type Rule, rejects } from '../operation.ts'
import { listRows } from '../paging.ts'
import { byKeyId, readKey } from '../resolve.ts'

type Wanted = Input<'CreateGrant'>
type Entry = NonNullable<Output<'ListGrants'>['Grants']>[number]

export const createGrant: Rule<'CreateGrant'> = {
  keys: [byKeyId('KeyId')],
  rejects: rejects.grant,
  async run(call) {
    const { input, key } = call
    requireGrantable(key, input)
    const place = (await existing(call, key, input)) ?? (await create(call, key, input))
    return { GrantToken: grantToken(place, call.box.core.random(16)), GrantId: place.grantId }
  },
}

/** What grants can allow on a key besides the three that every key knows. */
const grantable: Readonly<Record<KeyUsage, readonly string[]>> = {
  ENCRYPT_DECRYPT: ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'],
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
  ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate', 'GetPublicKey'],
}
const always = ['CreateGrant', 'DescribeKey', 'RetireGrant']
const dataKeys = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
]

function requireGrantable(key: KeyRecord, input: Wanted): void {
  const ofKind = key.usage === 'ENCRYPT_DECRYPT' ? (isSymmetric(key) ? dataKeys : ['GetPublicKey']) : []
  const possible = [...always, ...grantable[key.usage], ...ofKind]
  const wrong = input.Operations.filter((operation) => !possible.includes(operation))
  if (wrong.length > 0) {
    throw validationError(`Operations [${wrong.join(', ')}] are not supported by the key ${key.arn}.`)
  }
  if (input.Operations.length === 0) throw validationError('A grant needs at least one operation.')
  requireOneGrantee(input)
  requireConstraints(key, input)
}

function requireOneGrantee(input: Wanted): void {
  if ((input.GranteePrincipal === undefined) === (input.GranteeServicePrincipal === undefined)) {
    throw validationError('Specify either GranteePrincipal or GranteeServicePrincipal.')
  }
  if (input.RetiringPrincipal !== undefined && input.RetiringServicePrincipal !== undefined) {
    throw validationError('Specify either RetiringPrincipal or RetiringServicePrincipal, not both.')
  }
  if (input.GranteeServicePrincipal === undefined) return
  if (input.Constraints?.SourceArn === undefined)
    throw validationError('A grant to a service needs the constraint SourceArn.')
  if (input.RetiringPrincipal === undefined && input.RetiringServicePrincipal === undefined) {
    throw validationError('A grant to a service needs a retiring principal.')
  }
}

const MAX_PAIRS = 8
const MAX_CHARACTERS = 384

function requireConstraints(key: KeyRecord, { Constraints = {} }: Wanted): void {
  const contexts = [Constraints.EncryptionContextEquals, Constraints.EncryptionContextSubset].filter(
    (context) => context !== undefined,
  )
  if (contexts.length === 0) return
  if (!isSymmetric(key))
    throw validationError('Encryption context constraints are valid only for symmetric encryption KMS keys.')
  for (const context of contexts) {
    const pairs = Object.entries(context)
    const characters = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
    if (pairs.length > MAX_PAIRS || characters > MAX_CHARACTERS) {
      throw validationError(
        `An encryption context constraint has at most ${MAX_PAIRS} pairs and ${MAX_CHARACTERS} characters.`,
      )
    }
  }
}

/** A named grant that is asked for again with the same properties is the grant that is there. */
async function existing(call: Call<'CreateGrant'>, key: KeyRecord, input: Wanted): Promise<GrantPlace | undefined> {
  if (input.Name === undefined) return undefined
  return call.transaction.get<GrantPlace>(Table.grant, samenessPath(key.arn, samenessOf(call, input)))
}

async function create(call: Call<'CreateGrant'>, key: KeyRecord, input: Wanted): Promise<GrantPlace> {
  const { KeyId: _, GrantTokens: __, DryRun: ___, ...wanted } = input
  const grant: GrantRecord = {
    ...wanted,
    GrantId: hex(call.box.core.random(32)),
    KeyArn: key.arn,
    CreationDate: call.now,
    IssuingAccount: rootArn(call.place.account),
    ...(input.Name !== undefined && { sameness: samenessOf(call, input) }),
  }
  await countGrants(call.transaction, key.arn, 1)
  putGrant(call.transaction, grant)
  return { keyArn: key.arn, grantId: grant.GrantId }
}

function samenessOf({ box, place }: Call<'CreateGrant'>, input: Wanted): string {
  const { Name, GranteePrincipal, GranteeServicePrincipal, RetiringPrincipal, RetiringServicePrincipal } = input
  const { EncryptionContextEquals, EncryptionContextSubset, SourceArn } = input.Constraints ?? {}
  const sorted = (context: Record<string, string> = {}) => Object.entries(context).sort()
  const properties = [
    [place.account, Name, GranteePrincipal, GranteeServicePrincipal, RetiringPrincipal, RetiringServicePrincipal],
    [...input.Operations].sort(),
    [
      EncryptionContextEquals && sorted(EncryptionContextEquals),
      EncryptionContextSubset && sorted(EncryptionContextSubset),
    ],
    SourceArn,
  ]
  return hex(box.core.sha2('SHA-256', utf8(JSON.stringify(properties))))
}

export const listGrants: Rule<'ListGrants'> = {
  keys: [byKeyId('KeyId')],
  async run({ input, operation, transaction, key }) {
    const { GrantId, GranteePrincipal } = input
    const wanted = (grant: GrantRecord) =>
      (GrantId === undefined || grant.GrantId === GrantId) &&
      (GranteePrincipal === undefined || grant.GranteePrincipal === GranteePrincipal)
    const { items, page } = await listRows(
      transaction,
      operation,
      input,
      [Table.grant, key.arn],
      (grant: GrantRecord) => (wanted(grant) ? entryOf(grant) : undefined),
    )
    return { Grants: items, ...page }
  },
}

export const listRetirableGrants: Rule<'ListRetirableGrants'> = {
  async run({ input, operation, transaction, place }) {
    const retirer = input.RetiringPrincipal ?? input.RetiringServicePrincipal
    if (retirer === undefined) throw validationError('RetiringPrincipal is required.')
    const scope = retirerScope(place.region, retirer)
    const { items, page } = await listRows(transaction, operation, input, [Table.grant, scope], (at: GrantPlace) => at)
    const grants = await Promise.all(items.map(({ keyArn, grantId }) => readGrant(transaction, keyArn, grantId)))
    return { Grants: grants.filter((grant) => grant !== undefined).map(entryOf), ...page }
  },
}

function entryOf(grant: GrantRecord): Entry {
  const { KeyArn, CreationDate, sameness: _, ...shown } = grant
  return { ...shown, KeyId: KeyArn, CreationDate: new Date(CreationDate) } as Entry
}

export const retireGrant: Rule<'RetireGrant'> = {
  keys: [retiredKey],
  permissions: () => [],
  async run(call) {
    const { input, key, keys, transaction, trail } = call
    const grant = await (input.GrantToken === undefined
      ? namedGrant(call, key, input.GrantId as string)
      : grantOfToken(transaction, input.GrantToken))
    await call.authorise({ action: 'kms:RetireGrant', resource: key.arn, key: keys[0], grants: [grant] })
    trail.additional.grantId = grant.GrantId
    await remove(call, grant)
    return {}
  },
}

async function retiredKey(call: Call<'RetireGrant'>): Promise<NamedKey> {
  const { GrantToken, KeyId, GrantId } = call.input
  if (GrantToken !== undefined) {
    if (KeyId !== undefined || GrantId !== undefined) {
      throw validationError('Specify a grant token, or a key and a grant ID, not both.')
    }
    return readKey(call, (await grantOfToken(call.transaction, GrantToken)).KeyArn)
  }
  if (KeyId === undefined || GrantId === undefined)
    throw validationError('Specify a grant token, or a key and a grant ID.')
  return byKeyId('KeyId')(call)
}

export const revokeGrant: Rule<'RevokeGrant'> = {
  keys: [byKeyId('KeyId')],
  async run(call) {
    await remove(call, await namedGrant(call, call.key, call.input.GrantId))
    return {}
  },
}

async function namedGrant(
  { transaction }: Pick<Call, 'transaction'>,
  key: KeyRecord,
  id: string,
): Promise<GrantRecord> {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new KmsError('InvalidGrantIdException', 'The grant ID is not valid.')
  const grant = await readGrant(transaction, key.arn, id)
  if (!grant) throw new KmsError('NotFoundException', `Grant ID ${id} not found`)
  return grant
}

async function remove({ transaction }: Pick<Call, 'transaction'>, grant: GrantRecord): Promise<void> {
  deleteGrant(transaction, grant)
  await countGrants(transaction, grant.KeyArn, -1)
}
