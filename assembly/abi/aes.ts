/** GCM, KW and KWP behind the ABI: keys from slots or from KEY, messages worked on in place in DATA. */
import { aesSetKey, aesWipe } from '../aes'
import { equal, publish } from '../ct'
import * as gcm from '../gcm'
import * as keywrap from '../keywrap'
import { AES_TRANSIENT, DATA, KEY, OUT, SIDE, TAG_ACCEPTED, wipe } from '../memory'
import { slotAes, slotFind } from '../slots'
import { ACCEPTED, GONE } from './status'

// ── AES: a slot's key, or with handle 0 the one in KEY ──

/** The expanded key, or 0. */
function aesKey(handle: u32, keyLength: u32): usize {
  if (handle == 0) {
    aesSetKey(AES_TRANSIENT, KEY, keyLength)
    wipe(KEY, keyLength)
    return AES_TRANSIENT
  }
  const slot = slotFind(handle)
  return slot == 0 ? 0 : slotAes(slot)
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
  const accepted = publish(TAG_ACCEPTED, equal(OUT, SIDE, tagLength))
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
  const accepted = publish(TAG_ACCEPTED, equal(OUT, DATA + length, tagLength))
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
