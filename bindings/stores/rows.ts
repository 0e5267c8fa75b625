/**
 * Sealing and opening of rows (CRYPTO.md §3, FORMATS.md "Sealed rows").
 *
 * Holds one row key a root epoch, each in a slot of the core; `destroy` wipes them. Refuses rows whose head is not
 * that of the place and version they are stored at, rows below the epoch floor, and whatever does not authenticate.
 */
import { compareBytes, concat, readU32, u32, u64, utf8 } from '../bytes.ts'
import { AuthenticationError, type Core, type Slot } from '../core.ts'
import type { StoreIdentity } from '../seals/seal.ts'
import { Table, Tampered } from './records.ts'
import { RootRow, rootKey } from './root.ts'
import { SCOPE_BYTES, type StoredRow, type StoreKey } from './store.ts'

const ROW_LABEL = 'kmsbox/v1/row'
const ROW_KEY_LABEL = 'kmsbox/v1/row-key'
const ROW_HEAD_BYTES = 48
const VERSION_AT = 40

/** What binds everything that is sealed to one store: SHA-256("kmsbox/v1/store" ‖ 00 ‖ storeId16). */
export const storeHash = (core: Core, storeId: Uint8Array): Uint8Array =>
  core.sha2('SHA-256', concat(utf8('kmsbox/v1/store'), Uint8Array.of(0), storeId))

export const identityOf = (core: Core, storeId: Uint8Array): StoreIdentity => ({
  id: storeId,
  hash: storeHash(core, storeId),
})

export class RowSeal {
  readonly storeId: Uint8Array
  private readonly bound: Uint8Array
  private readonly keys = new Map<number, Slot>()
  /** The epoch that new rows are sealed under. */
  epoch = 0
  /** Rows of an older epoch are refused. */
  floor = 1

  constructor(core: Core, storeId: Uint8Array) {
    this.storeId = storeId
    this.bound = storeHash(core, storeId)
  }

  /** Derives the row key of an epoch; the root key stays the caller's. The highest epoch seals. */
  hold(epoch: number, root: Slot): void {
    this.keys.get(epoch)?.destroy()
    this.keys.set(epoch, root.derive(ROW_KEY_LABEL, concat(this.storeId, u32(epoch)), 32))
    this.epoch = Math.max(this.epoch, epoch)
  }

  /** Takes back the newest epoch: the rotation to it was not committed. */
  forgetNewest(): void {
    this.keys.get(this.epoch)?.destroy()
    this.keys.delete(this.epoch)
    this.epoch--
  }

  /** Refuses rows older than `epoch` from now on, and wipes their keys. */
  raiseFloor(epoch: number): void {
    this.floor = epoch
    for (const [held, key] of this.keys) {
      if (held >= epoch) continue
      key.destroy()
      this.keys.delete(held)
    }
  }

  seal(key: StoreKey, version: number, content: Uint8Array): StoredRow {
    const head = rowHead(key, this.epoch, version)
    return { key, version, value: this.key(this.epoch).seal(ROW_LABEL, this.storeId, head, this.bound, content) }
  }

  /** Seals the content of a slot, which never becomes a JavaScript value; the slot stays the caller's. */
  sealSlot(key: StoreKey, version: number, content: Slot): StoredRow {
    const head = rowHead(key, this.epoch, version)
    return { key, version, value: this.key(this.epoch).sealSlot(ROW_LABEL, this.storeId, head, this.bound, content) }
  }

  /** Throws {@link Tampered}. */
  open(row: StoredRow): Uint8Array {
    const key = this.keyFor(row)
    return authentic(() => key.open(ROW_LABEL, ROW_HEAD_BYTES, this.bound, row.value))
  }

  openSlot(row: StoredRow): Slot {
    const key = this.keyFor(row)
    return authentic(() => key.openSlot(ROW_LABEL, ROW_HEAD_BYTES, this.bound, row.value))
  }

  destroy(): void {
    for (const key of this.keys.values()) key.destroy()
    this.keys.clear()
  }

  private key(epoch: number): Slot {
    const key = this.keys.get(epoch)
    if (key === undefined) {
      throw new Tampered(
        'a row is under an unknown root key: forged, or rotated elsewhere so that the store is to be unlocked again',
      )
    }
    return key
  }

  private keyFor(row: StoredRow): Slot {
    if (row.value.length < ROW_HEAD_BYTES) throw new Tampered('a row is too short')
    const epoch = rowEpoch(row)
    const expected = rowHead(row.key, epoch, row.version)
    if (compareBytes(row.value.subarray(0, ROW_HEAD_BYTES), expected) !== 0) {
      throw new Tampered('a row is not the one that belongs at its place')
    }
    if (epoch < this.floor) throw new Tampered('a row is older than the last rotation of the root key')
    return this.key(epoch)
  }
}

/** The same content, at the same place and version, under another seal. Key material goes from slot to slot. */
export function reseal(row: StoredRow, from: RowSeal, to: RowSeal): StoredRow {
  if (!holdsKey(row)) return to.seal(row.key, row.version, from.open(row))
  const slot = from.openSlot(row)
  try {
    return to.sealSlot(row.key, row.version, slot)
  } finally {
    slot.destroy()
  }
}

/** True for rows that only the core may open: key material and the index key. */
export const holdsKey = ({ key }: StoredRow): boolean =>
  key[0] === Table.material || compareBytes(key, rootKey(RootRow.indexKey)) === 0

/** The epoch that a row claims; not authenticated. */
export const rowEpoch = (row: StoredRow): number => (row.value.length < ROW_HEAD_BYTES ? 0 : readU32(row.value, 4))

function rowHead(key: StoreKey, epoch: number, version: number): Uint8Array {
  const head = new Uint8Array(ROW_HEAD_BYTES)
  head[0] = 1
  head[1] = 1
  head[2] = key[0] as number
  head.set(u32(epoch), 4)
  head.set(key.subarray(1 + SCOPE_BYTES), 8)
  head.set(u64(version), VERSION_AT)
  return head
}

function authentic<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof AuthenticationError) throw new Tampered('a row was forged or damaged')
    throw error
  }
}
