/** ReplicateKey, UpdatePrimaryRegion. */
import { KmsError, validationError } from '../../errors.ts'
import { keyArn } from '../arn.ts'
import { putFamily, readSibling, requirePrimary } from '../family.ts'
import { type KeyRecord, metadataOf, siblingArn } from '../key.ts'
import { countKeys } from '../limits.ts'
import { materialPath } from '../material.ts'
import { putKey, putMaterial, putOwner } from '../newkey.ts'
import { type Call, type NamedKey, type Rule, rejects } from '../operation.ts'
import { checkNewPolicy, defaultPolicy } from '../policies.ts'
import { byKeyId, readKey } from '../resolve.ts'
import { rememberRotation } from '../rotate.ts'
import { addTags, listTags } from '../tagging.ts'

type Family = NonNullable<KeyRecord['multiRegion']>

function requireMultiRegion({ key }: Pick<Call, 'key'>): void {
  if (!key.multiRegion) throw new KmsError('UnsupportedOperationException', `${key.arn} is not a multi-region key.`)
}

export const replicateKey: Rule<'ReplicateKey'> = {
  keys: [byKeyId('KeyId')],
  permissions: ({ input, keys: [key] }) => [
    { action: 'kms:ReplicateKey', resource: (key as NamedKey).arn, key },
    { action: 'kms:CreateKey', resource: '*' },
    ...(input.Tags?.length ? [{ action: 'kms:TagResource', resource: '*' }] : []),
  ],
  supports: requireMultiRegion,
  rejects: rejects.replicating,
  async run(call) {
    const { input, key, transaction, now, box, place } = call
    requirePrimary(key)
    const region = input.ReplicaRegion
    const family = key.multiRegion as Family
    if (region === key.region)
      throw validationError('The replica Region must differ from the Region of the primary key.')
    if (await readSibling(transaction, key, region)) {
      throw new KmsError('AlreadyExistsException', `${siblingArn(key, region)} already exists`)
    }
    const policy = input.Policy ?? defaultPolicy(place.account)
    await checkNewPolicy(call, policy, input.BypassPolicyLockoutSafetyCheck)
    const grown = await putFamily(transaction, key, {
      multiRegion: { ...family, replicas: [...family.replicas, region] },
    })
    const replica = await storeReplica(call, grown, region, {
      policy,
      description: input.Description ?? '',
      tags: addTags({}, input.Tags),
      creatingUntil: now + box.settleTime,
    })
    // AWS answers while the replica is still being made, however short that is.
    const metadata = metadataOf({ ...replica, creatingUntil: now + Math.max(box.settleTime, 1) }, now)
    return { ReplicaKeyMetadata: metadata, ReplicaPolicy: policy, ReplicaTags: listTags(replica.tags) }
  },
}

type Own = Pick<KeyRecord, 'policy' | 'description' | 'tags' | 'creatingUntil'>

/** The same id and material in another Region; what is not shared starts anew. Imported material must be imported again. */
async function storeReplica(
  call: Call<'ReplicateKey'>,
  primary: KeyRecord,
  region: string,
  own: Own,
): Promise<KeyRecord> {
  const external = primary.origin === 'EXTERNAL'
  const { deletion: _, updatingUntil: __, ...shared } = primary
  const arn = keyArn({ account: primary.account, region }, primary.id)
  const replica: KeyRecord = {
    ...shared,
    ...own,
    arn,
    region,
    created: call.now,
    enabled: true,
    aliases: [],
    ...(external && { materials: [], current: undefined }),
  }
  if (!external) await copyMaterials(call, primary, replica)
  await countKeys(call.transaction, replica, 1)
  putKey(call.transaction, replica)
  putOwner(call.transaction, replica)
  return replica
}

async function copyMaterials(call: Call<'ReplicateKey'>, from: KeyRecord, to: KeyRecord): Promise<void> {
  for (const { id } of from.materials) {
    const slot = await call.transaction.openMaterial(materialPath(from.arn, id))
    if (slot) putMaterial(call, to, id, slot)
  }
}

export const updatePrimaryRegion: Rule<'UpdatePrimaryRegion'> = {
  keys: [byKeyId('KeyId'), replicaIn],
  supports: requireMultiRegion,
  rejects: rejects.cryptographic,
  async run(call) {
    const { input, key, transaction, now, box } = call
    requirePrimary(key)
    const family = key.multiRegion as Family
    if (input.PrimaryRegion === key.region) throw validationError('The key is the primary in this Region already.')
    const replicas = [...family.replicas.filter((region) => region !== input.PrimaryRegion), key.region]
    const multiRegion = { primary: input.PrimaryRegion, replicas }
    const replica = (call.keys[1] as NamedKey).record as KeyRecord
    const updatingUntil = now + box.settleTime
    await putFamily(transaction, key, { multiRegion })
    for (const member of [key, replica]) putKey(transaction, { ...member, multiRegion, updatingUntil })
    rememberRotation(call, replica)
    return {}
  },
}

/** The replica that is to become the primary: AWS asks for the permission on both. */
async function replicaIn(call: Call<'UpdatePrimaryRegion'>): Promise<NamedKey> {
  const key = await byKeyId('KeyId')(call)
  if (!key.record) return key
  return readKey(call, siblingArn(key.record, call.input.PrimaryRegion))
}
