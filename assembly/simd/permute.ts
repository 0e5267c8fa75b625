/**
 * AES (FIPS 197) by vector permutation (M. Hamburg, CHES 2009), for single blocks and messages of a few.
 * Constant time: every table is in a register and looked up by `swizzle`, whose index is data. Nothing to wipe: state
 * lives in registers only.
 *
 * A state is one vector, byte 4·column + row. Between the rounds it is
 *   - in the tower basis of scripts/kernels/permute-tables.mjs, where inversion takes five lookups of nibbles, and
 *   - in the order that ShiftRows would still have to bring right: after round r, r times. Instead the masks that fetch
 *     the other bytes of a column follow the order, which repeats every four rounds.
 * Round keys have that basis and that order too, but for the last one; all but the first have 0x63 added, the S-box's
 * constant, which ShiftRows does not move and MixColumns maps to itself.
 */
import { A_OVER, INVERSE, NEIGHBOURS, ORDER, RESTORE, SBOX, SBOX_2, SBOX_OUT, TO_TOWER } from './permute-tables'
import { highNibbles, NIBBLE, swizzle } from './swizzle'

/** A linear function of bytes, from its halves. */
// @ts-ignore: decorator
@inline
export function linear(x: v128, onLow: v128, onHigh: v128, nibble: v128): v128 {
  return v128.xor(swizzle(onLow, v128.and(x, nibble)), swizzle(onHigh, highNibbles(x, nibble)))
}

/** A linear function of inverses, from its halves: x = k + i·ζ to io and jo, and those through the tables. */
// @ts-ignore: decorator
@inline
export function onInverse(x: v128, onIo: v128, onJo: v128, inverse: v128, aOver: v128, nibble: v128): v128 {
  const k = v128.and(x, nibble)
  const i = highNibbles(x, nibble)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, i), aOverK)), j)
  const jo = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, j), aOverK)), i)
  return v128.xor(swizzle(onIo, io), swizzle(onJo, jo))
}

/**
 * SubBytes, MixColumns, AddRoundKey. With s after SubBytes, MixColumns is 02·s, 03 times the next byte of the column and
 * the two beyond. 03·s is s ⊕ 02·s; that sum is moved last, because it is known last.
 */
// @ts-ignore: decorator
@inline
function round(
  x: v128, key: v128, next: v128, opposite: v128, previous: v128,
  inverse: v128, aOver: v128, s1u: v128, s1v: v128, s2u: v128, s2v: v128, nibble: v128,
): v128 {
  const k = v128.and(x, nibble)
  const i = highNibbles(x, nibble)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, i), aOverK)), j)
  const jo = v128.xor(swizzle(inverse, v128.xor(swizzle(inverse, j), aOverK)), i)
  const s = v128.xor(swizzle(s1u, io), swizzle(s1v, jo))
  const twice = v128.xor(swizzle(s2u, io), swizzle(s2v, jo))
  const sum = v128.xor(v128.xor(twice, key), v128.xor(swizzle(s, opposite), swizzle(s, previous)))
  return v128.xor(sum, swizzle(v128.xor(s, twice), next))
}

/** One block from `src` to `dst`, which may be the same. `keys`: Nr + 1 round keys as above. */
export function encryptBlock(src: usize, dst: usize, keys: usize, Nr: u32): void {
  const nibble = v128.load(NIBBLE)
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const s1u = v128.load(SBOX)
  const s1v = v128.load(SBOX, 16)
  const s2u = v128.load(SBOX_2)
  const s2v = v128.load(SBOX_2, 16)
  let x = v128.xor(linear(v128.load(src), v128.load(TO_TOWER), v128.load(TO_TOWER, 16), nibble), v128.load(keys))
  for (let r: u32 = 1; r < Nr; r++) {
    const masks = NEIGHBOURS + 48 * (r & 3)
    const next = v128.load(masks)
    const opposite = v128.load(masks, 16)
    const previous = v128.load(masks, 32)
    const key = v128.load(keys + 16 * r)
    x = round(x, key, next, opposite, previous, inverse, aOver, s1u, s1v, s2u, s2v, nibble)
  }
  x = onInverse(x, v128.load(SBOX_OUT), v128.load(SBOX_OUT, 16), inverse, aOver, nibble)
  v128.store(dst, v128.xor(swizzle(x, v128.load(RESTORE + 16 * (Nr & 3))), v128.load(keys + 16 * Nr)))
}

/** Adds the key stream of four blocks, the counters from `counter` on, to 64 bytes at `src`, into `dst`. */
export function addKeyStream4(at: usize, counter: u32, src: usize, dst: usize, keys: usize, Nr: u32): void {
  const block = v128.load(at)
  const nibble = v128.load(NIBBLE)
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const s1u = v128.load(SBOX)
  const s1v = v128.load(SBOX, 16)
  const s2u = v128.load(SBOX_2)
  const s2v = v128.load(SBOX_2, 16)
  const tu = v128.load(TO_TOWER)
  const tv = v128.load(TO_TOWER, 16)
  let key = v128.load(keys)
  let x0 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter)), tu, tv, nibble), key)
  let x1 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 1)), tu, tv, nibble), key)
  let x2 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 2)), tu, tv, nibble), key)
  let x3 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 3)), tu, tv, nibble), key)
  for (let r: u32 = 1; r < Nr; r++) {
    const masks = NEIGHBOURS + 48 * (r & 3)
    const next = v128.load(masks)
    const opposite = v128.load(masks, 16)
    const previous = v128.load(masks, 32)
    key = v128.load(keys + 16 * r)
    x0 = round(x0, key, next, opposite, previous, inverse, aOver, s1u, s1v, s2u, s2v, nibble)
    x1 = round(x1, key, next, opposite, previous, inverse, aOver, s1u, s1v, s2u, s2v, nibble)
    x2 = round(x2, key, next, opposite, previous, inverse, aOver, s1u, s1v, s2u, s2v, nibble)
    x3 = round(x3, key, next, opposite, previous, inverse, aOver, s1u, s1v, s2u, s2v, nibble)
  }
  const u = v128.load(SBOX_OUT)
  const v = v128.load(SBOX_OUT, 16)
  const restore = v128.load(RESTORE + 16 * (Nr & 3))
  key = v128.load(keys + 16 * Nr)
  const k0 = v128.xor(swizzle(onInverse(x0, u, v, inverse, aOver, nibble), restore), key)
  const k1 = v128.xor(swizzle(onInverse(x1, u, v, inverse, aOver, nibble), restore), key)
  const k2 = v128.xor(swizzle(onInverse(x2, u, v, inverse, aOver, nibble), restore), key)
  const k3 = v128.xor(swizzle(onInverse(x3, u, v, inverse, aOver, nibble), restore), key)
  v128.store(dst, v128.xor(v128.load(src), k0))
  v128.store(dst, v128.xor(v128.load(src, 16), k1), 16)
  v128.store(dst, v128.xor(v128.load(src, 32), k2), 32)
  v128.store(dst, v128.xor(v128.load(src, 48), k3), 48)
}

/** The kernel's form of the round keys: 16 bytes each from `words` to `keys`. */
export function setRoundKeys(words: usize, Nr: u32, keys: usize): void {
  const nibble = v128.load(NIBBLE)
  const tu = v128.load(TO_TOWER)
  const tv = v128.load(TO_TOWER, 16)
  const c63 = i8x16.splat(0x63)
  v128.store(keys, linear(v128.load(words), tu, tv, nibble))
  for (let r: u32 = 1; r < Nr; r++) {
    const key = linear(v128.xor(v128.load(words + 16 * r), c63), tu, tv, nibble)
    v128.store(keys + 16 * r, swizzle(key, v128.load(ORDER + 16 * (r & 3))))
  }
  v128.store(keys + 16 * Nr, v128.xor(v128.load(words + 16 * Nr), c63))
}

/** SubBytes without 0x63 on a vector in the ordinary basis. */
// @ts-ignore: decorator
@inline
export function substitute(x: v128): v128 {
  const nibble = v128.load(NIBBLE)
  const tower = linear(x, v128.load(TO_TOWER), v128.load(TO_TOWER, 16), nibble)
  return onInverse(
    tower, v128.load(SBOX_OUT), v128.load(SBOX_OUT, 16), v128.load(INVERSE), v128.load(A_OVER), nibble,
  )
}

/** The S-box on the four bytes of a word, for FIPS 197, 5.2. */
export function subWord(word: u32): u32 {
  return i32x4.extract_lane(substitute(i32x4.splat(word)), 0) ^ 0x63636363
}
