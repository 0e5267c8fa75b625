/**
 * Masks: decisions without branches.
 *
 * A mask is a 32-bit word of all ones (yes) or all zeros (no), made from a bit as `0 - bit` and used with and, or, xor.
 * A condition written as `if`, `?:`, `&&` or `||` on a secret would reach the machine as a jump or a `select`; a mask
 * reaches it as arithmetic. Everything here takes the same time whatever the bytes are; lengths are public.
 */

/** All ones if x is zero. x | -x has its top bit set for every x but zero. */
export function maskZero(x: u32): u32 {
  return ((x | (0 - x)) >>> 31) - 1
}

/** All ones if x < y, for x and y below 2^31: then the top bit of x - y is the borrow. */
export function maskLess(x: u32, y: u32): u32 {
  return 0 - ((x - y) >>> 31)
}

/** The OR of all differences between two byte strings: zero if and only if they are equal. */
export function difference(a: usize, b: usize, length: usize): u32 {
  let different: u32 = 0
  for (let i: usize = 0; i < length; i++) {
    different |= <u32>(load<u8>(a + i) ^ load<u8>(b + i))
  }
  return different
}

/** 1 if two byte strings are equal, else 0. Only the last step turns the secret-independent answer into a bit. */
export function equal(a: usize, b: usize, length: usize): i32 {
  return maskZero(difference(a, b, length)) & 1
}

/**
 * Makes an answer public: what comes back may decide branches and be told to the caller. Its way through a named word of
 * memory costs nothing and survives every optimiser, so that the proof sees in the binary what is published, and where.
 */
export function publish(verdict: usize, answer: u32): u32 {
  store<u32>(verdict, answer)
  return load<u32>(verdict)
}
