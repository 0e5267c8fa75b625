/**
 * AES (FIPS 197) by vector permutation (M. Hamburg, CHES 2009), for single blocks and messages of a few.
 * Constant time: every table is in a register and looked up by `swizzle`, whose index is data. Nothing to wipe: state
 * lives in registers only.
 *
 * A state is one vector, byte 4·column + row, in the tower basis of scripts/permute-tables.mjs between the rounds.
 * Round keys are in that basis too but for the last one; all but the first have 0x63 added, the S-box's constant, which
 * ShiftRows does not move and MixColumns maps to itself.
 */
import {
  A_OVER, INVERSE, INV_9, INV_B, INV_D, INV_E, INV_OUT, INV_TO_TOWER, SBOX, SBOX_2, SBOX_OUT, TO_TOWER,
} from './permute-tables'
import { highNibbles, lowNibbles, swizzle } from './swizzle'

/** Looks a linear function up, by its halves. */
// @ts-ignore: decorator
@inline
function linear(x: v128, onLow: v128, onHigh: v128): v128 {
  return v128.xor(swizzle(onLow, lowNibbles(x)), swizzle(onHigh, highNibbles(x)))
}

/** ShiftRows, then the bytes one, two or three rows on in every column: what MixColumns adds up. */
// @ts-ignore: decorator
@inline
function shiftRows(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11)
}
// @ts-ignore: decorator
@inline
function shiftRows1(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12)
}
// @ts-ignore: decorator
@inline
function shiftRows2(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 10, 15, 0, 5, 14, 3, 4, 9, 2, 7, 8, 13, 6, 11, 12, 1)
}
// @ts-ignore: decorator
@inline
function shiftRows3(x: v128): v128 {
  return v128.shuffle<u8>(x, x, 15, 0, 5, 10, 3, 4, 9, 14, 7, 8, 13, 2, 11, 12, 1, 6)
}

/** The half of inversion that is common to both of its results: 1/n + a/k. */
// @ts-ignore: decorator
@inline
function partial(n: v128, aOverK: v128, inverse: v128): v128 {
  return v128.xor(swizzle(inverse, n), aOverK)
}

/** SubBytes, ShiftRows, MixColumns, AddRoundKey. */
// @ts-ignore: decorator
@inline
function round(x: v128, key: v128, inverse: v128, aOver: v128, s1u: v128, s1v: v128, s2u: v128, s2v: v128): v128 {
  const k = lowNibbles(x)
  const i = highNibbles(x)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, partial(i, aOverK, inverse)), j)
  const jo = v128.xor(swizzle(inverse, partial(j, aOverK, inverse)), i)
  const once = v128.xor(swizzle(s1u, io), swizzle(s1v, jo))
  const twice = v128.xor(swizzle(s2u, io), swizzle(s2v, jo))
  return v128.xor(
    v128.xor(v128.xor(shiftRows(twice), key), shiftRows1(v128.xor(once, twice))),
    v128.xor(shiftRows2(once), shiftRows3(once)),
  )
}

/** SubBytes, ShiftRows, AddRoundKey, out of the tower basis. */
// @ts-ignore: decorator
@inline
function lastRound(x: v128, key: v128, inverse: v128, aOver: v128, u: v128, v: v128): v128 {
  const k = lowNibbles(x)
  const i = highNibbles(x)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, partial(i, aOverK, inverse)), j)
  const jo = v128.xor(swizzle(inverse, partial(j, aOverK, inverse)), i)
  return v128.xor(shiftRows(v128.xor(swizzle(u, io), swizzle(v, jo))), key)
}

/** One block from `src` to `dst`, which may be the same. `keys`: Nr + 1 round keys as above. */
export function encryptBlock(src: usize, dst: usize, keys: usize, Nr: u32): void {
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const s1u = v128.load(SBOX)
  const s1v = v128.load(SBOX, 16)
  const s2u = v128.load(SBOX_2)
  const s2v = v128.load(SBOX_2, 16)
  let x = v128.xor(linear(v128.load(src), v128.load(TO_TOWER), v128.load(TO_TOWER, 16)), v128.load(keys))
  const last = keys + 16 * Nr
  for (let key = keys + 16; key < last; key += 16) x = round(x, v128.load(key), inverse, aOver, s1u, s1v, s2u, s2v)
  v128.store(dst, lastRound(x, v128.load(last), inverse, aOver, v128.load(SBOX_OUT), v128.load(SBOX_OUT, 16)))
}

/** Adds the key stream of four blocks, the counters from `counter` on, to 64 bytes at `src`, into `dst`. */
export function addKeyStream4(at: usize, counter: u32, src: usize, dst: usize, keys: usize, Nr: u32): void {
  const block = v128.load(at)
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const s1u = v128.load(SBOX)
  const s1v = v128.load(SBOX, 16)
  const s2u = v128.load(SBOX_2)
  const s2v = v128.load(SBOX_2, 16)
  const tu = v128.load(TO_TOWER)
  const tv = v128.load(TO_TOWER, 16)
  let key = v128.load(keys)
  let x0 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter)), tu, tv), key)
  let x1 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 1)), tu, tv), key)
  let x2 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 2)), tu, tv), key)
  let x3 = v128.xor(linear(i32x4.replace_lane(block, 3, bswap<u32>(counter + 3)), tu, tv), key)
  const last = keys + 16 * Nr
  for (let next = keys + 16; next < last; next += 16) {
    key = v128.load(next)
    x0 = round(x0, key, inverse, aOver, s1u, s1v, s2u, s2v)
    x1 = round(x1, key, inverse, aOver, s1u, s1v, s2u, s2v)
    x2 = round(x2, key, inverse, aOver, s1u, s1v, s2u, s2v)
    x3 = round(x3, key, inverse, aOver, s1u, s1v, s2u, s2v)
  }
  key = v128.load(last)
  const u = v128.load(SBOX_OUT)
  const v = v128.load(SBOX_OUT, 16)
  v128.store(dst, v128.xor(v128.load(src), lastRound(x0, key, inverse, aOver, u, v)))
  v128.store(dst, v128.xor(v128.load(src, 16), lastRound(x1, key, inverse, aOver, u, v)), 16)
  v128.store(dst, v128.xor(v128.load(src, 32), lastRound(x2, key, inverse, aOver, u, v)), 32)
  v128.store(dst, v128.xor(v128.load(src, 48), lastRound(x3, key, inverse, aOver, u, v)), 48)
}

/** The S-box on the four bytes of a word, for FIPS 197, 5.2. */
export function subWord(word: u32): u32 {
  const x = linear(i32x4.splat(word), v128.load(TO_TOWER), v128.load(TO_TOWER, 16))
  const k = lowNibbles(x)
  const i = highNibbles(x)
  const j = v128.xor(i, k)
  const inverse = v128.load(INVERSE)
  const aOverK = swizzle(v128.load(A_OVER), k)
  const io = v128.xor(swizzle(inverse, partial(i, aOverK, inverse)), j)
  const jo = v128.xor(swizzle(inverse, partial(j, aOverK, inverse)), i)
  const out = v128.xor(swizzle(v128.load(SBOX_OUT), io), swizzle(v128.load(SBOX_OUT, 16), jo))
  return i32x4.extract_lane(out, 0) ^ 0x63636363
}

/** The kernel's form of the round keys: 16 bytes each from `words` to `keys`. */
export function setRoundKeys(words: usize, Nr: u32, keys: usize): void {
  const tu = v128.load(TO_TOWER)
  const tv = v128.load(TO_TOWER, 16)
  const c63 = i8x16.splat(0x63)
  v128.store(keys, linear(v128.load(words), tu, tv))
  const last: usize = 16 * Nr
  for (let at: usize = 16; at < last; at += 16)
    v128.store(keys + at, linear(v128.xor(v128.load(words + at), c63), tu, tv))
  v128.store(keys + last, v128.xor(v128.load(words + last), c63))
}

/** 0e, 0b, 0d, 09: what InvMixColumns adds up, of bytes zero, one, two and three rows on after InvShiftRows. */
// @ts-ignore: decorator
@inline
function invRound(x: v128, key: v128, inverse: v128, aOver: v128): v128 {
  const k = lowNibbles(x)
  const i = highNibbles(x)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, partial(i, aOverK, inverse)), j)
  const jo = v128.xor(swizzle(inverse, partial(j, aOverK, inverse)), i)
  const e = v128.xor(swizzle(v128.load(INV_E), io), swizzle(v128.load(INV_E, 16), jo))
  const b = v128.xor(swizzle(v128.load(INV_B), io), swizzle(v128.load(INV_B, 16), jo))
  const d = v128.xor(swizzle(v128.load(INV_D), io), swizzle(v128.load(INV_D, 16), jo))
  const n = v128.xor(swizzle(v128.load(INV_9), io), swizzle(v128.load(INV_9, 16), jo))
  const e0 = v128.shuffle<u8>(e, e, 0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3)
  const b1 = v128.shuffle<u8>(b, b, 13, 10, 7, 0, 1, 14, 11, 4, 5, 2, 15, 8, 9, 6, 3, 12)
  const d2 = v128.shuffle<u8>(d, d, 10, 7, 0, 13, 14, 11, 4, 1, 2, 15, 8, 5, 6, 3, 12, 9)
  const n3 = v128.shuffle<u8>(n, n, 7, 0, 13, 10, 11, 4, 1, 14, 15, 8, 5, 2, 3, 12, 9, 6)
  return v128.xor(v128.xor(v128.xor(e0, key), b1), v128.xor(d2, n3))
}

/**
 * One block from `src` to `dst`, which may be the same: FIPS 197, algorithm 3, in the order of its equivalent inverse
 * cipher. Between the rounds a byte is kept as INV_TO_TOWER makes it, ready for the next inversion.
 */
export function decryptBlock(src: usize, dst: usize, keys: usize, Nr: u32): void {
  const inverse = v128.load(INVERSE)
  const aOver = v128.load(A_OVER)
  const block = v128.xor(v128.load(src), v128.load(keys + 16 * Nr))
  let x = linear(block, v128.load(INV_TO_TOWER), v128.load(INV_TO_TOWER, 16))
  for (let key = keys + 16 * (Nr - 1); key > keys; key -= 16) x = invRound(x, v128.load(key), inverse, aOver)
  const k = lowNibbles(x)
  const i = highNibbles(x)
  const j = v128.xor(i, k)
  const aOverK = swizzle(aOver, k)
  const io = v128.xor(swizzle(inverse, partial(i, aOverK, inverse)), j)
  const jo = v128.xor(swizzle(inverse, partial(j, aOverK, inverse)), i)
  const s = v128.xor(swizzle(v128.load(INV_OUT), io), swizzle(v128.load(INV_OUT, 16), jo))
  const shifted = v128.shuffle<u8>(s, s, 0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3)
  v128.store(dst, v128.xor(shifted, v128.load(keys)))
}

/** Round keys for decryptBlock: the first as it is, the last with 0x63 added, those between through InvMixColumns too. */
export function setInverseKeys(words: usize, Nr: u32, keys: usize): void {
  const tu = v128.load(INV_TO_TOWER)
  const tv = v128.load(INV_TO_TOWER, 16)
  const c63 = i8x16.splat(0x63)
  v128.store(keys, v128.load(words))
  const last: usize = 16 * Nr
  for (let at: usize = 16; at < last; at += 16) {
    // InvMixColumns is MixColumns three times: the fourth power of its matrix is the identity.
    const key = mixColumns(mixColumns(mixColumns(v128.xor(v128.load(words + at), c63))))
    v128.store(keys + at, linear(key, tu, tv))
  }
  v128.store(keys + last, v128.xor(v128.load(words + last), c63))
}

/** MixColumns on one block in the ordinary basis. */
export function mixColumns(x: v128): v128 {
  const next = v128.shuffle<u8>(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
  const pair = v128.xor(x, next)
  const carry = v128.and(i8x16.lt_s(pair, i64x2.splat(0)), i8x16.splat(0x1b))
  const twice = v128.xor(i8x16.add(pair, pair), carry)
  const pairBelow = v128.shuffle<u8>(pair, pair, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
  return v128.xor(v128.xor(twice, next), pairBelow)
}

/** SubBytes without 0x63, then ShiftRows, on one block in the ordinary basis. */
export function substituteAndShift(block: v128): v128 {
  const x = linear(block, v128.load(TO_TOWER), v128.load(TO_TOWER, 16))
  return lastRound(
    x, i64x2.splat(0), v128.load(INVERSE), v128.load(A_OVER), v128.load(SBOX_OUT), v128.load(SBOX_OUT, 16),
  )
}
