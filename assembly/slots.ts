/**
 * Key slots: where secrets live between calls.
 *
 *     record   0  u32 generation   counts the secrets that lived here; part of the handle
 *              4  u32 length       of the secret; 0 = free
 *              8  u32 hash         whose HMAC pads are kept below; 0 = none
 *             12  u32 cached       entry of the AES cache + 1; 0 = none
 *             16  pads             128 bytes (hmac.ts), made at the first MAC
 *            144  the secret       up to 128 bytes (small) or 4,096 (large)
 *
 *     handle   20 bits generation ‖ 11 bits index + 1;  indexes 0..1023 are small slots, 1024..1055 large ones
 *
 * A slot is typed by what has been derived in it: HMAC pads, an expanded AES key, both or neither. The secret stays, so
 * the AES cache may drop its oldest entry for another slot; a full table of slots, though, is an error.
 * Indexes, lengths and generations are public; secrets are only copied. Destroying wipes everything but the generation.
 */
import {
  AES_CACHE, AES_CACHE_ENTRIES, AES_CACHE_INDEX, LARGE, LARGE_LENGTH, LARGE_RECORD, LARGE_SLOTS, SLOT_HEADER, SMALL,
  SMALL_LENGTH, SMALL_RECORD, SMALL_SLOTS, wipe,
} from './memory'
import { AES_CONTEXT, aesSetKey, aesWipe } from './aes'
import { hmacKey } from './hmac'

const GENERATION: usize = 0
const LENGTH: usize = 4
const HASH: usize = 8
const CACHED: usize = 12
const PADS: usize = 16

const INDEX_BITS: u32 = 11
const GENERATION_MASK: u32 = 0xfffff

/** Searching starts after the slot handed out last, so that a freed index rests as long as possible. */
let nextSmall: u32 = 0
let nextLarge: u32 = 0
let used: u32 = 0

function record(index: u32): usize {
  if (index < SMALL_SLOTS) return SMALL + index * SMALL_RECORD
  return LARGE + (index - SMALL_SLOTS) * LARGE_RECORD
}

function handleOf(index: u32): u32 {
  return (load<u32>(record(index), GENERATION) << INDEX_BITS) | (index + 1)
}

/** The record a handle names, or 0 if its secret is gone or never was. */
export function slotFind(handle: u32): usize {
  const index = (handle & ((1 << INDEX_BITS) - 1)) - 1
  if (index >= SMALL_SLOTS + LARGE_SLOTS) return 0
  const slot = record(index)
  if (load<u32>(slot, LENGTH) == 0 || handleOf(index) != handle) return 0
  return slot
}

function freeIndex(first: u32, count: u32, from: u32): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const index = first + ((from + i) % count)
    if (load<u32>(record(index), LENGTH) == 0) return index
  }
  return -1
}

/** A handle on a slot of 1 to 4,096 bytes holding a copy of `secret`, or 0 if there is no room. */
export function slotCreate(secret: usize, length: u32): u32 {
  let index = -1
  if (length <= SMALL_LENGTH) {
    index = freeIndex(0, SMALL_SLOTS, nextSmall)
    if (index >= 0) nextSmall = index + 1
  } else {
    index = freeIndex(SMALL_SLOTS, LARGE_SLOTS, nextLarge)
    if (index >= 0) nextLarge = index - SMALL_SLOTS + 1
  }
  if (index < 0) return 0
  const slot = record(index)
  store<u32>(slot, (load<u32>(slot, GENERATION) + 1) & GENERATION_MASK, GENERATION)
  store<u32>(slot, length, LENGTH)
  memory.copy(slot + SLOT_HEADER, secret, length)
  used++
  return handleOf(index)
}

export function slotLength(slot: usize): u32 {
  return load<u32>(slot, LENGTH)
}

export function slotSecret(slot: usize): usize {
  return slot + SLOT_HEADER
}

export function slotDestroy(slot: usize): void {
  const entry = load<u32>(slot, CACHED)
  if (entry != 0) cacheDrop(entry - 1)
  wipe(slot + LENGTH, SLOT_HEADER - LENGTH + load<u32>(slot, LENGTH))
  used--
}

export function slotDestroyAll(): void {
  for (let index: u32 = 0; index < SMALL_SLOTS + LARGE_SLOTS; index++) {
    const slot = record(index)
    if (load<u32>(slot, LENGTH) != 0) slotDestroy(slot)
  }
}

export function slotsUsed(): u32 {
  return used
}

/** The slot's HMAC pads for this hash, made now if another hash's or none are there. */
export function slotPads(slot: usize, hash: i32): usize {
  const pads = slot + PADS
  if (load<u32>(slot, HASH) != hash) {
    hmacKey(pads, hash, slotSecret(slot), slotLength(slot))
    store<u32>(slot, hash, HASH)
  }
  return pads
}

// ── The AES cache ── entry i: the owning record (0 = none) and the time of last use; its context beside it.

let clock: u32 = 0

function cacheOwner(entry: u32): usize {
  return load<usize>(AES_CACHE_INDEX + entry * 16)
}

function cacheDrop(entry: u32): void {
  const owner = cacheOwner(entry)
  if (owner == 0) return
  store<u32>(owner, 0, CACHED)
  wipe(AES_CACHE_INDEX + entry * 16, 16)
  aesWipe(AES_CACHE + entry * AES_CONTEXT)
}

/** An unused entry, else the one used longest ago. */
function cacheEntry(): u32 {
  let oldest: u32 = 0
  for (let entry: u32 = 0; entry < AES_CACHE_ENTRIES; entry++) {
    if (cacheOwner(entry) == 0) return entry
    const age = clock - load<u32>(AES_CACHE_INDEX + entry * 16, 4)
    if (age > clock - load<u32>(AES_CACHE_INDEX + oldest * 16, 4)) oldest = entry
  }
  cacheDrop(oldest)
  return oldest
}

/** The expanded AES key of a slot of 16, 24 or 32 bytes. */
export function slotAes(slot: usize): usize {
  let entry = load<u32>(slot, CACHED) - 1
  if (entry == <u32>-1) {
    entry = cacheEntry()
    aesSetKey(AES_CACHE + entry * AES_CONTEXT, slotSecret(slot), slotLength(slot))
    store<u32>(AES_CACHE_INDEX + entry * 16, <u32>slot)
    store<u32>(slot, entry + 1, CACHED)
  }
  store<u32>(AES_CACHE_INDEX + entry * 16, ++clock, 4)
  return AES_CACHE + entry * AES_CONTEXT
}
