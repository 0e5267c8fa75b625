/** SHA-2, HMAC and HKDF behind the ABI: input in DATA, wiped as it is taken in; results to OUT. */
import { DATA, HMAC_PADS, OUT, wipe } from '../memory'
import * as hkdfs from '../hkdf'
import * as hmacs from '../hmac'
import * as hashes from '../sha2'
import { slotFind, slotPads } from '../slots'
import { ACCEPTED, GONE } from './status'

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
    const slot = slotFind(handle)
    if (slot == 0) return GONE
    macPads = slotPads(slot, hash)
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
