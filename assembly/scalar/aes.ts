/**
 * AES (FIPS 197) without SIMD: four blocks at once, bitsliced over 64-bit integers.
 * Constant time: only and, xor, shifts by constants. Callers wipe the state they pass.
 *
 * A state is eight planes of 64 bits; plane b holds bit b of all 64 bytes. Within a plane
 *
 *     bit 16·row + 4·column + block          row, column of FIPS 197, 3.4; block 0..3
 *
 * so that MixColumns' next row is a rotation of the whole plane by 16 bits, and ShiftRows a rotation of row r by r
 * nibbles within its own 16 bits.
 *
 * subBytes leaves out its constant 0x63. ShiftRows does not move a constant, and MixColumns maps the column
 * (63 63 63 63) to itself, 02 ⊕ 03 ⊕ 01 ⊕ 01 being 01: so the planes of round keys 1..Nr carry it.
 */
import { subBytes } from './sbox'

/** Bytes of a state, and of one round key as planes. */
export const STATE: usize = 64

/** Blocks in a state. */
export const BLOCKS: u32 = 4

/** Bytes abcd of a word to 0a0b0c0d. */
function spread(word: u32): u64 {
  let x = u64(word)
  x = (x | (x << 16)) & 0x0000ffff0000ffff
  return (x | (x << 8)) & 0x00ff00ff00ff00ff
}

function gather(spaced: u64): u32 {
  let x = spaced & 0x00ff00ff00ff00ff
  x = (x | (x >> 8)) & 0x0000ffff0000ffff
  return u32(x | (x >> 16))
}

/** Swaps the bits of `plane i` under `mask << shift` with the bits of `plane i + distance` under `mask`. */
function swapBits(state: usize, distance: usize, shift: u64, mask: u64): void {
  for (let i: usize = 0; i < 8; i++) {
    if (i & distance) continue
    const low = state + 8 * i
    const high = low + 8 * distance
    const a = load<u64>(low)
    const b = load<u64>(high)
    const difference = ((a >> shift) ^ b) & mask
    store<u64>(low, a ^ (difference << shift))
    store<u64>(high, b ^ difference)
  }
}

/** Transposes the 8 × 8 bit matrices made of the same byte of eight words. Its own inverse. */
function transposeBits(state: usize): void {
  swapBits(state, 1, 1, 0x5555555555555555)
  swapBits(state, 2, 2, 0x3333333333333333)
  swapBits(state, 4, 4, 0x0f0f0f0f0f0f0f0f)
}

/** Four blocks of 16 bytes to planes. Word b + 4e holds columns e and 2 + e of block b, their bytes interleaved. */
export function toPlanes(blocks: usize, state: usize): void {
  for (let b: usize = 0; b < 4; b++) {
    for (let e: usize = 0; e < 2; e++) {
      const column = blocks + 16 * b + 4 * e
      store<u64>(state + 8 * (b + 4 * e), spread(load<u32>(column)) | (spread(load<u32>(column, 8)) << 8))
    }
  }
  transposeBits(state)
}

/** Planes to four blocks of 16 bytes. Destroys the planes. */
export function fromPlanes(state: usize, blocks: usize): void {
  transposeBits(state)
  for (let b: usize = 0; b < 4; b++) {
    for (let e: usize = 0; e < 2; e++) {
      const column = blocks + 16 * b + 4 * e
      const word = load<u64>(state + 8 * (b + 4 * e))
      store<u32>(column, gather(word))
      store<u32>(column, gather(word >> 8), 8)
    }
  }
}

function addRoundKey(state: usize, key: usize): void {
  for (let b: usize = 0; b < 64; b += 8) store<u64>(state + b, load<u64>(state + b) ^ load<u64>(key + b))
}

/** Row r of a plane; ShiftRows takes column c from column c + r, InvShiftRows gives it back. */
const ROW_0: u64 = 0x000000000000ffff

function shiftRows(state: usize): void {
  for (let b: usize = 0; b < 64; b += 8) {
    const x = load<u64>(state + b)
    const row1 = ((x >> 4) & 0x000000000fff0000) | ((x << 12) & 0x00000000f0000000)
    const row2 = ((x >> 8) & 0x000000ff00000000) | ((x << 8) & 0x0000ff0000000000)
    const row3 = ((x >> 12) & 0x000f000000000000) | ((x << 4) & 0xfff0000000000000)
    store<u64>(state + b, (x & ROW_0) | row1 | row2 | row3)
  }
}

function invShiftRows(state: usize): void {
  for (let b: usize = 0; b < 64; b += 8) {
    const x = load<u64>(state + b)
    const row1 = ((x << 4) & 0x00000000fff00000) | ((x >> 12) & 0x00000000000f0000)
    const row2 = ((x << 8) & 0x0000ff0000000000) | ((x >> 8) & 0x000000ff00000000)
    const row3 = ((x << 12) & 0xf000000000000000) | ((x >> 4) & 0x0fff000000000000)
    store<u64>(state + b, (x & ROW_0) | row1 | row2 | row3)
  }
}

/**
 * FIPS 197, 5.1.3, for all rows at once: s' = 02·(s ⊕ next) ⊕ next ⊕ (s ⊕ next) two rows on.
 * Multiplying by 02 moves plane b to plane b + 1 and adds plane 7 to planes 0, 1, 3 and 4 (x^8 = x^4 + x^3 + x + 1).
 */
function mixColumns(state: usize): void {
  const top = load<u64>(state, 56)
  const top2 = top ^ rotr<u64>(top, 16)
  let carried = top2
  for (let b: usize = 0; b < 8; b++) {
    const x = load<u64>(state + 8 * b)
    const next = rotr<u64>(x, 16)
    const pair = x ^ next
    let doubled = carried
    if (b == 1 || b == 3 || b == 4) doubled ^= top2
    store<u64>(state + 8 * b, doubled ^ next ^ rotr<u64>(pair, 32))
    carried = pair
  }
}


/** The matrix of MixColumns has order 4 ((02 + 03 + 01 + 01)^4 = 01), so its inverse is its cube. */
function invMixColumns(state: usize): void {
  mixColumns(state)
  mixColumns(state)
  mixColumns(state)
}

/** The linear part of the S-box's affine map, inverted: bit i is the sum of bits i + 2, i + 5 and i + 7 (mod 8). */
function invAffine(state: usize): void {
  const s0 = load<u64>(state)
  const s1 = load<u64>(state, 8)
  const s2 = load<u64>(state, 16)
  const s3 = load<u64>(state, 24)
  const s4 = load<u64>(state, 32)
  const s5 = load<u64>(state, 40)
  const s6 = load<u64>(state, 48)
  const s7 = load<u64>(state, 56)
  store<u64>(state, s2 ^ s5 ^ s7)
  store<u64>(state, s3 ^ s6 ^ s0, 8)
  store<u64>(state, s4 ^ s7 ^ s1, 16)
  store<u64>(state, s5 ^ s0 ^ s2, 24)
  store<u64>(state, s6 ^ s1 ^ s3, 32)
  store<u64>(state, s7 ^ s2 ^ s4, 40)
  store<u64>(state, s0 ^ s3 ^ s5, 48)
  store<u64>(state, s1 ^ s4 ^ s6, 56)
}

/** subBytes is A · inverse, A the affine map's linear part; its inverse is inverse · A⁻¹ = A⁻¹ · subBytes · A⁻¹. */
function invSubBytes(state: usize): void {
  invAffine(state)
  subBytes(state)
  invAffine(state)
}

/** FIPS 197, algorithm 1, on planes. `keys`: Nr + 1 round keys as planes, all but the first with 0x63 added. */
export function cipher(state: usize, keys: usize, Nr: u32): void {
  addRoundKey(state, keys)
  for (let round: u32 = 1; round < Nr; round++) {
    subBytes(state)
    shiftRows(state)
    mixColumns(state)
    addRoundKey(state, keys + STATE * round)
  }
  subBytes(state)
  shiftRows(state)
  addRoundKey(state, keys + STATE * Nr)
}

/** FIPS 197, algorithm 3. The 0x63 in the round keys is just what has to be removed before each inverse. */
export function invCipher(state: usize, keys: usize, Nr: u32): void {
  addRoundKey(state, keys + STATE * Nr)
  for (let round = Nr - 1; round > 0; round--) {
    invShiftRows(state)
    invSubBytes(state)
    addRoundKey(state, keys + STATE * round)
    invMixColumns(state)
  }
  invShiftRows(state)
  invSubBytes(state)
  addRoundKey(state, keys)
}

/** One round key, 16 bytes, to planes: the same for each block of the state. `constant` is added to every byte. */
export function roundKeyPlanes(key: usize, constant: u64, planes: usize, scratch: usize): void {
  for (let block: usize = 0; block < 64; block += 16) {
    store<u64>(scratch + block, load<u64>(key) ^ constant)
    store<u64>(scratch + block, load<u64>(key, 8) ^ constant, 8)
  }
  toPlanes(scratch, planes)
}

/** FIPS 197, 5.2: the S-box on each byte of a word. `scratch`: 128 bytes. */
export function subWord(word: u32, scratch: usize): u32 {
  store<u32>(scratch, word)
  const state = scratch + STATE
  toPlanes(scratch, state)
  subBytes(state)
  fromPlanes(state, scratch)
  return load<u32>(scratch) ^ 0x63636363
}
