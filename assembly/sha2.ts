/**
 * The four SHA-2 hashes as one stream of bytes (FIPS 180-4, section 5.1: padding; 6: which function, which length).
 *
 * One hash is under way at a time. Its chaining value and partial block live in HASH_STATE and HASH_BLOCK, its counts in
 * globals, which are public. Nothing here wipes until `hashWipe`, because HMAC and HKDF chain several hashes.
 */
import { HASH_BLOCK, HASH_SCHEDULE, HASH_STATE, copy, wipe } from './memory'
import { sha224Start, sha256Blocks, sha256Start } from './sha256'
import { sha384Start, sha512Blocks, sha512Start } from './sha512'

export const SHA_224: i32 = 1
export const SHA_256: i32 = 2
export const SHA_384: i32 = 3
export const SHA_512: i32 = 4

let hash: i32 = 0
/** Bytes waiting in HASH_BLOCK. */
let waiting: usize = 0
/** Bytes hashed in all, waiting ones included. */
let total: u64 = 0

export function isHash(id: i32): bool {
  return id >= SHA_224 && id <= SHA_512
}

export function blockLength(id: i32): usize {
  return id <= SHA_256 ? 64 : 128
}

export function digestLength(id: i32): usize {
  if (id == SHA_224) return 28
  if (id == SHA_256) return 32
  if (id == SHA_384) return 48
  return 64
}

export function hashStart(id: i32): void {
  hash = id
  waiting = 0
  total = 0
  if (id == SHA_224) sha224Start(HASH_STATE)
  else if (id == SHA_256) sha256Start(HASH_STATE)
  else if (id == SHA_384) sha384Start(HASH_STATE)
  else sha512Start(HASH_STATE)
}

/** Goes on from a chaining value that has taken in exactly one block: how HMAC enters with its keyed states. */
export function hashResume(id: i32, state: usize): void {
  hash = id
  waiting = 0
  total = blockLength(id)
  copy(HASH_STATE, state, 64)
}

/** Where the chaining value goes on: HMAC keeps it. */
export function hashSuspend(state: usize): void {
  copy(state, HASH_STATE, 64)
}

/** Takes in whole blocks, `length` bytes. */
function compress(source: usize, length: usize): void {
  if (hash <= SHA_256) sha256Blocks(HASH_STATE, source, length)
  else sha512Blocks(HASH_STATE, source, length)
}

export function hashUpdate(source: usize, length: usize): void {
  const block = blockLength(hash)
  total += length
  if (waiting > 0) {
    const taken = min(block - waiting, length)
    copy(HASH_BLOCK + waiting, source, taken)
    waiting += taken
    source += taken
    length -= taken
    if (waiting < block) return
    compress(HASH_BLOCK, block)
    waiting = 0
  }
  const whole = length & ~(block - 1)
  compress(source, whole)
  waiting = length - whole
  copy(HASH_BLOCK, source + whole, waiting)
}

/** Pads with 1, zeros and the length in bits (5.1), compresses, and writes the digest. */
export function hashFinish(digest: usize): void {
  const block = blockLength(hash)
  const end = HASH_BLOCK + block
  store<u8>(HASH_BLOCK + waiting, 0x80)
  waiting++
  // The length takes 8 bytes (16 in SHA-384 and SHA-512, of which the first 8 are zero here).
  if (waiting > block - block / 8) {
    wipe(HASH_BLOCK + waiting, block - waiting)
    compress(HASH_BLOCK, block)
    waiting = 0
  }
  wipe(HASH_BLOCK + waiting, block - waiting)
  store<u64>(end - 8, bswap(total << 3))
  compress(HASH_BLOCK, block)
  const length = digestLength(hash)
  if (hash <= SHA_256) {
    for (let i: usize = 0; i < length; i += 4) store<u32>(digest + i, bswap(load<u32>(HASH_STATE + i)))
  } else {
    for (let i: usize = 0; i < length; i += 8) store<u64>(digest + i, bswap(load<u64>(HASH_STATE + i)))
  }
}

/** Wipes the hash and HMAC's keyed states. */
export function hashWipe(): void {
  wipe(HASH_STATE, HASH_SCHEDULE - HASH_STATE + (hash <= SHA_256 ? 256 : 640))
}
