/**
 * GCTR (SP 800-38D, 6.5): counter mode, the last 32 bits of the counter block counting modulo 2^32.
 * Constant time: only lengths, addresses and counters decide, and a counter follows from the IV, which is public.
 *
 * Key stream is made in groups of blocks whose first counter is a multiple of their number, so that the counter's low
 * bits are the same pattern in every group. What a group holds before and behind the piece in hand waits in KEY_STREAM:
 *
 *     GCTR_WORK    0  J0          the pre-counter block
 *                 16  MASK        CIPH_K(J0), which encrypts the tag
 *                 32  KEY_STREAM  one group; bytes `unread` .. `end` are still to be used
 */
import { AES_WORK, GCTR_WORK } from './memory'
import { NR } from './aes-context'
import { BLOCKS } from './scalar/aes'
import * as scalarContext from './scalar/context'

export const J0: usize = GCTR_WORK
export const MASK: usize = GCTR_WORK + 16
const KEY_STREAM: usize = GCTR_WORK + 32

let context: usize = 0
/** Counter of the next group. */
let counter: u32 = 0
let unread: u32 = 0
let end: u32 = 0
let begun: bool = false

/** Takes the expanded key and J0, which stands at {@link J0}. */
export function gctrStart(key: usize): void {
  context = key
  begun = false
}

/** The first group: gives MASK, then the first key stream. */
export function gctrBegin(): void {
  if (begun) return
  begun = true
  const first = bswap<u32>(load<u32>(J0, 12))
  counter = first & ~(BLOCKS - 1)
  makeGroup()
  unread = 16 * (first - (counter - BLOCKS))
  store<u64>(MASK, load<u64>(KEY_STREAM + unread))
  store<u64>(MASK, load<u64>(KEY_STREAM + unread, 8), 8)
  unread += 16
}

function makeGroup(): void {
  scalarContext.keyStream(context, load<u32>(context, NR), J0, counter, KEY_STREAM)
  counter += BLOCKS
  unread = 0
  end = 16 * BLOCKS
}

/**
 * En- or decrypts the next part of the message, at most `length` bytes from `src` to `dst` (which may be the same), and
 * returns how many: all but the message's last part are whole blocks if `length` is.
 */
export function gctrStep(src: usize, dst: usize, length: u32): u32 {
  gctrBegin()
  if (unread == end) makeGroup()
  const part = min<u32>(length, end - unread)
  xorBytes(src, KEY_STREAM + unread, dst, part)
  unread += part
  return part
}

function xorBytes(left: usize, right: usize, dst: usize, length: u32): void {
  let i: usize = 0
  for (; i + 8 <= length; i += 8) store<u64>(dst + i, load<u64>(left + i) ^ load<u64>(right + i))
  for (; i < length; i++) store<u8>(dst + i, load<u8>(left + i) ^ load<u8>(right + i))
}

export function gctrWipe(): void {
  memory.fill(AES_WORK, 0, 64)
  memory.fill(GCTR_WORK, 0, 32 + 16 * BLOCKS)
}
