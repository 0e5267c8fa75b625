/**
 * AES-CTR (FIPS 197) on batches of 32 blocks, bitsliced. Constant time: no branch, no secret address; callers wipe.
 *
 * A state is 4 × 8 vectors of four 32-bit lanes:
 *
 *     state + 128 · row + 16 · b     bit b of a row;  lane c: column c;  bit n of a lane: block 4 · (n mod 8) + n div 8
 *
 * so that a group of eight vectors is what SubBytes wants, ShiftRows turns the lanes of a row, and MixColumns adds rows.
 * The order of blocks is the one in which the last transposition finds them. Round keys have the same form, each lane
 * all ones or all zeros, but for the last, which is added to blocks. 0x63, the constant that SubBytes leaves out, is in
 * the round keys: ShiftRows does not move it and MixColumns maps it to itself, 02 ⊕ 03 ⊕ 01 ⊕ 01 being 01.
 */
import { addBytes, commonRounds, multiples, spreadBit } from './first-rounds'
import { mixColumns32 } from './mix-columns'
import { subBytes } from './sbox'
import { planesToBytes, rowsToBlocks } from './transpose'
import { ZEROS } from './zeros'

/** Bytes of a state, of a round key, and of a batch of key stream. */
export const STATE: usize = 512
/** Bytes of working memory: a state, the groups of the first rounds, their common bytes. */
export const WORK: usize = 1024

/** Byte 4c + row of a block, in all four bytes of lane c. */
// @ts-ignore: decorator
@inline
function spreadRow(block: v128, row: i32): v128 {
  const columns = i8x16(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12)
  return i8x16.swizzle(block, i8x16.add(columns, i8x16.splat(i8(row))))
}

/** One round key, 16 bytes, in the form of a state. */
function setRoundKey(word: v128, to: usize): void {
  addBytes(to, ZEROS, spreadRow(word, 0))
  addBytes(to + 128, ZEROS, spreadRow(word, 1))
  addBytes(to + 256, ZEROS, spreadRow(word, 2))
  addBytes(to + 384, ZEROS, spreadRow(word, 3))
}

/** The key's words to the form above: round keys 3 to Nr - 1, 512 bytes each; then the last, 16 bytes as it is. */
export function setRoundKeys(words: usize, Nr: u32, keys: usize): void {
  const c63 = i8x16.splat(0x63)
  for (let round: u32 = 3; round < Nr; round++) {
    setRoundKey(v128.xor(v128.load(words + 16 * round), c63), keys)
    keys += STATE
  }
  v128.store(keys, v128.xor(v128.load(words + 16 * Nr), c63))
}

/** Vector i: which bits of a lane belong to blocks whose number has bit i set, for i < 5; then none. */
const COUNTER_BITS: usize = memory.data<u32>([
  0xff00ff00, 0xff00ff00, 0xff00ff00, 0xff00ff00,
  0xffff0000, 0xffff0000, 0xffff0000, 0xffff0000,
  0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa,
  0xcccccccc, 0xcccccccc, 0xcccccccc, 0xcccccccc,
  0xf0f0f0f0, 0xf0f0f0f0, 0xf0f0f0f0, 0xf0f0f0f0,
  0x00000000, 0x00000000, 0x00000000, 0x00000000,
  0x00000000, 0x00000000, 0x00000000, 0x00000000,
  0x00000000, 0x00000000, 0x00000000, 0x00000000,
])

/** Rounds 1 and 2 (first-rounds.ts) for the counters from `counter` on, a multiple of 32. */
function firstRounds(state: usize, block: usize, counter: u32, words: usize): void {
  const group = state + STATE
  const common = group + 384
  commonRounds(block, counter, words, common)

  // v in every lane; then column 0 after round 1, row r in lane r: v, v, 03 · v, 02 · v.
  addBytes(group, COUNTER_BITS, v128.load8_splat(common, 47))
  subBytes(group, group + 128)
  multiples(group)
  const round1 = v128.load(common)
  const rows = v128.shuffle<u8>(round1, round1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3)
  addRow(group, group, i32x4(-1, -1, -1, 0), i32x4(0, 0, -1, -1), rows)

  // u(i) in lane i; ShiftRows takes it to column -i. Row r meets lane c with the factor m[r][c].
  subBytes(group, group + 128)
  for (let b: usize = 0; b < 128; b += 16) {
    const u = v128.load(group + b)
    v128.store(group + b, v128.shuffle<u32>(u, u, 0, 3, 2, 1))
  }
  multiples(group)
  const round2 = v128.load(common, 16)
  addRow(state, group, i32x4(0, -1, -1, -1), i32x4(-1, 0, 0, -1), spreadRow(round2, 0)) // 02 01 01 03
  addRow(state + 128, group, i32x4(-1, -1, -1, 0), i32x4(0, 0, -1, -1), spreadRow(round2, 1)) // 01 01 03 02
  addRow(state + 256, group, i32x4(-1, -1, 0, -1), i32x4(0, -1, -1, 0), spreadRow(round2, 2)) // 01 03 02 01
  addRow(state + 384, group, i32x4(-1, 0, -1, -1), i32x4(-1, -1, 0, 0), spreadRow(round2, 3)) // 03 02 01 01
}

/** One plane of `addRow`. */
// @ts-ignore: decorator
@inline
function addPlane(row: usize, group: usize, once: v128, twice: v128, bytes: v128, b: usize): void {
  const at = group + 16 * b
  const differing = v128.xor(v128.and(v128.load(at), once), v128.and(v128.load(at, 128), twice))
  v128.store(row + 16 * b, v128.xor(differing, spreadBit(bytes, b)))
}

/** A row: the group in the lanes `once`, added to 02 times it in the lanes `twice`, and to bytes common to all blocks. */
function addRow(row: usize, group: usize, once: v128, twice: v128, bytes: v128): void {
  addPlane(row, group, once, twice, bytes, 0)
  addPlane(row, group, once, twice, bytes, 1)
  addPlane(row, group, once, twice, bytes, 2)
  addPlane(row, group, once, twice, bytes, 3)
  addPlane(row, group, once, twice, bytes, 4)
  addPlane(row, group, once, twice, bytes, 5)
  addPlane(row, group, once, twice, bytes, 6)
  addPlane(row, group, once, twice, bytes, 7)
}

/**
 * Adds the key stream of 32 blocks, counters from `counter` on (a multiple of 32), to 512 bytes at `src`, into `dst`;
 * 64 bytes each are `step` bytes apart at `src`.
 * `block`: the counter block; `words`, `keys`: the key as words and in the form above; `work`: WORK bytes.
 */
export function addKeyStream32(
  block: usize, counter: u32, src: usize, step: usize, dst: usize, words: usize, keys: usize, Nr: u32, work: usize,
): void {
  firstRounds(work, block, counter, words)
  for (let round: u32 = 3; round < Nr; round++) {
    subBytes(work, work + STATE)
    mixColumns32(work, keys)
    keys += STATE
  }
  subBytes(work, work + STATE)
  for (let row: usize = 0; row < STATE; row += 128) planesToBytes(work + row, work + row, 16)
  for (let z: usize = 0; z < 8; z++) rowsToBlocks(work + 16 * z, 128, src + step * z, keys, dst + 64 * z)
}
