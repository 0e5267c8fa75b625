/**
 * `kmsbox/core`: the raw synchronous core. The only user of its linear memory.
 */

export type Hash = 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'
export type Build = 'scalar' | 'simd' | 'relaxed'

export interface CoreOptions {
  /** Which build to run; `auto` (default) takes the best one that this engine validates. */
  readonly build?: 'auto' | Build
  /** Another binary with the same exports, to audit or to pass in a compiled module where fetching is forbidden. */
  readonly wasm?: BufferSource | WebAssembly.Module
  /** Fills its argument (32 to 65,536 bytes) with random bytes. Default: `crypto.getRandomValues`. For tests. */
  readonly random?: (into: Uint8Array) => void
}

/** The one answer to a wrong key, nonce, tag, commitment or associated data. It never says which. */
export declare class AuthenticationError extends Error {}

export declare class Core {
  readonly build: Build | 'custom'
  readonly instance: WebAssembly.Instance
  readonly slots: { readonly used: number; readonly free: number }

  gcmSeal(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array, tagLength?: number): Uint8Array
  gcmOpen(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, aad?: Uint8Array, tagLength?: number): Uint8Array
  /** Writes ciphertext ‖ tag to the start of `out` and returns its length. `out` may start exactly at `plaintext`. */
  gcmSealInto(
    key: Uint8Array | Slot,
    iv: Uint8Array,
    plaintext: Uint8Array,
    out: Uint8Array,
    aad?: Uint8Array,
    tagLength?: number,
  ): number
  /** Writes the plaintext to the start of `out` and returns its length. `out` may start exactly at `sealed`. */
  gcmOpenInto(
    key: Uint8Array | Slot,
    iv: Uint8Array,
    sealed: Uint8Array,
    out: Uint8Array,
    aad?: Uint8Array,
    tagLength?: number,
  ): number
  kwWrap(kek: Uint8Array, data: Uint8Array): Uint8Array
  kwUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array
  kwpWrap(kek: Uint8Array, data: Uint8Array): Uint8Array
  kwpUnwrap(kek: Uint8Array, wrapped: Uint8Array): Uint8Array
  sha2(hash: Hash, message: Uint8Array): Uint8Array
  hmac(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array
  hkdf(hash: Hash, ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array
  hkdfExtract(hash: Hash, ikm: Uint8Array, salt: Uint8Array): Uint8Array
  hkdfExpand(hash: Hash, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array
  /** Constant-time for equal lengths; false at once for different ones. */
  equal(a: Uint8Array, b: Uint8Array): boolean
  /** Fresh random bytes to JavaScript: ids, nonces of protocols, GenerateRandom. */
  random(length: number): Uint8Array
  /** A random key of 1 to 4,096 bytes, made inside. Throws `RangeError` when the table of slots is full. */
  generateKey(length: number): Slot
  /** Copies 1 to 4,096 bytes in; the caller wipes its own copy. Throws `RangeError` when the table of slots is full. */
  importKey(bytes: Uint8Array): Slot
}

/** A resident secret: JavaScript holds only a number. Every method throws `TypeError` after `destroy()`. */
export declare class Slot {
  /** Bytes of the secret, 1 to 4,096. */
  readonly length: number
  /** Expand of CRYPTO.md §0 into a new slot; this slot must hold 32 bytes. */
  derive(label: string, context: Uint8Array, length: number): Slot
  /** The same, released: for public values only. */
  expand(label: string, context: Uint8Array, length: number): Uint8Array
  hmac(hash: Hash, message: Uint8Array): Uint8Array
  gcmSeal(iv: Uint8Array, plaintext: Uint8Array, aad?: Uint8Array, tagLength?: number): Uint8Array
  gcmOpen(iv: Uint8Array, sealed: Uint8Array, aad?: Uint8Array, tagLength?: number): Uint8Array
  /** Seal of CRYPTO.md §0: head ‖ salt ‖ commitment ‖ ciphertext ‖ tag. */
  seal(label: string, id16: Uint8Array, head: Uint8Array, ad32: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** Opens what `seal` made; throws {@link AuthenticationError}. */
  open(label: string, headLength: number, ad32: Uint8Array, sealed: Uint8Array): Uint8Array
  sealSlot(label: string, id16: Uint8Array, head: Uint8Array, ad32: Uint8Array, content: Slot): Uint8Array
  openSlot(label: string, headLength: number, ad32: Uint8Array, sealed: Uint8Array): Slot
  /** THE way out of the core: copies the secret to JavaScript. */
  release(): Uint8Array
  /** Constant-time for equal lengths. */
  equals(other: Slot): boolean
  /** Wipes. Idempotent. */
  destroy(): void
}

export declare function loadCore(options?: CoreOptions): Promise<Core>
