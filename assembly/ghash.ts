/**
 * GHASH (SP 800-38D, 6.4) over a message that arrives in pieces, each padded with zeros to whole blocks.
 * Constant time: only lengths and addresses decide. What is hashed so far is kept in GHASH_WORK until ghashWipe.
 */
import { NR } from './aes-context'
import * as scalar from './scalar/ghash-message'
import * as simd from './simd/ghash-message'

/** Begins a hash under H = CIPH_K(0^128) of an expanded key; makes H when this key needs it for the first time. */
export function ghashStart(context: usize): void {
  if (ASC_FEATURE_SIMD) simd.start(context, load<u32>(context, NR))
  else scalar.start(context, load<u32>(context, NR))
}

/** Hashes `length` bytes and pads them with zeros to whole blocks. */
export function ghashUpdate(src: usize, length: u32): void {
  if (ASC_FEATURE_SIMD) simd.update(src, length)
  else scalar.update(src, length)
}

/** Hashes a block of two 64-bit integers, the lengths in bits. */
export function ghashLengths(first: u64, second: u64): void {
  if (ASC_FEATURE_SIMD) simd.lengths(first, second)
  else scalar.lengths(first, second)
}

/** The hash, 16 bytes, to `dst`. */
export function ghashFinish(dst: usize): void {
  if (ASC_FEATURE_SIMD) simd.finish(dst)
  else scalar.finish(dst)
}

export function ghashWipe(): void {
  if (ASC_FEATURE_SIMD) simd.wipe()
  else scalar.wipe()
}
