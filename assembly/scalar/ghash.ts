/**
 * GHASH (SP 800-38D, 6.4) without SIMD: carry-less multiplication out of integer multiplications.
 * Constant time where 64-bit integer multiplication is (all current engines on x64 and ARMv8).
 *
 * An element of GF(2^128) is two big-endian integers, `high` from bytes 0..7 and `low` from bytes 8..15. GCM writes the
 * coefficient of x^0 first, so as an integer of 128 bits everything is reflected: x^k is bit 127 - k.
 */

/** Every fourth bit: a column of partial products may sum to 15 before it carries into the next one. */
const M0: u64 = 0x1111111111111111
const M1: u64 = M0 << 1
const M2: u64 = M0 << 2
const M3: u64 = M0 << 3

/**
 * The low 64 bits of the carry-less product, out of the 16 integer products of the factors' classes mod 4. Of each sum
 * only the lowest bit, its parity, is kept. Column 4k sums at most k + 1 partial products: 16 of them, which would
 * carry, meet only in column 60, and their carry is bit 64.
 */
function multiplyLow(x: u64, y: u64): u64 {
  const x0 = x & M0
  const x1 = x & M1
  const x2 = x & M2
  const x3 = x & M3
  const y0 = y & M0
  const y1 = y & M1
  const y2 = y & M2
  const y3 = y & M3
  const z0 = (x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)
  const z1 = (x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)
  const z2 = (x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)
  const z3 = (x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)
  return (z0 & M0) | (z1 & M1) | (z2 & M2) | (z3 & M3)
}

/** The 64 bits in reverse order. */
function reflect(x: u64): u64 {
  let r = x
  r = ((r >> 1) & 0x5555555555555555) | ((r & 0x5555555555555555) << 1)
  r = ((r >> 2) & 0x3333333333333333) | ((r & 0x3333333333333333) << 2)
  r = ((r >> 4) & 0x0f0f0f0f0f0f0f0f) | ((r & 0x0f0f0f0f0f0f0f0f) << 4)
  return bswap<u64>(r)
}

/** Bits 64..126 of the carry-less product, from the low bits of the product of the reflected factors. */
function multiplyHigh(reflectedX: u64, reflectedY: u64): u64 {
  return reflect(multiplyLow(reflectedX, reflectedY)) >> 1
}

/** Y ← (Y ⊕ block) · H for each of `blocks` whole blocks. */
export function ghashBlocks(Y: usize, H: usize, src: usize, blocks: usize): void {
  const h1 = bswap<u64>(load<u64>(H))
  const h0 = bswap<u64>(load<u64>(H, 8))
  const h2 = h0 ^ h1
  const h1r = reflect(h1)
  const h0r = reflect(h0)
  const h2r = h0r ^ h1r
  let y1 = bswap<u64>(load<u64>(Y))
  let y0 = bswap<u64>(load<u64>(Y, 8))
  for (const end = src + 16 * blocks; src < end; src += 16) {
    y1 ^= bswap<u64>(load<u64>(src))
    y0 ^= bswap<u64>(load<u64>(src, 8))
    const y1r = reflect(y1)
    const y0r = reflect(y0)

    // Karatsuba: three products of 64 × 64 bits, each in two halves.
    const low0 = multiplyLow(y0, h0)
    const low1 = multiplyHigh(y0r, h0r)
    const high0 = multiplyLow(y1, h1)
    const high1 = multiplyHigh(y1r, h1r)
    const middle0 = multiplyLow(y0 ^ y1, h2) ^ low0 ^ high0
    const middle1 = multiplyHigh(y0r ^ y1r, h2r) ^ low1 ^ high1

    // The product of two reflected factors of 128 bits is reflected in 255: one more shift makes it 256, v3 first.
    let v0 = low0
    let v1 = low1 ^ middle0
    let v2 = high0 ^ middle1
    let v3 = high1
    v3 = (v3 << 1) | (v2 >> 63)
    v2 = (v2 << 1) | (v1 >> 63)
    v1 = (v1 << 1) | (v0 >> 63)
    v0 = v0 << 1

    // x^128 = x^7 + x^2 + x + 1; multiplying a reflected element by x^k is a shift to the right by k.
    v2 ^= v0 ^ (v0 >> 1) ^ (v0 >> 2) ^ (v0 >> 7)
    v1 ^= (v0 << 63) ^ (v0 << 62) ^ (v0 << 57)
    y1 = v3 ^ v1 ^ (v1 >> 1) ^ (v1 >> 2) ^ (v1 >> 7)
    y0 = v2 ^ (v1 << 63) ^ (v1 << 62) ^ (v1 << 57)
  }
  store<u64>(Y, bswap<u64>(y1))
  store<u64>(Y, bswap<u64>(y0), 8)
}
