/** SHA-2, HMAC and HKDF over the arena. What is longer than the window is streamed through it. */
import type { Hash } from '../core.ts'
import type { Arena } from './arena.ts'
import { CHUNK } from './arena.ts'
import { checkArray, checkInteger, checkSize, digestLength, hashId } from './check.ts'

export function sha2(arena: Arena, hash: Hash, message: Uint8Array): Uint8Array {
  const id = hashId(hash)
  checkArray('message', message)
  const { exports } = arena
  if (message.length <= CHUNK) {
    arena.put(arena.DATA, message)
    exports.sha2(id, message.length)
  } else {
    exports.hashStart(id)
    arena.feed(message, exports.hashUpdate)
    exports.hashFinish()
  }
  return arena.takeDigest(arena.OUT, digestLength(id))
}

export function hmac(arena: Arena, hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  const id = hashId(hash)
  checkArray('key', key)
  checkArray('message', message)
  if (key.length > CHUNK) return withDigest(arena, hash, key, (digest) => hmac(arena, hash, digest, message))
  arena.put(arena.DATA, key)
  return mac(arena, id, 0, key.length, message)
}

/** HMAC under the secret of a slot. */
export function slotHmac(arena: Arena, hash: Hash, handle: number, message: Uint8Array): Uint8Array {
  const id = hashId(hash)
  checkArray('message', message)
  return mac(arena, id, handle, 0, message)
}

function mac(arena: Arena, id: number, handle: number, keyLength: number, message: Uint8Array): Uint8Array {
  const { exports } = arena
  if (message.length <= CHUNK) {
    arena.put(arena.DATA + keyLength, message)
    arena.accept(exports.hmac(handle, id, keyLength, message.length))
  } else {
    arena.accept(exports.hmacStart(handle, id, keyLength))
    arena.feed(message, exports.hashUpdate)
    exports.hmacFinish()
  }
  return arena.takeDigest(arena.OUT, digestLength(id))
}

export function hkdf(
  arena: Arena,
  hash: Hash,
  ikm: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const id = hashId(hash)
  checkArray('ikm', ikm)
  checkArray('salt', salt)
  checkExpand(arena, id, info, length)
  if (salt.length + ikm.length + info.length > CHUNK) {
    const prk = hkdfExtract(arena, hash, ikm, salt)
    const okm = hkdfExpand(arena, hash, prk, info, length)
    prk.fill(0)
    return okm
  }
  arena.put(arena.DATA, salt)
  arena.put(arena.DATA + salt.length, ikm)
  arena.put(arena.DATA + salt.length + ikm.length, info)
  arena.exports.hkdf(id, salt.length, ikm.length, info.length, length)
  return arena.take(arena.OUT, length)
}

/** PRK = HMAC(salt, IKM). */
export function hkdfExtract(arena: Arena, hash: Hash, ikm: Uint8Array, salt: Uint8Array): Uint8Array {
  checkArray('ikm', ikm)
  checkArray('salt', salt)
  return hmac(arena, hash, salt, ikm)
}

export function hkdfExpand(arena: Arena, hash: Hash, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const id = hashId(hash)
  checkArray('prk', prk)
  checkExpand(arena, id, info, length)
  if (prk.length > CHUNK) {
    return withDigest(arena, hash, prk, (digest) => hkdfExpand(arena, hash, digest, info, length))
  }
  arena.put(arena.DATA, prk)
  arena.put(arena.DATA + prk.length, info)
  arena.exports.hkdfExpand(id, prk.length, info.length, length)
  return arena.take(arena.OUT, length)
}

function checkExpand(arena: Arena, id: number, info: Uint8Array, length: number): void {
  checkArray('info', info)
  checkSize('info', info.length, 0, arena.DATA_LENGTH - CHUNK)
  checkInteger('length', length, 0, 255 * digestLength(id))
}

/** HMAC itself replaces a key longer than a block by its hash; so may we, before it meets the window. */
function withDigest(arena: Arena, hash: Hash, key: Uint8Array, use: (digest: Uint8Array) => Uint8Array): Uint8Array {
  const digest = sha2(arena, hash, key)
  try {
    return use(digest)
  } finally {
    digest.fill(0)
  }
}
