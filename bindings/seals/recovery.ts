/**
 * A recovery code: a raw unlock secret that can be printed and typed. 32 bytes and a 3-byte check, 56 digits of
 * Crockford's base32 (no I, L, O, U) in 14 groups of four. The check is the start of SHA-256("kmsbox/v1/recovery" ‖ 00 ‖
 * secret); it catches typing mistakes before a store is asked, and says nothing that helps to guess 256 bits.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { compareBytes, concat, utf8 } from '../bytes.ts'
import type { Core } from '../core.ts'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_BYTES = 32
const CHECK_BYTES = 3
const CODE_DIGITS = 56

/** A fresh code, to be shown once and kept on paper; add it with `{ recoveryCode }`. */
export function makeRecoveryCode(core: Core): string {
  const secret = core.random(SECRET_BYTES)
  try {
    return encodeRecoveryCode(secret)
  } finally {
    secret.fill(0)
  }
}

export function encodeRecoveryCode(secret: Uint8Array): string {
  const bytes = concat(secret, check(secret))
  let code = ''
  for (let digit = 0; digit < CODE_DIGITS; digit++) code += DIGITS[fiveBits(bytes, digit * 5)]
  bytes.fill(0)
  return (code.match(/.{4}/g) as string[]).join('-')
}

/** Throws `TypeError` for a code that was mistyped. */
export function decodeRecoveryCode(code: string): Uint8Array {
  const typed = code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  const values = [...typed].map((digit) => DIGITS.indexOf(digit))
  if (values.length !== CODE_DIGITS || values.includes(-1)) throw mistyped()
  const bytes = new Uint8Array(new ArrayBuffer(SECRET_BYTES + CHECK_BYTES))
  for (const [digit, value] of values.entries()) putFiveBits(bytes, digit * 5, value)
  const secret = bytes.slice(0, SECRET_BYTES)
  const ok = compareBytes(check(secret), bytes.subarray(SECRET_BYTES)) === 0
  bytes.fill(0)
  if (!ok) throw mistyped()
  return secret
}

const mistyped = (): TypeError => new TypeError('the recovery code was mistyped: it has 14 groups of four digits')

const check = (secret: Uint8Array): Uint8Array =>
  sha256(concat(utf8('kmsbox/v1/recovery'), Uint8Array.of(0), secret)).subarray(0, CHECK_BYTES)

/** Five bits from bit `at` on, first bit first. */
function fiveBits(bytes: Uint8Array, at: number): number {
  const pair = ((bytes[at >>> 3] as number) << 8) | (bytes[(at >>> 3) + 1] ?? 0)
  return (pair >>> (11 - (at & 7))) & 31
}

function putFiveBits(bytes: Uint8Array, at: number, value: number): void {
  const shifted = value << (11 - (at & 7))
  const first = at >>> 3
  bytes[first] = (bytes[first] as number) | (shifted >>> 8)
  if (first + 1 < bytes.length) bytes[first + 1] = (bytes[first + 1] as number) | (shifted & 255)
}
