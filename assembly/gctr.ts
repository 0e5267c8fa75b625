/**
 * GCTR (SP 800-38D, 6.5): counter mode, the last 32 bits of the counter block counting modulo 2^32.
 * Constant time: only lengths, addresses and the number of a block decide.
 *
 * Blocks are numbered so that the pre-counter block J0 is number 1. With an IV of 12 bytes that is its counter too, and
 * key stream comes in batches of 4, 32 or 128 blocks; the larger ones begin at multiples of their size, so that the low
 * bits of the counters are the same pattern in every batch. With any other IV the counter comes out of GHASH and is as
 * secret as its key: nothing may depend on where it starts, and all batches are of 4 blocks.
 *
 * A batch that begins before the part of the message in hand, or reaches beyond it, is made in KEY_STREAM:
 *
 *     GCTR_WORK    0  J0          the pre-counter block
 *                 16  MASK        CIPH_K(J0), which encrypts the tag
 *                 32  KEY_STREAM  one batch; bytes `unread` up to `end` are still to be used
 *               2080  WORK        the kernels' states
 */
import { NR } from './aes-context'
import { AES_WORK, GCTR_WORK, wipe } from './memory'
import * as scalar from './scalar/context'
import * as simd from './simd/context'
import { ZEROS } from './simd/zeros'

export const J0: usize = GCTR_WORK
export const MASK: usize = GCTR_WORK + 16
const KEY_STREAM: usize = GCTR_WORK + 32
const WORK: usize = GCTR_WORK + 2080

let context: usize = 0
/** Number of the next block to make key stream for. */
let next: u32 = 1
/** Whether a block's number is its counter. */
let numbered: bool = false
let unread: u32 = 0
let end: u32 = 0
let begun: bool = false
/** Blocks of the largest batch made: says what there is to wipe. */
let largest: u32 = 0

/** Takes the expanded key and the block at {@link J0}. `startsAtOne`: its counter is 1, because the IV has 12 bytes. */
export function gctrStart(key: usize, startsAtOne: bool): void {
  context = key
  next = 1
  numbered = startsAtOne
  begun = false
  if (ASC_FEATURE_SIMD) simd.startMessage()
}

/** Makes MASK, and the key stream that comes with it, for a message of about `length` bytes. */
export function gctrBegin(length: u32): void {
  if (begun) return
  begun = true
  makeBatch(length + 16)
  store<u64>(MASK, load<u64>(KEY_STREAM + unread))
  store<u64>(MASK, load<u64>(KEY_STREAM + unread, 8), 8)
  unread += 16
}

/** The batch size that suits `length` bytes of key stream. */
function batchFor(length: u32): u32 {
  if (!ASC_FEATURE_SIMD || !numbered) return 4
  return simd.batchFor((length + 15) >> 4)
}

/** Fills KEY_STREAM with the batch that holds block `next`. */
function makeBatch(length: u32): void {
  const batch = batchFor(length)
  const first = batch == 4 ? next : next & ~(batch - 1)
  addBatch(batch, first, ZEROS, 0, KEY_STREAM)
  unread = 16 * (next - first)
  end = 16 * batch
  next = first + batch
}

function addBatch(batch: u32, first: u32, src: usize, step: usize, dst: usize): void {
  if (batch > largest) largest = batch
  const counter = bswap<u32>(load<u32>(J0, 12)) + (first - 1)
  if (!ASC_FEATURE_SIMD) scalar.keyStream(context, load<u32>(context, NR), J0, counter, dst)
  else if (batch == 4) simd.addKeyStream4(context, J0, counter, src, dst)
  else simd.addKeyStream(context, batch, J0, first, src, step, dst, WORK)
}

/**
 * En- or decrypts the next part of the message, 1 to `length` bytes from `src` to `dst` (which may be the same), and
 * returns how many: all but the message's last part are whole blocks if `length` is.
 */
export function gctrStep(src: usize, dst: usize, length: u32): u32 {
  gctrBegin(length)
  if (unread == end) {
    const batch = batchFor(length)
    if (ASC_FEATURE_SIMD && length >= 16 * batch && (batch == 4 || (next & (batch - 1)) == 0)) {
      addBatch(batch, next, src, 1, dst)
      next += batch
      return 16 * batch
    }
    makeBatch(length)
  }
  const part = min<u32>(length, end - unread)
  addBytes(src, KEY_STREAM + unread, dst, part)
  unread += part
  return part
}

function addBytes(text: usize, keyStream: usize, dst: usize, length: u32): void {
  let i: usize = 0
  if (ASC_FEATURE_SIMD) {
    for (; i + 16 <= length; i += 16)
      v128.store(dst + i, v128.xor(v128.load(text + i), v128.load(keyStream + i)))
  }
  for (; i + 8 <= length; i += 8) store<u64>(dst + i, load<u64>(text + i) ^ load<u64>(keyStream + i))
  for (; i < length; i++) store<u8>(dst + i, load<u8>(text + i) ^ load<u8>(keyStream + i))
}

export function gctrWipe(): void {
  if (ASC_FEATURE_SIMD) {
    wipe(GCTR_WORK, 32 + 16 * largest)
    if (largest > 4) wipe(WORK, simd.workOf(largest))
  } else {
    wipe(AES_WORK, 64)
    wipe(GCTR_WORK, 32 + 64)
  }
  largest = 0
}
