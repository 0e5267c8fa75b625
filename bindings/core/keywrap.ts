/** AES-KW (RFC 3394) and AES-KWP (RFC 5649) over the arena. One error for whatever is wrong with wrapped data. */
import { type Arena, AuthenticationError } from './arena.ts'
import { checkAesKey, checkBytes, checkLength } from './check.ts'

/** Longest data, so that the wrapped form still fits the window. */
const MAX_DATA = 1_048_576

/** KW: data of 16 bytes or more, a multiple of 8. */
export function kwWrap(arena: Arena, kek: Uint8Array, data: Uint8Array): Uint8Array {
  checkLength('data', data, 16, MAX_DATA)
  if (data.length % 8 !== 0) throw new RangeError('data must have a multiple of 8 bytes')
  putKek(arena, kek)
  arena.put(arena.DATA + 8, data)
  arena.exports.kwWrap(kek.length, data.length)
  return arena.copy(arena.DATA, data.length + 8)
}

export function kwUnwrap(arena: Arena, kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
  checkWrapped(kek, wrapped)
  if (wrapped.length < 24 || wrapped.length % 8 !== 0) throw new AuthenticationError()
  putKek(arena, kek)
  arena.put(arena.DATA, wrapped)
  arena.accept(arena.exports.kwUnwrap(kek.length, wrapped.length))
  return arena.take(arena.DATA + 8, wrapped.length - 8)
}

/** KWP: data of 1 byte or more. */
export function kwpWrap(arena: Arena, kek: Uint8Array, data: Uint8Array): Uint8Array {
  checkLength('data', data, 1, MAX_DATA)
  putKek(arena, kek)
  arena.put(arena.DATA + 8, data)
  return arena.copy(arena.DATA, arena.exports.kwpWrap(kek.length, data.length))
}

export function kwpUnwrap(arena: Arena, kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
  checkWrapped(kek, wrapped)
  if (wrapped.length < 16 || wrapped.length % 8 !== 0) throw new AuthenticationError()
  putKek(arena, kek)
  arena.put(arena.DATA, wrapped)
  return arena.take(arena.DATA + 8, arena.accept(arena.exports.kwpUnwrap(kek.length, wrapped.length)))
}

function putKek(arena: Arena, kek: Uint8Array): void {
  checkBytes('kek', kek)
  checkAesKey('kek', kek.length)
  arena.put(arena.KEY, kek)
}

function checkWrapped(kek: Uint8Array, wrapped: Uint8Array): void {
  checkBytes('kek', kek)
  checkAesKey('kek', kek.length)
  checkLength('wrapped', wrapped, 0, MAX_DATA + 8)
}
