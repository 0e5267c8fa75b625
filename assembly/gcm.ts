/**
 * GCM (SP 800-38D, 7.1 and 7.2) over messages that arrive in pieces. Constant time: only lengths and addresses decide.
 *
 *     sealing   gcmStart  gcmAad…  gcmEncrypt…                    gcmTag  gcmWipe
 *     opening   gcmStart  gcmAad…  gcmAuthenticate…               gcmTag  (compare)  gcmDecrypt…  gcmWipe
 *
 * Every piece but the last of the associated data, and but the last of the text, has a multiple of 16 bytes; multiples
 * of GCM_BATCH are fastest. An opening reads its ciphertext twice: nothing is decrypted before the tag is accepted, so
 * the caller must hold the same bytes ready both times. It is also the caller who compares tags and refuses lengths
 * over the limits of 5.2.1.1.
 */
import { gctrBegin, gctrStart, gctrStep, gctrWipe, J0, MASK } from './gctr'
import { ghashFinish, ghashLengths, ghashStart, ghashUpdate, ghashWipe } from './ghash'

/** Preferred piece of text, in bytes. */
export const GCM_BATCH: u32 = 2048

/** Bytes encrypted before they are hashed: few enough to stay in the processor's first cache. */
const CACHED: u32 = 8192

let aadBits: u64 = 0
let textBits: u64 = 0

/** Begins a message under an expanded key and an IV of at least one byte. */
export function gcmStart(context: usize, iv: usize, ivLength: u32): void {
  aadBits = 0
  textBits = 0
  ghashStart(context)
  if (ivLength == 12) {
    store<u64>(J0, load<u64>(iv))
    store<u32>(J0, load<u32>(iv, 8), 8)
    store<u32>(J0, bswap<u32>(1), 12)
  } else {
    ghashUpdate(iv, ivLength)
    ghashLengths(0, u64(ivLength) << 3)
    ghashFinish(J0)
    ghashStart(context)
  }
  gctrStart(context, ivLength == 12)
}

/** Associated data, before any text. */
export function gcmAad(src: usize, length: u32): void {
  aadBits += u64(length) << 3
  ghashUpdate(src, length)
}

/** Encrypts and authenticates text; `src` and `dst` are the same or disjoint. */
export function gcmEncrypt(src: usize, dst: usize, length: u32): void {
  textBits += u64(length) << 3
  let hashed: u32 = 0
  for (let done: u32 = 0; done < length; ) {
    done += gctrStep(src + done, dst + done, length - done)
    if (done < length && done - hashed < CACHED) continue
    const whole = done == length ? done - hashed : (done - hashed) & ~255
    ghashUpdate(dst + hashed, whole)
    hashed += whole
  }
}

/** Authenticates ciphertext: the first pass of an opening. */
export function gcmAuthenticate(src: usize, length: u32): void {
  textBits += u64(length) << 3
  ghashUpdate(src, length)
}

/** Decrypts ciphertext: the second pass of an opening, after its tag was accepted. */
export function gcmDecrypt(src: usize, dst: usize, length: u32): void {
  for (let done: u32 = 0; done < length; ) done += gctrStep(src + done, dst + done, length - done)
}

/** The tag, 16 bytes, to `dst`. Call once, when all data and text was given. */
export function gcmTag(dst: usize): void {
  gctrBegin(u32(textBits >> 3))
  ghashLengths(aadBits, textBits)
  ghashFinish(dst)
  store<u64>(dst, load<u64>(dst) ^ load<u64>(MASK))
  store<u64>(dst, load<u64>(dst, 8) ^ load<u64>(MASK, 8), 8)
}

/** Wipes the running state: whoever called gcmStart calls this on every way out. */
export function gcmWipe(): void {
  ghashWipe()
  gctrWipe()
}
