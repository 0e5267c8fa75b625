/**
 * GHASH (SP 800-38D, 6.4) by nibble tables in registers: products of a few blocks with powers of H.
 * Constant time: a secret is only ever the index of a swizzle, never an address.
 *
 * A power P of H has 34 tables. Table m of the low nibbles holds byte m of n·P for each nibble n, table m of the high
 * nibbles likewise, n·P being a polynomial of 17 bytes that is not reduced yet. A block is split in its nibbles, and
 *
 *     column m = low table m [low nibbles]  ⊕  high table m [high nibbles]
 *
 * has in lane j what byte j of the block adds to byte j + m of the product. The columns of several blocks, each with
 * its own power, are summed before they are added up along the diagonals and reduced once.
 * Written by scripts/kernels/ghash.mjs: edit that, then run scripts/generate-kernels.mjs.
 */
import { highNibbles, NIBBLE, swizzle } from './swizzle'

/** Reduction: what a low or high nibble of byte 16 + m adds to byte m, and to byte m + 1. */
const REDUCTION: usize = memory.data<u8>([
  0x00, 0x01, 0x03, 0x02, 0x07, 0x06, 0x04, 0x05, 0x0e, 0x0f, 0x0d, 0x0c, 0x09, 0x08, 0x0a, 0x0b,
  0x00, 0x1c, 0x38, 0x24, 0x70, 0x6c, 0x48, 0x54, 0xe1, 0xfd, 0xd9, 0xc5, 0x91, 0x8d, 0xa9, 0xb5,
  0x00, 0xc2, 0x84, 0x46, 0x08, 0xca, 0x8c, 0x4e, 0x10, 0xd2, 0x94, 0x56, 0x18, 0xda, 0x9c, 0x5e,
  0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0, 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0, 0xe0,
])

/** `high` moved up by a byte, its first byte the last one of `low`. */
// @ts-ignore: decorator
@inline
function carryByte(low: v128, high: v128): v128 {
  return v128.shuffle<u8>(low, high, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
}

/** The same by eight bytes. */
// @ts-ignore: decorator
@inline
function carryHalf(low: v128, high: v128): v128 {
  return v128.shuffle<u64>(low, high, 1, 2)
}

/** Y ← the polynomial whose columns these are, reduced. */
export function reduceColumns(columns: usize, Y: usize): void {
  const zero = i64x2.splat(0)
  let bLow = v128.load(columns, 256)
  let bHigh = zero
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 240))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 224))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 208))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 192))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 176))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 160))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 144))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), v128.load(columns, 128))
  let aLow = v128.load(columns, 112)
  let aHigh = zero
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 96))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 80))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 64))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 48))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 32))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 16))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), v128.load(columns, 0))
  // The upper nine columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))

  // Bytes 16 to 31 folded into bytes 0 to 15; then the byte that this pushes out again.
  const nibble = v128.load(NIBBLE)
  const thisLow = v128.load(REDUCTION, 0)
  const thisHigh = v128.load(REDUCTION, 16)
  const nextLow = v128.load(REDUCTION, 32)
  const nextHigh = v128.load(REDUCTION, 48)
  let l = v128.and(high, nibble)
  let h = highNibbles(high, nibble)
  let sum = v128.xor(low, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))
  let next = v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h))
  const pushedOut = carryByte(next, zero)
  l = v128.and(pushedOut, nibble)
  h = highNibbles(pushedOut, nibble)
  sum = v128.xor(sum, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))
  next = v128.xor(next, v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h)))
  v128.store(Y, v128.xor(sum, carryByte(zero, next)))
}

/** columns ← (Y ⊕ X1) · H^1. */
export function sumColumns1(Y: usize, src: usize, tables: usize, columns: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const low0 = v128.and(x0, nibble)
  const high0 = highNibbles(x0, nibble)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 0), low0), swizzle(v128.load(tables, 272), high0)), 0)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 16), low0), swizzle(v128.load(tables, 288), high0)), 16)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 32), low0), swizzle(v128.load(tables, 304), high0)), 32)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 48), low0), swizzle(v128.load(tables, 320), high0)), 48)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 64), low0), swizzle(v128.load(tables, 336), high0)), 64)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 80), low0), swizzle(v128.load(tables, 352), high0)), 80)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 96), low0), swizzle(v128.load(tables, 368), high0)), 96)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 112), low0), swizzle(v128.load(tables, 384), high0)), 112)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 128), low0), swizzle(v128.load(tables, 400), high0)), 128)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 144), low0), swizzle(v128.load(tables, 416), high0)), 144)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 160), low0), swizzle(v128.load(tables, 432), high0)), 160)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 176), low0), swizzle(v128.load(tables, 448), high0)), 176)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 192), low0), swizzle(v128.load(tables, 464), high0)), 192)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 208), low0), swizzle(v128.load(tables, 480), high0)), 208)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 224), low0), swizzle(v128.load(tables, 496), high0)), 224)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 240), low0), swizzle(v128.load(tables, 512), high0)), 240)
  v128.store(columns, v128.xor(swizzle(v128.load(tables, 256), low0), swizzle(v128.load(tables, 528), high0)), 256)
}

/** columns ← (Y ⊕ X1) · H^2 ⊕ … ⊕ X2 · H. */
export function sumColumns2(Y: usize, src: usize, tables: usize, columns: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const low0 = v128.and(x0, nibble)
  const high0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const low1 = v128.and(x1, nibble)
  const high1 = highNibbles(x1, nibble)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 544), low0), swizzle(v128.load(tables, 816), high0)), v128.xor(swizzle(v128.load(tables, 0), low1), swizzle(v128.load(tables, 272), high1))), 0)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 560), low0), swizzle(v128.load(tables, 832), high0)), v128.xor(swizzle(v128.load(tables, 16), low1), swizzle(v128.load(tables, 288), high1))), 16)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 576), low0), swizzle(v128.load(tables, 848), high0)), v128.xor(swizzle(v128.load(tables, 32), low1), swizzle(v128.load(tables, 304), high1))), 32)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 592), low0), swizzle(v128.load(tables, 864), high0)), v128.xor(swizzle(v128.load(tables, 48), low1), swizzle(v128.load(tables, 320), high1))), 48)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 608), low0), swizzle(v128.load(tables, 880), high0)), v128.xor(swizzle(v128.load(tables, 64), low1), swizzle(v128.load(tables, 336), high1))), 64)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 624), low0), swizzle(v128.load(tables, 896), high0)), v128.xor(swizzle(v128.load(tables, 80), low1), swizzle(v128.load(tables, 352), high1))), 80)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 640), low0), swizzle(v128.load(tables, 912), high0)), v128.xor(swizzle(v128.load(tables, 96), low1), swizzle(v128.load(tables, 368), high1))), 96)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 656), low0), swizzle(v128.load(tables, 928), high0)), v128.xor(swizzle(v128.load(tables, 112), low1), swizzle(v128.load(tables, 384), high1))), 112)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 672), low0), swizzle(v128.load(tables, 944), high0)), v128.xor(swizzle(v128.load(tables, 128), low1), swizzle(v128.load(tables, 400), high1))), 128)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 688), low0), swizzle(v128.load(tables, 960), high0)), v128.xor(swizzle(v128.load(tables, 144), low1), swizzle(v128.load(tables, 416), high1))), 144)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 704), low0), swizzle(v128.load(tables, 976), high0)), v128.xor(swizzle(v128.load(tables, 160), low1), swizzle(v128.load(tables, 432), high1))), 160)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 720), low0), swizzle(v128.load(tables, 992), high0)), v128.xor(swizzle(v128.load(tables, 176), low1), swizzle(v128.load(tables, 448), high1))), 176)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 736), low0), swizzle(v128.load(tables, 1008), high0)), v128.xor(swizzle(v128.load(tables, 192), low1), swizzle(v128.load(tables, 464), high1))), 192)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 752), low0), swizzle(v128.load(tables, 1024), high0)), v128.xor(swizzle(v128.load(tables, 208), low1), swizzle(v128.load(tables, 480), high1))), 208)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 768), low0), swizzle(v128.load(tables, 1040), high0)), v128.xor(swizzle(v128.load(tables, 224), low1), swizzle(v128.load(tables, 496), high1))), 224)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 784), low0), swizzle(v128.load(tables, 1056), high0)), v128.xor(swizzle(v128.load(tables, 240), low1), swizzle(v128.load(tables, 512), high1))), 240)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 800), low0), swizzle(v128.load(tables, 1072), high0)), v128.xor(swizzle(v128.load(tables, 256), low1), swizzle(v128.load(tables, 528), high1))), 256)
}

/** columns ← (Y ⊕ X1) · H^3 ⊕ … ⊕ X3 · H. */
export function sumColumns3(Y: usize, src: usize, tables: usize, columns: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const low0 = v128.and(x0, nibble)
  const high0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const low1 = v128.and(x1, nibble)
  const high1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const low2 = v128.and(x2, nibble)
  const high2 = highNibbles(x2, nibble)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1088), low0), v128.xor(swizzle(v128.load(tables, 1360), high0), swizzle(v128.load(tables, 544), low1))), v128.xor(swizzle(v128.load(tables, 816), high1), v128.xor(swizzle(v128.load(tables, 0), low2), swizzle(v128.load(tables, 272), high2)))), 0)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1104), low0), v128.xor(swizzle(v128.load(tables, 1376), high0), swizzle(v128.load(tables, 560), low1))), v128.xor(swizzle(v128.load(tables, 832), high1), v128.xor(swizzle(v128.load(tables, 16), low2), swizzle(v128.load(tables, 288), high2)))), 16)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1120), low0), v128.xor(swizzle(v128.load(tables, 1392), high0), swizzle(v128.load(tables, 576), low1))), v128.xor(swizzle(v128.load(tables, 848), high1), v128.xor(swizzle(v128.load(tables, 32), low2), swizzle(v128.load(tables, 304), high2)))), 32)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1136), low0), v128.xor(swizzle(v128.load(tables, 1408), high0), swizzle(v128.load(tables, 592), low1))), v128.xor(swizzle(v128.load(tables, 864), high1), v128.xor(swizzle(v128.load(tables, 48), low2), swizzle(v128.load(tables, 320), high2)))), 48)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1152), low0), v128.xor(swizzle(v128.load(tables, 1424), high0), swizzle(v128.load(tables, 608), low1))), v128.xor(swizzle(v128.load(tables, 880), high1), v128.xor(swizzle(v128.load(tables, 64), low2), swizzle(v128.load(tables, 336), high2)))), 64)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1168), low0), v128.xor(swizzle(v128.load(tables, 1440), high0), swizzle(v128.load(tables, 624), low1))), v128.xor(swizzle(v128.load(tables, 896), high1), v128.xor(swizzle(v128.load(tables, 80), low2), swizzle(v128.load(tables, 352), high2)))), 80)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1184), low0), v128.xor(swizzle(v128.load(tables, 1456), high0), swizzle(v128.load(tables, 640), low1))), v128.xor(swizzle(v128.load(tables, 912), high1), v128.xor(swizzle(v128.load(tables, 96), low2), swizzle(v128.load(tables, 368), high2)))), 96)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1200), low0), v128.xor(swizzle(v128.load(tables, 1472), high0), swizzle(v128.load(tables, 656), low1))), v128.xor(swizzle(v128.load(tables, 928), high1), v128.xor(swizzle(v128.load(tables, 112), low2), swizzle(v128.load(tables, 384), high2)))), 112)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1216), low0), v128.xor(swizzle(v128.load(tables, 1488), high0), swizzle(v128.load(tables, 672), low1))), v128.xor(swizzle(v128.load(tables, 944), high1), v128.xor(swizzle(v128.load(tables, 128), low2), swizzle(v128.load(tables, 400), high2)))), 128)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1232), low0), v128.xor(swizzle(v128.load(tables, 1504), high0), swizzle(v128.load(tables, 688), low1))), v128.xor(swizzle(v128.load(tables, 960), high1), v128.xor(swizzle(v128.load(tables, 144), low2), swizzle(v128.load(tables, 416), high2)))), 144)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1248), low0), v128.xor(swizzle(v128.load(tables, 1520), high0), swizzle(v128.load(tables, 704), low1))), v128.xor(swizzle(v128.load(tables, 976), high1), v128.xor(swizzle(v128.load(tables, 160), low2), swizzle(v128.load(tables, 432), high2)))), 160)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1264), low0), v128.xor(swizzle(v128.load(tables, 1536), high0), swizzle(v128.load(tables, 720), low1))), v128.xor(swizzle(v128.load(tables, 992), high1), v128.xor(swizzle(v128.load(tables, 176), low2), swizzle(v128.load(tables, 448), high2)))), 176)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1280), low0), v128.xor(swizzle(v128.load(tables, 1552), high0), swizzle(v128.load(tables, 736), low1))), v128.xor(swizzle(v128.load(tables, 1008), high1), v128.xor(swizzle(v128.load(tables, 192), low2), swizzle(v128.load(tables, 464), high2)))), 192)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1296), low0), v128.xor(swizzle(v128.load(tables, 1568), high0), swizzle(v128.load(tables, 752), low1))), v128.xor(swizzle(v128.load(tables, 1024), high1), v128.xor(swizzle(v128.load(tables, 208), low2), swizzle(v128.load(tables, 480), high2)))), 208)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1312), low0), v128.xor(swizzle(v128.load(tables, 1584), high0), swizzle(v128.load(tables, 768), low1))), v128.xor(swizzle(v128.load(tables, 1040), high1), v128.xor(swizzle(v128.load(tables, 224), low2), swizzle(v128.load(tables, 496), high2)))), 224)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1328), low0), v128.xor(swizzle(v128.load(tables, 1600), high0), swizzle(v128.load(tables, 784), low1))), v128.xor(swizzle(v128.load(tables, 1056), high1), v128.xor(swizzle(v128.load(tables, 240), low2), swizzle(v128.load(tables, 512), high2)))), 240)
  v128.store(columns, v128.xor(v128.xor(swizzle(v128.load(tables, 1344), low0), v128.xor(swizzle(v128.load(tables, 1616), high0), swizzle(v128.load(tables, 800), low1))), v128.xor(swizzle(v128.load(tables, 1072), high1), v128.xor(swizzle(v128.load(tables, 256), low2), swizzle(v128.load(tables, 528), high2)))), 256)
}

/** columns ← more ⊕ (Y ⊕ X1) · H^4 ⊕ … ⊕ X4 · H. */
export function sumColumns4(Y: usize, src: usize, tables: usize, more: usize, columns: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const low0 = v128.and(x0, nibble)
  const high0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const low1 = v128.and(x1, nibble)
  const high1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const low2 = v128.and(x2, nibble)
  const high2 = highNibbles(x2, nibble)
  const x3 = v128.load(src, 48)
  const low3 = v128.and(x3, nibble)
  const high3 = highNibbles(x3, nibble)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 0), swizzle(v128.load(tables, 1632), low0)), v128.xor(swizzle(v128.load(tables, 1904), high0), swizzle(v128.load(tables, 1088), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1360), high1), swizzle(v128.load(tables, 544), low2)), v128.xor(swizzle(v128.load(tables, 816), high2), v128.xor(swizzle(v128.load(tables, 0), low3), swizzle(v128.load(tables, 272), high3))))), 0)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 16), swizzle(v128.load(tables, 1648), low0)), v128.xor(swizzle(v128.load(tables, 1920), high0), swizzle(v128.load(tables, 1104), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1376), high1), swizzle(v128.load(tables, 560), low2)), v128.xor(swizzle(v128.load(tables, 832), high2), v128.xor(swizzle(v128.load(tables, 16), low3), swizzle(v128.load(tables, 288), high3))))), 16)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 32), swizzle(v128.load(tables, 1664), low0)), v128.xor(swizzle(v128.load(tables, 1936), high0), swizzle(v128.load(tables, 1120), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1392), high1), swizzle(v128.load(tables, 576), low2)), v128.xor(swizzle(v128.load(tables, 848), high2), v128.xor(swizzle(v128.load(tables, 32), low3), swizzle(v128.load(tables, 304), high3))))), 32)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 48), swizzle(v128.load(tables, 1680), low0)), v128.xor(swizzle(v128.load(tables, 1952), high0), swizzle(v128.load(tables, 1136), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1408), high1), swizzle(v128.load(tables, 592), low2)), v128.xor(swizzle(v128.load(tables, 864), high2), v128.xor(swizzle(v128.load(tables, 48), low3), swizzle(v128.load(tables, 320), high3))))), 48)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 64), swizzle(v128.load(tables, 1696), low0)), v128.xor(swizzle(v128.load(tables, 1968), high0), swizzle(v128.load(tables, 1152), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1424), high1), swizzle(v128.load(tables, 608), low2)), v128.xor(swizzle(v128.load(tables, 880), high2), v128.xor(swizzle(v128.load(tables, 64), low3), swizzle(v128.load(tables, 336), high3))))), 64)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 80), swizzle(v128.load(tables, 1712), low0)), v128.xor(swizzle(v128.load(tables, 1984), high0), swizzle(v128.load(tables, 1168), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1440), high1), swizzle(v128.load(tables, 624), low2)), v128.xor(swizzle(v128.load(tables, 896), high2), v128.xor(swizzle(v128.load(tables, 80), low3), swizzle(v128.load(tables, 352), high3))))), 80)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 96), swizzle(v128.load(tables, 1728), low0)), v128.xor(swizzle(v128.load(tables, 2000), high0), swizzle(v128.load(tables, 1184), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1456), high1), swizzle(v128.load(tables, 640), low2)), v128.xor(swizzle(v128.load(tables, 912), high2), v128.xor(swizzle(v128.load(tables, 96), low3), swizzle(v128.load(tables, 368), high3))))), 96)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 112), swizzle(v128.load(tables, 1744), low0)), v128.xor(swizzle(v128.load(tables, 2016), high0), swizzle(v128.load(tables, 1200), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1472), high1), swizzle(v128.load(tables, 656), low2)), v128.xor(swizzle(v128.load(tables, 928), high2), v128.xor(swizzle(v128.load(tables, 112), low3), swizzle(v128.load(tables, 384), high3))))), 112)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 128), swizzle(v128.load(tables, 1760), low0)), v128.xor(swizzle(v128.load(tables, 2032), high0), swizzle(v128.load(tables, 1216), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1488), high1), swizzle(v128.load(tables, 672), low2)), v128.xor(swizzle(v128.load(tables, 944), high2), v128.xor(swizzle(v128.load(tables, 128), low3), swizzle(v128.load(tables, 400), high3))))), 128)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 144), swizzle(v128.load(tables, 1776), low0)), v128.xor(swizzle(v128.load(tables, 2048), high0), swizzle(v128.load(tables, 1232), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1504), high1), swizzle(v128.load(tables, 688), low2)), v128.xor(swizzle(v128.load(tables, 960), high2), v128.xor(swizzle(v128.load(tables, 144), low3), swizzle(v128.load(tables, 416), high3))))), 144)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 160), swizzle(v128.load(tables, 1792), low0)), v128.xor(swizzle(v128.load(tables, 2064), high0), swizzle(v128.load(tables, 1248), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1520), high1), swizzle(v128.load(tables, 704), low2)), v128.xor(swizzle(v128.load(tables, 976), high2), v128.xor(swizzle(v128.load(tables, 160), low3), swizzle(v128.load(tables, 432), high3))))), 160)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 176), swizzle(v128.load(tables, 1808), low0)), v128.xor(swizzle(v128.load(tables, 2080), high0), swizzle(v128.load(tables, 1264), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1536), high1), swizzle(v128.load(tables, 720), low2)), v128.xor(swizzle(v128.load(tables, 992), high2), v128.xor(swizzle(v128.load(tables, 176), low3), swizzle(v128.load(tables, 448), high3))))), 176)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 192), swizzle(v128.load(tables, 1824), low0)), v128.xor(swizzle(v128.load(tables, 2096), high0), swizzle(v128.load(tables, 1280), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1552), high1), swizzle(v128.load(tables, 736), low2)), v128.xor(swizzle(v128.load(tables, 1008), high2), v128.xor(swizzle(v128.load(tables, 192), low3), swizzle(v128.load(tables, 464), high3))))), 192)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 208), swizzle(v128.load(tables, 1840), low0)), v128.xor(swizzle(v128.load(tables, 2112), high0), swizzle(v128.load(tables, 1296), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1568), high1), swizzle(v128.load(tables, 752), low2)), v128.xor(swizzle(v128.load(tables, 1024), high2), v128.xor(swizzle(v128.load(tables, 208), low3), swizzle(v128.load(tables, 480), high3))))), 208)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 224), swizzle(v128.load(tables, 1856), low0)), v128.xor(swizzle(v128.load(tables, 2128), high0), swizzle(v128.load(tables, 1312), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1584), high1), swizzle(v128.load(tables, 768), low2)), v128.xor(swizzle(v128.load(tables, 1040), high2), v128.xor(swizzle(v128.load(tables, 224), low3), swizzle(v128.load(tables, 496), high3))))), 224)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 240), swizzle(v128.load(tables, 1872), low0)), v128.xor(swizzle(v128.load(tables, 2144), high0), swizzle(v128.load(tables, 1328), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1600), high1), swizzle(v128.load(tables, 784), low2)), v128.xor(swizzle(v128.load(tables, 1056), high2), v128.xor(swizzle(v128.load(tables, 240), low3), swizzle(v128.load(tables, 512), high3))))), 240)
  v128.store(columns, v128.xor(v128.xor(v128.xor(v128.load(more, 256), swizzle(v128.load(tables, 1888), low0)), v128.xor(swizzle(v128.load(tables, 2160), high0), swizzle(v128.load(tables, 1344), low1))), v128.xor(v128.xor(swizzle(v128.load(tables, 1616), high1), swizzle(v128.load(tables, 800), low2)), v128.xor(swizzle(v128.load(tables, 1072), high2), v128.xor(swizzle(v128.load(tables, 256), low3), swizzle(v128.load(tables, 528), high3))))), 256)
}
