/** Byte helpers that every room may use. Nothing here is constant-time: never compare secrets with it. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 bytes of a well-formed string. Callers refuse lone surrogates first (see `isWellFormed`). */
export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** The string of UTF-8 bytes; throws `TypeError` on malformed input. */
export const text = (bytes: Uint8Array): string => decoder.decode(bytes)

/** False if the string holds a lone surrogate, which UTF-8 cannot express. */
export const isWellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value)

export function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(new ArrayBuffer(parts.reduce((sum, part) => sum + part.length, 0)))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value)
export const u32 = (value: number): Uint8Array => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)

/** Big-endian 64-bit form of a safe non-negative integer. */
export function u64(value: number): Uint8Array {
  return concat(u32(Math.floor(value / 2 ** 32)), u32(value >>> 0))
}

export function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)
}

/** Reads 8 big-endian bytes; throws `RangeError` over 2^53 - 1. */
export function readU64(bytes: Uint8Array, at: number): number {
  const value = readU32(bytes, at) * 2 ** 32 + readU32(bytes, at + 4)
  if (!Number.isSafeInteger(value)) throw new RangeError('integer over 2^53 - 1')
  return value
}

const digits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

export function hex(bytes: Uint8Array): string {
  let out = ''
  for (const byte of bytes) out += digits[byte]
  return out
}

/** Bytes of an even number of hex digits; throws `TypeError` otherwise. */
export function unhex(value: string): Uint8Array {
  if (value.length % 2 !== 0 || /[^0-9a-fA-F]/.test(value)) throw new TypeError('not hexadecimal')
  const out = new Uint8Array(new ArrayBuffer(value.length / 2))
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(value.slice(2 * i, 2 * i + 2), 16)
  return out
}

/** Standard base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(binary)
}

/** Strict base64: throws `TypeError` on anything but canonical padded text. */
export function unbase64(value: string): Uint8Array {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) throw new TypeError('not base64')
  const binary = atob(value)
  const out = new Uint8Array(new ArrayBuffer(binary.length))
  for (let i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i)
  return out
}

/** Orders byte strings as unsigned integers, shorter prefix first. Not constant-time. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
