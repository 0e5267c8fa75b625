/**
 * AES-CTR (FIPS 197) on batches of 128 blocks, bitsliced. Constant time: no branch, no secret address; callers wipe.
 *
 * A state is 16 × 8 vectors of 128 bits:
 *
 *     state + 128 · (4 · column + row) + 16 · b     bit b of one byte;     bit z of byte y of a vector: block 16 · z + y
 *
 * ShiftRows is then a matter of addresses. Round keys are those of bitslice32.ts, spread word by word.
 */
import { commonRounds, multiples } from './first-rounds'
import { mixColumns128 } from './mix-columns'
import { subBytes } from './sbox'
import { planesToBytesSpread, transposeBytesXor } from './transpose'

/** Bytes of a state, and of a batch of key stream. */
export const STATE: usize = 2048
/** Bytes of working memory: two states, the groups of the first rounds, their common bytes. */
export const WORK: usize = 2 * STATE + 960

/** Vector b: bit b of every byte. */
const BITS: usize = memory.data<u64>([
  0x0101010101010101, 0x0101010101010101, 0x0202020202020202, 0x0202020202020202,
  0x0404040404040404, 0x0404040404040404, 0x0808080808080808, 0x0808080808080808,
  0x1010101010101010, 0x1010101010101010, 0x2020202020202020, 0x2020202020202020,
  0x4040404040404040, 0x4040404040404040, 0x8080808080808080, 0x8080808080808080,
])

/** Vector i: which bits of a vector belong to blocks whose number has bit i set, for i < 7; then none. */
const COUNTER_BITS: usize = memory.data<u32>([
  0xff00ff00, 0xff00ff00, 0xff00ff00, 0xff00ff00,
  0xffff0000, 0xffff0000, 0xffff0000, 0xffff0000,
  0x00000000, 0xffffffff, 0x00000000, 0xffffffff,
  0x00000000, 0x00000000, 0xffffffff, 0xffffffff,
  0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa,
  0xcccccccc, 0xcccccccc, 0xcccccccc, 0xcccccccc,
  0xf0f0f0f0, 0xf0f0f0f0, 0xf0f0f0f0, 0xf0f0f0f0,
  0x00000000, 0x00000000, 0x00000000, 0x00000000,
])

/** to ← from ⊕ one byte, for eight planes: bit b of the byte is spread over plane b. */
function addByte(to: usize, from: usize, byte: usize): void {
  const bytes = v128.load8_splat(byte)
  for (let b: usize = 0; b < 128; b += 16) {
    const bit = v128.load(BITS + b)
    v128.store(to + b, v128.xor(v128.load(from + b), i8x16.eq(v128.and(bytes, bit), bit)))
  }
}

/** Where the multiple is that MixColumns (FIPS 197, 5.1.3) sends from one row to another: of 01, 02, 03, 128 bytes each. */
// @ts-ignore: decorator
@inline
function multiple(from: u32, to: u32): usize {
  const distance = (from - to) & 3
  return distance == 0 ? 128 : distance == 1 ? 256 : 0
}

/** Rounds 1 and 2 (first-rounds.ts) for the counters from `counter` on, a multiple of 128. */
function firstRounds(state: usize, block: usize, counter: u32, words: usize): void {
  const column = state + 2 * STATE // four groups, and room for the multiples of the last
  const group = state + STATE
  const common = column + 512
  commonRounds(block, counter, words, common)
  addByte(group, COUNTER_BITS, common + 47)
  subBytes(group, group + 128)
  multiples(group)
  for (let row: u32 = 0; row < 4; row++) addByte(column + 128 * row, group + multiple(3, row), common + row)

  subBytes(column, column + 512)
  for (let from: u32 = 0; from < 4; from++) {
    memory.copy(group, column + 128 * from, 128)
    multiples(group)
    const to = (0 - from) & 3
    for (let row: u32 = 0; row < 4; row++)
      addByte(state + 512 * to + 128 * row, group + multiple(from, row), common + 16 + 4 * to + row)
  }
}

/**
 * Adds the key stream of 128 blocks, counters from `counter` on (a multiple of 128), to 2,048 bytes at `src`, into `dst`;
 * 256 bytes each are `step` bytes apart at `src`. Other arguments as in bitslice32.ts.
 */
export function addKeyStream128(block: usize, counter: u32, src: usize, step: usize, dst: usize, words: usize, keys: usize, Nr: u32, work: usize): void {
  firstRounds(work, block, counter, words)
  let state = work
  let other = work + STATE
  for (let round: u32 = 3; round < Nr; round++) {
    subBytes(state, state + STATE)
    mixColumns128(state, other, keys)
    const swapped = state
    state = other
    other = swapped
    keys += 512
  }
  subBytes(state, state + STATE)
  for (let column: u32 = 0; column < 4; column++) {
    for (let row: u32 = 0; row < 4; row++) {
      const shifted = (column - row) & 3 // ShiftRows takes row r of column c to column c - r
      const from = state + 512 * column + 128 * row
      planesToBytesSpread(from, keys + 128 * row + 4 * column, other + 16 * (4 * shifted + row), 256)
    }
  }
  for (let z: usize = 0; z < 8; z++) transposeBytesXor(other + 256 * z, src + step * z, dst + 256 * z)
}
