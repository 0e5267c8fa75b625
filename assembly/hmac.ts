/**
 * HMAC (FIPS 198-1, section 4) over the SHA-2 hashes.
 *
 * The key enters as two chaining values, which a slot may keep: they replace the key's two compressions in every MAC.
 *
 *     pads   0  H after K0 ^ ipad    64 bytes (32 used by SHA-224 and SHA-256)
 *           64  H after K0 ^ opad    64 bytes
 *
 * Constant-time in key and message; their lengths are public. The caller wipes pads and the hash.
 */
import { HASH_BLOCK, HASH_DIGEST, copy, wipe } from './memory'
import { blockLength, digestLength, hashFinish, hashResume, hashStart, hashSuspend, hashUpdate } from './sha2'

/** Steps 1 to 5 and 7, 8: K0, and the hash states after its two padded forms. */
export function hmacKey(pads: usize, hash: i32, key: usize, length: usize): void {
  const block = blockLength(hash)
  if (length > block) {
    hashStart(hash)
    hashUpdate(key, length)
    hashFinish(HASH_DIGEST)
    key = HASH_DIGEST
    length = digestLength(hash)
  }
  padState(pads, hash, key, length, 0x3636363636363636)
  padState(pads + 64, hash, key, length, 0x5c5c5c5c5c5c5c5c)
}

function padState(state: usize, hash: i32, key: usize, length: usize, pad: u64): void {
  const block = blockLength(hash)
  const padded = HASH_BLOCK
  copy(padded, key, length)
  wipe(padded + length, block - length)
  for (let i: usize = 0; i < block; i += 8) store<u64>(padded + i, load<u64>(padded + i) ^ pad)
  hashStart(hash)
  hashUpdate(padded, block)
  hashSuspend(state)
}

/** Step 5: the message follows by `hashUpdate`. */
export function hmacStart(pads: usize, hash: i32): void {
  hashResume(hash, pads)
}

/** Steps 6 to 9. */
export function hmacFinish(pads: usize, hash: i32, mac: usize): void {
  hashFinish(HASH_DIGEST)
  hashResume(hash, pads + 64)
  hashUpdate(HASH_DIGEST, digestLength(hash))
  hashFinish(mac)
}
