/**
 * `kmsbox/core`: the raw synchronous core, a constant-time Wasm module and the only door to its linear memory.
 *
 * Wrong arguments throw `TypeError` or `RangeError`; whatever fails to authenticate throws {@link AuthenticationError},
 * which says no more. Arrays may be views into larger buffers; shared memory is refused; inputs are never changed.
 */
import { Arena, SLOT_LENGTH } from './core/arena.ts'
import {
  checkAesKey,
  checkArray,
  checkBytes,
  checkInteger,
  checkLength,
  checkOutput,
  checkTagLength,
} from './core/check.ts'
import { type GcmKey, gcmOpen, gcmSeal } from './core/gcm.ts'
import { hkdf, hkdfExpand, hkdfExtract, hmac, sha2 } from './core/hash.ts'
import { kwpUnwrap, kwpWrap, kwUnwrap, kwWrap } from './core/keywrap.ts'
import { bestBuild, compileBuild } from './core/load.ts'
import { Slot } from './core/slot.ts'

export { AuthenticationError } from './core/arena.ts'
export { Slot } from './core/slot.ts'

export type Hash = 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'
export type Build = 'scalar' | 'simd' | 'relaxed'

export interface CoreOptions {
  /** Which build to run; `auto` (default) takes the fastest one that this engine validates. */
  readonly build?: 'auto' | Build
  /** A binary with the same exports: to audit another one, or a compiled module where fetching is forbidden. */
  readonly wasm?: BufferSource | WebAssembly.Module
  /** Fills its argument (32 to 4,096 bytes) with random bytes. Default: `crypto.getRandomValues`. For tests. */
  readonly random?: (into: Uint8Array<ArrayBuffer>) => void
}

const builds = ['scalar', 'simd', 'relaxed'] as const
const NOTHING: Uint8Array = new Uint8Array(0)

export class Core {
  /** Which build runs. */
  readonly build: Build
  /** For auditors. Its memory holds every secret: hand it to nobody else. */
  readonly instance: WebAssembly.Instance
  readonly #arena: Arena

  /** @internal Use {@link loadCore}. */
  constructor(instance: WebAssembly.Instance, random: (into: Uint8Array<ArrayBuffer>) => void) {
    this.instance = instance
    this.#arena = new Arena(instance, random)
    this.build = builds[this.#arena.exports.BUILD.value as 0 | 1 | 2]
  }

  /** How many secrets are resident, and how many more find room (small and large slots together). */
  get slots(): { readonly used: number; readonly free: number } {
    const { exports } = this.#arena
    const used = exports.slotsUsed()
    return { used, free: exports.SMALL_SLOTS.value + exports.LARGE_SLOTS.value - used }
  }

  /**
   * AES-GCM (SP 800-38D): ciphertext ‖ tag. Key 16, 24 or 32 bytes, iv 1 to 65,536, tag 4, 8 or 12 to 16.
   * The caller answers for the iv: never twice with one key.
   */
  gcmSeal(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, aad = NOTHING, tagLength = 16): Uint8Array {
    return gcmSeal(this.#arena, this.#gcmKey(key), iv, plaintext, aad, tagLength)
  }

  /** The plaintext of ciphertext ‖ tag; throws {@link AuthenticationError}. Nothing is released before the tag is checked. */
  gcmOpen(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, aad = NOTHING, tagLength = 16): Uint8Array {
    return gcmOpen(this.#arena, this.#gcmKey(key), iv, sealed, aad, tagLength)
  }

  /** Writes ciphertext ‖ tag to the start of `out` and returns its length. `out` may be the plaintext's own memory. */
  gcmSealInto(
    key: Uint8Array | Slot,
    iv: Uint8Array,
    plaintext: Uint8Array,
    out: Uint8Array,
    aad = NOTHING,
    tagLength = 16,
  ): number {
    checkArray('plaintext', plaintext)
    checkTagLength(tagLength)
    const length = plaintext.length + tagLength
    checkOutput(plaintext, out, length)
    gcmSeal(this.#arena, this.#gcmKey(key), iv, plaintext, aad, tagLength, out)
    return length
  }

  /** Writes the plaintext to the start of `out` and returns its length; on failure `out` is as it was. */
  gcmOpenInto(
    key: Uint8Array | Slot,
    iv: Uint8Array,
    sealed: Uint8Array,
    out: Uint8Array,
    aad = NOTHING,
    tagLength = 16,
  ): number {
    checkArray('sealed', sealed)
    checkTagLength(tagLength)
    const length = Math.max(0, sealed.length - tagLength)
    checkOutput(sealed, out, length)
    gcmOpen(this.#arena, this.#gcmKey(key), iv, sealed, aad, tagLength, out)
    return length
  }

  /** AES-KW (RFC 3394): 8 bytes longer. Data 16 to 1,048,576 bytes, a multiple of 8. */
  kwWrap(kek: Uint8Array, data: Uint8Array): Uint8Array {
    return kwWrap(this.#arena, kek, data)
  }

  /** Throws {@link AuthenticationError} whatever is wrong with `wrapped`. */
  kwUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
    return kwUnwrap(this.#arena, kek, wrapped)
  }

  /** AES-KWP (RFC 5649): 8 bytes longer than the data padded to a multiple of 8. Data 1 to 1,048,576 bytes. */
  kwpWrap(kek: Uint8Array, data: Uint8Array): Uint8Array {
    return kwpWrap(this.#arena, kek, data)
  }

  /** Throws {@link AuthenticationError} whatever is wrong with `wrapped`. */
  kwpUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array {
    return kwpUnwrap(this.#arena, kek, wrapped)
  }

  /** FIPS 180-4: 28, 32, 48 or 64 bytes. */
  sha2(hash: Hash, message: Uint8Array): Uint8Array {
    return sha2(this.#arena, hash, message)
  }

  /** FIPS 198-1, untruncated; a key of any length. */
  hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
    return hmac(this.#arena, hash, key, message)
  }

  /** RFC 5869, both steps. `length` 0 to 255 digests, `info` up to 984,064 bytes; an empty salt means none. */
  hkdf(hash: Hash, ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    return hkdf(this.#arena, hash, ikm, salt, info, length)
  }

  /** RFC 5869, 2.2: one digest. */
  hkdfExtract(hash: Hash, ikm: Uint8Array, salt: Uint8Array): Uint8Array {
    return hkdfExtract(this.#arena, hash, ikm, salt)
  }

  /** RFC 5869, 2.3. `prk` should have at least the digest's length. */
  hkdfExpand(hash: Hash, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
    return hkdfExpand(this.#arena, hash, prk, info, length)
  }

  /** Constant-time for equal lengths; false at once for different ones. */
  equal(a: Uint8Array, b: Uint8Array): boolean {
    checkBytes('a', a)
    checkBytes('b', b)
    if (a.length !== b.length) return false
    const arena = this.#arena
    const piece = 524_288
    let same = 1
    for (let at = 0; at < a.length; at += piece) {
      const left = a.subarray(at, at + piece)
      arena.put(arena.DATA, left)
      arena.put(arena.DATA + left.length, b.subarray(at, at + piece))
      same &= arena.exports.equal(left.length)
    }
    return same === 1
  }

  /** Fresh random bytes to JavaScript: ids, protocol nonces, GenerateRandom. 0 to 2^31 - 1 bytes. */
  random(length: number): Uint8Array {
    checkInteger('length', length, 0, 2 ** 31 - 1)
    const out = new Uint8Array(new ArrayBuffer(length))
    for (let at = 0; at < length; at += SLOT_LENGTH) this.#arena.takeRandom(out.subarray(at, at + SLOT_LENGTH))
    return out
  }

  /** A random key of 1 to 4,096 bytes, made inside. Throws `RangeError` when no slot is free. */
  generateKey(length: number): Slot {
    checkInteger('length', length, 1, SLOT_LENGTH)
    this.#arena.draw(length)
    return new Slot(this.#arena, this.#arena.accept(this.#arena.exports.slotGenerate(length)), length)
  }

  /** Copies a secret of 1 to 4,096 bytes in; the caller wipes its own copy. Throws `RangeError` when no slot is free. */
  importKey(bytes: Uint8Array): Slot {
    checkLength('bytes', bytes, 1, SLOT_LENGTH)
    this.#arena.put(this.#arena.DATA, bytes)
    return new Slot(this.#arena, this.#arena.accept(this.#arena.exports.slotImport(bytes.length)), bytes.length)
  }

  /** Destroys every slot and wipes the arena. The core stays usable, its slots do not. */
  lock(): void {
    this.#arena.exports.lock()
  }

  #gcmKey(key: Uint8Array | Slot): GcmKey {
    if (key instanceof Slot) {
      if (!key.isIn(this.#arena)) throw new TypeError('key must be a slot of this core')
      checkAesKey('key', key.length)
      return key
    }
    checkBytes('key', key)
    checkAesKey('key', key.length)
    return { handle: 0, length: key.length, bytes: key }
  }
}

/** The compiled module of a build, to be posted where fetching is forbidden. */
export function compileCore(build: 'auto' | Build = 'auto'): Promise<WebAssembly.Module> {
  if (build !== 'auto' && !builds.includes(build)) {
    throw new TypeError('build must be auto, scalar, simd or relaxed')
  }
  return compileBuild(build === 'auto' ? bestBuild() : build)
}

/** A core of its own, with its own memory. */
export async function loadCore(options: CoreOptions = {}): Promise<Core> {
  const { build = 'auto', wasm, random = (into) => crypto.getRandomValues(into) } = options
  const module =
    wasm === undefined
      ? await compileCore(build)
      : wasm instanceof WebAssembly.Module
        ? wasm
        : await WebAssembly.compile(wasm)
  return new Core(await WebAssembly.instantiate(module), random)
}
