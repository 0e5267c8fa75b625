/**
 * Rotation of the root key (CRYPTO.md §3). The new root seals whatever is written from then on; the settings row keeps
 * the former one, sealed under it, until every older row is resealed, and then the epoch floor rises. A rotation that
 * was interrupted goes on when the store is opened next.
 */
import { base64, compareBytes, hex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import type { UnlockSlot } from '../seals/seal.ts'
import type { SlotTable } from '../seals/table.ts'
import { findSlot, resealSlot, type Unlock } from '../seals/unlock.ts'
import { Group } from './group.ts'
import type { CommitQueue } from './queue.ts'
import { Conflict, type Json, Tampered } from './records.ts'
import { formerRootKey, ROOT_PATH, ROOT_SCOPE, RootRow, type RootSettings, rootKey, rootName } from './root.ts'
import { unlockRoot } from './rootkey.ts'
import { identityOf, reseal, rowEpoch } from './rows.ts'
import type { OpenParts } from './sealed.ts'
import type { StoredRow, StoreKey } from './store.ts'
import { RowTransaction } from './transaction.ts'
import { refuseConvenience, refuseLockout, refuseStale, writeTable } from './unlocks.ts'

export interface Rotation {
  /** The secret of every slot that shall stay; the first one that is not a device key authorises the rotation. */
  readonly unlocks: readonly Unlock[]
  /** Ids of the slots that shall go. */
  readonly drop: readonly string[]
}

const PAGE = 64
const ATTEMPTS = 16
const settingsName = rootName(RootRow.settings)

export async function rotateRoot(
  open: OpenParts,
  queue: CommitQueue,
  rotation: Rotation,
  audit: Json | undefined,
): Promise<void> {
  await finishRotation(open, queue)
  const authority = rotation.unlocks.find((unlock) => !('device' in unlock))
  if (authority === undefined) throw new TypeError('a rotation needs the secret of a slot that is not a device key')
  refuseConvenience(authority)
  const { root: present, table } = await unlockRoot(open, authority)
  const next = open.core.generateKey(32)
  try {
    await refuseStale(open, table)
    const slots = await resealed(open, table, rotation, { present, next })
    await queue.alone(() => commitRotation(open, queue, { ...table, slots }, { present, next }, audit))
  } finally {
    present.destroy()
    next.destroy()
  }
  await finishRotation(open, queue)
}

interface Roots {
  readonly present: Slot
  readonly next: Slot
}

/** Every slot of the table, under the new root or dropped by name. */
async function resealed(
  { core, seal }: OpenParts,
  { slots }: SlotTable,
  { unlocks, drop }: Rotation,
  roots: Roots,
): Promise<UnlockSlot[]> {
  const context = { core, store: identityOf(core, seal.storeId) }
  const kept = slots.filter(({ id }) => !drop.includes(hex(id)))
  if (kept.length + drop.length !== slots.length) throw new TypeError('a slot to be dropped does not exist')
  const secrets = new Map(unlocks.map((unlock) => [findSlot(unlock, slots, context), unlock]))
  if (kept.length !== secrets.size || !kept.every((slot) => secrets.has(slot))) {
    throw new TypeError('a rotation names every unlock slot: by its secret, or to be dropped')
  }
  refuseLockout(kept)
  return Promise.all(kept.map((slot) => resealSlot(secrets.get(slot) as Unlock, slot, context, roots)))
}

/** One entry under the new root: settings with the former root, index key, table of slots. */
async function commitRotation(
  open: OpenParts,
  queue: CommitQueue,
  table: SlotTable,
  roots: Roots,
  audit: Json | undefined,
): Promise<void> {
  const { seal, log } = open
  await queue.settle()
  const index = await open.reader.row(rootName(RootRow.indexKey))
  if (index === undefined) throw new Tampered('a root row is missing')
  const indexKey = seal.openSlot(index)
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await refuseStale(open, table)
      const settings = await readSettings(open)
      const epoch = seal.epoch + 1
      seal.hold(epoch, roots.next)
      const former = base64(seal.sealSlot(formerRootKey(), epoch, roots.present).value)
      const transaction = new RowTransaction(open)
      putSettings(transaction, { ...settings, former })
      transaction.write(rootName(RootRow.indexKey), { op: 'put', scope: ROOT_SCOPE, kind: 'slot', slot: indexKey })
      writeTable(transaction, { ...table, epoch }, roots.next)
      if (await landRotation(open, queue, transaction, audit)) return
      await log.catchUp()
    }
  } finally {
    indexKey.destroy()
  }
  throw new Conflict('other writers were faster: rotate again')
}

/** Nothing may be sealed under the new root unless the table that opens it is in the store. */
async function landRotation(
  open: OpenParts,
  queue: CommitQueue,
  transaction: RowTransaction,
  audit: Json | undefined,
): Promise<boolean> {
  const group = new Group(open)
  try {
    group.add({ transaction, audit, resolve: () => undefined, reject: () => undefined })
    return await queue.land(group)
  } finally {
    if (!group.isLanded) open.seal.forgetNewest()
  }
}

/** Reseals what is left of an older epoch, if a rotation is under way, and raises the floor. */
export async function finishRotation(open: OpenParts, queue: CommitQueue): Promise<void> {
  for (;;) {
    const { former, ...settings } = await readSettings(open)
    if (former === undefined) return
    const version = open.log.index.version(settingsName)
    while (await resealPass(open)) {
      // Rows that other writers touched meanwhile are met again.
    }
    const transaction = new RowTransaction(open)
    transaction.relyOn(settingsName, version)
    putSettings(transaction, { ...settings, floor: open.seal.epoch })
    try {
      await queue.commit(transaction, undefined)
    } catch (error) {
      if (error instanceof Conflict) continue
      throw error
    }
    open.seal.raiseFloor(open.seal.epoch)
  }
}

async function readSettings({ reader }: OpenParts): Promise<RootSettings> {
  const read = await reader.json(settingsName)
  if (read === undefined) throw new Tampered('a root row is missing')
  return read.value as unknown as RootSettings
}

function putSettings(transaction: RowTransaction, settings: RootSettings): void {
  transaction.putAt(settingsName, ROOT_SCOPE, ROOT_PATH, { ...settings })
}

/** Goes once through all rows; true if it met any of an older epoch, whether it could reseal them or was overtaken. */
async function resealPass({ store, seal }: OpenParts): Promise<boolean> {
  let met = false
  for (let after: StoreKey | undefined; ; ) {
    const rows = await store.scan(after, PAGE)
    const old = rows.filter((row) => isSealed(row) && rowEpoch(row) < seal.epoch)
    if (old.length > 0) {
      met = true
      const expect = old.map(({ key, version }) => ({ key, version }))
      await store.commit({ expect, put: old.map((row) => reseal(row, seal, seal)), delete: [], append: [] })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return met
    after = last.key
  }
}

const isSealed = (row: StoredRow): boolean => compareBytes(row.key, rootKey(RootRow.unlockSlots)) !== 0
