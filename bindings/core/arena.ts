/**
 * The core's linear memory as its callers here see it: windows for arguments and results, and the exports between them.
 * Memory is fixed in size and never shared, so one view serves the arena's whole life; it is never handed out.
 */

/** The ABI of assembly/index.ts. Lengths in bytes; `handle` 0 means: the key lies in a window. */
export interface Exports {
  readonly memory: WebAssembly.Memory
  readonly BUILD: WebAssembly.Global
  readonly DATA: WebAssembly.Global
  readonly DATA_LENGTH: WebAssembly.Global
  readonly KEY: WebAssembly.Global
  readonly OUT: WebAssembly.Global
  readonly RANDOM: WebAssembly.Global
  readonly SIDE: WebAssembly.Global
  readonly SIDE_LENGTH: WebAssembly.Global
  readonly SMALL_SLOTS: WebAssembly.Global
  readonly LARGE_SLOTS: WebAssembly.Global
  hashStart(hash: number): void
  hashUpdate(length: number): void
  hashFinish(): void
  sha2(hash: number, length: number): void
  hmacStart(handle: number, hash: number, keyLength: number): number
  hmacFinish(): void
  hmac(handle: number, hash: number, keyLength: number, length: number): number
  hkdfExtract(hash: number, saltLength: number, ikmLength: number): void
  hkdfExpand(hash: number, prkLength: number, infoLength: number, length: number): void
  hkdf(hash: number, saltLength: number, ikmLength: number, infoLength: number, length: number): void
  gcmStart(handle: number, keyLength: number, ivLength: number): number
  gcmAad(length: number): void
  gcmEncrypt(length: number): void
  gcmAuthenticate(length: number): void
  gcmTag(): void
  gcmVerify(tagLength: number): number
  gcmDecrypt(length: number): void
  gcmEnd(handle: number): void
  gcmSeal(handle: number, keyLength: number, ivLength: number, aadLength: number, length: number): number
  gcmOpen(
    handle: number,
    keyLength: number,
    ivLength: number,
    aadLength: number,
    length: number,
    tagLength: number,
  ): number
  kwWrap(keyLength: number, length: number): void
  kwUnwrap(keyLength: number, length: number): number
  kwpWrap(keyLength: number, length: number): number
  kwpUnwrap(keyLength: number, length: number): number
  slotImport(length: number): number
  slotGenerate(length: number): number
  slotRelease(handle: number): number
  slotExpand(handle: number, infoLength: number, length: number): number
  slotDerive(handle: number, infoLength: number, length: number): number
  slotEqual(one: number, other: number): number
  slotDestroy(handle: number): void
  slotsUsed(): number
  seal(handle: number, labelLength: number, headLength: number, length: number): number
  sealSlot(handle: number, content: number, labelLength: number, headLength: number): number
  open(handle: number, labelLength: number, headLength: number, length: number): number
  openSlot(handle: number, labelLength: number, headLength: number, length: number): number
  equal(length: number): number
  draw(): number
  abandon(): void
  lock(): void
}

/** The one answer to a wrong key, nonce, tag, commitment or associated data. It never says which. */
export class AuthenticationError extends Error {
  override name = 'AuthenticationError'
  constructor() {
    super('authentication failed')
  }
}

/** Bytes worked on at a time when a message is longer than the core wants to hold. */
export const CHUNK = 65_536

/** The longest secret a slot holds, and the longest draw of random bytes. */
export const SLOT_LENGTH = 4_096

export class Arena {
  readonly exports: Exports
  readonly KEY: number
  readonly SIDE: number
  readonly SIDE_LENGTH: number
  readonly OUT: number
  readonly DATA: number
  readonly DATA_LENGTH: number
  readonly #RANDOM: number
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #random: (into: Uint8Array<ArrayBuffer>) => void

  constructor(instance: WebAssembly.Instance, random: (into: Uint8Array<ArrayBuffer>) => void) {
    this.exports = instance.exports as unknown as Exports
    this.KEY = this.exports.KEY.value
    this.SIDE = this.exports.SIDE.value
    this.SIDE_LENGTH = this.exports.SIDE_LENGTH.value
    this.OUT = this.exports.OUT.value
    this.DATA = this.exports.DATA.value
    this.DATA_LENGTH = this.exports.DATA_LENGTH.value
    this.#RANDOM = this.exports.RANDOM.value
    this.#bytes = new Uint8Array(this.exports.memory.buffer)
    this.#random = random
  }

  put(at: number, bytes: Uint8Array): void {
    if (bytes.length > 0) this.#bytes.set(bytes, at)
  }

  /** Copies ASCII text, and returns the address behind it. */
  putAscii(at: number, text: string): number {
    for (let i = 0; i < text.length; i++) this.#bytes[at + i] = text.charCodeAt(i)
    return at + text.length
  }

  putByte(at: number, value: number): void {
    this.#bytes[at] = value
  }

  /** A copy of a public result. */
  copy(at: number, length: number): Uint8Array {
    return this.#bytes.slice(at, at + length)
  }

  copyInto(out: Uint8Array, at: number, length: number): void {
    out.set(this.#bytes.subarray(at, at + length))
  }

  /** Copies a secret result and wipes it here. The copy is off V8's moving heap, so that its owner can wipe it too. */
  take(at: number, length: number): Uint8Array {
    const out = new Uint8Array(new ArrayBuffer(length))
    this.takeInto(out, at, length)
    return out
  }

  /** Copies a digest or MAC, which is public, into a small array of V8's own, and wipes it here. */
  takeDigest(at: number, length: number): Uint8Array {
    const out = this.#bytes.slice(at, at + length)
    this.#bytes.fill(0, at, at + length)
    return out
  }

  takeInto(out: Uint8Array, at: number, length: number): void {
    const secret = this.#bytes.subarray(at, at + length)
    out.set(secret)
    secret.fill(0)
  }

  /** Puts fresh random bytes into the window RANDOM, at least 32, at most 4,096; the core judges them when it uses them. */
  draw(length: number): void {
    const window = this.#bytes.subarray(this.#RANDOM, this.#RANDOM + Math.max(32, length))
    try {
      this.#random(window)
    } catch (error) {
      window.fill(0)
      throw error
    }
  }

  /** Fresh random bytes for JavaScript, at most 4,096. */
  takeRandom(out: Uint8Array): void {
    this.draw(out.length)
    this.accept(this.exports.draw())
    this.copyInto(out, this.#RANDOM, out.length)
    this.#bytes.fill(0, this.#RANDOM, this.#RANDOM + Math.max(32, out.length))
  }

  /** Turns a status of the core into the caller's error; returns lengths and handles. */
  accept(status: number): number {
    if (status > 0) return status
    if (status === 0) throw new AuthenticationError()
    if (status === -1) throw new TypeError('the slot was destroyed')
    if (status === -2) throw new RangeError('no slot is free')
    throw new Error('the random generator repeats itself; nothing made with it can be trusted')
  }

  /** Feeds bytes to the core through DATA, a chunk at a time, each a multiple of every block length but the last. */
  feed(bytes: Uint8Array, absorb: (length: number) => void): void {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const chunk = bytes.subarray(at, at + CHUNK)
      this.put(this.DATA, chunk)
      absorb(chunk.length)
    }
  }
}
