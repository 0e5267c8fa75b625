/** The SIMD kernels' forms of an AES key, and blocks enciphered by the kernel that suits their number. */
import {
  BATCH_KEYS, BATCH_READY, INVERSE_KEYS, INVERSE_READY, LONG_MESSAGES, NR, PERMUTE_KEYS, POWERS_READY, READY,
  ROUND_KEYS,
} from '../aes-context'
import * as batch32 from './bitslice32'
import * as batch128 from './bitslice128'
import * as permute from './permute'
import { decryptBlock as permuteInverse, setInverseKeys } from './permute-inverse'

/** Bytes of working memory that a batch of so many blocks uses. */
export function workOf(batch: u32): usize {
  return batch == 128 ? batch128.WORK : batch == 32 ? batch32.WORK : 0
}

export function setRoundKeys(context: usize, Nr: u32): void {
  store<u32>(context, 0, POWERS_READY)
  store<u32>(context, 0, LONG_MESSAGES)
  permute.setRoundKeys(context + ROUND_KEYS, Nr, context + PERMUTE_KEYS)
}

export function encryptBlock(context: usize, src: usize, dst: usize): void {
  permute.encryptBlock(src, dst, context + PERMUTE_KEYS, load<u32>(context, NR))
}

export function decryptBlock(context: usize, src: usize, dst: usize): void {
  const Nr = load<u32>(context, NR)
  const ready = load<u32>(context, READY)
  if ((ready & INVERSE_READY) == 0) {
    setInverseKeys(context + ROUND_KEYS, Nr, context + INVERSE_KEYS)
    store<u32>(context, ready | INVERSE_READY, READY)
  }
  permuteInverse(src, dst, context + INVERSE_KEYS, Nr)
}

/** To be called when the key or the first 12 bytes of the counter block change. */
export function startMessage(): void {
  batch128.startMessage()
}

/** How many blocks to make at once when `blocks` are wanted: 4, 32 or 128, as the kernels overtake one another. */
export function batchFor(blocks: u32): u32 {
  return blocks > 112 ? 128 : blocks > 20 ? 32 : 4
}

/** Adds the key stream of four blocks, the counters from `counter` on, to 64 bytes at `src`, into `dst`. */
export function addKeyStream4(context: usize, block: usize, counter: u32, src: usize, dst: usize): void {
  permute.addKeyStream4(block, counter, src, dst, context + PERMUTE_KEYS, load<u32>(context, NR))
}

/**
 * Adds the key stream of 32 or 128 blocks to `src`, into `dst`: the counters from `counter` on, a multiple of the batch.
 * `step` is 1, or 0 to read the same bytes throughout.
 */
export function addKeyStream(
  context: usize, batch: u32, block: usize, counter: u32, src: usize, step: usize, dst: usize, work: usize,
): void {
  const Nr = load<u32>(context, NR)
  const words = context + ROUND_KEYS
  const keys = context + BATCH_KEYS
  const ready = load<u32>(context, READY)
  if ((ready & BATCH_READY) == 0) {
    batch32.setRoundKeys(words, Nr, keys)
    store<u32>(context, ready | BATCH_READY, READY)
  }
  if (batch == 32) batch32.addKeyStream32(block, counter, src, 64 * step, dst, words, keys, Nr, work)
  else batch128.addKeyStream128(block, counter, src, 256 * step, dst, words, keys, Nr, work)
}
