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

/** Bytes 16 to 31 of a product, folded into bytes 0 to 15; then the byte that this pushes out again. */
// @ts-ignore: decorator
@inline
function reduce(low: v128, high: v128, nibble: v128): v128 {
  const zero = i64x2.splat(0)
  const tables = REDUCTION
  const thisLow = v128.load(tables, 0)
  const thisHigh = v128.load(tables, 16)
  const nextLow = v128.load(tables, 32)
  const nextHigh = v128.load(tables, 48)
  let l = v128.and(high, nibble)
  let h = highNibbles(high, nibble)
  let sum = v128.xor(low, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))
  let next = v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h))
  const pushedOut = carryByte(next, zero)
  l = v128.and(pushedOut, nibble)
  h = highNibbles(pushedOut, nibble)
  sum = v128.xor(sum, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))
  next = v128.xor(next, v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h)))
  return v128.xor(sum, carryByte(zero, next))
}

/** Y ← (Y ⊕ X1) · H^1 for the block at `src`. `tables`: those of H. */
export function hash1(Y: usize, src: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const zero = i64x2.splat(0)
  const c16 = v128.xor(swizzle(v128.load(tables, 256), l0), swizzle(v128.load(tables, 528), h0))
  let bLow = c16
  let bHigh = zero
  const c15 = v128.xor(swizzle(v128.load(tables, 240), l0), swizzle(v128.load(tables, 512), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c15)
  const c14 = v128.xor(swizzle(v128.load(tables, 224), l0), swizzle(v128.load(tables, 496), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c14)
  const c13 = v128.xor(swizzle(v128.load(tables, 208), l0), swizzle(v128.load(tables, 480), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c13)
  const c12 = v128.xor(swizzle(v128.load(tables, 192), l0), swizzle(v128.load(tables, 464), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c12)
  const c11 = v128.xor(swizzle(v128.load(tables, 176), l0), swizzle(v128.load(tables, 448), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c11)
  const c10 = v128.xor(swizzle(v128.load(tables, 160), l0), swizzle(v128.load(tables, 432), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c10)
  const c9 = v128.xor(swizzle(v128.load(tables, 144), l0), swizzle(v128.load(tables, 416), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c9)
  const c8 = v128.xor(swizzle(v128.load(tables, 128), l0), swizzle(v128.load(tables, 400), h0))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c8)
  const c7 = v128.xor(swizzle(v128.load(tables, 112), l0), swizzle(v128.load(tables, 384), h0))
  let aLow = c7
  let aHigh = zero
  const c6 = v128.xor(swizzle(v128.load(tables, 96), l0), swizzle(v128.load(tables, 368), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c6)
  const c5 = v128.xor(swizzle(v128.load(tables, 80), l0), swizzle(v128.load(tables, 352), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c5)
  const c4 = v128.xor(swizzle(v128.load(tables, 64), l0), swizzle(v128.load(tables, 336), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c4)
  const c3 = v128.xor(swizzle(v128.load(tables, 48), l0), swizzle(v128.load(tables, 320), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c3)
  const c2 = v128.xor(swizzle(v128.load(tables, 32), l0), swizzle(v128.load(tables, 304), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c2)
  const c1 = v128.xor(swizzle(v128.load(tables, 16), l0), swizzle(v128.load(tables, 288), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c1)
  const c0 = v128.xor(swizzle(v128.load(tables, 0), l0), swizzle(v128.load(tables, 272), h0))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c0)
  // The upper eight columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))
  v128.store(Y, reduce(low, high, nibble))
}

/** Y ← (Y ⊕ X1) · H^2 ⊕ … ⊕ X2 · H for 2 blocks at `src`. `tables`: those of H to H^2. */
export function hash2(Y: usize, src: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const l1 = v128.and(x1, nibble)
  const h1 = highNibbles(x1, nibble)
  const zero = i64x2.splat(0)
  const c16 = v128.xor(v128.xor(swizzle(v128.load(tables, 800), l0), swizzle(v128.load(tables, 1072), h0)), v128.xor(swizzle(v128.load(tables, 256), l1), swizzle(v128.load(tables, 528), h1)))
  let bLow = c16
  let bHigh = zero
  const c15 = v128.xor(v128.xor(swizzle(v128.load(tables, 784), l0), swizzle(v128.load(tables, 1056), h0)), v128.xor(swizzle(v128.load(tables, 240), l1), swizzle(v128.load(tables, 512), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c15)
  const c14 = v128.xor(v128.xor(swizzle(v128.load(tables, 768), l0), swizzle(v128.load(tables, 1040), h0)), v128.xor(swizzle(v128.load(tables, 224), l1), swizzle(v128.load(tables, 496), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c14)
  const c13 = v128.xor(v128.xor(swizzle(v128.load(tables, 752), l0), swizzle(v128.load(tables, 1024), h0)), v128.xor(swizzle(v128.load(tables, 208), l1), swizzle(v128.load(tables, 480), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c13)
  const c12 = v128.xor(v128.xor(swizzle(v128.load(tables, 736), l0), swizzle(v128.load(tables, 1008), h0)), v128.xor(swizzle(v128.load(tables, 192), l1), swizzle(v128.load(tables, 464), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c12)
  const c11 = v128.xor(v128.xor(swizzle(v128.load(tables, 720), l0), swizzle(v128.load(tables, 992), h0)), v128.xor(swizzle(v128.load(tables, 176), l1), swizzle(v128.load(tables, 448), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c11)
  const c10 = v128.xor(v128.xor(swizzle(v128.load(tables, 704), l0), swizzle(v128.load(tables, 976), h0)), v128.xor(swizzle(v128.load(tables, 160), l1), swizzle(v128.load(tables, 432), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c10)
  const c9 = v128.xor(v128.xor(swizzle(v128.load(tables, 688), l0), swizzle(v128.load(tables, 960), h0)), v128.xor(swizzle(v128.load(tables, 144), l1), swizzle(v128.load(tables, 416), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c9)
  const c8 = v128.xor(v128.xor(swizzle(v128.load(tables, 672), l0), swizzle(v128.load(tables, 944), h0)), v128.xor(swizzle(v128.load(tables, 128), l1), swizzle(v128.load(tables, 400), h1)))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c8)
  const c7 = v128.xor(v128.xor(swizzle(v128.load(tables, 656), l0), swizzle(v128.load(tables, 928), h0)), v128.xor(swizzle(v128.load(tables, 112), l1), swizzle(v128.load(tables, 384), h1)))
  let aLow = c7
  let aHigh = zero
  const c6 = v128.xor(v128.xor(swizzle(v128.load(tables, 640), l0), swizzle(v128.load(tables, 912), h0)), v128.xor(swizzle(v128.load(tables, 96), l1), swizzle(v128.load(tables, 368), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c6)
  const c5 = v128.xor(v128.xor(swizzle(v128.load(tables, 624), l0), swizzle(v128.load(tables, 896), h0)), v128.xor(swizzle(v128.load(tables, 80), l1), swizzle(v128.load(tables, 352), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c5)
  const c4 = v128.xor(v128.xor(swizzle(v128.load(tables, 608), l0), swizzle(v128.load(tables, 880), h0)), v128.xor(swizzle(v128.load(tables, 64), l1), swizzle(v128.load(tables, 336), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c4)
  const c3 = v128.xor(v128.xor(swizzle(v128.load(tables, 592), l0), swizzle(v128.load(tables, 864), h0)), v128.xor(swizzle(v128.load(tables, 48), l1), swizzle(v128.load(tables, 320), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c3)
  const c2 = v128.xor(v128.xor(swizzle(v128.load(tables, 576), l0), swizzle(v128.load(tables, 848), h0)), v128.xor(swizzle(v128.load(tables, 32), l1), swizzle(v128.load(tables, 304), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c2)
  const c1 = v128.xor(v128.xor(swizzle(v128.load(tables, 560), l0), swizzle(v128.load(tables, 832), h0)), v128.xor(swizzle(v128.load(tables, 16), l1), swizzle(v128.load(tables, 288), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c1)
  const c0 = v128.xor(v128.xor(swizzle(v128.load(tables, 544), l0), swizzle(v128.load(tables, 816), h0)), v128.xor(swizzle(v128.load(tables, 0), l1), swizzle(v128.load(tables, 272), h1)))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c0)
  // The upper eight columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))
  v128.store(Y, reduce(low, high, nibble))
}

/** Y ← (Y ⊕ X1) · H^3 ⊕ … ⊕ X3 · H for 3 blocks at `src`. `tables`: those of H to H^3. */
export function hash3(Y: usize, src: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const l1 = v128.and(x1, nibble)
  const h1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const l2 = v128.and(x2, nibble)
  const h2 = highNibbles(x2, nibble)
  const zero = i64x2.splat(0)
  const c16 = v128.xor(v128.xor(swizzle(v128.load(tables, 1344), l0), v128.xor(swizzle(v128.load(tables, 1616), h0), swizzle(v128.load(tables, 800), l1))), v128.xor(swizzle(v128.load(tables, 1072), h1), v128.xor(swizzle(v128.load(tables, 256), l2), swizzle(v128.load(tables, 528), h2))))
  let bLow = c16
  let bHigh = zero
  const c15 = v128.xor(v128.xor(swizzle(v128.load(tables, 1328), l0), v128.xor(swizzle(v128.load(tables, 1600), h0), swizzle(v128.load(tables, 784), l1))), v128.xor(swizzle(v128.load(tables, 1056), h1), v128.xor(swizzle(v128.load(tables, 240), l2), swizzle(v128.load(tables, 512), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c15)
  const c14 = v128.xor(v128.xor(swizzle(v128.load(tables, 1312), l0), v128.xor(swizzle(v128.load(tables, 1584), h0), swizzle(v128.load(tables, 768), l1))), v128.xor(swizzle(v128.load(tables, 1040), h1), v128.xor(swizzle(v128.load(tables, 224), l2), swizzle(v128.load(tables, 496), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c14)
  const c13 = v128.xor(v128.xor(swizzle(v128.load(tables, 1296), l0), v128.xor(swizzle(v128.load(tables, 1568), h0), swizzle(v128.load(tables, 752), l1))), v128.xor(swizzle(v128.load(tables, 1024), h1), v128.xor(swizzle(v128.load(tables, 208), l2), swizzle(v128.load(tables, 480), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c13)
  const c12 = v128.xor(v128.xor(swizzle(v128.load(tables, 1280), l0), v128.xor(swizzle(v128.load(tables, 1552), h0), swizzle(v128.load(tables, 736), l1))), v128.xor(swizzle(v128.load(tables, 1008), h1), v128.xor(swizzle(v128.load(tables, 192), l2), swizzle(v128.load(tables, 464), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c12)
  const c11 = v128.xor(v128.xor(swizzle(v128.load(tables, 1264), l0), v128.xor(swizzle(v128.load(tables, 1536), h0), swizzle(v128.load(tables, 720), l1))), v128.xor(swizzle(v128.load(tables, 992), h1), v128.xor(swizzle(v128.load(tables, 176), l2), swizzle(v128.load(tables, 448), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c11)
  const c10 = v128.xor(v128.xor(swizzle(v128.load(tables, 1248), l0), v128.xor(swizzle(v128.load(tables, 1520), h0), swizzle(v128.load(tables, 704), l1))), v128.xor(swizzle(v128.load(tables, 976), h1), v128.xor(swizzle(v128.load(tables, 160), l2), swizzle(v128.load(tables, 432), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c10)
  const c9 = v128.xor(v128.xor(swizzle(v128.load(tables, 1232), l0), v128.xor(swizzle(v128.load(tables, 1504), h0), swizzle(v128.load(tables, 688), l1))), v128.xor(swizzle(v128.load(tables, 960), h1), v128.xor(swizzle(v128.load(tables, 144), l2), swizzle(v128.load(tables, 416), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c9)
  const c8 = v128.xor(v128.xor(swizzle(v128.load(tables, 1216), l0), v128.xor(swizzle(v128.load(tables, 1488), h0), swizzle(v128.load(tables, 672), l1))), v128.xor(swizzle(v128.load(tables, 944), h1), v128.xor(swizzle(v128.load(tables, 128), l2), swizzle(v128.load(tables, 400), h2))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c8)
  const c7 = v128.xor(v128.xor(swizzle(v128.load(tables, 1200), l0), v128.xor(swizzle(v128.load(tables, 1472), h0), swizzle(v128.load(tables, 656), l1))), v128.xor(swizzle(v128.load(tables, 928), h1), v128.xor(swizzle(v128.load(tables, 112), l2), swizzle(v128.load(tables, 384), h2))))
  let aLow = c7
  let aHigh = zero
  const c6 = v128.xor(v128.xor(swizzle(v128.load(tables, 1184), l0), v128.xor(swizzle(v128.load(tables, 1456), h0), swizzle(v128.load(tables, 640), l1))), v128.xor(swizzle(v128.load(tables, 912), h1), v128.xor(swizzle(v128.load(tables, 96), l2), swizzle(v128.load(tables, 368), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c6)
  const c5 = v128.xor(v128.xor(swizzle(v128.load(tables, 1168), l0), v128.xor(swizzle(v128.load(tables, 1440), h0), swizzle(v128.load(tables, 624), l1))), v128.xor(swizzle(v128.load(tables, 896), h1), v128.xor(swizzle(v128.load(tables, 80), l2), swizzle(v128.load(tables, 352), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c5)
  const c4 = v128.xor(v128.xor(swizzle(v128.load(tables, 1152), l0), v128.xor(swizzle(v128.load(tables, 1424), h0), swizzle(v128.load(tables, 608), l1))), v128.xor(swizzle(v128.load(tables, 880), h1), v128.xor(swizzle(v128.load(tables, 64), l2), swizzle(v128.load(tables, 336), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c4)
  const c3 = v128.xor(v128.xor(swizzle(v128.load(tables, 1136), l0), v128.xor(swizzle(v128.load(tables, 1408), h0), swizzle(v128.load(tables, 592), l1))), v128.xor(swizzle(v128.load(tables, 864), h1), v128.xor(swizzle(v128.load(tables, 48), l2), swizzle(v128.load(tables, 320), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c3)
  const c2 = v128.xor(v128.xor(swizzle(v128.load(tables, 1120), l0), v128.xor(swizzle(v128.load(tables, 1392), h0), swizzle(v128.load(tables, 576), l1))), v128.xor(swizzle(v128.load(tables, 848), h1), v128.xor(swizzle(v128.load(tables, 32), l2), swizzle(v128.load(tables, 304), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c2)
  const c1 = v128.xor(v128.xor(swizzle(v128.load(tables, 1104), l0), v128.xor(swizzle(v128.load(tables, 1376), h0), swizzle(v128.load(tables, 560), l1))), v128.xor(swizzle(v128.load(tables, 832), h1), v128.xor(swizzle(v128.load(tables, 16), l2), swizzle(v128.load(tables, 288), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c1)
  const c0 = v128.xor(v128.xor(swizzle(v128.load(tables, 1088), l0), v128.xor(swizzle(v128.load(tables, 1360), h0), swizzle(v128.load(tables, 544), l1))), v128.xor(swizzle(v128.load(tables, 816), h1), v128.xor(swizzle(v128.load(tables, 0), l2), swizzle(v128.load(tables, 272), h2))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c0)
  // The upper eight columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))
  v128.store(Y, reduce(low, high, nibble))
}

/** Y ← (Y ⊕ X1) · H^4 ⊕ … ⊕ X4 · H for 4 blocks at `src`. `tables`: those of H to H^4. */
export function hash4(Y: usize, src: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const l1 = v128.and(x1, nibble)
  const h1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const l2 = v128.and(x2, nibble)
  const h2 = highNibbles(x2, nibble)
  const x3 = v128.load(src, 48)
  const l3 = v128.and(x3, nibble)
  const h3 = highNibbles(x3, nibble)
  const zero = i64x2.splat(0)
  const c16 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1888), l0), swizzle(v128.load(tables, 2160), h0)), v128.xor(swizzle(v128.load(tables, 1344), l1), swizzle(v128.load(tables, 1616), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 800), l2), swizzle(v128.load(tables, 1072), h2)), v128.xor(swizzle(v128.load(tables, 256), l3), swizzle(v128.load(tables, 528), h3))))
  let bLow = c16
  let bHigh = zero
  const c15 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1872), l0), swizzle(v128.load(tables, 2144), h0)), v128.xor(swizzle(v128.load(tables, 1328), l1), swizzle(v128.load(tables, 1600), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 784), l2), swizzle(v128.load(tables, 1056), h2)), v128.xor(swizzle(v128.load(tables, 240), l3), swizzle(v128.load(tables, 512), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c15)
  const c14 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1856), l0), swizzle(v128.load(tables, 2128), h0)), v128.xor(swizzle(v128.load(tables, 1312), l1), swizzle(v128.load(tables, 1584), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 768), l2), swizzle(v128.load(tables, 1040), h2)), v128.xor(swizzle(v128.load(tables, 224), l3), swizzle(v128.load(tables, 496), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c14)
  const c13 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1840), l0), swizzle(v128.load(tables, 2112), h0)), v128.xor(swizzle(v128.load(tables, 1296), l1), swizzle(v128.load(tables, 1568), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 752), l2), swizzle(v128.load(tables, 1024), h2)), v128.xor(swizzle(v128.load(tables, 208), l3), swizzle(v128.load(tables, 480), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c13)
  const c12 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1824), l0), swizzle(v128.load(tables, 2096), h0)), v128.xor(swizzle(v128.load(tables, 1280), l1), swizzle(v128.load(tables, 1552), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 736), l2), swizzle(v128.load(tables, 1008), h2)), v128.xor(swizzle(v128.load(tables, 192), l3), swizzle(v128.load(tables, 464), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c12)
  const c11 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1808), l0), swizzle(v128.load(tables, 2080), h0)), v128.xor(swizzle(v128.load(tables, 1264), l1), swizzle(v128.load(tables, 1536), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 720), l2), swizzle(v128.load(tables, 992), h2)), v128.xor(swizzle(v128.load(tables, 176), l3), swizzle(v128.load(tables, 448), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c11)
  const c10 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1792), l0), swizzle(v128.load(tables, 2064), h0)), v128.xor(swizzle(v128.load(tables, 1248), l1), swizzle(v128.load(tables, 1520), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 704), l2), swizzle(v128.load(tables, 976), h2)), v128.xor(swizzle(v128.load(tables, 160), l3), swizzle(v128.load(tables, 432), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c10)
  const c9 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1776), l0), swizzle(v128.load(tables, 2048), h0)), v128.xor(swizzle(v128.load(tables, 1232), l1), swizzle(v128.load(tables, 1504), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 688), l2), swizzle(v128.load(tables, 960), h2)), v128.xor(swizzle(v128.load(tables, 144), l3), swizzle(v128.load(tables, 416), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c9)
  const c8 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1760), l0), swizzle(v128.load(tables, 2032), h0)), v128.xor(swizzle(v128.load(tables, 1216), l1), swizzle(v128.load(tables, 1488), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 672), l2), swizzle(v128.load(tables, 944), h2)), v128.xor(swizzle(v128.load(tables, 128), l3), swizzle(v128.load(tables, 400), h3))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c8)
  const c7 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1744), l0), swizzle(v128.load(tables, 2016), h0)), v128.xor(swizzle(v128.load(tables, 1200), l1), swizzle(v128.load(tables, 1472), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 656), l2), swizzle(v128.load(tables, 928), h2)), v128.xor(swizzle(v128.load(tables, 112), l3), swizzle(v128.load(tables, 384), h3))))
  let aLow = c7
  let aHigh = zero
  const c6 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1728), l0), swizzle(v128.load(tables, 2000), h0)), v128.xor(swizzle(v128.load(tables, 1184), l1), swizzle(v128.load(tables, 1456), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 640), l2), swizzle(v128.load(tables, 912), h2)), v128.xor(swizzle(v128.load(tables, 96), l3), swizzle(v128.load(tables, 368), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c6)
  const c5 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1712), l0), swizzle(v128.load(tables, 1984), h0)), v128.xor(swizzle(v128.load(tables, 1168), l1), swizzle(v128.load(tables, 1440), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 624), l2), swizzle(v128.load(tables, 896), h2)), v128.xor(swizzle(v128.load(tables, 80), l3), swizzle(v128.load(tables, 352), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c5)
  const c4 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1696), l0), swizzle(v128.load(tables, 1968), h0)), v128.xor(swizzle(v128.load(tables, 1152), l1), swizzle(v128.load(tables, 1424), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 608), l2), swizzle(v128.load(tables, 880), h2)), v128.xor(swizzle(v128.load(tables, 64), l3), swizzle(v128.load(tables, 336), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c4)
  const c3 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1680), l0), swizzle(v128.load(tables, 1952), h0)), v128.xor(swizzle(v128.load(tables, 1136), l1), swizzle(v128.load(tables, 1408), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 592), l2), swizzle(v128.load(tables, 864), h2)), v128.xor(swizzle(v128.load(tables, 48), l3), swizzle(v128.load(tables, 320), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c3)
  const c2 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1664), l0), swizzle(v128.load(tables, 1936), h0)), v128.xor(swizzle(v128.load(tables, 1120), l1), swizzle(v128.load(tables, 1392), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 576), l2), swizzle(v128.load(tables, 848), h2)), v128.xor(swizzle(v128.load(tables, 32), l3), swizzle(v128.load(tables, 304), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c2)
  const c1 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1648), l0), swizzle(v128.load(tables, 1920), h0)), v128.xor(swizzle(v128.load(tables, 1104), l1), swizzle(v128.load(tables, 1376), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 560), l2), swizzle(v128.load(tables, 832), h2)), v128.xor(swizzle(v128.load(tables, 16), l3), swizzle(v128.load(tables, 288), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c1)
  const c0 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1632), l0), swizzle(v128.load(tables, 1904), h0)), v128.xor(swizzle(v128.load(tables, 1088), l1), swizzle(v128.load(tables, 1360), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 544), l2), swizzle(v128.load(tables, 816), h2)), v128.xor(swizzle(v128.load(tables, 0), l3), swizzle(v128.load(tables, 272), h3))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c0)
  // The upper eight columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))
  v128.store(Y, reduce(low, high, nibble))
}

/** The same for 8 blocks. `columns`: 17 vectors of working memory. */
export function hash8(Y: usize, src: usize, tables: usize, columns: usize): void {
  sumColumns4(columns, src + 64, tables)
  hash4Columns(Y, src, tables + 2176, columns)
}

/** The columns of X1 · H^4 ⊕ … ⊕ X4 · H, not yet added up. */
function sumColumns4(columns: usize, src: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.load(src)
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const l1 = v128.and(x1, nibble)
  const h1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const l2 = v128.and(x2, nibble)
  const h2 = highNibbles(x2, nibble)
  const x3 = v128.load(src, 48)
  const l3 = v128.and(x3, nibble)
  const h3 = highNibbles(x3, nibble)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1632), l0), swizzle(v128.load(tables, 1904), h0)), v128.xor(swizzle(v128.load(tables, 1088), l1), swizzle(v128.load(tables, 1360), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 544), l2), swizzle(v128.load(tables, 816), h2)), v128.xor(swizzle(v128.load(tables, 0), l3), swizzle(v128.load(tables, 272), h3)))), 0)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1648), l0), swizzle(v128.load(tables, 1920), h0)), v128.xor(swizzle(v128.load(tables, 1104), l1), swizzle(v128.load(tables, 1376), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 560), l2), swizzle(v128.load(tables, 832), h2)), v128.xor(swizzle(v128.load(tables, 16), l3), swizzle(v128.load(tables, 288), h3)))), 16)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1664), l0), swizzle(v128.load(tables, 1936), h0)), v128.xor(swizzle(v128.load(tables, 1120), l1), swizzle(v128.load(tables, 1392), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 576), l2), swizzle(v128.load(tables, 848), h2)), v128.xor(swizzle(v128.load(tables, 32), l3), swizzle(v128.load(tables, 304), h3)))), 32)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1680), l0), swizzle(v128.load(tables, 1952), h0)), v128.xor(swizzle(v128.load(tables, 1136), l1), swizzle(v128.load(tables, 1408), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 592), l2), swizzle(v128.load(tables, 864), h2)), v128.xor(swizzle(v128.load(tables, 48), l3), swizzle(v128.load(tables, 320), h3)))), 48)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1696), l0), swizzle(v128.load(tables, 1968), h0)), v128.xor(swizzle(v128.load(tables, 1152), l1), swizzle(v128.load(tables, 1424), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 608), l2), swizzle(v128.load(tables, 880), h2)), v128.xor(swizzle(v128.load(tables, 64), l3), swizzle(v128.load(tables, 336), h3)))), 64)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1712), l0), swizzle(v128.load(tables, 1984), h0)), v128.xor(swizzle(v128.load(tables, 1168), l1), swizzle(v128.load(tables, 1440), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 624), l2), swizzle(v128.load(tables, 896), h2)), v128.xor(swizzle(v128.load(tables, 80), l3), swizzle(v128.load(tables, 352), h3)))), 80)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1728), l0), swizzle(v128.load(tables, 2000), h0)), v128.xor(swizzle(v128.load(tables, 1184), l1), swizzle(v128.load(tables, 1456), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 640), l2), swizzle(v128.load(tables, 912), h2)), v128.xor(swizzle(v128.load(tables, 96), l3), swizzle(v128.load(tables, 368), h3)))), 96)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1744), l0), swizzle(v128.load(tables, 2016), h0)), v128.xor(swizzle(v128.load(tables, 1200), l1), swizzle(v128.load(tables, 1472), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 656), l2), swizzle(v128.load(tables, 928), h2)), v128.xor(swizzle(v128.load(tables, 112), l3), swizzle(v128.load(tables, 384), h3)))), 112)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1760), l0), swizzle(v128.load(tables, 2032), h0)), v128.xor(swizzle(v128.load(tables, 1216), l1), swizzle(v128.load(tables, 1488), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 672), l2), swizzle(v128.load(tables, 944), h2)), v128.xor(swizzle(v128.load(tables, 128), l3), swizzle(v128.load(tables, 400), h3)))), 128)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1776), l0), swizzle(v128.load(tables, 2048), h0)), v128.xor(swizzle(v128.load(tables, 1232), l1), swizzle(v128.load(tables, 1504), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 688), l2), swizzle(v128.load(tables, 960), h2)), v128.xor(swizzle(v128.load(tables, 144), l3), swizzle(v128.load(tables, 416), h3)))), 144)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1792), l0), swizzle(v128.load(tables, 2064), h0)), v128.xor(swizzle(v128.load(tables, 1248), l1), swizzle(v128.load(tables, 1520), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 704), l2), swizzle(v128.load(tables, 976), h2)), v128.xor(swizzle(v128.load(tables, 160), l3), swizzle(v128.load(tables, 432), h3)))), 160)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1808), l0), swizzle(v128.load(tables, 2080), h0)), v128.xor(swizzle(v128.load(tables, 1264), l1), swizzle(v128.load(tables, 1536), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 720), l2), swizzle(v128.load(tables, 992), h2)), v128.xor(swizzle(v128.load(tables, 176), l3), swizzle(v128.load(tables, 448), h3)))), 176)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1824), l0), swizzle(v128.load(tables, 2096), h0)), v128.xor(swizzle(v128.load(tables, 1280), l1), swizzle(v128.load(tables, 1552), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 736), l2), swizzle(v128.load(tables, 1008), h2)), v128.xor(swizzle(v128.load(tables, 192), l3), swizzle(v128.load(tables, 464), h3)))), 192)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1840), l0), swizzle(v128.load(tables, 2112), h0)), v128.xor(swizzle(v128.load(tables, 1296), l1), swizzle(v128.load(tables, 1568), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 752), l2), swizzle(v128.load(tables, 1024), h2)), v128.xor(swizzle(v128.load(tables, 208), l3), swizzle(v128.load(tables, 480), h3)))), 208)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1856), l0), swizzle(v128.load(tables, 2128), h0)), v128.xor(swizzle(v128.load(tables, 1312), l1), swizzle(v128.load(tables, 1584), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 768), l2), swizzle(v128.load(tables, 1040), h2)), v128.xor(swizzle(v128.load(tables, 224), l3), swizzle(v128.load(tables, 496), h3)))), 224)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1872), l0), swizzle(v128.load(tables, 2144), h0)), v128.xor(swizzle(v128.load(tables, 1328), l1), swizzle(v128.load(tables, 1600), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 784), l2), swizzle(v128.load(tables, 1056), h2)), v128.xor(swizzle(v128.load(tables, 240), l3), swizzle(v128.load(tables, 512), h3)))), 240)
  v128.store(columns, v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1888), l0), swizzle(v128.load(tables, 2160), h0)), v128.xor(swizzle(v128.load(tables, 1344), l1), swizzle(v128.load(tables, 1616), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 800), l2), swizzle(v128.load(tables, 1072), h2)), v128.xor(swizzle(v128.load(tables, 256), l3), swizzle(v128.load(tables, 528), h3)))), 256)
}

/** Four more products, and Y’s, added to columns. */
function hash4Columns(Y: usize, src: usize, tables: usize, columns: usize): void {
  const nibble = v128.load(NIBBLE)
  const x0 = v128.xor(v128.load(src), v128.load(Y))
  const l0 = v128.and(x0, nibble)
  const h0 = highNibbles(x0, nibble)
  const x1 = v128.load(src, 16)
  const l1 = v128.and(x1, nibble)
  const h1 = highNibbles(x1, nibble)
  const x2 = v128.load(src, 32)
  const l2 = v128.and(x2, nibble)
  const h2 = highNibbles(x2, nibble)
  const x3 = v128.load(src, 48)
  const l3 = v128.and(x3, nibble)
  const h3 = highNibbles(x3, nibble)
  const zero = i64x2.splat(0)
  const c16 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1888), l0), swizzle(v128.load(tables, 2160), h0)), v128.xor(swizzle(v128.load(tables, 1344), l1), swizzle(v128.load(tables, 1616), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 800), l2), swizzle(v128.load(tables, 1072), h2)), v128.xor(swizzle(v128.load(tables, 256), l3), v128.xor(swizzle(v128.load(tables, 528), h3), v128.load(columns, 256)))))
  let bLow = c16
  let bHigh = zero
  const c15 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1872), l0), swizzle(v128.load(tables, 2144), h0)), v128.xor(swizzle(v128.load(tables, 1328), l1), swizzle(v128.load(tables, 1600), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 784), l2), swizzle(v128.load(tables, 1056), h2)), v128.xor(swizzle(v128.load(tables, 240), l3), v128.xor(swizzle(v128.load(tables, 512), h3), v128.load(columns, 240)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c15)
  const c14 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1856), l0), swizzle(v128.load(tables, 2128), h0)), v128.xor(swizzle(v128.load(tables, 1312), l1), swizzle(v128.load(tables, 1584), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 768), l2), swizzle(v128.load(tables, 1040), h2)), v128.xor(swizzle(v128.load(tables, 224), l3), v128.xor(swizzle(v128.load(tables, 496), h3), v128.load(columns, 224)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c14)
  const c13 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1840), l0), swizzle(v128.load(tables, 2112), h0)), v128.xor(swizzle(v128.load(tables, 1296), l1), swizzle(v128.load(tables, 1568), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 752), l2), swizzle(v128.load(tables, 1024), h2)), v128.xor(swizzle(v128.load(tables, 208), l3), v128.xor(swizzle(v128.load(tables, 480), h3), v128.load(columns, 208)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c13)
  const c12 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1824), l0), swizzle(v128.load(tables, 2096), h0)), v128.xor(swizzle(v128.load(tables, 1280), l1), swizzle(v128.load(tables, 1552), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 736), l2), swizzle(v128.load(tables, 1008), h2)), v128.xor(swizzle(v128.load(tables, 192), l3), v128.xor(swizzle(v128.load(tables, 464), h3), v128.load(columns, 192)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c12)
  const c11 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1808), l0), swizzle(v128.load(tables, 2080), h0)), v128.xor(swizzle(v128.load(tables, 1264), l1), swizzle(v128.load(tables, 1536), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 720), l2), swizzle(v128.load(tables, 992), h2)), v128.xor(swizzle(v128.load(tables, 176), l3), v128.xor(swizzle(v128.load(tables, 448), h3), v128.load(columns, 176)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c11)
  const c10 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1792), l0), swizzle(v128.load(tables, 2064), h0)), v128.xor(swizzle(v128.load(tables, 1248), l1), swizzle(v128.load(tables, 1520), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 704), l2), swizzle(v128.load(tables, 976), h2)), v128.xor(swizzle(v128.load(tables, 160), l3), v128.xor(swizzle(v128.load(tables, 432), h3), v128.load(columns, 160)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c10)
  const c9 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1776), l0), swizzle(v128.load(tables, 2048), h0)), v128.xor(swizzle(v128.load(tables, 1232), l1), swizzle(v128.load(tables, 1504), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 688), l2), swizzle(v128.load(tables, 960), h2)), v128.xor(swizzle(v128.load(tables, 144), l3), v128.xor(swizzle(v128.load(tables, 416), h3), v128.load(columns, 144)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c9)
  const c8 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1760), l0), swizzle(v128.load(tables, 2032), h0)), v128.xor(swizzle(v128.load(tables, 1216), l1), swizzle(v128.load(tables, 1488), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 672), l2), swizzle(v128.load(tables, 944), h2)), v128.xor(swizzle(v128.load(tables, 128), l3), v128.xor(swizzle(v128.load(tables, 400), h3), v128.load(columns, 128)))))
  bHigh = carryByte(bLow, bHigh)
  bLow = v128.xor(carryByte(zero, bLow), c8)
  const c7 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1744), l0), swizzle(v128.load(tables, 2016), h0)), v128.xor(swizzle(v128.load(tables, 1200), l1), swizzle(v128.load(tables, 1472), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 656), l2), swizzle(v128.load(tables, 928), h2)), v128.xor(swizzle(v128.load(tables, 112), l3), v128.xor(swizzle(v128.load(tables, 384), h3), v128.load(columns, 112)))))
  let aLow = c7
  let aHigh = zero
  const c6 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1728), l0), swizzle(v128.load(tables, 2000), h0)), v128.xor(swizzle(v128.load(tables, 1184), l1), swizzle(v128.load(tables, 1456), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 640), l2), swizzle(v128.load(tables, 912), h2)), v128.xor(swizzle(v128.load(tables, 96), l3), v128.xor(swizzle(v128.load(tables, 368), h3), v128.load(columns, 96)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c6)
  const c5 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1712), l0), swizzle(v128.load(tables, 1984), h0)), v128.xor(swizzle(v128.load(tables, 1168), l1), swizzle(v128.load(tables, 1440), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 624), l2), swizzle(v128.load(tables, 896), h2)), v128.xor(swizzle(v128.load(tables, 80), l3), v128.xor(swizzle(v128.load(tables, 352), h3), v128.load(columns, 80)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c5)
  const c4 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1696), l0), swizzle(v128.load(tables, 1968), h0)), v128.xor(swizzle(v128.load(tables, 1152), l1), swizzle(v128.load(tables, 1424), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 608), l2), swizzle(v128.load(tables, 880), h2)), v128.xor(swizzle(v128.load(tables, 64), l3), v128.xor(swizzle(v128.load(tables, 336), h3), v128.load(columns, 64)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c4)
  const c3 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1680), l0), swizzle(v128.load(tables, 1952), h0)), v128.xor(swizzle(v128.load(tables, 1136), l1), swizzle(v128.load(tables, 1408), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 592), l2), swizzle(v128.load(tables, 864), h2)), v128.xor(swizzle(v128.load(tables, 48), l3), v128.xor(swizzle(v128.load(tables, 320), h3), v128.load(columns, 48)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c3)
  const c2 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1664), l0), swizzle(v128.load(tables, 1936), h0)), v128.xor(swizzle(v128.load(tables, 1120), l1), swizzle(v128.load(tables, 1392), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 576), l2), swizzle(v128.load(tables, 848), h2)), v128.xor(swizzle(v128.load(tables, 32), l3), v128.xor(swizzle(v128.load(tables, 304), h3), v128.load(columns, 32)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c2)
  const c1 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1648), l0), swizzle(v128.load(tables, 1920), h0)), v128.xor(swizzle(v128.load(tables, 1104), l1), swizzle(v128.load(tables, 1376), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 560), l2), swizzle(v128.load(tables, 832), h2)), v128.xor(swizzle(v128.load(tables, 16), l3), v128.xor(swizzle(v128.load(tables, 288), h3), v128.load(columns, 16)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c1)
  const c0 = v128.xor(v128.xor(v128.xor(swizzle(v128.load(tables, 1632), l0), swizzle(v128.load(tables, 1904), h0)), v128.xor(swizzle(v128.load(tables, 1088), l1), swizzle(v128.load(tables, 1360), h1))), v128.xor(v128.xor(swizzle(v128.load(tables, 544), l2), swizzle(v128.load(tables, 816), h2)), v128.xor(swizzle(v128.load(tables, 0), l3), v128.xor(swizzle(v128.load(tables, 272), h3), v128.load(columns, 0)))))
  aHigh = carryByte(aLow, aHigh)
  aLow = v128.xor(carryByte(zero, aLow), c0)
  // The upper eight columns weigh eight bytes more.
  const low = v128.xor(aLow, carryHalf(zero, bLow))
  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))
  v128.store(Y, reduce(low, high, nibble))
}
