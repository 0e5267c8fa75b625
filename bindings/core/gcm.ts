/** AES-GCM over the arena: short messages in one call, longer ones a chunk at a time. Opening releases nothing unverified. */
import { type Arena, AuthenticationError, CHUNK } from './arena.ts'
import { checkArray, checkBytes, checkSize, checkTagLength } from './check.ts'

/** An AES key: raw bytes, or a slot's handle. */
export interface GcmKey {
  readonly handle: number
  readonly length: number
  readonly bytes?: Uint8Array
}

const MAX_IV = 65_536

function checkMessage(iv: Uint8Array, message: Uint8Array, aad: Uint8Array, tagLength: number): void {
  checkArray('iv', iv)
  checkSize('iv', iv.length, 1, MAX_IV)
  checkArray('message', message)
  checkArray('aad', aad)
  checkTagLength(tagLength)
}

/** Ciphertext ‖ tag, into `out` or a new array. Arguments but `out` are checked here. */
export function gcmSeal(
  arena: Arena,
  key: GcmKey,
  iv: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
  tagLength: number,
  out?: Uint8Array,
): Uint8Array {
  checkMessage(iv, plaintext, aad, tagLength)
  const { exports, DATA, OUT } = arena
  const { handle } = key // throws if the slot is gone, before a secret is in the window
  const length = plaintext.length
  if (fits(arena, iv, aad, length)) {
    putShort(arena, key, iv, aad, plaintext)
    arena.accept(exports.gcmSeal(handle, key.length, iv.length, aad.length, length))
    if (out === undefined) return arena.copy(DATA, length + tagLength)
    arena.copyInto(out, DATA, length + tagLength)
    return out
  }
  const sealed = out ?? new Uint8Array(new ArrayBuffer(length + tagLength))
  start(arena, key, iv, aad)
  let at = 0
  arena.feed(plaintext, (chunk) => {
    exports.gcmEncrypt(chunk)
    arena.copyInto(sealed.subarray(at), DATA, chunk)
    at += chunk
  })
  exports.gcmTag()
  sealed.set(arena.take(OUT, 16).subarray(0, tagLength), length)
  exports.gcmEnd(handle)
  return sealed
}

/** The plaintext, into `out` or a new array; throws {@link AuthenticationError} with `out` untouched. */
export function gcmOpen(
  arena: Arena,
  key: GcmKey,
  iv: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
  tagLength: number,
  out?: Uint8Array,
): Uint8Array {
  checkMessage(iv, sealed, aad, tagLength)
  checkBytes('message', sealed) // a long one is read twice
  const { exports, DATA } = arena
  const { handle } = key
  const length = sealed.length - tagLength
  if (length < 0) throw new AuthenticationError()
  if (fits(arena, iv, aad, length)) {
    putShort(arena, key, iv, aad, sealed)
    arena.accept(exports.gcmOpen(handle, key.length, iv.length, aad.length, length, tagLength))
    if (out === undefined) return arena.take(DATA, length)
    arena.takeInto(out, DATA, length)
    return out
  }
  const ciphertext = sealed.subarray(0, length)
  start(arena, key, iv, aad)
  arena.feed(ciphertext, exports.gcmAuthenticate)
  arena.put(arena.SIDE, sealed.subarray(length))
  const verdict = exports.gcmVerify(tagLength)
  if (verdict !== 1) {
    exports.gcmEnd(handle)
    throw new AuthenticationError()
  }
  const plaintext = out ?? new Uint8Array(new ArrayBuffer(length))
  let at = 0
  arena.feed(ciphertext, (chunk) => {
    exports.gcmDecrypt(chunk)
    arena.takeInto(plaintext.subarray(at), DATA, chunk)
    at += chunk
  })
  exports.gcmEnd(handle)
  return plaintext
}

function fits(arena: Arena, iv: Uint8Array, aad: Uint8Array, length: number): boolean {
  return length <= CHUNK && iv.length + aad.length <= arena.SIDE_LENGTH
}

function putShort(arena: Arena, key: GcmKey, iv: Uint8Array, aad: Uint8Array, message: Uint8Array): void {
  if (key.bytes !== undefined) arena.put(arena.KEY, key.bytes)
  arena.put(arena.SIDE, iv)
  if (aad.length > 0) arena.put(arena.SIDE + iv.length, aad)
  arena.put(arena.DATA, message)
}

function start(arena: Arena, key: GcmKey, iv: Uint8Array, aad: Uint8Array): void {
  if (key.bytes !== undefined) arena.put(arena.KEY, key.bytes)
  arena.put(arena.SIDE, iv)
  arena.accept(arena.exports.gcmStart(key.handle, key.length, iv.length))
  arena.feed(aad, arena.exports.gcmAad)
}
