/**
 * GHASH's tables (ghash-products.ts and ghash-lanes.ts say what they hold), derived from H without branch or secret
 * address. Callers wipe the working memory.
 *
 * An element of GF(2^128) is 16 bytes; the top bit of byte 0 is the coefficient of 1, so x · P is P moved to the right
 * by one bit, and the low nibble's bit i of byte j stands for x^(8j + 7 - i), the high nibble's for x^(8j + 3 - i).
 */
import { transposeBytes } from './transpose'
import { ZEROS } from './zeros'

/** Bytes of the tables of one power of H: 17 vectors for low nibbles, 17 for high ones. */
export const POWER_TABLES: usize = 544
/** Bytes of the tables of H^16 on lanes. */
export const LANE_TABLES: usize = 8192
/** Bytes of working memory. */
export const WORK: usize = 384

/** Sixteen sums of four vectors: sum n adds vector i, `last` - 16i, for every bit i of n. */
function sums(last: usize, to: usize): void {
  v128.store(to, i64x2.splat(0))
  for (let bit: usize = 16; bit < 256; bit <<= 1) {
    const vector = v128.load(last)
    for (let n: usize = 0; n < bit; n += 16) v128.store(to + bit + n, v128.xor(v128.load(to + n), vector))
    last -= 16
  }
}

/** Bit i of each lane's number as a mask. */
// @ts-ignore: decorator
@inline
function numbersWithBit(i: u32): v128 {
  const bit = i8x16.splat(i8(1) << i8(i))
  return i8x16.eq(v128.and(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), bit), bit)
}

/** The tables of the power P at `power`. */
export function powerTables(power: usize, tables: usize, work: usize): void {
  const shifts = work + 256 // P · x^k for k < 8, the first 16 of 17 bytes
  const P = v128.load(power)
  const before = v128.shuffle<u8>(i64x2.splat(0), P, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
  for (let k = 0; k < 8; k++) {
    const kept = v128.and(i16x8.shr_u(P, k), i8x16.splat(i8(0xff >> k)))
    const moved = v128.and(i16x8.shl(before, 8 - k), i8x16.splat(i8(0xff00 >> k)))
    v128.store(shifts + 16 * k, v128.or(kept, moved))
  }
  const lastByte = load<u8>(power, 15)
  for (let nibble: usize = 0; nibble < 2; nibble++) {
    const first: u32 = nibble == 0 ? 7 : 3
    const to = tables + 272 * nibble
    sums(shifts + 16 * first, work)
    transposeBytes(work, ZEROS, ZEROS, to)
    let byte17 = i64x2.splat(0)
    for (let i: u32 = 0; i < 4; i++) {
      const pushedOut = i8x16.splat(i8((u32(lastByte) << 8) >> (first - i)))
      byte17 = v128.xor(byte17, v128.and(pushedOut, numbersWithBit(i)))
    }
    v128.store(to, byte17, 256)
  }
}

/** The tables of the power H^16 at `power` on lanes. */
export function laneTables(power: usize, tables: usize, work: usize): void {
  const shifts = work + 256 // H^16 · x^(8j + k) for k < 8
  let high = bswap<u64>(load<u64>(power))
  let low = bswap<u64>(load<u64>(power, 8))
  for (let j: usize = 0; j < 16; j++) {
    for (let k: usize = 0; k < 128; k += 16) {
      store<u64>(shifts + k, bswap<u64>(high))
      store<u64>(shifts + k, bswap<u64>(low), 8)
      const carry = 0 - (low & 1) // x^128 = 1 + x + x^2 + x^7
      low = (low >> 1) | (high << 63)
      high = (high >> 1) ^ (carry & 0xe100000000000000)
    }
    for (let nibble: usize = 0; nibble < 2; nibble++) {
      sums(shifts + (nibble == 0 ? 112 : 48), work)
      transposeBytes(work, ZEROS, ZEROS, work)
      const to = tables + 256 * j + 128 * nibble
      memory.copy(to, work, 128)
      memory.copy(to + 4096, work + 128, 128)
    }
  }
}
