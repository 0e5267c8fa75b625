/** Slots behind the ABI: secrets move from slot to slot, in by one export, out by another; and what seals them. */
import { equal, publish } from '../ct'
import { drawAccept } from '../draw'
import { hkdfExpand } from '../hkdf'
import { DATA, OUT, RANDOM, SAME_SLOTS, SIDE, wipe } from '../memory'
import { openContent, sealContent } from '../seal'
import { SHA_256, hashWipe } from '../sha2'
import * as slots from '../slots'
import { ACCEPTED, FULL, GONE, STUCK } from './status'

// ── Slots: info (label ‖ 00 ‖ context) in SIDE, bytes in DATA, released bytes in OUT ──

export function slotImport(length: u32): i32 {
  const handle = slots.slotCreate(DATA, length)
  wipe(DATA, length)
  return handle == 0 ? FULL : handle
}

/** From fresh random bytes in RANDOM. */
export function slotGenerate(length: u32): i32 {
  const handle = drawAccept() ? slots.slotCreate(RANDOM, length) : STUCK
  wipe(RANDOM, max(length, 32))
  return handle == 0 ? FULL : handle
}

/** THE way out: the secret, copied to OUT; its length. */
export function slotRelease(handle: u32): i32 {
  const slot = slots.slotFind(handle)
  if (slot == 0) return GONE
  memory.copy(OUT, slots.slotSecret(slot), slots.slotLength(slot))
  return slots.slotLength(slot)
}

/** HKDF-Expand with SHA-256 from a slot into OUT: for values that are public. */
export function slotExpand(handle: u32, infoLength: u32, length: u32): i32 {
  const slot = slots.slotFind(handle)
  if (slot == 0) return GONE
  hkdfExpand(slots.slotPads(slot, SHA_256), SHA_256, SIDE, infoLength, OUT, length)
  hashWipe()
  return ACCEPTED
}

/** The same from slot to slot. */
export function slotDerive(handle: u32, infoLength: u32, length: u32): i32 {
  const status = slotExpand(handle, infoLength, length)
  if (status != ACCEPTED) return status
  const derived = slots.slotCreate(OUT, length)
  wipe(OUT, length)
  return derived == 0 ? FULL : derived
}

export function slotEqual(one: u32, other: u32): i32 {
  const a = slots.slotFind(one)
  const b = slots.slotFind(other)
  if (a == 0 || b == 0) return GONE
  if (slots.slotLength(a) != slots.slotLength(b)) return 0
  return publish(SAME_SLOTS, equal(slots.slotSecret(a), slots.slotSecret(b), slots.slotLength(a)))
}

export function slotDestroy(handle: u32): void {
  const slot = slots.slotFind(handle)
  if (slot != 0) slots.slotDestroy(slot)
}

// ── Seal: layout in seal.ts; content in DATA behind the head, or another slot's secret ──

export function seal(handle: u32, labelLength: u32, headLength: u32, length: u32): i32 {
  const slot = slots.slotFind(handle)
  const status = slot == 0 ? GONE : drawAccept() ? ACCEPTED : STUCK
  if (slot != 0 && status == ACCEPTED) sealContent(slots.slotPads(slot, SHA_256), labelLength, headLength, length)
  else wipe(DATA + headLength + 64, length)
  wipe(RANDOM, 32)
  return status
}

export function sealSlot(handle: u32, content: u32, labelLength: u32, headLength: u32): i32 {
  const slot = slots.slotFind(content)
  if (slot == 0) return GONE
  memory.copy(DATA + headLength + 64, slots.slotSecret(slot), slots.slotLength(slot))
  return seal(handle, labelLength, headLength, slots.slotLength(slot))
}

export function open(handle: u32, labelLength: u32, headLength: u32, length: u32): i32 {
  const slot = slots.slotFind(handle)
  if (slot == 0) return GONE
  return openContent(slots.slotPads(slot, SHA_256), labelLength, headLength, length)
}

/** The content becomes a slot. */
export function openSlot(handle: u32, labelLength: u32, headLength: u32, length: u32): i32 {
  const status = open(handle, labelLength, headLength, length)
  if (status != ACCEPTED) return status
  const opened = slots.slotCreate(DATA + headLength + 64, length)
  wipe(DATA + headLength + 64, length)
  return opened == 0 ? FULL : opened
}
