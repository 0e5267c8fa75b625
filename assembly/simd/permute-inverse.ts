/**
 * The inverse cipher (FIPS 197, 5.3) by vector permutation, one block at a time: key unwrapping needs nothing else.
 * Constant time, like permute.ts, whose words it uses; nothing to wipe.
 *
 * Between the rounds a byte y is kept as INV_TO_TOWER makes it, ready for inversion: the affine map's inverse, then the
 * tower basis. InvMixColumns and AddRoundKey are linear, so round keys, in the order of the equivalent inverse
 * cipher (5.3.5), are kept that way as well. All but the first have 0x63 added, which the affine map would.
 */
import { A_OVER, INV_9, INV_B, INV_D, INV_E, INV_OUT, INV_SHIFT_ROWS, INV_TO_TOWER, INVERSE } from './permute-tables'
import { linear, onInverse } from './permute'
import { highNibbles, NIBBLE, swizzle } from './swizzle'

/** InvSubBytes, InvShiftRows, InvMixColumns, AddRoundKey: 0e, 0b, 0d, 09 times the bytes zero to three rows on. */
// @ts-ignore: decorator
@inline
function round(x: v128, key: v128, inverse: v128, aOver: v128, nibble: v128): v128 {
  const k = v128.and(x, nibble)
  const i = highNibbles(x, nibble)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, i), aOverK)), j)
  const jo = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, j), aOverK)), i)
  const e = v128.xor(swizzle(v128.load(INV_E), io), swizzle(v128.load(INV_E, 16), jo))
  const b = v128.xor(swizzle(v128.load(INV_B), io), swizzle(v128.load(INV_B, 16), jo))
  const d = v128.xor(swizzle(v128.load(INV_D), io), swizzle(v128.load(INV_D, 16), jo))
  const n = v128.xor(swizzle(v128.load(INV_9), io), swizzle(v128.load(INV_9, 16), jo))
  const left = v128.xor(swizzle(e, v128.load(INV_SHIFT_ROWS)), swizzle(b, v128.load(INV_SHIFT_ROWS, 16)))
  const right = v128.xor(swizzle(d, v128.load(INV_SHIFT_ROWS, 32)), swizzle(n, v128.load(INV_SHIFT_ROWS, 48)))
  return v128.xor(v128.xor(left, right), key)
}

/** One block from `src` to `dst`, which may be the same. */
export function decryptBlock(src: usize, dst: usize, keys: usize, Nr: u32): void {
  const nibble = v128.load(NIBBLE)
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const block = v128.xor(v128.load(src), v128.load(keys + 16 * Nr))
  let x = linear(block, v128.load(INV_TO_TOWER), v128.load(INV_TO_TOWER, 16), nibble)
  for (let key = keys + 16 * (Nr - 1); key > keys; key -= 16) x = round(x, v128.load(key), inverse, aOver, nibble)
  x = onInverse(x, v128.load(INV_OUT), v128.load(INV_OUT, 16), inverse, aOver, nibble)
  v128.store(dst, v128.xor(swizzle(x, v128.load(INV_SHIFT_ROWS)), v128.load(keys)))
}

/** The round keys' form above. InvMixColumns is MixColumns three times: the matrix has order 4. */
export function setInverseKeys(words: usize, Nr: u32, keys: usize): void {
  const nibble = v128.load(NIBBLE)
  const tu = v128.load(INV_TO_TOWER)
  const tv = v128.load(INV_TO_TOWER, 16)
  const c63 = i8x16.splat(0x63)
  v128.store(keys, v128.load(words))
  for (let r: u32 = 1; r < Nr; r++) {
    let key = v128.xor(v128.load(words + 16 * r), c63)
    for (let times = 0; times < 3; times++) key = mixColumns(key)
    v128.store(keys + 16 * r, linear(key, tu, tv, nibble))
  }
  v128.store(keys + 16 * Nr, v128.xor(v128.load(words + 16 * Nr), c63))
}

/** MixColumns on one block in the ordinary basis. */
// @ts-ignore: decorator
@inline
export function mixColumns(x: v128): v128 {
  const next = v128.shuffle<u8>(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
  const pair = v128.xor(x, next)
  const carry = v128.and(i8x16.lt_s(pair, i64x2.splat(0)), i8x16.splat(0x1b))
  const twice = v128.xor(i8x16.add(pair, pair), carry)
  const pairBelow = v128.shuffle<u8>(pair, pair, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
  return v128.xor(v128.xor(twice, next), pairBelow)
}
