/**
 * Importing a copy: everything in it is verified first, then it gets a new store id and root key and every row is
 * resealed, unless it is a move. Versions and row ids stay, since the change log and the index key go along.
 */
import { compareBytes } from '../bytes.ts'
import type { Core } from '../core.ts'
import type { UnlockSlot } from '../seals/seal.ts'
import { encodeTable } from '../seals/table.ts'
import { makeSlot, type Unlock } from '../seals/unlock.ts'
import { allRows, decodeCopy } from './copy.ts'
import { examine } from './examine.ts'
import { MemoryStore } from './memory.ts'
import { assemble } from './open.ts'
import { decodeJson, encodeJson } from './reader.ts'
import { Tampered } from './records.ts'
import { ROOT_PATH, RootRow, type RootSettings, rootKey } from './root.ts'
import { refuseOccupied, unlockRoot } from './rootkey.ts'
import { identityOf, RowSeal, reseal } from './rows.ts'
import { wipe } from './sealed.ts'
import type { Store, StoredRow } from './store.ts'
import { refuseConvenience, refuseLockout } from './unlocks.ts'

/** Rows written at once. */
const BATCH = 64

export interface ImportOptions {
  readonly core: Core
  /** Where to; must be empty. */
  readonly store: Store
  readonly copy: Uint8Array
  /** A secret that opens the copy; no device key. */
  readonly unlock: Unlock
  /** The ways into the new store. Not for a move, which keeps the copy's. */
  readonly unlocks?: readonly Unlock[]
  /** Keeps store id, root key and unlock slots: only if the original is given up. */
  readonly move?: boolean
}

/** Throws `DamagedCopy`, `UnlockFailed`, {@link Tampered}, `StorePresence`. */
export async function importStore(options: ImportOptions): Promise<void> {
  const { core, store, copy, unlock, move = false, unlocks = [unlock] } = options
  refuseConvenience(unlock)
  await refuseOccupied(store)
  const source = new MemoryStore()
  for (const rows of batches(decodeCopy(core, copy))) {
    await source.commit({ expect: [], put: rows, delete: [], append: [] })
  }
  const { findings } = await examine({ core, store: source, unlock })
  if (findings.length > 0) throw new Tampered(`the copy is not sound: ${findings[0]}`)
  await write(store, move ? await allRows(source) : await resealed(core, source, unlock, unlocks))
}

/** The table of unlock slots goes last: without it there is no store. */
async function write(store: Store, rows: readonly StoredRow[]): Promise<void> {
  const isTable = ({ key }: StoredRow) => compareBytes(key, rootKey(RootRow.unlockSlots)) === 0
  for (const put of [...batches(rows.filter((row) => !isTable(row))), rows.filter(isTable)]) {
    await store.commit({ expect: [], put, delete: [], append: [] })
  }
}

function batches(rows: readonly StoredRow[]): StoredRow[][] {
  return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) => rows.slice(i * BATCH, (i + 1) * BATCH))
}

/** The rows under a new store id and root key. Row ids stay: the index key goes along. */
async function resealed(core: Core, source: Store, unlock: Unlock, unlocks: readonly Unlock[]): Promise<StoredRow[]> {
  const old = await unlockRoot({ core, store: source }, unlock)
  const root = core.generateKey(32)
  const storeId = core.random(16)
  const seal = new RowSeal(core, storeId)
  try {
    const open = await assemble({ core, store: source }, old.table, old.root)
    const slots: UnlockSlot[] = []
    for (const way of unlocks) slots.push(await makeSlot(way, { core, store: identityOf(core, storeId) }, 1, root))
    refuseLockout(slots)
    seal.hold(1, root)
    const table = encodeTable({ storeId, epoch: 1, version: old.table.version, slots }, root)
    try {
      return (await allRows(source)).map((row) => transferred(row, table, open.seal, seal))
    } finally {
      wipe(open)
    }
  } finally {
    seal.destroy()
    root.destroy()
    old.root.destroy()
  }
}

function transferred(row: StoredRow, table: Uint8Array, from: RowSeal, to: RowSeal): StoredRow {
  if (compareBytes(row.key, rootKey(RootRow.unlockSlots)) === 0) return { ...row, value: table }
  if (compareBytes(row.key, rootKey(RootRow.settings)) !== 0) return reseal(row, from, to)
  const { settings } = decodeJson(from.open(row)).value as unknown as RootSettings
  return to.seal(row.key, row.version, encodeJson({ path: ROOT_PATH, value: { floor: 1, settings } }))
}
