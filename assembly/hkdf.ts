/**
 * HKDF (RFC 5869) over HMAC with the SHA-2 hashes.
 *
 * Constant-time in every input; lengths are public. The caller wipes pads, hash and output.
 */
import { HASH_DIGEST, copy } from './memory'
import { digestLength, hashUpdate } from './sha2'
import { hmacFinish, hmacKey, hmacStart } from './hmac'

/** PRK = HMAC-Hash(salt, IKM) (2.2). An absent salt is HashLen zeros, which HMAC's own padding makes of length 0. */
export function hkdfExtract(
  pads: usize, hash: i32, salt: usize, saltLength: usize, ikm: usize, ikmLength: usize, prk: usize,
): void {
  hmacKey(pads, hash, salt, saltLength)
  hmacStart(pads, hash)
  hashUpdate(ikm, ikmLength)
  hmacFinish(pads, hash, prk)
}

/**
 * T(i) = HMAC-Hash(PRK, T(i-1) | info | i), OKM = first `length` bytes of T(1) | T(2) | … (2.3).
 * `pads` are PRK's; `length` is at most 255 digests; `okm` does not overlap `info`.
 */
export function hkdfExpand(pads: usize, hash: i32, info: usize, infoLength: usize, okm: usize, length: usize): void {
  const digest = digestLength(hash)
  for (let done: usize = 0, i: u8 = 1; done < length; done += digest, i++) {
    hmacStart(pads, hash)
    if (i > 1) hashUpdate(okm + done - digest, digest)
    hashUpdate(info, infoLength)
    store<u8>(HASH_DIGEST, i)
    hashUpdate(HASH_DIGEST, 1)
    hmacFinish(pads, hash, HASH_DIGEST)
    copy(okm + done, HASH_DIGEST, min(digest, length - done))
  }
}
