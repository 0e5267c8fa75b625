/** Rotation: a new backing key becomes the one that encrypts; all former ones stay, for what they encrypted. */

import { KmsError } from '../errors.ts'
import { familyArns, otherRegions, putFamily, readSibling } from './family.ts'
import type { KeyRecord, Material } from './key.ts'
import { materialPath, symmetricMaterialId } from './material.ts'
import { putKey } from './newkey.ts'
import type { Call } from './operation.ts'
import { DAY, remember } from './schedule.ts'

type Rotating = Pick<Call, 'box' | 'transaction' | 'slots'>
type Rotation = NonNullable<Material['rotation']>

/** Gives the key, and its replicas, a fresh backing key. */
export async function rotate(call: Rotating, key: KeyRecord, rotation: Rotation): Promise<KeyRecord> {
  const slot = call.box.core.generateKey(32)
  call.slots.push(slot)
  const id = symmetricMaterialId(key, slot)
  for (const arn of familyArns(key)) call.transaction.putMaterial(materialPath(arn, id), arn, slot)
  const material = { id, created: rotation.date, rotation }
  return putFamily(call.transaction, key, {
    ...counted(key, rotation),
    materials: [...key.materials, material],
    current: id,
  })
}

/** Lets an imported material that waits for it take over, in every Region; it must have been imported in all of them. */
export async function rotateToImported(call: Rotating, key: KeyRecord, rotation: Rotation): Promise<KeyRecord> {
  const rotated = withPendingCurrent(key, rotation)
  putKey(call.transaction, rotated)
  for (const region of otherRegions(key)) {
    const sibling = await readSibling(call.transaction, key, region)
    if (sibling) putKey(call.transaction, withPendingCurrent(sibling, rotation))
  }
  return rotated
}

const pendingOf = (key: KeyRecord): Material | undefined => key.materials.find(({ imported }) => imported?.pending)

function withPendingCurrent(key: KeyRecord, rotation: Rotation): KeyRecord {
  const pending = pendingOf(key)
  if (!pending?.imported) throw nothingPending(key)
  const { pending: _, ...imported } = pending.imported
  const taken = { ...pending, imported, rotation }
  const materials = key.materials.map((material) => (material === pending ? taken : material))
  return { ...key, ...counted(key, rotation), materials, current: pending.id }
}

const nothingPending = (key: KeyRecord): KmsError =>
  new KmsError('KMSInvalidStateException', `No available key material pending rotation for the key: ${key.arn}.`)

/** Rotations on demand are counted; those on schedule set the date of the next. */
function counted(key: KeyRecord, { type, date }: Rotation): Pick<KeyRecord, 'onDemandRotations' | 'rotation'> {
  if (type === 'ON_DEMAND') return { onDemandRotations: key.onDemandRotations + 1, rotation: key.rotation }
  return {
    onDemandRotations: key.onDemandRotations,
    rotation: key.rotation && nextAfter(key.rotation.periodDays, date),
  }
}

export const nextAfter = (periodDays: number, date: number) => ({ periodDays, next: date + periodDays * DAY })

/** Enters a key's next rotation into the index of dates. */
export function rememberRotation(call: Pick<Call, 'transaction'>, key: KeyRecord): void {
  if (key.rotation) remember(call.transaction, key.rotation.next, key.arn)
}
