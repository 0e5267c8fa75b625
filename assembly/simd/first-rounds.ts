/**
 * Counter mode's first two rounds, done once instead of for every block.
 * Constant time: no branch, no secret address. The caller wipes the working memory.
 *
 * In a batch of 2^n consecutive counters whose first is a multiple of 2^n, n ≤ 7, only the low bits of byte 15 differ.
 * After SubBytes and ShiftRows byte 15 stands in row 3 of column 0, so after round 1 only column 0 differs between the
 * blocks, and after SubBytes and ShiftRows of round 2 one byte of each column: row r of column -r mod 4.
 *
 *     round 1   column 0, row r  =  {01 01 03 02}[r] · v   ⊕  r-th byte of ROUND_1      v: byte 15, substituted
 *     round 2   row r, column c  =  m[r][c] · u(-c)        ⊕  byte 4c + r of ROUND_2    u(i): row i of column 0, substituted
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

/** 02 · x and 03 · x for eight planes x at `planes`, to the next sixteen vectors: x^8 = x^4 + x^3 + x + 1. */
export function multiples(planes: usize): void {
  const top = v128.load(planes, 112)
  v128.store(planes, top, 128)
  v128.store(planes, v128.xor(v128.load(planes), top), 144)
  v128.store(planes, v128.load(planes, 16), 160)
  v128.store(planes, v128.xor(v128.load(planes, 32), top), 176)
  v128.store(planes, v128.xor(v128.load(planes, 48), top), 192)
  v128.store(planes, v128.load(planes, 64), 208)
  v128.store(planes, v128.load(planes, 80), 224)
  v128.store(planes, v128.load(planes, 96), 240)
  for (let at = planes, end = planes + 128; at < end; at += 16)
    v128.store(at, v128.xor(v128.load(at), v128.load(at, 128)), 256)
}
