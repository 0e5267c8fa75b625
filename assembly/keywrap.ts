/**
 * Key wrapping: KW and KWP (SP 800-38F, sections 6.2 and 6.3; RFC 3394 and RFC 5649).
 *
 * Semiblocks are 64 bits. A is the integrity register, R1 .. Rn the data, wrapped in place:
 *
 *     at   0   A            KW: A6A6A6A6A6A6A6A6     KWP: A65959A6 ‖ u32 length of the data, zero padding behind it
 *          8   R1 … Rn
 *
 * Unwrapping computes everything, then reduces "ICV right, length right, padding zero" to one bit: one error for every
 * failure, no early exit. The length of KWP's data becomes public with that bit, not before.
 * Constant-time in key and data. The block under the cipher is wiped here; the expanded key by the caller.
 */
import { aesDecryptBlock, aesEncryptBlock } from './aes'
import { maskLess, maskZero, publish } from './ct'
import { KWP_LENGTH, KW_ACCEPTED, WRAP, WRAP_END, wipe } from './memory'

const ICV: u64 = 0xa6a6a6a6a6a6a6a6
const ICV2: u32 = 0xa65959a6

const A: usize = WRAP
const R: usize = WRAP + 8

/** W (6.1): six passes over R1 .. Rn with A already in place at `at`, n ≥ 2. The counter t is xored into A, big-endian. */
function wrapRegisters(key: usize, at: usize, n: usize): void {
  store<u64>(A, load<u64>(at))
  let t: u64 = 1
  for (let pass = 0; pass < 6; pass++) {
    for (let i: usize = 1; i <= n; i++, t++) {
      store<u64>(R, load<u64>(at + 8 * i))
      aesEncryptBlock(key, WRAP, WRAP)
      store<u64>(A, load<u64>(A) ^ bswap(t))
      store<u64>(at + 8 * i, load<u64>(R))
    }
  }
  store<u64>(at, load<u64>(A))
  wipe(WRAP, WRAP_END - WRAP)
}

/** W inverse. */
function unwrapRegisters(key: usize, at: usize, n: usize): void {
  store<u64>(A, load<u64>(at))
  let t: u64 = 6 * n
  for (let pass = 0; pass < 6; pass++) {
    for (let i: usize = n; i >= 1; i--, t--) {
      store<u64>(A, load<u64>(A) ^ bswap(t))
      store<u64>(R, load<u64>(at + 8 * i))
      aesDecryptBlock(key, WRAP, WRAP)
      store<u64>(at + 8 * i, load<u64>(R))
    }
  }
  store<u64>(at, load<u64>(A))
  wipe(WRAP, WRAP_END - WRAP)
}

/** Wraps `length` bytes at `at` + 8 (a multiple of 8, at least 16); the result is `length` + 8 bytes at `at`. */
export function kwWrap(key: usize, at: usize, length: usize): void {
  store<u64>(at, ICV)
  wrapRegisters(key, at, length / 8)
}

/** Unwraps `length` bytes at `at` (a multiple of 8, at least 24): 1 with the data at `at` + 8, or 0. */
export function kwUnwrap(key: usize, at: usize, length: usize): i32 {
  unwrapRegisters(key, at, length / 8 - 1)
  const wrong = load<u64>(at) ^ ICV
  return publish(KW_ACCEPTED, maskZero(<u32>wrong | <u32>(wrong >>> 32)) & 1)
}

/** Wraps `length` bytes at `at` + 8 (1 to 2^32 - 1); returns the length of the result at `at`. */
export function kwpWrap(key: usize, at: usize, length: usize): usize {
  const n = (length + 7) / 8
  memory.fill(at + 8 + length, 0, 8 * n - length)
  store<u32>(at, bswap(ICV2))
  store<u32>(at, bswap(<u32>length), 4)
  if (n == 1) aesEncryptBlock(key, at, at)
  else wrapRegisters(key, at, n)
  return 8 + 8 * n
}

/** Unwraps `length` bytes at `at` (a multiple of 8, at least 16): the length of the data at `at` + 8, or 0. */
export function kwpUnwrap(key: usize, at: usize, length: usize): u32 {
  const n = length / 8 - 1
  if (n == 1) aesDecryptBlock(key, at, at)
  else unwrapRegisters(key, at, n)

  const claimed = bswap(load<u32>(at, 4))
  const padding = <u32>(8 * n) - claimed // 0 .. 7, or the claim is wrong
  let wrong = (load<u32>(at) ^ bswap(ICV2)) | (padding & ~7)
  const end = at + 8 + 8 * n
  for (let i: u32 = 1; i <= 7; i++) {
    const isPadding = maskLess(i - 1, padding & 7)
    wrong |= load<u8>(end - i) & isPadding
  }
  return publish(KWP_LENGTH, claimed & maskZero(wrong))
}
