/** Making and opening sealed stores. */
import { unbase64 } from '../bytes.ts'
import type { Core, Slot } from '../core.ts'
import type { UnlockSlot } from '../seals/seal.ts'
import { decodeTable, encodeTable, type SlotTable } from '../seals/table.ts'
import { makeSlot, type Unlock } from '../seals/unlock.ts'
import { type Anchor, AnchorLine } from './anchor.ts'
import { AuditChain } from './auditchain.ts'
import { ChangeLog } from './changelog.ts'
import type { Change } from './logentry.ts'
import { Names } from './names.ts'
import { decodeJson, encodeJson, RowReader } from './reader.ts'
import { type Json, Tampered } from './records.ts'
import { formerRootKey, ROOT_PATH, ROOT_SCOPE, RootRow, type RootSettings, rootKey, rootName } from './root.ts'
import { refuseOccupied, StorePresence, unlockRoot } from './rootkey.ts'
import { identityOf, RowSeal } from './rows.ts'
import { type OpenParts, SealedRecords, wipe } from './sealed.ts'
import type { Store, StoredRow } from './store.ts'

export interface OpenOptions {
  readonly store: Store
  readonly core: Core
  readonly anchor?: Anchor
  /** Milliseconds since 1970, for the times of audit events. Default: the system's clock. */
  readonly clock?: () => number
  /** Change-log entries between two checkpoints. Default: 4,096. */
  readonly checkpointEvery?: number
}

export interface CreateOptions extends OpenOptions {
  /** 1 to 16 ways in; at least one that is not a device key. */
  readonly unlocks: readonly Unlock[]
  /** Kept sealed in the store and given back as `records.settings`. */
  readonly settings?: Json
}

export { holdsStore, readUnlocks, StorePresence } from './rootkey.ts'

const CHECKPOINT_EVERY = 4096
const OPENING_ATTEMPTS = 3

/** Makes a new sealed store and opens it. Throws {@link StorePresence} if one is there. */
export async function createStore(options: CreateOptions): Promise<SealedRecords> {
  const { core, store, unlocks, anchor } = options
  if (unlocks.every((unlock) => 'device' in unlock)) throw new TypeError('a store needs a way in besides a device key')
  await refuseOccupied(store)
  if ((await anchor?.read()) !== undefined) throw new Tampered('the store is empty, but the anchor knows one')
  const storeId = core.random(16)
  const identity = identityOf(core, storeId)
  const root = core.generateKey(32)
  try {
    const slots: UnlockSlot[] = []
    for (const unlock of unlocks) slots.push(await makeSlot(unlock, { core, store: identity }, 1, root))
    const table = encodeTable({ storeId, epoch: 1, version: 1, slots }, root)
    await writeFirstRows(options, storeId, root, table)
    return await openWithRoot(options, decodeTable(table), root)
  } finally {
    root.destroy()
  }
}

/**
 * Opens a store by one of its ways in. Throws `UnlockFailed`, {@link StorePresence}, {@link Tampered}. What looks
 * forged is looked at again: another enclave may have been rotating the root between two reads.
 */
export async function openRecords(options: OpenOptions & { readonly unlock: Unlock }): Promise<SealedRecords> {
  for (let attempt = 1; ; attempt++) {
    const { root, table } = await unlockRoot(options, options.unlock)
    try {
      return await openWithRoot(options, table, root)
    } catch (error) {
      if (!(error instanceof Tampered) || attempt === OPENING_ATTEMPTS) throw error
    } finally {
      root.destroy()
    }
  }
}

/** Entry 1 of the change log, with the rows that a store is opened by. */
async function writeFirstRows(options: CreateOptions, storeId: Uint8Array, root: Slot, table: Uint8Array) {
  const { core, store, settings = {} } = options
  const seal = new RowSeal(core, storeId)
  const indexKey = core.generateKey(32)
  const names = new Names(indexKey)
  try {
    seal.hold(1, root)
    const log = new ChangeLog({ core, store, seal, names, checkpointEvery: CHECKPOINT_EVERY })
    const value: RootSettings = { floor: 1, settings }
    const rows = [
      seal.seal(rootKey(RootRow.settings), 1, encodeJson({ path: ROOT_PATH, value: { ...value } })),
      seal.sealSlot(rootKey(RootRow.indexKey), 1, indexKey),
      { key: rootKey(RootRow.unlockSlots), version: 1, value: table },
    ]
    const changes = Object.values(RootRow).map((row): Change => ({ name: rootName(row), scope: ROOT_SCOPE, op: 'put' }))
    const append = [...rows, log.draft(log.head, changes).row]
    const { ok } = await store.commit({ expect: [], put: [], delete: [], append })
    if (!ok) throw new StorePresence('a store was made here at the same moment')
  } finally {
    seal.destroy()
    names.destroy()
  }
}

async function openWithRoot(options: OpenOptions, table: SlotTable, root: Slot): Promise<SealedRecords> {
  const open = await assemble(options, table, root)
  try {
    await open.anchor.move(open.log)
    const records = new SealedRecords(open)
    await records.finishRotation()
    return records
  } catch (error) {
    wipe(open)
    throw error
  }
}

/** Everything that an unlocked store consists of, verified as far as opening goes; nothing is written. */
export async function assemble(options: OpenOptions, table: SlotTable, root: Slot): Promise<OpenParts> {
  const { core, store, clock = Date.now, checkpointEvery = CHECKPOINT_EVERY } = options
  const seal = new RowSeal(core, table.storeId)
  let names: Names | undefined
  try {
    seal.hold(table.epoch, root)
    const rows = await rootRows(store)
    const { settings } = readSettings(rows.settings, seal)
    names = new Names(seal.openSlot(rows.indexKey))
    const log = new ChangeLog({ core, store, seal, names, checkpointEvery })
    await log.load()
    refuseOldRoot(log, { settings: rows.settings.version, indexKey: rows.indexKey.version, unlockSlots: table.version })
    const anchor = new AnchorLine(options.anchor, table.storeId)
    await anchor.check(log)
    const reader = new RowReader(store, seal, log)
    return { core, store, seal, names, log, chain: new AuditChain(core, seal, names), reader, anchor, clock, settings }
  } catch (error) {
    names?.destroy()
    seal.destroy()
    throw error
  }
}

/** Root rows are read before the log that lists their versions, which is made up for here. */
function refuseOldRoot(log: ChangeLog, versions: Readonly<Record<keyof typeof RootRow, number>>): void {
  for (const [row, id] of Object.entries(RootRow)) {
    if (log.index.version(rootName(id)) === versions[row as keyof typeof RootRow]) continue
    throw new Tampered('a root row is not the one that the change log lists')
  }
}

/** The settings, and by them the epoch floor and the former root key. */
function readSettings(row: StoredRow, seal: RowSeal): RootSettings {
  const settings = decodeJson(seal.open(row)).value as unknown as RootSettings
  if (settings.former !== undefined) {
    const former = seal.openSlot({ key: formerRootKey(), version: seal.epoch, value: unbase64(settings.former) })
    seal.hold(seal.epoch - 1, former)
    former.destroy()
  }
  seal.raiseFloor(settings.floor)
  return settings
}

async function rootRows(store: Store): Promise<{ readonly settings: StoredRow; readonly indexKey: StoredRow }> {
  const [settings, indexKey] = await store.get([rootKey(RootRow.settings), rootKey(RootRow.indexKey)])
  if (settings === undefined || indexKey === undefined) throw new Tampered('a root row is missing')
  return { settings, indexKey }
}
