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
import { highNibbles, lowNibbles, swizzle } from './swizzle'

/** product ← lanes · H^16. Eight bytes of the product at a time, as many as there are registers to sum them in. */
export function multiplyLanes(lanes: usize, product: usize, tables: usize): void {
  for (let half: usize = 0; half < 256; half += 128) {
    let sum0 = i64x2.splat(0)
    let sum1 = i64x2.splat(0)
    let sum2 = i64x2.splat(0)
    let sum3 = i64x2.splat(0)
    let sum4 = i64x2.splat(0)
    let sum5 = i64x2.splat(0)
    let sum6 = i64x2.splat(0)
    let sum7 = i64x2.splat(0)
    for (let j: usize = 0; j < 256; j += 16) {
      const x = v128.load(lanes + j)
      const low = lowNibbles(x)
      const high = highNibbles(x)
      sum0 = v128.xor(sum0, v128.xor(swizzle(v128.load(tables, 0), low), swizzle(v128.load(tables, 128), high)))
      sum1 = v128.xor(sum1, v128.xor(swizzle(v128.load(tables, 16), low), swizzle(v128.load(tables, 144), high)))
      sum2 = v128.xor(sum2, v128.xor(swizzle(v128.load(tables, 32), low), swizzle(v128.load(tables, 160), high)))
      sum3 = v128.xor(sum3, v128.xor(swizzle(v128.load(tables, 48), low), swizzle(v128.load(tables, 176), high)))
      sum4 = v128.xor(sum4, v128.xor(swizzle(v128.load(tables, 64), low), swizzle(v128.load(tables, 192), high)))
      sum5 = v128.xor(sum5, v128.xor(swizzle(v128.load(tables, 80), low), swizzle(v128.load(tables, 208), high)))
      sum6 = v128.xor(sum6, v128.xor(swizzle(v128.load(tables, 96), low), swizzle(v128.load(tables, 224), high)))
      sum7 = v128.xor(sum7, v128.xor(swizzle(v128.load(tables, 112), low), swizzle(v128.load(tables, 240), high)))
      tables += 256
    }
    v128.store(product + half, sum0, 0)
    v128.store(product + half, sum1, 16)
    v128.store(product + half, sum2, 32)
    v128.store(product + half, sum3, 48)
    v128.store(product + half, sum4, 64)
    v128.store(product + half, sum5, 80)
    v128.store(product + half, sum6, 96)
    v128.store(product + half, sum7, 112)
  }
}
