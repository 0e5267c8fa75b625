/**
 * GCTR (SP 800-38D, 6.5): counter mode, the last 32 bits of the counter block counting modulo 2^32.
 * Constant time: only lengths, addresses and counters decide, and a counter follows from the IV, which is public.
 *
 * Key stream comes in batches of 4, 32 or 128 blocks. A batch's first counter is a multiple of its size, so that the
 * low bits of the counters are the same pattern in every batch. A batch that begins before the part of the message in
 * hand, or reaches beyond it, is made in KEY_STREAM and used from there:
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
/** The next counter to make key stream for. */
let counter: u32 = 0
let unread: u32 = 0
let end: u32 = 0
let begun: bool = false
/** Blocks of the largest batch made: says what there is to wipe. */
let largest: u32 = 0

/** Takes the expanded key and J0, which stands at {@link J0}. */
export function gctrStart(key: usize): void {
  context = key
  begun = false
  if (ASC_FEATURE_SIMD) simd.startMessage()
  counter = bswap<u32>(load<u32>(J0, 12))
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

/** The batch size that suits `length` bytes of key stream from `counter` on. */
function batchFor(length: u32): u32 {
  if (!ASC_FEATURE_SIMD) return 4
  const blocks = (length + 15) >> 4
  return simd.batchFor(blocks)
}

/** Fills KEY_STREAM with the batch that holds `counter`. */
function makeBatch(length: u32): void {
  const batch = batchFor(length)
  const first = ASC_FEATURE_SIMD && batch == 4 ? counter : counter & ~(batch - 1)
  addBatch(batch, first, ZEROS, 0, KEY_STREAM)
  unread = 16 * (counter - first)
  end = 16 * batch
  counter = first + batch
}

function addBatch(batch: u32, first: u32, src: usize, step: usize, dst: usize): void {
  if (batch > largest) largest = batch
  if (ASC_FEATURE_SIMD) simd.addKeyStream(context, batch, J0, first, src, step, dst, WORK)
  else scalar.keyStream(context, load<u32>(context, NR), J0, first, dst)
}

/**
 * En- or decrypts the next part of the message, at most `length` bytes (at least 1) from `src` to `dst` (which may be the
 * same), and returns how many: all but the message's last part are whole blocks if `length` is.
 */
export function gctrStep(src: usize, dst: usize, length: u32): u32 {
  gctrBegin(length)
  if (unread == end) {
    const batch = batchFor(length)
    if (ASC_FEATURE_SIMD && length >= 16 * batch && (batch == 4 || (counter & (batch - 1)) == 0)) {
      addBatch(batch, counter, src, 1, dst)
      counter += batch
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
