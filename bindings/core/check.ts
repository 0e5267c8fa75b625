/** What arguments of the core must be. Failures name the argument, never its content. */
import type { Hash } from '../core.ts'

const hashIds: ReadonlyMap<unknown, number> = new Map([
  ['SHA-224', 1],
  ['SHA-256', 2],
  ['SHA-384', 3],
  ['SHA-512', 4],
])
const digestLengths = [0, 28, 32, 48, 64]

/** The id of sha2.ts. */
export function hashId(hash: Hash): number {
  const id = hashIds.get(hash)
  if (id === undefined) throw new TypeError('hash must be SHA-224, SHA-256, SHA-384 or SHA-512')
  return id
}

/** Of a hash given by its id. */
export function digestLength(id: number): number {
  return digestLengths[id]!
}

const Shared = globalThis.SharedArrayBuffer

/** V8 keeps the elements of typed arrays up to this length, in bytes, on its heap. */
const ON_HEAP = 64

/**
 * For what is copied in once and read no more: there shared memory of a few bytes does no harm. Asking a small array for
 * its `buffer` would make V8 move it off its heap, which costs as much as sealing a short message.
 */
export function checkArray(name: string, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`)
  if (bytes.length > ON_HEAP) checkUnshared(name, bytes.buffer)
}

/** Memory that another thread can change between two readings of it is refused. */
export function checkBytes(name: string, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array`)
  checkUnshared(name, bytes.buffer)
}

function checkUnshared(name: string, buffer: ArrayBufferLike): void {
  if (Shared !== undefined && buffer instanceof Shared) throw new TypeError(`${name} must not be shared memory`)
}

export function checkLength(name: string, bytes: Uint8Array, least: number, most: number): void {
  checkBytes(name, bytes)
  checkSize(name, bytes.length, least, most)
}

export function checkSize(name: string, length: number, least: number, most: number): void {
  if (length >= least && length <= most) return
  const wanted = least === most ? `${least}` : `${least} to ${most}`
  throw new RangeError(`${name} must have ${wanted} bytes, not ${length}`)
}

export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number`)
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}`)
  }
}

export function checkAesKey(name: string, length: number): void {
  if (length !== 16 && length !== 24 && length !== 32) {
    throw new RangeError(`${name} must have 16, 24 or 32 bytes, not ${length}`)
  }
}

/** SP 800-38D, 5.2.1.2. */
export function checkTagLength(length: number): void {
  if (typeof length !== 'number') throw new TypeError('tagLength must be a number')
  if (length !== 4 && length !== 8 && !(Number.isInteger(length) && length >= 12 && length <= 16)) {
    throw new RangeError('tagLength must be 4, 8, 12, 13, 14, 15 or 16')
  }
}

/** Results may replace their input or lie elsewhere; anything between would be read after it was overwritten. */
export function checkOutput(input: Uint8Array, out: Uint8Array, length: number): void {
  checkArray('out', out)
  const { buffer } = out
  checkUnshared('out', buffer)
  if (out.length < length) throw new RangeError(`out must have at least ${length} bytes, not ${out.length}`)
  if (out === input || buffer !== input.buffer || out.byteOffset === input.byteOffset) return
  const apart = out.byteOffset >= input.byteOffset + input.length || input.byteOffset >= out.byteOffset + length
  if (!apart) throw new RangeError('out must start exactly at the input or not overlap it')
}
