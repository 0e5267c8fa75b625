/**
 * The table of unlock slots (CRYPTO.md §4): the one thing in a store that is not a sealed row, since it is read before
 * any key is known. A MAC under a key of the root covers it, and its version is listed in the change log.
 */
import { compareBytes, concat, readU32, readU64, u32, u64 } from '../bytes.ts'
import type { Core, Slot } from '../core.ts'
import { decodeSlot, UnlockFailed, type UnlockSlot } from './seal.ts'

const TABLE_HEAD_BYTES = 30
const ID_BYTES = 16
const MAC_BYTES = 32
/** Slots in one table. */
export const SLOT_LIMIT = 16
const SLOTS_MAC_LABEL = 'kmsbox/v1/slots-mac'

export interface SlotTable {
  readonly storeId: Uint8Array
  readonly epoch: number
  /** n of the change-log entry that wrote the table. */
  readonly version: number
  readonly slots: readonly UnlockSlot[]
}

/** The table with its MAC under a key of the root, which stays the caller's. Throws `RangeError` over 16 slots. */
export function encodeTable(table: SlotTable, root: Slot): Uint8Array {
  if (table.slots.length > SLOT_LIMIT) throw new RangeError('a store has at most 16 unlock slots')
  const slots = [...table.slots].sort((a, b) => compareBytes(a.id, b.id))
  const body = concat(
    Uint8Array.of(1),
    table.storeId,
    u32(table.epoch),
    u64(table.version),
    Uint8Array.of(slots.length),
    ...slots.map(({ sealed }) => sealed),
  )
  return concat(body, tableMac(table, root, body))
}

/** Checks the MAC of an encoded table. Throws {@link UnlockFailed}. */
export function checkTable(core: Core, table: SlotTable, encoded: Uint8Array, root: Slot): void {
  const body = encoded.subarray(0, encoded.length - MAC_BYTES)
  if (!core.equal(tableMac(table, root, body), encoded.subarray(encoded.length - MAC_BYTES))) throw new UnlockFailed()
}

function tableMac({ storeId, epoch }: SlotTable, root: Slot, body: Uint8Array): Uint8Array {
  const key = root.derive(SLOTS_MAC_LABEL, concat(storeId, u32(epoch)), 32)
  try {
    return key.hmac('SHA-256', body)
  } finally {
    key.destroy()
  }
}

/** Takes a table apart; nothing in it is authentic before {@link checkTable}. Throws {@link UnlockFailed}. */
export function decodeTable(encoded: Uint8Array): SlotTable {
  if (encoded.length < TABLE_HEAD_BYTES + MAC_BYTES || encoded[0] !== 1) throw new UnlockFailed()
  const epoch = readU32(encoded, 17)
  const slots = decodeSlots(encoded.subarray(TABLE_HEAD_BYTES, encoded.length - MAC_BYTES), epoch)
  if (slots.length !== encoded[29] || slots.length > SLOT_LIMIT) throw new UnlockFailed()
  return { storeId: encoded.slice(1, 1 + ID_BYTES), epoch, version: tableVersion(encoded), slots }
}

function decodeSlots(bytes: Uint8Array, epoch: number): UnlockSlot[] {
  const slots: UnlockSlot[] = []
  for (let at = 0; at < bytes.length; ) {
    const slot = decodeSlot(bytes.subarray(at))
    const previous = slots.at(-1)
    if (slot.epoch !== epoch) throw new UnlockFailed()
    if (previous !== undefined && compareBytes(previous.id, slot.id) >= 0) throw new UnlockFailed()
    slots.push(slot)
    at += slot.sealed.length
  }
  return slots
}

function tableVersion(encoded: Uint8Array): number {
  try {
    return readU64(encoded, 21)
  } catch {
    throw new UnlockFailed()
  }
}
