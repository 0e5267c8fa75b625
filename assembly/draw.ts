/**
 * What the core asks of random bytes that JavaScript has put into RANDOM before it uses them (CRYPTO rules: at least 32 at
 * a time, one health check, no generator of its own).
 *
 * A generator that stands still would make equal keys. A draw is refused if its first 32 bytes are all zero, or those of
 * the draw before; of that one only a SHA-256 digest is kept, which says nothing about 32 random bytes. After a refusal
 * every further draw is refused: a core must not go on guessing whether its source works again.
 */
import { difference, maskZero, publish } from './ct'
import { DRAW_REFUSED, HASH_DIGEST, LAST_DRAW, RANDOM, copy } from './memory'
import { SHA_256, hashFinish, hashStart, hashUpdate, hashWipe } from './sha2'

let broken: u32 = 0

/** True if the first 32 bytes in RANDOM may be used. */
export function drawAccept(): bool {
  hashStart(SHA_256)
  hashUpdate(RANDOM, 32)
  hashFinish(HASH_DIGEST)
  const repeated = maskZero(difference(HASH_DIGEST, LAST_DRAW, 32))
  let any: u64 = 0
  for (let i: usize = 0; i < 32; i += 8) any |= load<u64>(RANDOM + i)
  const zero = maskZero(<u32>any | <u32>(any >>> 32))
  copy(LAST_DRAW, HASH_DIGEST, 32)
  hashWipe()
  broken |= publish(DRAW_REFUSED, repeated | zero)
  return broken == 0
}
