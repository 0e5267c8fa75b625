/** A resident secret. Formats: Expand and Seal of SECURITY.md. */
import type { Hash } from '../core.ts'
import { type Arena, AuthenticationError, SLOT_LENGTH } from './arena.ts'
import { checkAesKey, checkBytes, checkInteger, checkLength } from './check.ts'
import { type GcmKey, gcmOpen, gcmSeal } from './gcm.ts'
import { slotHmac } from './hash.ts'

const NOTHING: Uint8Array = new Uint8Array(0)
const SALT = 32
const COMMITMENT = 32
const TAG = 16
/** What sealing adds to head and content. */
const OVERHEAD = SALT + COMMITMENT + TAG
const MAX_LABEL = 255
const MAX_HEAD = 65_535
const MAX_EXPAND = 255 * 32

/**
 * A secret inside the core: JavaScript holds only a number. Every method throws `TypeError` after `destroy()`. Nobody
 * else destroys it: a slot that is forgotten keeps its place until the core is locked.
 */
export class Slot implements GcmKey {
  /** Bytes of the secret, 1 to 4,096. */
  readonly length: number
  readonly #arena: Arena
  #handle: number

  /** @internal Slots come from `core.importKey`, `core.generateKey`, `derive` and `openSlot`. */
  constructor(arena: Arena, handle: number, length: number) {
    this.#arena = arena
    this.#handle = handle
    this.length = length
  }

  /** The number that names the secret inside the core. */
  get handle(): number {
    if (this.#handle === 0) throw new TypeError('the slot was destroyed')
    return this.#handle
  }

  /** @internal Whether this slot lives in that arena. */
  isIn(arena: Arena): boolean {
    return this.#arena === arena
  }

  /** Expand(secret, label, context, length) into a new slot. This slot must hold 32 bytes; `length` 1 to 4,096. */
  derive(label: string, context: Uint8Array, length: number): Slot {
    checkInteger('length', length, 1, SLOT_LENGTH)
    const info = this.#putInfo(label, context)
    return new Slot(this.#arena, this.#arena.accept(this.#arena.exports.slotDerive(this.handle, info, length)), length)
  }

  /** The same, handed out: only for values that are public. `length` 1 to 8,160. */
  expand(label: string, context: Uint8Array, length: number): Uint8Array {
    checkInteger('length', length, 1, MAX_EXPAND)
    const info = this.#putInfo(label, context)
    this.#arena.accept(this.#arena.exports.slotExpand(this.handle, info, length))
    return this.#arena.take(this.#arena.OUT, length)
  }

  /** HMAC of the message (FIPS 198-1); the key's two padded states stay with the slot. */
  hmac(hash: Hash, message: Uint8Array): Uint8Array {
    return slotHmac(this.#arena, hash, this.handle, message)
  }

  /** AES-GCM: ciphertext ‖ tag. The slot must hold 16, 24 or 32 bytes; otherwise like `core.gcmSeal`. */
  gcmSeal(iv: Uint8Array, plaintext: Uint8Array, aad = NOTHING, tagLength = 16): Uint8Array {
    checkAesKey('the slot', this.length)
    return gcmSeal(this.#arena, this, iv, plaintext, aad, tagLength)
  }

  /** Opens what `gcmSeal` made; throws {@link AuthenticationError}. */
  gcmOpen(iv: Uint8Array, sealed: Uint8Array, aad = NOTHING, tagLength = 16): Uint8Array {
    checkAesKey('the slot', this.length)
    return gcmOpen(this.#arena, this, iv, sealed, aad, tagLength)
  }

  /**
   * Seal(secret, label, id16, head, ad32, plaintext): head ‖ salt ‖ commitment ‖ ciphertext ‖ tag, 80 bytes longer than
   * head and plaintext together. This slot must hold 32 bytes; head up to 65,535; all in all up to 1,049,600 bytes.
   */
  seal(label: string, id16: Uint8Array, head: Uint8Array, ad32: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const arena = this.#arena
    checkBytes('plaintext', plaintext)
    const labelLength = this.#putContext(label, id16, head, ad32, plaintext.length)
    const { handle } = this
    arena.draw(32)
    arena.put(arena.DATA + head.length + SALT + COMMITMENT, plaintext)
    arena.accept(arena.exports.seal(handle, labelLength, head.length, plaintext.length))
    return arena.copy(arena.DATA, head.length + plaintext.length + OVERHEAD)
  }

  /** Seals the secret of another slot, which never becomes a JavaScript value. */
  sealSlot(label: string, id16: Uint8Array, head: Uint8Array, ad32: Uint8Array, content: Slot): Uint8Array {
    const arena = this.#arena
    this.#checkSibling('content', content)
    const labelLength = this.#putContext(label, id16, head, ad32, content.length)
    const { handle } = this
    const contentHandle = content.handle
    arena.draw(32)
    arena.accept(arena.exports.sealSlot(handle, contentHandle, labelLength, head.length))
    return arena.copy(arena.DATA, head.length + content.length + OVERHEAD)
  }

  /** Opens what `seal` made. Throws {@link AuthenticationError} whatever is wrong with it. */
  open(label: string, headLength: number, ad32: Uint8Array, sealed: Uint8Array): Uint8Array {
    const arena = this.#arena
    const { handle } = this
    const length = this.#contentLength(headLength, sealed)
    const labelLength = this.#putSealed(label, headLength, ad32, sealed)
    arena.accept(arena.exports.open(handle, labelLength, headLength, length))
    return arena.take(arena.DATA + headLength + SALT + COMMITMENT, length)
  }

  /** Opens what `sealSlot` made into a new slot. Throws {@link AuthenticationError} whatever is wrong with it. */
  openSlot(label: string, headLength: number, ad32: Uint8Array, sealed: Uint8Array): Slot {
    const arena = this.#arena
    const { handle } = this
    const length = this.#contentLength(headLength, sealed)
    if (length < 1 || length > SLOT_LENGTH) throw new AuthenticationError()
    const labelLength = this.#putSealed(label, headLength, ad32, sealed)
    return new Slot(arena, arena.accept(arena.exports.openSlot(handle, labelLength, headLength, length)), length)
  }

  /** THE way out of the core: copies the secret to JavaScript. The caller wipes the copy. */
  release(): Uint8Array {
    return this.#arena.take(this.#arena.OUT, this.#arena.accept(this.#arena.exports.slotRelease(this.handle)))
  }

  /** Constant-time for equal lengths; false at once for different ones. */
  equals(other: Slot): boolean {
    this.#checkSibling('other', other)
    const same = this.#arena.exports.slotEqual(this.handle, other.handle)
    return same !== 0 && this.#arena.accept(same) === 1
  }

  /** Wipes the secret and everything derived from it. Idempotent. */
  destroy(): void {
    if (this.#handle !== 0) this.#arena.exports.slotDestroy(this.#handle)
    this.#handle = 0
  }

  #checkSibling(name: string, slot: Slot): void {
    if (!(slot instanceof Slot) || !slot.isIn(this.#arena)) throw new TypeError(`${name} must be a slot of this core`)
  }

  #checkRoot(): void {
    if (this.length !== 32) throw new RangeError(`only a slot of 32 bytes derives and seals, not ${this.length}`)
  }

  /** label ‖ 00 ‖ context to SIDE; its length. */
  #putInfo(label: string, context: Uint8Array): number {
    this.#checkRoot()
    checkLength('context', context, 0, MAX_HEAD)
    const { SIDE } = this.#arena
    const behind = this.#putLabel(label)
    this.#arena.put(behind, context)
    return behind - SIDE + context.length
  }

  /** label ‖ 00 to SIDE; the address behind it. */
  #putLabel(label: string): number {
    if (typeof label !== 'string') throw new TypeError('label must be a string')
    if (!/^[\x20-\x7e]+$/.test(label) || label.length > MAX_LABEL) {
      throw new RangeError('label must be 1 to 255 printable ASCII characters')
    }
    const end = this.#arena.putAscii(this.#arena.SIDE, label)
    this.#arena.putByte(end, 0)
    return end + 1
  }

  /** What sealing needs in SIDE, as drawn in assembly/seal.ts; the length of label ‖ 00. */
  #putContext(label: string, id16: Uint8Array, head: Uint8Array, ad32: Uint8Array, contentLength: number): number {
    const arena = this.#arena
    this.#checkRoot()
    checkLength('id16', id16, 16, 16)
    checkLength('head', head, 0, MAX_HEAD)
    checkLength('ad32', ad32, 32, 32)
    const longest = arena.DATA_LENGTH - head.length - OVERHEAD
    if (contentLength > longest) throw new RangeError(`plaintext must have at most ${longest} bytes`)
    const behind = this.#putLabel(label)
    arena.put(behind, head)
    arena.put(behind + head.length + SALT, ad32)
    const hedge = arena.putAscii(behind + head.length + SALT + ad32.length, 'kmsbox/v1/hedge')
    arena.putByte(hedge, 0)
    arena.put(hedge + 1, id16)
    return behind - arena.SIDE
  }

  /** What opening needs in SIDE and DATA; the length of label ‖ 00. */
  #putSealed(label: string, headLength: number, ad32: Uint8Array, sealed: Uint8Array): number {
    const arena = this.#arena
    checkLength('ad32', ad32, 32, 32)
    const behind = this.#putLabel(label)
    arena.put(behind + headLength + SALT, ad32)
    arena.put(arena.DATA, sealed)
    return behind - arena.SIDE
  }

  #contentLength(headLength: number, sealed: Uint8Array): number {
    this.#checkRoot()
    checkInteger('headLength', headLength, 0, MAX_HEAD)
    checkLength('sealed', sealed, 0, this.#arena.DATA_LENGTH)
    const length = sealed.length - headLength - OVERHEAD
    if (length < 0) throw new AuthenticationError()
    return length
  }
}
