/**
 * The whole ABI. Arguments are lengths, handles and ids, all public; bytes lie in the windows of memory.ts; results are
 * lengths, handles or a status. bindings/core.ts is the only caller and checks lengths against windows.
 * Secret inputs are wiped before an export returns, whatever it returns. Secret results (in OUT, or opened in DATA) are
 * wiped by the caller as it takes them. A stream (Start … Finish) holds its state in between; `abandon` ends it early.
 */
import { aesSetKey, aesWipe } from './aes'
import * as ct from './ct'
import { drawAccept } from './draw'
import * as gcm from './gcm'
import * as hkdfs from './hkdf'
import * as hmacs from './hmac'
import * as keywrap from './keywrap'
import { AES_TRANSIENT, ARENA_END, DATA, HMAC_PADS, KEY, OUT, RANDOM, SIDE, WORK, wipe } from './memory'
import { openContent, sealContent } from './seal'
import * as hashes from './sha2'
import * as slots from './slots'

export { DATA, DATA_LENGTH, KEY, OUT, RANDOM, SIDE, SIDE_LENGTH } from './memory'
export { ARENA, ARENA_END, LARGE_SLOTS, SMALL_SLOTS, WORK } from './memory'
export { slotsUsed } from './slots'

/** Which build this is: 0 scalar, 1 SIMD, 2 relaxed SIMD. */
export const BUILD: i32 = ASC_FEATURE_RELAXED_SIMD ? 2 : ASC_FEATURE_SIMD ? 1 : 0

/** Statuses. Lengths and handles are positive; 0 is a refusal: authentication failed. */
const ACCEPTED: i32 = 1
const GONE: i32 = -1 // the handle's secret was destroyed
const FULL: i32 = -2 // no slot is free
const STUCK: i32 = -3 // the random generator repeats itself

// ── SHA-2: message in DATA, digest to OUT ──

export function hashStart(hash: i32): void {
  hashes.hashStart(hash)
}

export function hashUpdate(length: u32): void {
  hashes.hashUpdate(DATA, length)
  wipe(DATA, length)
}

export function hashFinish(): void {
  hashes.hashFinish(OUT)
  hashes.hashWipe()
}

export function sha2(hash: i32, length: u32): void {
  hashStart(hash)
  hashUpdate(length)
  hashFinish()
}

// ── HMAC: a slot's key, or with handle 0 the first keyLength bytes of DATA; message in DATA; MAC to OUT ──

let macHash: i32 = 0
let macPads: usize = 0

export function hmacStart(handle: u32, hash: i32, keyLength: u32): i32 {
  macHash = hash
  macPads = HMAC_PADS
  if (handle == 0) {
    hmacs.hmacKey(HMAC_PADS, hash, DATA, keyLength)
    wipe(DATA, keyLength)
  } else {
    const slot = slots.slotFind(handle)
    if (slot == 0) return GONE
    macPads = slots.slotPads(slot, hash)
  }
  hmacs.hmacStart(macPads, hash)
  return ACCEPTED
}

export function hmacFinish(): void {
  hmacs.hmacFinish(macPads, macHash, OUT)
  hashes.hashWipe()
}

/** In one call: key ‖ message in DATA. */
export function hmac(handle: u32, hash: i32, keyLength: u32, length: u32): i32 {
  const status = hmacStart(handle, hash, keyLength)
  if (status == ACCEPTED) {
    hashes.hashUpdate(DATA + keyLength, length)
    hmacFinish()
  }
  wipe(DATA + keyLength, length)
  return status
}

// ── HKDF: salt ‖ IKM ‖ info, or PRK ‖ info, in DATA; PRK or OKM to OUT ──

export function hkdfExtract(hash: i32, saltLength: u32, ikmLength: u32): void {
  hkdfs.hkdfExtract(HMAC_PADS, hash, DATA, saltLength, DATA + saltLength, ikmLength, OUT)
  hkdfWipe(saltLength + ikmLength)
}

export function hkdfExpand(hash: i32, prkLength: u32, infoLength: u32, length: u32): void {
  hmacs.hmacKey(HMAC_PADS, hash, DATA, prkLength)
  hkdfs.hkdfExpand(HMAC_PADS, hash, DATA + prkLength, infoLength, OUT, length)
  hkdfWipe(prkLength + infoLength)
}

export function hkdf(hash: i32, saltLength: u32, ikmLength: u32, infoLength: u32, length: u32): void {
  hkdfs.hkdfExtract(HMAC_PADS, hash, DATA, saltLength, DATA + saltLength, ikmLength, OUT)
  hmacs.hmacKey(HMAC_PADS, hash, OUT, hashes.digestLength(hash))
  wipe(OUT, hashes.digestLength(hash))
  hkdfs.hkdfExpand(HMAC_PADS, hash, DATA + saltLength + ikmLength, infoLength, OUT, length)
  hkdfWipe(saltLength + ikmLength + infoLength)
}

function hkdfWipe(length: u32): void {
  hashes.hashWipe()
  wipe(DATA, length)
}

// ── AES: a slot's key, or with handle 0 the one in KEY ──

/** The expanded key, or 0. */
function aesKey(handle: u32, keyLength: u32): usize {
  if (handle == 0) {
    aesSetKey(AES_TRANSIENT, KEY, keyLength)
    wipe(KEY, keyLength)
    return AES_TRANSIENT
  }
  const slot = slots.slotFind(handle)
  return slot == 0 ? 0 : slots.slotAes(slot)
}

function aesEnd(handle: u32): void {
  if (handle == 0) aesWipe(AES_TRANSIENT)
}

// ── GCM: IV in SIDE, associated data behind it or piecewise in DATA, text in DATA and worked on in place ──

export function gcmStart(handle: u32, keyLength: u32, ivLength: u32): i32 {
  const key = aesKey(handle, keyLength)
  if (key == 0) return GONE
  gcm.gcmStart(key, SIDE, ivLength)
  return ACCEPTED
}

export function gcmAad(length: u32): void {
  gcm.gcmAad(DATA, length)
}

export function gcmEncrypt(length: u32): void {
  gcm.gcmEncrypt(DATA, DATA, length)
}

export function gcmAuthenticate(length: u32): void {
  gcm.gcmAuthenticate(DATA, length)
}

/** The tag, 16 bytes, to OUT. */
export function gcmTag(): void {
  gcm.gcmTag(OUT)
}

/** Compares the tag with the one in SIDE. */
export function gcmVerify(tagLength: u32): i32 {
  gcm.gcmTag(OUT)
  const accepted = ct.equal(OUT, SIDE, tagLength)
  wipe(OUT, 16)
  return accepted
}

export function gcmDecrypt(length: u32): void {
  gcm.gcmDecrypt(DATA, DATA, length)
}

export function gcmEnd(handle: u32): void {
  gcm.gcmWipe()
  aesEnd(handle)
}

/** In one call: IV ‖ associated data in SIDE; ciphertext ‖ tag is left in DATA. */
export function gcmSeal(handle: u32, keyLength: u32, ivLength: u32, aadLength: u32, length: u32): i32 {
  const status = gcmStart(handle, keyLength, ivLength)
  if (status != ACCEPTED) {
    wipe(DATA, length)
    return status
  }
  gcm.gcmAad(SIDE + ivLength, aadLength)
  gcm.gcmEncrypt(DATA, DATA, length)
  gcm.gcmTag(DATA + length)
  gcmEnd(handle)
  return status
}

/** In one call: IV ‖ associated data in SIDE, ciphertext ‖ tag in DATA; the plaintext is left in DATA if the tag holds. */
export function gcmOpen(
  handle: u32, keyLength: u32, ivLength: u32, aadLength: u32, length: u32, tagLength: u32,
): i32 {
  const status = gcmStart(handle, keyLength, ivLength)
  if (status != ACCEPTED) return status
  gcm.gcmAad(SIDE + ivLength, aadLength)
  gcm.gcmAuthenticate(DATA, length)
  gcm.gcmTag(OUT)
  const accepted = ct.equal(OUT, DATA + length, tagLength)
  wipe(OUT, 16)
  if (accepted) gcm.gcmDecrypt(DATA, DATA, length)
  gcmEnd(handle)
  return accepted
}

// ── KW and KWP: KEK in KEY; unwrapped data at DATA + 8, wrapped at DATA ──

export function kwWrap(keyLength: u32, length: u32): void {
  keywrap.kwWrap(aesKey(0, keyLength), DATA, length)
  aesEnd(0)
}

export function kwUnwrap(keyLength: u32, length: u32): i32 {
  const accepted = keywrap.kwUnwrap(aesKey(0, keyLength), DATA, length)
  aesEnd(0)
  if (!accepted) wipe(DATA, length)
  return accepted
}

/** The length of the wrapped data. */
export function kwpWrap(keyLength: u32, length: u32): u32 {
  const wrapped = keywrap.kwpWrap(aesKey(0, keyLength), DATA, length)
  aesEnd(0)
  return wrapped
}

/** The length of the unwrapped data, or 0. */
export function kwpUnwrap(keyLength: u32, length: u32): u32 {
  const unwrapped = keywrap.kwpUnwrap(aesKey(0, keyLength), DATA, length)
  aesEnd(0)
  if (unwrapped == 0) wipe(DATA, length)
  return unwrapped
}

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
  hkdfs.hkdfExpand(slots.slotPads(slot, hashes.SHA_256), hashes.SHA_256, SIDE, infoLength, OUT, length)
  hashes.hashWipe()
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
  return ct.equal(slots.slotSecret(a), slots.slotSecret(b), slots.slotLength(a))
}

export function slotDestroy(handle: u32): void {
  const slot = slots.slotFind(handle)
  if (slot != 0) slots.slotDestroy(slot)
}

// ── Seal: layout in seal.ts; content in DATA behind the head, or another slot's secret ──

export function seal(handle: u32, labelLength: u32, headLength: u32, length: u32): i32 {
  const slot = slots.slotFind(handle)
  const status = slot == 0 ? GONE : drawAccept() ? ACCEPTED : STUCK
  if (status == ACCEPTED) sealContent(slots.slotPads(slot, hashes.SHA_256), labelLength, headLength, length)
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
  return openContent(slots.slotPads(slot, hashes.SHA_256), labelLength, headLength, length)
}

/** The content becomes a slot. */
export function openSlot(handle: u32, labelLength: u32, headLength: u32, length: u32): i32 {
  const status = open(handle, labelLength, headLength, length)
  if (status != ACCEPTED) return status
  const opened = slots.slotCreate(DATA + headLength + 64, length)
  wipe(DATA + headLength + 64, length)
  return opened == 0 ? FULL : opened
}

// ── The rest ──

/** Compares two byte strings of one length, one behind the other in DATA. */
export function equal(length: u32): i32 {
  const same = ct.equal(DATA, DATA + length, length)
  wipe(DATA, 2 * length)
  return same
}

/** Whether the fresh bytes in RANDOM may be used by JavaScript. */
export function draw(): i32 {
  if (drawAccept()) return ACCEPTED
  wipe(RANDOM, 4096)
  return STUCK
}

/** Ends whatever stream is under way: zeroes all working memory and windows. Slots stay. */
export function abandon(): void {
  wipe(WORK, ARENA_END - WORK)
}

/** Destroys every slot and zeroes everything else but the slots' generations. */
export function lock(): void {
  slots.slotDestroyAll()
  abandon()
}
