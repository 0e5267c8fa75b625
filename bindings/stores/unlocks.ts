/**
 * Adding and removing ways in. Each change asks for the secret of an existing slot and opens that slot again, or script
 * injected beside the enclave could add a way of its own and take the store away; a device key, which such script can
 * use, does not count.
 *
 * Removing a slot does not lock out who kept an old copy of the store and that slot's secret: only `rotateRoot` does,
 * and only for what is written afterwards.
 */
import { compareBytes, hex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { SlotType, type UnlockSlot } from '../seals/seal.ts'
import { decodeTable, encodeTable, type SlotTable } from '../seals/table.ts'
import { describeSlot, isConvenience, makeSlot, type Unlock, type UnlockInfo } from '../seals/unlock.ts'
import { Tampered } from './records.ts'
import { ROOT_SCOPE, RootRow, rootName } from './root.ts'
import { unlockRoot } from './rootkey.ts'
import { identityOf } from './rows.ts'
import type { OpenParts } from './sealed.ts'
import { RowTransaction } from './transaction.ts'

const slotTableName = rootName(RootRow.unlockSlots)

/** Commits a change of slots together with its audit event. */
export type CommitChange = (transaction: RowTransaction) => Promise<void>

export async function listUnlocks(open: OpenParts): Promise<UnlockInfo[]> {
  const row = await open.reader.row(slotTableName)
  if (row === undefined) throw new Tampered('the table of unlock slots is missing')
  return decodeTable(row.value).slots.map(describeSlot)
}

/** Throws `UnlockFailed`, `RangeError` over 16 slots, `TypeError` for a way in that is there already. */
export async function addUnlock(
  open: OpenParts,
  unlock: Unlock,
  existing: Unlock,
  commit: CommitChange,
): Promise<UnlockInfo> {
  return changeSlots(open, existing, commit, async ({ slots, epoch }, root) => {
    const context = { core: open.core, store: identityOf(open.core, open.seal.storeId) }
    const added = await makeSlot(unlock, context, epoch, root)
    if (slots.some(({ id }) => compareBytes(id, added.id) === 0)) throw new TypeError('this way in is there already')
    return { slots: [...slots, added], result: describeSlot(added) }
  })
}

/** Throws `UnlockFailed`, `TypeError` for an unknown slot or the last one that is not a device key. */
export async function removeUnlock(
  open: OpenParts,
  id: string,
  existing: Unlock,
  commit: CommitChange,
): Promise<UnlockInfo> {
  return changeSlots(open, existing, commit, async ({ slots }) => {
    const removed = slots.find((slot) => hex(slot.id) === id)
    if (removed === undefined) throw new TypeError('there is no such unlock slot')
    const kept = slots.filter((slot) => slot !== removed)
    refuseLockout(kept)
    return { slots: kept, result: describeSlot(removed) }
  })
}

/** A device key may be evicted at any time: a store needs another way in beside it. */
export function refuseLockout(kept: readonly UnlockSlot[]): void {
  if (kept.every(({ type }) => type === SlotType.device)) {
    throw new TypeError('a store needs a way in besides a device key')
  }
}

/** Refuses an unlock that does not prove that its owner is present. */
export function refuseConvenience(existing: Unlock): void {
  if (isConvenience(existing)) throw new TypeError('a device key does not authorise a change of unlock slots')
}

async function changeSlots<T>(
  open: OpenParts,
  existing: Unlock,
  commit: CommitChange,
  change: (table: SlotTable, root: Slot) => Promise<{ slots: UnlockSlot[]; result: T }>,
): Promise<T> {
  refuseConvenience(existing)
  const { root, table } = await unlockRoot(open, existing)
  try {
    await refuseStale(open, table)
    const { slots, result } = await change(table, root)
    const transaction = new RowTransaction(open)
    transaction.relyOn(slotTableName, table.version)
    writeTable(transaction, { ...table, slots }, root)
    await commit(transaction)
    return result
  } finally {
    root.destroy()
  }
}

/** The root must live until the commit has settled: the table's version, and so its MAC, are known only then. */
export function writeTable(transaction: RowTransaction, table: SlotTable, root: Slot): void {
  encodeTable(table, root)
  const make = (version: number) => encodeTable({ ...table, version }, root)
  transaction.write(slotTableName, { op: 'put', scope: ROOT_SCOPE, kind: 'plain', make })
}

/** A table that authenticates may still be an old one: its version must be the listed one. */
export async function refuseStale({ log, seal }: OpenParts, table: SlotTable): Promise<void> {
  if (log.index.version(slotTableName) !== table.version) await log.catchUp()
  const current = log.index.version(slotTableName) === table.version && table.epoch === seal.epoch
  if (!current) throw new Tampered('the table of unlock slots is not the one that the change log lists')
}
