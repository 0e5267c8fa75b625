/**
 * AES (FIPS 197): keys of 128, 192 and 256 bits, single blocks. Constant time: only key lengths decide anything.
 * An expanded key is a context of AES_CONTEXT bytes, which the caller owns and wipes; aes-context.ts draws it.
 */
import {
  AES_CONTEXT, BATCH_KEYS, BATCH_READY, LANE_TABLES, LANES_READY, NR, POWER_TABLES, POWERS, POWERS_READY, READY,
  ROUND_KEYS,
} from './aes-context'
import { AES_WORK, wipe } from './memory'
import * as scalar from './scalar/context'
import { subWord as scalarSubWord } from './scalar/aes'
import * as simd from './simd/context'
import { subWord as simdSubWord } from './simd/permute'

export { AES_CONTEXT } from './aes-context'

/** Expands a key of 16, 24 or 32 bytes into `context`. Forms for GCM and for long messages follow when first needed. */
export function aesSetKey(context: usize, key: usize, keyLength: usize): void {
  const Nk = u32(keyLength >> 2)
  const Nr = Nk + 6
  store<u32>(context, Nr, NR)
  store<u32>(context, 0, READY)
  keyExpansion(context + ROUND_KEYS, key, Nk, 4 * (Nr + 1))
  if (ASC_FEATURE_SIMD) {
    simd.setRoundKeys(context, Nr)
  } else {
    scalar.setRoundKeys(context, context + ROUND_KEYS, Nr)
    wipe(AES_WORK, 128)
  }
}

/** FIPS 197, algorithm 2. Words are loaded little-endian, so RotWord is a rotation to the right. */
function keyExpansion(w: usize, key: usize, Nk: u32, words: u32): void {
  for (let i: u32 = 0; i < Nk; i++) store<u32>(w + 4 * i, load<u32>(key + 4 * i))
  let Rcon: u32 = 1
  let temp = load<u32>(w + 4 * (Nk - 1))
  let position: u32 = 0 // i mod Nk
  for (let i = Nk; i < words; i++) {
    if (position == 0) {
      temp = subWord(rotr<u32>(temp, 8)) ^ Rcon
      Rcon = (Rcon << 1) ^ (0x11b & (0 - (Rcon >> 7)))
    } else if (Nk > 6 && position == 4) {
      temp = subWord(temp)
    }
    temp ^= load<u32>(w + 4 * (i - Nk))
    store<u32>(w + 4 * i, temp)
    if (++position == Nk) position = 0
  }
}

function subWord(word: u32): u32 {
  return ASC_FEATURE_SIMD ? simdSubWord(word) : scalarSubWord(word, AES_WORK)
}

/** FIPS 197, algorithm 1: one block of 16 bytes; `src` and `dst` may be the same. */
export function aesEncryptBlock(context: usize, src: usize, dst: usize): void {
  if (ASC_FEATURE_SIMD) simd.encryptBlock(context, src, dst)
  else scalar.encryptBlock(context, load<u32>(context, NR), src, dst)
}

/** FIPS 197, algorithm 3: one block of 16 bytes; `src` and `dst` may be the same. */
export function aesDecryptBlock(context: usize, src: usize, dst: usize): void {
  if (ASC_FEATURE_SIMD) simd.decryptBlock(context, src, dst)
  else scalar.decryptBlock(context, load<u32>(context, NR), src, dst)
}

/** Wipes an expanded key: the forms it has, in the order of aes-context.ts. */
export function aesWipe(context: usize): void {
  if (!ASC_FEATURE_SIMD) return wipe(context, AES_CONTEXT)
  const ready = load<u32>(context, READY)
  if (ready & LANES_READY) wipe(context + LANE_TABLES, AES_CONTEXT - LANE_TABLES)
  wipe(context + POWERS, POWER_TABLES - POWERS + 544 * load<u32>(context, POWERS_READY))
  if (ready & BATCH_READY) wipe(context + BATCH_KEYS, POWERS - BATCH_KEYS)
  wipe(context, BATCH_KEYS)
}
