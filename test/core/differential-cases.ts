/** What one random case of each algorithm does. Every choice is drawn beforehand: all builds do the same. */
import { AuthenticationError, type Core, type Hash, Slot } from '../../bindings/core.ts'
import type { Case, Draw } from './differential.ts'

/** Says what went wrong, never with which bytes. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
}

type Bytes = Uint8Array<ArrayBuffer>

const aesKeyLengths = [16, 24, 32]
const hashes: readonly Hash[] = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const tagLengths = [16, 16, 16, 16, 16, 15, 14, 13, 12, 8, 4]

export const algorithms = {
  'AES-GCM': gcmCase,
  'AES-KW': (draw: Draw): Case => wrapCase(draw, 'kw'),
  'AES-KWP': (draw: Draw): Case => wrapCase(draw, 'kwp'),
  'SHA-2': sha2Case,
  HMAC: hmacCase,
  HKDF: hkdfCase,
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function expectSame(what: string, actual: Uint8Array, expected: Uint8Array): void {
  if (!same(actual, expected)) throw new Mismatch(`${what} differs`)
}

function expectOther(what: string, actual: Uint8Array, expected: Uint8Array): void {
  if (same(actual, expected)) throw new Mismatch(`${what} was not noticed`)
}

function expectRefused(what: string, open: () => unknown): void {
  try {
    open()
  } catch (error) {
    if (error instanceof AuthenticationError) return
    throw error
  }
  throw new Mismatch(`${what} was not refused`)
}

/** With one bit turned; of nothing, one byte. */
function flip(bytes: Uint8Array, at: number): Bytes {
  if (bytes.length === 0) return new Uint8Array([1])
  const changed = new Uint8Array(bytes)
  changed[(at >>> 3) % bytes.length]! ^= 1 << (at & 7)
  return changed
}

/** Uses the key as it is, or from a slot. */
function withKey<T>(core: Core, key: Uint8Array, asSlot: boolean, use: (key: Uint8Array | Slot) => T): T {
  if (!asSlot) return use(key)
  const slot = core.importKey(key)
  try {
    return use(slot)
  } finally {
    slot.destroy()
  }
}

type Way = 'copied' | 'in place' | 'aside'

/**
 * Calls with an input and an output in one buffer, at the same place or side by side, `offset` bytes in. What was
 * written; nothing else in the buffer may have changed, and nothing at all if the call throws.
 */
function within(
  way: Way,
  offset: number,
  input: Uint8Array,
  outLength: number,
  call: (input: Bytes, out: Bytes) => number,
): Bytes {
  const gap = way === 'in place' ? 0 : outLength + offset
  const room = new Uint8Array(offset + gap + Math.max(input.length, outLength) + 5).fill(0xa5)
  room.set(input, offset + gap)
  const expected = room.slice()
  let written = 0
  try {
    const at = offset + gap
    written = call(room.subarray(at, at + input.length), room.subarray(offset, offset + outLength))
  } finally {
    expected.set(room.subarray(offset, offset + written), offset)
    expectSame('memory around the output', room, expected)
  }
  return room.slice(offset, offset + written)
}

interface GcmInputs {
  readonly key: Bytes
  readonly iv: Bytes
  readonly aad: Bytes
  readonly tagLength: number
  readonly asSlot: boolean
  readonly way: Way
  readonly offset: number
}

function gcmCase(draw: Draw): Case {
  const plaintext = draw.bytes(draw.messageLength())
  const inputs: GcmInputs = {
    key: draw.bytes(draw.pick(aesKeyLengths)),
    iv: draw.bytes(draw.integer(0, 3) === 0 ? draw.integer(1, 64) : 12),
    aad: draw.bytes(draw.integer(0, 4) === 0 ? 0 : draw.integer(0, 300)),
    tagLength: draw.pick(tagLengths),
    asSlot: draw.pick([false, true]),
    way: draw.pick<Way>(['copied', 'in place', 'aside']),
    offset: draw.integer(0, 33),
  }
  const { key, iv, aad, tagLength, asSlot, way } = inputs
  const target = draw.pick(['key', 'iv', 'aad', 'sealed', 'sealed', 'tag', 'end'] as const)
  const at = draw.integer(0, 0x7fffffff)
  return {
    about: [
      `key ${key.length}, iv ${iv.length}, aad ${aad.length}, message ${plaintext.length}, tag ${tagLength}`,
      `${asSlot ? 'slot' : 'raw'}, ${way}`,
    ].join(', '),
    ask: (peer) => peer.gcmSeal?.(key, iv, plaintext, aad, tagLength),
    check(core, sealed) {
      withKey(core, key, asSlot, (key) => {
        expectSame('sealed', gcmSeal(core, key, inputs, plaintext), sealed)
        expectSame('opened', gcmOpen(core, key, inputs, sealed), plaintext)
      })
      const turned =
        target in inputs ? { ...inputs, [target]: flip(inputs[target as 'key' | 'iv' | 'aad'], at) } : inputs
      const changed = changeSealed(sealed, target, tagLength, at)
      expectRefused(`tampered ${target}`, () =>
        withKey(core, turned.key, asSlot, (key) => gcmOpen(core, key, turned, changed)),
      )
    },
  }
}

function gcmSeal(core: Core, key: Uint8Array | Slot, inputs: GcmInputs, plaintext: Bytes): Uint8Array {
  const { iv, aad, tagLength, way, offset } = inputs
  if (way !== 'copied') {
    return within(way, offset, plaintext, plaintext.length + tagLength, (input, out) =>
      core.gcmSealInto(key, iv, input, out, aad, tagLength),
    )
  }
  if (key instanceof Slot) return key.gcmSeal(iv, plaintext, aad, tagLength)
  return core.gcmSeal(key, iv, plaintext, aad, tagLength)
}

function gcmOpen(core: Core, key: Uint8Array | Slot, inputs: GcmInputs, sealed: Uint8Array): Uint8Array {
  const { iv, aad, tagLength, way, offset } = inputs
  if (way !== 'copied') {
    return within(way, offset, sealed, Math.max(0, sealed.length - tagLength), (input, out) =>
      core.gcmOpenInto(key, iv, input, out, aad, tagLength),
    )
  }
  if (key instanceof Slot) return key.gcmOpen(iv, sealed, aad, tagLength)
  return core.gcmOpen(key, iv, sealed, aad, tagLength)
}

function changeSealed(sealed: Uint8Array, target: string, tagLength: number, at: number): Uint8Array {
  if (target === 'sealed') return flip(sealed, at)
  if (target === 'tag') return flip(sealed, 8 * (sealed.length - tagLength + (at % tagLength)) + (at & 7))
  return target === 'end' ? sealed.subarray(0, -1) : sealed
}

function wrapCase(draw: Draw, mode: 'kw' | 'kwp'): Case {
  const kek = draw.bytes(draw.pick(aesKeyLengths))
  const length = draw.integer(0, 3) === 0 ? draw.integer(0, 4200) : draw.integer(0, 130)
  const data = draw.bytes(mode === 'kw' ? Math.max(16, length - (length % 8)) : Math.max(1, length))
  const target = draw.pick(['kek', 'wrapped', 'wrapped', 'end'] as const)
  const at = draw.integer(0, 0x7fffffff)
  const unwrap = (core: Core, kek: Uint8Array, wrapped: Uint8Array): Uint8Array =>
    mode === 'kw' ? core.kwUnwrap(kek, wrapped) : core.kwpUnwrap(kek, wrapped)
  return {
    about: `key ${kek.length}, data ${data.length}`,
    ask: (peer) => (mode === 'kw' ? peer.kwWrap?.(kek, data) : peer.kwpWrap?.(kek, data)),
    check(core, wrapped) {
      expectSame('wrapped', mode === 'kw' ? core.kwWrap(kek, data) : core.kwpWrap(kek, data), wrapped)
      expectSame('unwrapped', unwrap(core, kek, wrapped), data)
      expectRefused(`tampered ${target}`, () => {
        if (target === 'kek') return unwrap(core, flip(kek, at), wrapped)
        return unwrap(core, kek, target === 'end' ? wrapped.subarray(0, -1 - (at % 8)) : flip(wrapped, at))
      })
    },
  }
}

function sha2Case(draw: Draw): Case {
  const hash = draw.pick(hashes)
  const message = draw.bytes(draw.messageLength())
  const at = draw.integer(0, 0x7fffffff)
  return {
    about: `${hash}, message ${message.length}`,
    ask: (peer) => peer.sha2?.(hash, message),
    check(core, digest) {
      expectSame('digest', core.sha2(hash, message), digest)
      expectOther('tampered message', core.sha2(hash, flip(message, at)), digest)
    },
  }
}

function hmacCase(draw: Draw): Case {
  const hash = draw.pick(hashes)
  const key = draw.bytes(draw.integer(0, 300))
  const message = draw.bytes(draw.messageLength())
  const asSlot = key.length > 0 && draw.pick([false, true])
  const target = draw.pick(['key', 'message'] as const)
  const at = draw.integer(0, 0x7fffffff)
  const mac = (core: Core, key: Uint8Array, message: Uint8Array): Uint8Array =>
    withKey(core, key, asSlot, (key) => (key instanceof Slot ? key.hmac(hash, message) : core.hmac(hash, key, message)))
  return {
    about: `${hash}, key ${key.length}, message ${message.length}, ${asSlot ? 'slot' : 'raw'}`,
    ask: (peer) => peer.hmac?.(hash, key, message),
    check(core, expected) {
      expectSame('MAC', mac(core, key, message), expected)
      const tampered = target === 'key' ? mac(core, flip(key, at), message) : mac(core, key, flip(message, at))
      expectOther(`tampered ${target}`, tampered, expected)
    },
  }
}

function hkdfCase(draw: Draw): Case {
  const hash = draw.pick(hashes)
  const [ikm, salt, info] = [
    draw.bytes(draw.integer(0, 200)),
    draw.bytes(draw.integer(0, 200)),
    draw.bytes(draw.integer(0, 300)),
  ]
  const length = draw.integer(0, 9) === 0 ? draw.integer(0, 255 * 28) : draw.integer(0, 300)
  const inSteps = draw.pick([false, true])
  const target = draw.integer(0, 2)
  const at = draw.integer(0, 0x7fffffff)
  const derive = (core: Core, [ikm, salt, info]: readonly [Bytes, Bytes, Bytes], length: number): Uint8Array =>
    inSteps
      ? core.hkdfExpand(hash, core.hkdfExtract(hash, ikm, salt), info, length)
      : core.hkdf(hash, ikm, salt, info, length)
  return {
    about: `${hash}, ikm ${ikm.length}, salt ${salt.length}, info ${info.length}, length ${length}`,
    ask: (peer) => peer.hkdf?.(hash, ikm, salt, info, length),
    check(core, expected) {
      expectSame('derived', derive(core, [ikm, salt, info], length), expected)
      const enough = Math.max(32, length) // a byte or two may well agree
      const turn = (bytes: Bytes, i: number): Bytes => (i === target ? flip(bytes, at) : bytes)
      const tampered = derive(core, [turn(ikm, 0), turn(salt, 1), turn(info, 2)], enough)
      expectOther('tampered input', tampered, derive(core, [ikm, salt, info], enough))
    },
  }
}
