/**
 * AES-CTR (FIPS 197) on batches of 128 blocks, bitsliced. Constant time: no branch, no secret address; callers wipe.
 *
 * A state is 16 × 8 vectors of 128 bits:
 *
 *     state + 128 · (4 · column + row) + 16 · b     bit b of a byte;  bit z of byte y of the vector: block 16 · z + y
 *
 * ShiftRows is then a matter of addresses. Round keys are those of bitslice32.ts, each word spread over a vector.
 */
import { addBytes, commonRounds, multiples } from './first-rounds'
import { mixColumns128 } from './mix-columns'
import { subBytes } from './sbox'
import { planesToBytes, transposeBytes } from './transpose'

/** Bytes of a state, and of a batch of key stream. */
export const STATE: usize = 2048
/** Bytes of a group and its multiples by 02 and 03. */
const MULTIPLES: usize = 384
/** Bytes of working memory: two states, two columns of four groups (below), 48 common bytes. */
export const WORK: usize = 2 * STATE + 8 * MULTIPLES + 48

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

/** Where the multiple is that MixColumns (FIPS 197, 5.1.3) sends from one row to another: of 01, 02, 03. */
// @ts-ignore: decorator
@inline
function multiple(from: u32, to: u32): usize {
  const distance = (from - to) & 3
  return distance == 0 ? 128 : distance == 1 ? 256 : 0
}

/** Which of the two columns are made: bit i for those with bit 7 of the counter equal to i. */
let made: u32 = 0

/** To be called when the key or the first 12 bytes of the counter block change. */
export function startMessage(): void {
  made = 0
}

/** Column 0 after round 1 as it enters round 2: four groups, substituted, each with its multiples. */
function makeColumn(column: usize, group: usize, common: usize): void {
  addBytes(group, COUNTER_BITS, v128.load8_splat(common, 47))
  subBytes(group, group + 128)
  multiples(group)
  for (let row: u32 = 0; row < 4; row++) {
    const at = column + MULTIPLES * row
    addBytes(at, group + multiple(3, row), v128.load8_splat(common + row))
    subBytes(at, at + 128)
    multiples(at)
  }
}

/**
 * Rounds 1 and 2 (first-rounds.ts) for the counters from `counter` on, a multiple of 128. The column that differs
 * depends on byte 15 of the block only; no other part of the counter meets it before round 2. So there are two of them
 * within a message, which take turns.
 */
function firstRounds(state: usize, block: usize, counter: u32, words: usize): void {
  const which = (counter >> 7) & 1
  const column = state + 2 * STATE + 4 * MULTIPLES * which
  const common = state + 2 * STATE + 8 * MULTIPLES
  commonRounds(block, counter, words, common)
  if (((made >> which) & 1) == 0) {
    made |= 1 << which
    makeColumn(column, state, common)
  }
  for (let from: u32 = 0; from < 4; from++) {
    const to = (0 - from) & 3
    for (let row: u32 = 0; row < 4; row++) {
      const byte = v128.load8_splat(common + 16 + 4 * to + row)
      addBytes(state + 512 * to + 128 * row, column + MULTIPLES * from + multiple(from, row), byte)
    }
  }
}

/**
 * Adds the key stream of 128 blocks, counters from `counter` on (a multiple of 128), to 2,048 bytes at `src`, into
 * `dst`; at `src`, 256 bytes each are `step` bytes apart. Other arguments as in bitslice32.ts.
 */
export function addKeyStream128(
  block: usize, counter: u32, src: usize, step: usize, dst: usize, words: usize, keys: usize, Nr: u32, work: usize,
): void {
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
      planesToBytes(from, other + 16 * (4 * shifted + row), 256)
    }
  }
  for (let z: usize = 0; z < 8; z++) transposeBytes(other + 256 * z, src + step * z, keys, dst + 256 * z)
}
