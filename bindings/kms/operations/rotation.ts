/** EnableKeyRotation, DisableKeyRotation, GetKeyRotationStatus, RotateKeyOnDemand, ListKeyRotations. */
import { KmsError } from '../../errors.ts'
import { putFamily, requirePrimary } from '../family.ts'
import { isPresent, isSymmetric, type KeyRecord, type Material, stateOf } from '../key.ts'
import { limitExceeded, quotas } from '../limits.ts'
import type { Output } from '../model.ts'
import { type Call, type Rule, rejects, unsupportedOrigin } from '../operation.ts'
import { listItems } from '../paging.ts'
import { byKeyId } from '../resolve.ts'
import { nextAfter, rememberRotation, rotate, rotateToImported } from '../rotate.ts'

const DEFAULT_PERIOD_DAYS = 365

const unsupported = (): KmsError => new KmsError('UnsupportedOperationException')

/** Automatic rotation exists for symmetric keys whose material KMS itself made. */
function requireAutomatic({ key }: Pick<Call, 'key'>): void {
  if (!isSymmetric(key)) throw unsupported()
  if (key.origin !== 'AWS_KMS') throw unsupportedOrigin(key)
}

const switching = {
  keys: [byKeyId('KeyId')],
  supports: requireAutomatic,
  rejects: rejects.rotation,
} as const

export const enableKeyRotation: Rule<'EnableKeyRotation'> = {
  ...switching,
  async run(call) {
    const { input, key, now, transaction } = call
    requirePrimary(key)
    const periodDays = input.RotationPeriodInDays ?? DEFAULT_PERIOD_DAYS
    if (key.rotation?.periodDays === periodDays) return {}
    rememberRotation(call, await putFamily(transaction, key, { rotation: nextAfter(periodDays, now) }))
    return {}
  },
}

export const disableKeyRotation: Rule<'DisableKeyRotation'> = {
  ...switching,
  async run({ key, transaction }) {
    requirePrimary(key)
    await putFamily(transaction, key, { rotation: undefined })
    return {}
  },
}

export const getKeyRotationStatus: Rule<'GetKeyRotationStatus'> = {
  keys: [byKeyId('KeyId')],
  supports: requireAutomatic,
  async run({ key, now }) {
    const rotating = key.rotatingUntil !== undefined && now < key.rotatingUntil
    return {
      KeyId: key.arn,
      ...scheduleShown(key, now),
      ...(rotating && { OnDemandRotationStartDate: new Date(lastRotation(key)) }),
    }
  },
}

/** A key that waits for its deletion does not rotate; cancelling takes its schedule up again. */
function scheduleShown(key: KeyRecord, now: number) {
  if (!key.rotation || key.deletion || stateOf(key, now) === 'Deleted') return { KeyRotationEnabled: false }
  return {
    KeyRotationEnabled: true,
    RotationPeriodInDays: key.rotation.periodDays,
    NextRotationDate: new Date(key.rotation.next),
  }
}

const lastRotation = (key: KeyRecord): number => key.materials.findLast(({ rotation }) => rotation)?.rotation?.date ?? 0

export const rotateKeyOnDemand: Rule<'RotateKeyOnDemand'> = {
  keys: [byKeyId('KeyId')],
  supports({ key }) {
    if (!isSymmetric(key) || key.manager === 'AWS') throw unsupported()
    if (key.keyStore) throw unsupportedOrigin(key)
  },
  rejects: rejects.cryptographic,
  async run(call) {
    const { key, now, transaction, box } = call
    requirePrimary(key)
    if (key.rotatingUntil !== undefined && now < key.rotatingUntil) {
      throw new KmsError('ConflictException', `An on-demand rotation is already in progress for the key: ${key.arn}`)
    }
    if (key.onDemandRotations >= quotas.onDemandRotations) {
      throw limitExceeded(
        `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${key.arn}`,
      )
    }
    const rotation = { type: 'ON_DEMAND', date: now } as const
    const rotated = await (key.origin === 'EXTERNAL'
      ? rotateToImported(call, key, rotation)
      : rotate(call, key, rotation))
    if (box.settleTime > 0) await putFamily(transaction, rotated, { rotatingUntil: now + box.settleTime })
    return { KeyId: key.arn }
  },
}

type Entry = NonNullable<Output<'ListKeyRotations'>['Rotations']>[number]

export const listKeyRotations: Rule<'ListKeyRotations'> = {
  keys: [byKeyId('KeyId')],
  supports({ key }) {
    if (!isSymmetric(key) || key.keyStore) throw unsupported()
  },
  async run({ input, operation, key, now }) {
    const all = input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL'
    const shown = key.materials.filter((material) => all || material.rotation)
    const { items, page } = listItems(
      operation,
      input,
      shown.map((material) => entryOf(key, material, now)),
    )
    return { Rotations: items, ...page }
  },
}

function entryOf(key: KeyRecord, material: Material, now: number): Entry {
  const { id, rotation, imported } = material
  return {
    KeyId: key.arn,
    KeyMaterialId: id,
    KeyMaterialState: id === key.current ? 'CURRENT' : imported?.pending ? 'PENDING_ROTATION' : 'NON_CURRENT',
    ...(imported && {
      ImportState: isPresent(material, now) ? 'IMPORTED' : 'PENDING_IMPORT',
      ExpirationModel: imported.expires === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
      ...(imported.expires !== undefined && { ValidTo: new Date(imported.expires) }),
      ...(imported.description !== undefined && { KeyMaterialDescription: imported.description }),
    }),
    ...(rotation && { RotationDate: new Date(rotation.date), RotationType: rotation.type }),
  }
}
