/** The life of a key: CreateKey, DescribeKey, ListKeys, UpdateKeyDescription, enabling, disabling, deletion. */
import { KmsError, validationError } from '../../errors.ts'
import { Table } from '../../stores/records.ts'
import { scopeOf } from '../arn.ts'
import { factsOf, type KeySpec, type KeyUsage } from '../asymmetric/specs.ts'
import { given, takeCustomTags } from '../given.ts'
import { type KeyRecord, metadataOf, type Origin, stateOf } from '../key.ts'
import { creationTrail, deletionTrail } from '../keystores/trail.ts'
import type { Input } from '../model.ts'
import { putKey, storeNewKey } from '../newkey.ts'
import { type Call, type Rule, rejects } from '../operation.ts'
import { listRows } from '../paging.ts'
import { checkNewPolicy, defaultPolicy } from '../policies.ts'
import { byAnyName, byKeyId } from '../resolve.ts'
import { DAY, remember } from '../schedule.ts'
import { addTags } from '../tagging.ts'

export const createKey: Rule<'CreateKey'> = {
  permissions: ({ input }) => [
    { action: 'kms:CreateKey', resource: '*' },
    ...(input.Tags?.length ? [{ action: 'kms:TagResource', resource: '*' }] : []),
  ],
  async run(call) {
    const { input, place, now } = call
    const spec = specOf(input)
    const usage = usageOf(input, spec)
    const origin = input.Origin ?? 'AWS_KMS'
    const keyStore = await placeInKeyStore(call, spec, origin)
    const policy = input.Policy ?? defaultPolicy(place.account)
    await checkNewPolicy(call, policy, input.BypassPolicyLockoutSafetyCheck)
    const { id, material, tags } = call.box.customTags ? takeCustomTags(input.Tags) : { tags: input.Tags }
    const facts = { spec, usage, origin, policy, description: input.Description ?? '', tags: addTags({}, tags) }
    const multiRegion = input.MultiRegion ?? id?.startsWith('mrk-') ?? false
    const key = await storeNewKey(call, { ...facts, id, multiRegion, keyStore }, material && given([material]))
    call.trail.resources.push(key.arn)
    Object.assign(call.trail.additional, creationTrail(key))
    return { KeyMetadata: metadataOf(key, now) }
  },
}

/** KeySpec, or the older member of the same meaning. */
function specOf({ KeySpec, CustomerMasterKeySpec }: Input<'CreateKey'>): KeySpec {
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw validationError(
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    )
  }
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  if (spec === 'SM2')
    throw new KmsError('UnsupportedOperationException', 'KeySpec SM2 is supported only in China Regions.')
  return spec
}

function usageOf(input: Input<'CreateKey'>, spec: KeySpec): KeyUsage {
  if (input.KeyUsage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw validationError('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.')
  }
  const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT'
  if (factsOf(spec).usages[usage]) return usage
  throw validationError(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`)
}

async function placeInKeyStore(call: Call<'CreateKey'>, spec: KeySpec, origin: Origin): Promise<KeyRecord['keyStore']> {
  const { input } = call
  const inStore = origin === 'AWS_CLOUDHSM' || origin === 'EXTERNAL_KEY_STORE'
  if (!inStore) {
    if (input.CustomKeyStoreId === undefined && input.XksKeyId === undefined) return undefined
    throw validationError(`CustomKeyStoreId and XksKeyId are not valid with Origin ${origin}.`)
  }
  if (input.CustomKeyStoreId === undefined) throw validationError(`CustomKeyStoreId is required with Origin ${origin}.`)
  if (spec !== 'SYMMETRIC_DEFAULT' || input.MultiRegion) {
    throw new KmsError(
      'UnsupportedOperationException',
      'Custom key stores hold only single-Region symmetric encryption KMS keys.',
    )
  }
  return call.box.keyStores.place(call, input.CustomKeyStoreId, origin, input.XksKeyId)
}

export const describeKey: Rule<'DescribeKey'> = {
  keys: [byAnyName('KeyId')],
  run: async ({ key, keys, now }) => ({ KeyMetadata: metadataOf(key, now, keys[0]?.storeConnected) }),
}

export const listKeys: Rule<'ListKeys'> = {
  async run({ input, operation, transaction, place, now }) {
    const visible = (key: KeyRecord) => stateOf(key, now) !== 'Deleted'
    const { items, page } = await listRows(
      transaction,
      operation,
      input,
      [Table.key, scopeOf(place)],
      (key: KeyRecord) => (visible(key) ? { KeyId: key.id, KeyArn: key.arn } : undefined),
    )
    return { Keys: items, ...page }
  },
}

export const updateKeyDescription: Rule<'UpdateKeyDescription'> = {
  keys: [byKeyId('KeyId')],
  rejects: rejects.deleting,
  async run({ input, key, transaction }) {
    putKey(transaction, { ...key, description: input.Description })
    return {}
  },
}

export const enableKey: Rule<'EnableKey'> = switchKey(true)
export const disableKey: Rule<'DisableKey'> = switchKey(false)

function switchKey(enabled: boolean) {
  return {
    keys: [byKeyId('KeyId')],
    rejects: rejects.enabling,
    async run({ key, transaction }: Call<'EnableKey'> | Call<'DisableKey'>) {
      putKey(transaction, { ...key, enabled })
      return {}
    },
  }
}

const DEFAULT_WINDOW_DAYS = 30

export const scheduleKeyDeletion: Rule<'ScheduleKeyDeletion'> = {
  keys: [byKeyId('KeyId')],
  rejects: rejects.deletion,
  async run({ input, key, transaction, now, trail }) {
    Object.assign(trail.additional, deletionTrail(key))
    const windowDays = input.PendingWindowInDays ?? DEFAULT_WINDOW_DAYS
    if (windowDays < 7 || windowDays > 30) {
      throw validationError('PendingWindowInDays must be between 7 and 30 days, inclusive.')
    }
    const waitsForReplicas = key.multiRegion?.primary === key.region && key.multiRegion.replicas.length > 0
    const date = waitsForReplicas ? undefined : now + windowDays * DAY
    const deletion = date === undefined ? { windowDays } : { windowDays, date }
    putKey(transaction, { ...key, enabled: false, deletion })
    if (date !== undefined) remember(transaction, date, key.arn)
    return {
      KeyId: key.arn,
      KeyState: date === undefined ? 'PendingReplicaDeletion' : 'PendingDeletion',
      PendingWindowInDays: windowDays,
      ...(date !== undefined && { DeletionDate: new Date(date) }),
    }
  },
}

export const cancelKeyDeletion: Rule<'CancelKeyDeletion'> = {
  keys: [byKeyId('KeyId')],
  async run({ key, transaction }) {
    if (!key.deletion) throw new KmsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`)
    const { deletion: _, ...kept } = key
    putKey(transaction, { ...kept, enabled: false })
    return { KeyId: key.arn }
  },
}
