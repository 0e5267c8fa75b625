/**
 * Counter mode's first two rounds, done once instead of for every block.
 * Constant time: no branch, no secret address. The caller wipes the working memory.
 *
 * In a batch of 2^n consecutive counters whose first is a multiple of 2^n, n ≤ 7, only the low bits of byte 15 differ.
 * After SubBytes and ShiftRows byte 15 stands in row 3 of column 0, so after round 1 only column 0 differs between the
 * blocks, and after SubBytes and ShiftRows of round 2 one byte of each column: row r of column -r mod 4.
 *
 *     round 1   column 0, row r  =  {01 01 03 02}[r] · v   ⊕  byte r of ROUND_1         v: byte 15, substituted
 *     round 2   row r, column c  =  m[r][c] · u(-c)        ⊕  byte 4c + r of ROUND_2    u(i): column 0, row i, likewise
 *
 * ROUND_1 and ROUND_2 are what the bytes that do not differ contribute, round keys included: one block's work.
 */
import { substitute } from './permute'
import { mixColumns } from './permute-inverse'

// @ts-ignore: decorator
@inline
function shiftRows(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11)
}

/** Lanes that are zero where the blocks differ, after ShiftRows of round 1 and of round 2. */
// @ts-ignore: decorator
@inline
function commonInRound1(): v128 {
  return i8x16(-1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
}
// @ts-ignore: decorator
@inline
function commonInRound2(): v128 {
  return i8x16(0, -1, -1, -1, -1, -1, -1, 0, -1, -1, 0, -1, -1, 0, -1, -1)
}

/**
 * From the counter block at `block` (its counter a multiple of the batch) and the key's words at `keys`: writes
 * ROUND_1, ROUND_2 and the block after the first AddRoundKey to `to`, 16 bytes each.
 */
export function commonRounds(block: usize, counter: u32, keys: usize, to: usize): void {
  const x = v128.xor(i32x4.replace_lane(v128.load(block), 3, bswap<u32>(counter)), v128.load(keys))
  const c63 = i8x16.splat(0x63)
  const s1 = v128.and(shiftRows(substitute(x)), commonInRound1())
  const round1 = v128.xor(mixColumns(s1), v128.xor(v128.load(keys, 16), c63))
  const s2 = v128.and(shiftRows(substitute(round1)), commonInRound2())
  const round2 = v128.xor(mixColumns(s2), v128.xor(v128.load(keys, 32), c63))
  v128.store(to, round1)
  v128.store(to, round2, 16)
  v128.store(to, x, 32)
}

/** Vector b: bit b of every byte. */
const BITS: usize = memory.data<u64>([
  0x0101010101010101, 0x0101010101010101, 0x0202020202020202, 0x0202020202020202,
  0x0404040404040404, 0x0404040404040404, 0x0808080808080808, 0x0808080808080808,
  0x1010101010101010, 0x1010101010101010, 0x2020202020202020, 0x2020202020202020,
  0x4040404040404040, 0x4040404040404040, 0x8080808080808080, 0x8080808080808080,
])

/** Bit b of each byte, spread over that byte. */
// @ts-ignore: decorator
@inline
export function spreadBit(bytes: v128, b: usize): v128 {
  const bit = v128.load(BITS + 16 * b)
  return i8x16.eq(v128.and(bytes, bit), bit)
}

/** One bit's plane of `addBytes`. */
// @ts-ignore: decorator
@inline
function addBit(to: usize, from: usize, bytes: v128, b: usize): void {
  v128.store(to + 16 * b, v128.xor(v128.load(from + 16 * b), spreadBit(bytes, b)))
}

/** to ← from ⊕ bytes, for eight planes: bit b of each byte is added to all of the same byte of plane b. */
export function addBytes(to: usize, from: usize, bytes: v128): void {
  addBit(to, from, bytes, 0)
  addBit(to, from, bytes, 1)
  addBit(to, from, bytes, 2)
  addBit(to, from, bytes, 3)
  addBit(to, from, bytes, 4)
  addBit(to, from, bytes, 5)
  addBit(to, from, bytes, 6)
  addBit(to, from, bytes, 7)
}

/** 02 · x and 03 · x for eight planes x at `planes`, to the next sixteen vectors: x^8 = x^4 + x^3 + x + 1. */
export function multiples(planes: usize): void {
  const x0 = v128.load(planes)
  const x1 = v128.load(planes, 16)
  const x2 = v128.load(planes, 32)
  const x3 = v128.load(planes, 48)
  const x4 = v128.load(planes, 64)
  const x5 = v128.load(planes, 80)
  const x6 = v128.load(planes, 96)
  const x7 = v128.load(planes, 112)
  const y1 = v128.xor(x0, x7)
  const y3 = v128.xor(x2, x7)
  const y4 = v128.xor(x3, x7)
  v128.store(planes, x7, 128)
  v128.store(planes, y1, 144)
  v128.store(planes, x1, 160)
  v128.store(planes, y3, 176)
  v128.store(planes, y4, 192)
  v128.store(planes, x4, 208)
  v128.store(planes, x5, 224)
  v128.store(planes, x6, 240)
  v128.store(planes, v128.xor(x7, x0), 256)
  v128.store(planes, v128.xor(y1, x1), 272)
  v128.store(planes, v128.xor(x1, x2), 288)
  v128.store(planes, v128.xor(y3, x3), 304)
  v128.store(planes, v128.xor(y4, x4), 320)
  v128.store(planes, v128.xor(x4, x5), 336)
  v128.store(planes, v128.xor(x5, x6), 352)
  v128.store(planes, v128.xor(x6, x7), 368)
}
