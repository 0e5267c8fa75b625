/**
 * GHASH (SP 800-38D, 6.4) over a message that arrives in pieces, without SIMD. Constant time: only lengths decide.
 *
 *     GHASH_WORK    0  Y      the chaining value
 *                  16  LAST   a last, partial block, padded with zeros
 */
import { GHASH_READY, H, READY } from '../aes-context'
import { GHASH_WORK, wipe as wipeBytes } from '../memory'
import { encryptBlock } from './context'
import { ghashBlocks } from './ghash'

const Y: usize = GHASH_WORK
const LAST: usize = GHASH_WORK + 16

let key: usize = 0

export function start(context: usize, Nr: u32): void {
  key = context + H
  if ((load<u32>(context, READY) & GHASH_READY) == 0) {
    wipeBytes(key, 16)
    encryptBlock(context, Nr, key, key)
    store<u32>(context, load<u32>(context, READY) | GHASH_READY, READY)
  }
  wipeBytes(Y, 16)
}

export function update(src: usize, length: u32): void {
  const blocks = length >> 4
  ghashBlocks(Y, key, src, blocks)
  const rest = length & 15
  if (rest == 0) return
  wipeBytes(LAST, 16)
  memory.copy(LAST, src + 16 * blocks, rest)
  ghashBlocks(Y, key, LAST, 1)
}

export function lengths(first: u64, second: u64): void {
  store<u64>(LAST, bswap<u64>(first))
  store<u64>(LAST, bswap<u64>(second), 8)
  ghashBlocks(Y, key, LAST, 1)
}

export function finish(dst: usize): void {
  store<u64>(dst, load<u64>(Y))
  store<u64>(dst, load<u64>(Y, 8), 8)
}

export function wipe(): void {
  wipeBytes(GHASH_WORK, 32)
}
