/**
 * Plain data: the only values that cross a port. One walk copies a value and refuses everything else; what happens to
 * bytes on the way is a `Passage`, of which there are three: leaving the page, entering the enclave, leaving it.
 */
import { validationError } from '../errors.ts'

const MAX_DEPTH = 32

interface Passage {
  /** Most values (members, elements) of one message: a sparse array of 2^32 elements costs its sender nothing. */
  readonly maxValues: number
  /** Most bytes of one message: text by its UTF-16 length, blobs by what `weigh` says. */
  readonly maxBytes: number
  readonly weigh: (blob: Uint8Array) => number
  /** The bytes that go on in place of a blob that was weighed and not found too large. */
  readonly take: (blob: Uint8Array) => Uint8Array
}

const unbounded = {
  maxValues: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
  weigh: (blob: Uint8Array) => blob.byteLength,
}

/** A copy that shares nothing with its original and drags nothing along, such as the pool of a Node Buffer. */
function copyExactly(blob: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(new ArrayBuffer(blob.byteLength))
  copy.set(blob)
  return copy
}

/** What goes out on a port: the value to post, and the buffers to move with it. */
export interface Outgoing {
  readonly value: unknown
  readonly transfer: ArrayBuffer[]
}

/** From the page: exact copies, which alone are transferred; the caller's buffers stay the caller's. */
export function leavePage(value: unknown): Outgoing {
  const transfer: ArrayBuffer[] = []
  const take = (blob: Uint8Array) => {
    const copy = copyExactly(blob)
    transfer.push(copy.buffer)
    return copy
  }
  return { value: copyPlain(value, { ...unbounded, take }), transfer }
}

/** Into the enclave: no shared memory, which another thread could change between check and use; bounded; own copies. */
export function enterEnclave(value: unknown): unknown {
  return copyPlain(value, {
    maxValues: 20_000,
    maxBytes: 512 * 1024,
    weigh(blob) {
      if (!(blob.buffer instanceof ArrayBuffer)) throw validationError('Shared memory is not accepted.')
      return blob.buffer.byteLength
    },
    take: copyExactly,
  })
}

/**
 * Out of the enclave: blobs are transferred, so that no copy stays behind. A view of a part of its buffer is copied
 * first, or its neighbours would leave with it. Whoever makes an output therefore hands over fresh buffers.
 */
export function leaveEnclave(value: unknown): Outgoing {
  const transfer = new Set<ArrayBuffer>()
  const take = (blob: Uint8Array) => {
    const { buffer } = blob
    const movable = buffer instanceof ArrayBuffer && blob.byteLength === buffer.byteLength && !transfer.has(buffer)
    const leaving = movable ? (blob as Uint8Array<ArrayBuffer>) : copyExactly(blob)
    transfer.add(leaving.buffer)
    return leaving
  }
  return { value: copyPlain(value, { ...unbounded, take }), transfer: [...transfer] }
}

function copyPlain(root: unknown, passage: Passage): unknown {
  let values = 0
  let bytes = 0

  function spend(cost: number): void {
    bytes += cost
    if (bytes > passage.maxBytes) throw tooLarge()
  }

  function copy(value: unknown, depth: number): unknown {
    if (++values > passage.maxValues) throw tooLarge()
    switch (typeof value) {
      case 'undefined':
      case 'boolean':
      case 'number':
        return value
      case 'string':
        spend(value.length)
        return value
      case 'object':
        return value === null ? null : copyObject(value, depth)
      default:
        throw notPlain(typeof value)
    }
  }

  function copyObject(value: object, depth: number): unknown {
    if (depth > MAX_DEPTH) throw tooLarge()
    if (Array.isArray(value)) return copyArray(value, depth)
    const kind = Object.prototype.toString.call(value).slice(8, -1)
    switch (kind) {
      case 'Object':
        return copyMembers(value as Record<string, unknown>, depth)
      case 'Uint8Array':
        spend(passage.weigh(value as Uint8Array))
        return passage.take(value as Uint8Array)
      case 'Date':
        return new Date((value as Date).getTime())
      default:
        throw notPlain(kind)
    }
  }

  function copyArray(array: readonly unknown[], depth: number): unknown[] {
    if (values + array.length > passage.maxValues) throw tooLarge()
    return Array.from(array, (element) => copy(element, depth + 1))
  }

  /** Without a prototype, so that a member named `__proto__` is a member like any other. */
  function copyMembers(object: Record<string, unknown>, depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = Object.create(null)
    for (const name of Object.keys(object)) {
      spend(name.length)
      out[name] = copy(object[name], depth + 1)
    }
    return out
  }

  return copy(root, 0)
}

const tooLarge = () => validationError('The request is larger or more deeply nested than any operation takes.')
const notPlain = (kind: string) => validationError(`The request holds a value that is not plain data (${kind}).`)
