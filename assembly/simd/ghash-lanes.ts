/**
 * GHASH (SP 800-38D, 6.4) on sixteen lanes: block i of a message goes to lane i mod 16, every lane is multiplied by
 * H^16, and the lanes are joined at the end. Constant time: a secret is only ever the index of a swizzle.
 *
 * Lanes are transposed: vector j holds byte j of all sixteen. For each j there are 2 × 16 tables: table k of the low
 * nibbles holds byte k of n·x^(8j)·H^16, reduced, for each nibble n of byte j, table k of the high nibbles likewise.
 *
 *     tables + 4096 · (k div 8) + 256 · j + 128 · (high nibble?) + 16 · (k mod 8)
 * Written by scripts/kernels/ghash.mjs: edit that, then run scripts/generate-kernels.mjs.
 */
import { highNibbles, NIBBLE, swizzle } from './swizzle'

/** product ← lanes · H^16. */
export function multiplyLanes(lanes: usize, product: usize, tables: usize): void {
  multiplyHalf(lanes, product, tables)
  multiplyHalf(lanes, product + 128, tables + 4096)
}

/** Eight bytes of the product: as many as there are registers to sum them in. */
function multiplyHalf(lanes: usize, product: usize, tables: usize): void {
  const nibble = v128.load(NIBBLE)
  let sum0 = i64x2.splat(0)
  let sum1 = i64x2.splat(0)
  let sum2 = i64x2.splat(0)
  let sum3 = i64x2.splat(0)
  let sum4 = i64x2.splat(0)
  let sum5 = i64x2.splat(0)
  let sum6 = i64x2.splat(0)
  let sum7 = i64x2.splat(0)
  for (const end = lanes + 256; lanes < end; lanes += 32) {
    const x0 = v128.load(lanes, 0)
    const low0 = v128.and(x0, nibble)
    const high0 = highNibbles(x0, nibble)
    sum0 = v128.xor(sum0, v128.xor(swizzle(v128.load(tables, 0), low0), swizzle(v128.load(tables, 128), high0)))
    sum1 = v128.xor(sum1, v128.xor(swizzle(v128.load(tables, 16), low0), swizzle(v128.load(tables, 144), high0)))
    sum2 = v128.xor(sum2, v128.xor(swizzle(v128.load(tables, 32), low0), swizzle(v128.load(tables, 160), high0)))
    sum3 = v128.xor(sum3, v128.xor(swizzle(v128.load(tables, 48), low0), swizzle(v128.load(tables, 176), high0)))
    sum4 = v128.xor(sum4, v128.xor(swizzle(v128.load(tables, 64), low0), swizzle(v128.load(tables, 192), high0)))
    sum5 = v128.xor(sum5, v128.xor(swizzle(v128.load(tables, 80), low0), swizzle(v128.load(tables, 208), high0)))
    sum6 = v128.xor(sum6, v128.xor(swizzle(v128.load(tables, 96), low0), swizzle(v128.load(tables, 224), high0)))
    sum7 = v128.xor(sum7, v128.xor(swizzle(v128.load(tables, 112), low0), swizzle(v128.load(tables, 240), high0)))
    const x1 = v128.load(lanes, 16)
    const low1 = v128.and(x1, nibble)
    const high1 = highNibbles(x1, nibble)
    sum0 = v128.xor(sum0, v128.xor(swizzle(v128.load(tables, 256), low1), swizzle(v128.load(tables, 384), high1)))
    sum1 = v128.xor(sum1, v128.xor(swizzle(v128.load(tables, 272), low1), swizzle(v128.load(tables, 400), high1)))
    sum2 = v128.xor(sum2, v128.xor(swizzle(v128.load(tables, 288), low1), swizzle(v128.load(tables, 416), high1)))
    sum3 = v128.xor(sum3, v128.xor(swizzle(v128.load(tables, 304), low1), swizzle(v128.load(tables, 432), high1)))
    sum4 = v128.xor(sum4, v128.xor(swizzle(v128.load(tables, 320), low1), swizzle(v128.load(tables, 448), high1)))
    sum5 = v128.xor(sum5, v128.xor(swizzle(v128.load(tables, 336), low1), swizzle(v128.load(tables, 464), high1)))
    sum6 = v128.xor(sum6, v128.xor(swizzle(v128.load(tables, 352), low1), swizzle(v128.load(tables, 480), high1)))
    sum7 = v128.xor(sum7, v128.xor(swizzle(v128.load(tables, 368), low1), swizzle(v128.load(tables, 496), high1)))
    tables += 512
  }
  v128.store(product, sum0, 0)
  v128.store(product, sum1, 16)
  v128.store(product, sum2, 32)
  v128.store(product, sum3, 48)
  v128.store(product, sum4, 64)
  v128.store(product, sum5, 80)
  v128.store(product, sum6, 96)
  v128.store(product, sum7, 112)
}
