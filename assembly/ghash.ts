/**
 * GHASH (SP 800-38D, 6.4) over a message that arrives in pieces. Constant time: only lengths and addresses decide.
 *
 *     GHASH_WORK    0  Y      the chaining value
 *                  16  LAST   a last, partial block, padded with zeros
 */
import { GHASH_WORK } from './memory'
import { aesEncryptBlock } from './aes'
import { GHASH_READY, H, READY } from './aes-context'
import * as scalar from './scalar/ghash'

const Y: usize = GHASH_WORK
const LAST: usize = GHASH_WORK + 16

let key: usize = 0

/** Begins a hash under H = CIPH_K(0^128) of an expanded key; makes H when this key needs it for the first time. */
export function ghashStart(context: usize): void {
  key = context + H
  if ((load<u32>(context, READY) & GHASH_READY) == 0) {
    memory.fill(key, 0, 16)
    aesEncryptBlock(context, key, key)
    store<u32>(context, load<u32>(context, READY) | GHASH_READY, READY)
  }
  memory.fill(Y, 0, 16)
}

/** Hashes `length` bytes and pads them with zeros to whole blocks. */
export function ghashUpdate(src: usize, length: u32): void {
  const blocks = length >> 4
  scalar.ghashBlocks(Y, key, src, blocks)
  const rest = length & 15
  if (rest == 0) return
  memory.fill(LAST, 0, 16)
  memory.copy(LAST, src + 16 * blocks, rest)
  scalar.ghashBlocks(Y, key, LAST, 1)
}

/** Hashes a block of two 64-bit integers, the lengths in bits. */
export function ghashLengths(first: u64, second: u64): void {
  store<u64>(LAST, bswap<u64>(first))
  store<u64>(LAST, bswap<u64>(second), 8)
  scalar.ghashBlocks(Y, key, LAST, 1)
}

/** The hash, 16 bytes, to `dst`. */
export function ghashFinish(dst: usize): void {
  store<u64>(dst, load<u64>(Y))
  store<u64>(dst, load<u64>(Y, 8), 8)
}

export function ghashWipe(): void {
  memory.fill(GHASH_WORK, 0, 32)
}
