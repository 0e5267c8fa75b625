/**
 * SHA-224 and SHA-256 compression (FIPS 180-4, sections 4.1.2, 5.3.2, 5.3.3, 6.2).
 *
 * Constant-time: additions, rotations and Boolean functions of words; the only addresses are loop counters.
 * The message schedule is left in HASH_SCHEDULE and wiped by sha2.ts, which also pads and counts.
 *
 *     state     H0 .. H7, eight 32-bit words in machine order, 32 bytes
 *     schedule  W0 + K0 .. W63 + K63: the round constant is added where the word is made, off the critical path
 */
import { HASH_SCHEDULE, copy } from './memory'

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes (4.2.2). */
const K: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
], 16)

/** Initial hash values (5.3.2, 5.3.3). */
const H224: usize = memory.data<u32>([
  0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
], 16)
const H256: usize = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
], 16)

export function sha224Start(state: usize): void {
  copy(state, H224, 32)
}

export function sha256Start(state: usize): void {
  copy(state, H256, 32)
}

// The functions of section 4.1.2, in forms that take fewer operations.

function Ch(x: u32, y: u32, z: u32): u32 {
  return z ^ (x & (y ^ z))
}

/** Maj(x, y, z) from y, x ^ y and y ^ z: where x and y differ, z decides. A round's x ^ y is the next one's y ^ z. */
function Maj(y: u32, xy: u32, yz: u32): u32 {
  return y ^ (xy & yz)
}

/** The rotations by 2, 13 and 22, nested: 2, 2 + 11, 2 + 11 + 9. */
function Sigma0(x: u32): u32 {
  return rotr(rotr(rotr(x, 9) ^ x, 11) ^ x, 2)
}

function Sigma1(x: u32): u32 {
  return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25)
}

function sigma0(x: u32): u32 {
  return rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)
}

function sigma1(x: u32): u32 {
  return rotr(x, 17) ^ rotr(x, 19) ^ (x >>> 10)
}

/** Expands one 64-byte block into W0 + K0 .. W63 + K63 (6.2.2, step 1). */
function schedule(block: usize): void {
  const W = HASH_SCHEDULE
  for (let t: usize = 0; t < 64; t += 4) store<u32>(W + t, bswap(load<u32>(block + t)))
  for (let t: usize = 64; t < 256; t += 4) {
    const word =
      sigma1(load<u32>(W + t - 8)) + load<u32>(W + t - 28) + sigma0(load<u32>(W + t - 60)) + load<u32>(W + t - 64)
    store<u32>(W + t, word)
  }
  for (let t: usize = 0; t < 256; t += 4) store<u32>(W + t, load<u32>(W + t) + load<u32>(K + t))
}

/**
 * Four words of the schedule at once: W[t..t+3] from W[t-16..t-1] in w0..w3. They need W[t-2..t+1], of which the last two
 * are the first two of those being made, so sigma1 is added in two halves.
 */
// @ts-ignore: decorator
@inline
function nextWords(w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  const zero = i64x2(0, 0)
  const minus15 = v128.shuffle<u32>(w0, w1, 1, 2, 3, 4)
  const minus7 = v128.shuffle<u32>(w2, w3, 1, 2, 3, 4)
  const sum = i32x4.add(i32x4.add(w0, minus7), sigma0x4(minus15))
  const low = i32x4.add(sum, v128.shuffle<u32>(sigma1x4(v128.shuffle<u32>(w3, w3, 2, 3, 2, 3)), zero, 0, 1, 4, 5))
  return i32x4.add(low, v128.shuffle<u32>(sigma1x4(v128.shuffle<u32>(low, low, 0, 1, 0, 1)), zero, 4, 5, 0, 1))
}

function rotrx4(x: v128, n: i32): v128 {
  return v128.or(i32x4.shr_u(x, n), i32x4.shl(x, 32 - n))
}

function sigma0x4(x: v128): v128 {
  return v128.xor(v128.xor(rotrx4(x, 7), rotrx4(x, 18)), i32x4.shr_u(x, 3))
}

function sigma1x4(x: v128): v128 {
  return v128.xor(v128.xor(rotrx4(x, 17), rotrx4(x, 19)), i32x4.shr_u(x, 10))
}

/**
 * Hashes whole blocks of 64 bytes, `length` bytes in all, into the state (6.2.2).
 *
 * A line is a round (step 3): T1 is gathered in h, in an order that adds Sigma1(e), the last to be known, last; then
 * e = d + T1 and a = T1 + T2. The working variables are renamed from line to line, not moved: after eight the names are
 * back in place. With SIMD the schedule is made 16 words ahead of the rounds and between them, in units idle otherwise.
 */
export function sha256Blocks(state: usize, block: usize, length: usize): void {
  for (const end = block + length; block < end; block += 64) {
    let a = load<u32>(state)
    let b = load<u32>(state, 4)
    let c = load<u32>(state, 8)
    let d = load<u32>(state, 12)
    let e = load<u32>(state, 16)
    let f = load<u32>(state, 20)
    let g = load<u32>(state, 24)
    let h = load<u32>(state, 28)
    let ab: u32 = 0
    let bc = b ^ c
    let W: usize = HASH_SCHEDULE
    if (ASC_FEATURE_SIMD) {
      const bigEndian = i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
      let w0 = i8x16.swizzle(v128.load(block), bigEndian)
      let w1 = i8x16.swizzle(v128.load(block, 16), bigEndian)
      let w2 = i8x16.swizzle(v128.load(block, 32), bigEndian)
      let w3 = i8x16.swizzle(v128.load(block, 48), bigEndian)
      v128.store(W, i32x4.add(w0, v128.load(K)))
      v128.store(W, i32x4.add(w1, v128.load(K, 16)), 16)
      v128.store(W, i32x4.add(w2, v128.load(K, 32)), 32)
      v128.store(W, i32x4.add(w3, v128.load(K, 48)), 48)
      for (let k = K; W < HASH_SCHEDULE + 192; W += 32, k += 32) {
        const w4 = nextWords(w0, w1, w2, w3)
        v128.store(W, i32x4.add(w4, v128.load(k, 64)), 64)
        ab = a ^ b; h = h + load<u32>(W) + Ch(e, f, g) + Sigma1(e); d += h; h = h + Maj(b, ab, bc) + Sigma0(a)
        bc = h ^ a; g = g + load<u32>(W, 4) + Ch(d, e, f) + Sigma1(d); c += g; g = g + Maj(a, bc, ab) + Sigma0(h)
        ab = g ^ h; f = f + load<u32>(W, 8) + Ch(c, d, e) + Sigma1(c); b += f; f = f + Maj(h, ab, bc) + Sigma0(g)
        bc = f ^ g; e = e + load<u32>(W, 12) + Ch(b, c, d) + Sigma1(b); a += e; e = e + Maj(g, bc, ab) + Sigma0(f)
        const w5 = nextWords(w1, w2, w3, w4)
        v128.store(W, i32x4.add(w5, v128.load(k, 80)), 80)
        ab = e ^ f; d = d + load<u32>(W, 16) + Ch(a, b, c) + Sigma1(a); h += d; d = d + Maj(f, ab, bc) + Sigma0(e)
        bc = d ^ e; c = c + load<u32>(W, 20) + Ch(h, a, b) + Sigma1(h); g += c; c = c + Maj(e, bc, ab) + Sigma0(d)
        ab = c ^ d; b = b + load<u32>(W, 24) + Ch(g, h, a) + Sigma1(g); f += b; b = b + Maj(d, ab, bc) + Sigma0(c)
        bc = b ^ c; a = a + load<u32>(W, 28) + Ch(f, g, h) + Sigma1(f); e += a; a = a + Maj(c, bc, ab) + Sigma0(b)
        w0 = w2
        w1 = w3
        w2 = w4
        w3 = w5
      }
    } else {
      schedule(block)
    }
    for (; W < HASH_SCHEDULE + 256; W += 32) {
      ab = a ^ b; h = h + load<u32>(W) + Ch(e, f, g) + Sigma1(e); d += h; h = h + Maj(b, ab, bc) + Sigma0(a)
      bc = h ^ a; g = g + load<u32>(W, 4) + Ch(d, e, f) + Sigma1(d); c += g; g = g + Maj(a, bc, ab) + Sigma0(h)
      ab = g ^ h; f = f + load<u32>(W, 8) + Ch(c, d, e) + Sigma1(c); b += f; f = f + Maj(h, ab, bc) + Sigma0(g)
      bc = f ^ g; e = e + load<u32>(W, 12) + Ch(b, c, d) + Sigma1(b); a += e; e = e + Maj(g, bc, ab) + Sigma0(f)
      ab = e ^ f; d = d + load<u32>(W, 16) + Ch(a, b, c) + Sigma1(a); h += d; d = d + Maj(f, ab, bc) + Sigma0(e)
      bc = d ^ e; c = c + load<u32>(W, 20) + Ch(h, a, b) + Sigma1(h); g += c; c = c + Maj(e, bc, ab) + Sigma0(d)
      ab = c ^ d; b = b + load<u32>(W, 24) + Ch(g, h, a) + Sigma1(g); f += b; b = b + Maj(d, ab, bc) + Sigma0(c)
      bc = b ^ c; a = a + load<u32>(W, 28) + Ch(f, g, h) + Sigma1(f); e += a; a = a + Maj(c, bc, ab) + Sigma0(b)
    }
    store<u32>(state, load<u32>(state) + a)
    store<u32>(state, load<u32>(state, 4) + b, 4)
    store<u32>(state, load<u32>(state, 8) + c, 8)
    store<u32>(state, load<u32>(state, 12) + d, 12)
    store<u32>(state, load<u32>(state, 16) + e, 16)
    store<u32>(state, load<u32>(state, 20) + f, 20)
    store<u32>(state, load<u32>(state, 24) + g, 24)
    store<u32>(state, load<u32>(state, 28) + h, 28)
  }
}
