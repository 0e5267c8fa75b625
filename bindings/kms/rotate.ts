/** Rotation: a new backing key becomes the one that encrypts; all former ones stay, for what they encrypted. */

import { familyArns, putFamily } from './family.ts'
import { currentMaterial, type KeyRecord, type Material } from './key.ts'
import { materialPath, symmetricMaterialId } from './material.ts'
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

/** Lets an imported material that waits for it take over. */
export async function rotateToImported(call: Rotating, key: KeyRecord, rotation: Rotation): Promise<KeyRecord> {
  const materials = key.materials.map((material) => {
    if (!material.imported?.pending) return material
    const { pending: _, ...imported } = material.imported
    return { ...material, imported, rotation }
  })
  const current = key.materials.find(({ imported }) => imported?.pending)?.id ?? currentMaterial(key)?.id
  return putFamily(call.transaction, key, { ...counted(key, rotation), materials, current })
}

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
