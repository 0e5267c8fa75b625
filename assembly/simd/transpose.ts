/**
 * Transpositions between bitsliced states and blocks as they travel. Constant time: no branch, no secret address.
 * Interleavings, and shifts of whole 64-bit lanes, are what x64 does in one instruction each.
 * Written by scripts/kernels/transpose.mjs: edit that, then run scripts/generate-kernels.mjs.
 */

// @ts-ignore: decorator
@inline
function interleaveLow8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

// @ts-ignore: decorator
@inline
function interleaveHigh8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

// @ts-ignore: decorator
@inline
function interleaveLow16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

// @ts-ignore: decorator
@inline
function interleaveHigh16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}

// @ts-ignore: decorator
@inline
function interleaveLow32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5)
}

// @ts-ignore: decorator
@inline
function interleaveHigh32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7)
}

// @ts-ignore: decorator
@inline
function interleaveLow64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 0, 2)
}

// @ts-ignore: decorator
@inline
function interleaveHigh64(a: v128, b: v128): v128 {
  return v128.shuffle<u64>(a, b, 1, 3)
}

/** Planes to bytes: bit z of byte y of plane b becomes bit b of byte y of vector z, which goes to `to` + z · `step`. */
export function planesToBytes(planes: usize, to: usize, step: usize): void {
  const ODD = i8x16.splat(0x55)
  const PAIRS = i8x16.splat(0x33)
  const NIBBLES = i8x16.splat(0x0f)
  const plane0 = v128.load(planes, 0)
  const plane1 = v128.load(planes, 16)
  const plane2 = v128.load(planes, 32)
  const plane3 = v128.load(planes, 48)
  const plane4 = v128.load(planes, 64)
  const plane5 = v128.load(planes, 80)
  const plane6 = v128.load(planes, 96)
  const plane7 = v128.load(planes, 112)
  const x1_0 = v128.and(v128.xor(i64x2.shr_u(plane0, 1), plane1), ODD)
  const a1_0 = v128.xor(plane0, i64x2.shl(x1_0, 1))
  const b1_0 = v128.xor(plane1, x1_0)
  const x1_2 = v128.and(v128.xor(i64x2.shr_u(plane2, 1), plane3), ODD)
  const a1_2 = v128.xor(plane2, i64x2.shl(x1_2, 1))
  const b1_2 = v128.xor(plane3, x1_2)
  const x1_4 = v128.and(v128.xor(i64x2.shr_u(plane4, 1), plane5), ODD)
  const a1_4 = v128.xor(plane4, i64x2.shl(x1_4, 1))
  const b1_4 = v128.xor(plane5, x1_4)
  const x1_6 = v128.and(v128.xor(i64x2.shr_u(plane6, 1), plane7), ODD)
  const a1_6 = v128.xor(plane6, i64x2.shl(x1_6, 1))
  const b1_6 = v128.xor(plane7, x1_6)
  const x2_0 = v128.and(v128.xor(i64x2.shr_u(a1_0, 2), a1_2), PAIRS)
  const a2_0 = v128.xor(a1_0, i64x2.shl(x2_0, 2))
  const b2_0 = v128.xor(a1_2, x2_0)
  const x2_1 = v128.and(v128.xor(i64x2.shr_u(b1_0, 2), b1_2), PAIRS)
  const a2_1 = v128.xor(b1_0, i64x2.shl(x2_1, 2))
  const b2_1 = v128.xor(b1_2, x2_1)
  const x2_4 = v128.and(v128.xor(i64x2.shr_u(a1_4, 2), a1_6), PAIRS)
  const a2_4 = v128.xor(a1_4, i64x2.shl(x2_4, 2))
  const b2_4 = v128.xor(a1_6, x2_4)
  const x2_5 = v128.and(v128.xor(i64x2.shr_u(b1_4, 2), b1_6), PAIRS)
  const a2_5 = v128.xor(b1_4, i64x2.shl(x2_5, 2))
  const b2_5 = v128.xor(b1_6, x2_5)
  const x4_0 = v128.and(v128.xor(i64x2.shr_u(a2_0, 4), a2_4), NIBBLES)
  const a4_0 = v128.xor(a2_0, i64x2.shl(x4_0, 4))
  const b4_0 = v128.xor(a2_4, x4_0)
  const x4_1 = v128.and(v128.xor(i64x2.shr_u(a2_1, 4), a2_5), NIBBLES)
  const a4_1 = v128.xor(a2_1, i64x2.shl(x4_1, 4))
  const b4_1 = v128.xor(a2_5, x4_1)
  const x4_2 = v128.and(v128.xor(i64x2.shr_u(b2_0, 4), b2_4), NIBBLES)
  const a4_2 = v128.xor(b2_0, i64x2.shl(x4_2, 4))
  const b4_2 = v128.xor(b2_4, x4_2)
  const x4_3 = v128.and(v128.xor(i64x2.shr_u(b2_1, 4), b2_5), NIBBLES)
  const a4_3 = v128.xor(b2_1, i64x2.shl(x4_3, 4))
  const b4_3 = v128.xor(b2_5, x4_3)
  v128.store(to, a4_0)
  v128.store(to + step, a4_1)
  v128.store(to + 2 * step, a4_2)
  v128.store(to + 3 * step, a4_3)
  v128.store(to + 4 * step, b4_0)
  v128.store(to + 5 * step, b4_1)
  v128.store(to + 6 * step, b4_2)
  v128.store(to + 7 * step, b4_3)
}

/**
 * Byte y of vector x becomes byte x of vector y, for 16 vectors at `from`; those at `text`, and to each the vector at
 * `constant`, are added on the way to `dst`. `dst` may be `text`.
 */
export function transposeBytes(from: usize, text: usize, constant: usize, dst: usize): void {
  const added = v128.load(constant)
  const row0 = v128.load(from, 0)
  const row1 = v128.load(from, 16)
  const row2 = v128.load(from, 32)
  const row3 = v128.load(from, 48)
  const row4 = v128.load(from, 64)
  const row5 = v128.load(from, 80)
  const row6 = v128.load(from, 96)
  const row7 = v128.load(from, 112)
  const row8 = v128.load(from, 128)
  const row9 = v128.load(from, 144)
  const row10 = v128.load(from, 160)
  const row11 = v128.load(from, 176)
  const row12 = v128.load(from, 192)
  const row13 = v128.load(from, 208)
  const row14 = v128.load(from, 224)
  const row15 = v128.load(from, 240)
  const t0_0 = interleaveLow8(row0, row8)
  const t0_1 = interleaveHigh8(row0, row8)
  const t0_2 = interleaveLow8(row1, row9)
  const t0_3 = interleaveHigh8(row1, row9)
  const t0_4 = interleaveLow8(row2, row10)
  const t0_5 = interleaveHigh8(row2, row10)
  const t0_6 = interleaveLow8(row3, row11)
  const t0_7 = interleaveHigh8(row3, row11)
  const t0_8 = interleaveLow8(row4, row12)
  const t0_9 = interleaveHigh8(row4, row12)
  const t0_10 = interleaveLow8(row5, row13)
  const t0_11 = interleaveHigh8(row5, row13)
  const t0_12 = interleaveLow8(row6, row14)
  const t0_13 = interleaveHigh8(row6, row14)
  const t0_14 = interleaveLow8(row7, row15)
  const t0_15 = interleaveHigh8(row7, row15)
  const t1_0 = interleaveLow8(t0_0, t0_8)
  const t1_1 = interleaveHigh8(t0_0, t0_8)
  const t1_2 = interleaveLow8(t0_1, t0_9)
  const t1_3 = interleaveHigh8(t0_1, t0_9)
  const t1_4 = interleaveLow8(t0_2, t0_10)
  const t1_5 = interleaveHigh8(t0_2, t0_10)
  const t1_6 = interleaveLow8(t0_3, t0_11)
  const t1_7 = interleaveHigh8(t0_3, t0_11)
  const t1_8 = interleaveLow8(t0_4, t0_12)
  const t1_9 = interleaveHigh8(t0_4, t0_12)
  const t1_10 = interleaveLow8(t0_5, t0_13)
  const t1_11 = interleaveHigh8(t0_5, t0_13)
  const t1_12 = interleaveLow8(t0_6, t0_14)
  const t1_13 = interleaveHigh8(t0_6, t0_14)
  const t1_14 = interleaveLow8(t0_7, t0_15)
  const t1_15 = interleaveHigh8(t0_7, t0_15)
  const t2_0 = interleaveLow8(t1_0, t1_8)
  const t2_1 = interleaveHigh8(t1_0, t1_8)
  const t2_2 = interleaveLow8(t1_1, t1_9)
  const t2_3 = interleaveHigh8(t1_1, t1_9)
  const t2_4 = interleaveLow8(t1_2, t1_10)
  const t2_5 = interleaveHigh8(t1_2, t1_10)
  const t2_6 = interleaveLow8(t1_3, t1_11)
  const t2_7 = interleaveHigh8(t1_3, t1_11)
  const t2_8 = interleaveLow8(t1_4, t1_12)
  const t2_9 = interleaveHigh8(t1_4, t1_12)
  const t2_10 = interleaveLow8(t1_5, t1_13)
  const t2_11 = interleaveHigh8(t1_5, t1_13)
  const t2_12 = interleaveLow8(t1_6, t1_14)
  const t2_13 = interleaveHigh8(t1_6, t1_14)
  const t2_14 = interleaveLow8(t1_7, t1_15)
  const t2_15 = interleaveHigh8(t1_7, t1_15)
  const t3_0 = interleaveLow8(t2_0, t2_8)
  const t3_1 = interleaveHigh8(t2_0, t2_8)
  const t3_2 = interleaveLow8(t2_1, t2_9)
  const t3_3 = interleaveHigh8(t2_1, t2_9)
  const t3_4 = interleaveLow8(t2_2, t2_10)
  const t3_5 = interleaveHigh8(t2_2, t2_10)
  const t3_6 = interleaveLow8(t2_3, t2_11)
  const t3_7 = interleaveHigh8(t2_3, t2_11)
  const t3_8 = interleaveLow8(t2_4, t2_12)
  const t3_9 = interleaveHigh8(t2_4, t2_12)
  const t3_10 = interleaveLow8(t2_5, t2_13)
  const t3_11 = interleaveHigh8(t2_5, t2_13)
  const t3_12 = interleaveLow8(t2_6, t2_14)
  const t3_13 = interleaveHigh8(t2_6, t2_14)
  const t3_14 = interleaveLow8(t2_7, t2_15)
  const t3_15 = interleaveHigh8(t2_7, t2_15)
  v128.store(dst, v128.xor(v128.xor(v128.load(text), added), t3_0), 0)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 16), added), t3_1), 16)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 32), added), t3_2), 32)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 48), added), t3_3), 48)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 64), added), t3_4), 64)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 80), added), t3_5), 80)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 96), added), t3_6), 96)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 112), added), t3_7), 112)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 128), added), t3_8), 128)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 144), added), t3_9), 144)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 160), added), t3_10), 160)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 176), added), t3_11), 176)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 192), added), t3_12), 192)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 208), added), t3_13), 208)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 224), added), t3_14), 224)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 240), added), t3_15), 240)
}

/**
 * Four blocks from four rows `step` bytes apart, after ShiftRows, which takes column c of row r from column c + r: byte
 * 4 · (c + r) + y of row r becomes byte 4c + r of block y. `text` and `constant` are added on the way to `dst`.
 */
export function rowsToBlocks(rows: usize, step: usize, text: usize, constant: usize, dst: usize): void {
  const added = v128.load(constant)
  const row0 = v128.load(rows)
  let row1 = v128.load(rows + step)
  row1 = v128.shuffle<u32>(row1, row1, 1, 2, 3, 0)
  let row2 = v128.load(rows + 2 * step)
  row2 = v128.shuffle<u32>(row2, row2, 2, 3, 0, 1)
  let row3 = v128.load(rows + 3 * step)
  row3 = v128.shuffle<u32>(row3, row3, 3, 0, 1, 2)
  // Columns: word y of column c is column c of block y.
  const low01 = interleaveLow8(row0, row1)
  const low23 = interleaveLow8(row2, row3)
  const high01 = interleaveHigh8(row0, row1)
  const high23 = interleaveHigh8(row2, row3)
  const column0 = interleaveLow16(low01, low23)
  const column1 = interleaveHigh16(low01, low23)
  const column2 = interleaveLow16(high01, high23)
  const column3 = interleaveHigh16(high01, high23)
  // Blocks: a 4 × 4 transposition of words.
  const a = interleaveLow32(column0, column1)
  const b = interleaveLow32(column2, column3)
  const c = interleaveHigh32(column0, column1)
  const d = interleaveHigh32(column2, column3)
  v128.store(dst, v128.xor(v128.xor(v128.load(text), added), interleaveLow64(a, b)), 0)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 16), added), interleaveHigh64(a, b)), 16)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 32), added), interleaveLow64(c, d)), 32)
  v128.store(dst, v128.xor(v128.xor(v128.load(text, 48), added), interleaveHigh64(c, d)), 48)
}
