/** Planting the keys of a seed in a box: those that are not there yet, each in one commit with its event. */
import type { Slot } from '../core.ts'
import { validationError } from '../errors.ts'
import { parsePolicy } from '../policy/document.ts'
import { Conflict, type Records, Table } from '../stores/records.ts'
import { aliasArn, keyArn, type Place, scopeOf } from './arn.ts'
import { administrativeEvent } from './audit.ts'
import type { Clock } from './clock.ts'
import { given } from './given.ts'
import type { KeyRecord } from './key.ts'
import { type Making, putKey, storeNewKey } from './newkey.ts'
import type { Box } from './operation.ts'
import { defaultPolicy } from './policies.ts'
import type { SeededKey } from './seed.ts'

/** A box, and the account and Region of keys that name none. */
export interface Seedbed extends Place {
  readonly box: Box
  readonly records: Records
  readonly clock: Clock
}

const MAX_TRIES = 16

/** @throws KmsError for a policy that cannot be read, an alias that is taken, or material that is not its key's */
export async function plantSeed(bed: Seedbed, seed: readonly SeededKey[]): Promise<void> {
  for (const key of seed) await plant(bed, key)
}

/** Another opener of the same store may plant the same key meanwhile: then it is there. */
async function plant(bed: Seedbed, seeded: SeededKey): Promise<void> {
  const place = { account: seeded.account ?? bed.account, region: seeded.region ?? bed.region }
  for (let tries = 1; ; tries++) {
    const slots: Slot[] = []
    const transaction = bed.records.begin()
    const now = bed.clock.now()
    try {
      if (await transaction.get(Table.key, keyArn(place, seeded.id))) return
      await makeKey({ box: bed.box, transaction, now, place, slots }, seeded)
      const details = { keyId: seeded.id, aliases: [...seeded.aliases] }
      const event = administrativeEvent('SeedKey', details, place, now, bed.box.core)
      return await bed.records.commit(transaction, event)
    } catch (error) {
      if (!(error instanceof Conflict) || tries === MAX_TRIES) throw error
    } finally {
      for (const slot of slots) slot.destroy()
    }
  }
}

async function makeKey(making: Making, seeded: SeededKey): Promise<void> {
  const { id, spec, usage, origin, description, tags, aliases } = seeded
  const policy = seeded.policy ?? defaultPolicy(making.place.account)
  parsePolicy(policy, 'key')
  const materials = seeded.materials.map((bytes) => bytes.slice()) // a second try needs them again
  const facts = { id, spec, usage, origin, policy, description, tags, multiRegion: id.startsWith('mrk-') }
  const made = await storeNewKey(making, facts, materials.length > 0 ? given(materials) : undefined)
  putKey(making.transaction, { ...made, aliases })
  for (const alias of aliases) await putAlias(making, made, alias)
}

async function putAlias({ transaction, place, now }: Making, key: KeyRecord, name: string): Promise<void> {
  const arn = aliasArn(place, name)
  if (await transaction.get(Table.alias, arn)) throw validationError(`The seeded alias ${name} is taken already.`)
  transaction.put(Table.alias, arn, scopeOf(place), { name, arn, target: key.arn, created: now, updated: now })
}
