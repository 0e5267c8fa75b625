/** Imported key material that ends: by its date, or because somebody deletes it. */

import type { KeyRecord, Material } from './key.ts'
import { materialPath } from './material.ts'
import { putKey } from './newkey.ts'
import type { Call } from './operation.ts'

type Removing = Pick<Call, 'transaction' | 'now'>

const expiryOf = ({ imported }: Material): number =>
  imported?.present ? (imported.expires ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY

/** The first date on which a material of the key expires. */
export function nextExpiry(key: KeyRecord): number | undefined {
  const next = Math.min(...key.materials.map(expiryOf))
  return Number.isFinite(next) ? next : undefined
}

/** Removes every material that has expired by now. */
export async function expire(call: Removing, key: KeyRecord): Promise<'done'> {
  removeMaterial(call, key, (material) => expiryOf(material) <= call.now)
  return 'done'
}

/** Removes the bytes of some materials; their records stay, so that only the same bytes may come back. */
export function removeMaterial(call: Removing, key: KeyRecord, which: (material: Material) => boolean): void {
  const materials = key.materials.map((material) => {
    if (!material.imported?.present || !which(material)) return material
    call.transaction.deleteMaterial(materialPath(key.arn, material.id))
    return { ...material, imported: { ...material.imported, present: false } }
  })
  putKey(call.transaction, { ...key, materials })
}
