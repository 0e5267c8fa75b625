/**
 * DER (X.690), the part that keys need: a strict reader, and a writer that copies nothing twice.
 *
 * The reader refuses indefinite and non-minimal lengths, non-minimal integers and trailing bytes, so that a key has
 * one encoding only. It returns views into its input. Not constant-time; lengths of keys are no secret.
 */

export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const

/** Key material that cannot be read, belongs to another key spec, or contradicts itself. Never says which. */
export class InvalidKey extends Error {
  override name = 'InvalidKey'
  constructor() {
    super('The key is malformed, of another kind, or inconsistent.')
  }
}

export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Content of the next element, which must have this tag. */
  read(tag: number): Uint8Array {
    if (this.#bytes[this.#at] !== tag) throw new InvalidKey()
    this.#at++
    const length = this.#length()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new InvalidKey()
    const content = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return content
  }

  /** Content of the next element if it has this tag; `undefined`, and nothing read, otherwise. */
  readOptional(tag: number): Uint8Array | undefined {
    return this.#bytes[this.#at] === tag ? this.read(tag) : undefined
  }

  /** A reader of the content of the next element. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag))
  }

  /** The next INTEGER, which must not be negative, as big-endian bytes without leading zeros; zero is one byte. */
  unsigned(): Uint8Array {
    const content = this.read(Tag.integer)
    const [first, second] = content
    if (first === undefined || first >= 0x80) throw new InvalidKey()
    if (first !== 0 || second === undefined) return content
    if (second < 0x80) throw new InvalidKey()
    return content.subarray(1)
  }

  /** The next BIT STRING, which must fill its last byte. */
  bits(): Uint8Array {
    return wholeBits(this.read(Tag.bitString))
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new InvalidKey()
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    const count = first & 0x7f
    if (count === 0 || count > 3) throw new InvalidKey()
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte()
    if (length < 0x80 || length < 256 ** (count - 1)) throw new InvalidKey()
    return length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new InvalidKey()
    return byte
  }
}

/** Bytes of a BIT STRING's content, whose first byte counts unused bits: none, in a key. */
export function wholeBits(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) throw new InvalidKey()
  return content.subarray(1)
}

/** An element to be written: its content is bytes and further elements, in this order. */
export interface DerElement {
  readonly tag: number
  readonly content: readonly (Uint8Array | DerElement)[]
}

export const element = (tag: number, ...content: (Uint8Array | DerElement)[]): DerElement => ({ tag, content })
export const sequence = (...content: (Uint8Array | DerElement)[]): DerElement => element(Tag.sequence, ...content)
export const octetString = (...content: (Uint8Array | DerElement)[]): DerElement => element(Tag.octetString, ...content)
export const bitString = (bytes: Uint8Array): DerElement => element(Tag.bitString, Uint8Array.of(0), bytes)

/** INTEGER of big-endian unsigned bytes without leading zeros, as {@link DerReader.unsigned} returns them. */
export function unsignedInteger(bytes: Uint8Array): DerElement {
  return (bytes[0] ?? 0) >= 0x80 ? element(Tag.integer, Uint8Array.of(0), bytes) : element(Tag.integer, bytes)
}

/** Writes an element straight into the buffer it returns, so that a secret is copied once and wiped in one place. */
export function encodeDer(root: DerElement): Uint8Array {
  const out = new Uint8Array(new ArrayBuffer(encodedLength(root)))
  write(root, out, 0)
  return out
}

function contentLength(value: DerElement): number {
  let length = 0
  for (const part of value.content) length += part instanceof Uint8Array ? part.length : encodedLength(part)
  return length
}

const lengthBytes = (length: number): number => (length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 4)

function encodedLength(value: DerElement): number {
  const length = contentLength(value)
  return 1 + lengthBytes(length) + length
}

function write(value: DerElement, out: Uint8Array, at: number): number {
  const length = contentLength(value)
  const count = lengthBytes(length)
  out[at++] = value.tag
  if (count > 1) out[at++] = 0x80 | (count - 1)
  for (let i = Math.max(count - 2, 0); i >= 0; i--) out[at++] = length >>> (8 * i)
  for (const part of value.content) {
    if (part instanceof Uint8Array) {
      out.set(part, at)
      at += part.length
    } else at = write(part, out, at)
  }
  return at
}
