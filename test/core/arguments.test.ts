/** What a caller may hand over, and what happens to everything else: TypeError or RangeError, never a trap. */
import { beforeAll, describe, expect, it } from 'vitest'
import { AuthenticationError, type Core, type Hash, loadCore } from '../../bindings/core.ts'

const empty = new Uint8Array(0)
const key = new Uint8Array(32)
const iv = new Uint8Array(12)
const wrong = <T>(value: unknown): T => value as T

let core: Core
beforeAll(async () => {
  core = await loadCore()
})

describe('types', () => {
  const notBytes = [
    undefined,
    null,
    'key',
    32,
    [1, 2],
    {},
    new ArrayBuffer(32),
    new DataView(new ArrayBuffer(32)),
    new Uint16Array(16),
  ]
  it.each(notBytes.map((value) => [value]))('refuses %o for bytes', (value) => {
    const bytes = wrong<Uint8Array>(value)
    for (const call of [
      () => core.gcmSeal(bytes, iv, empty),
      () => core.gcmSeal(key, bytes, empty),
      () => core.gcmSeal(key, iv, bytes),
      () => core.gcmOpen(key, iv, bytes),
      () => core.gcmSealInto(key, iv, empty, bytes),
      () => core.sha2('SHA-256', bytes),
      () => core.hmac('SHA-256', bytes, empty),
      () => core.hmac('SHA-256', key, bytes),
      () => core.hkdf('SHA-256', bytes, empty, empty, 32),
      () => core.kwWrap(bytes, key),
      () => core.kwUnwrap(key, bytes),
      () => core.kwpWrap(key, bytes),
      () => core.equal(key, bytes),
      () => core.importKey(bytes),
    ]) {
      expect(call).toThrow(TypeError)
    }
    if (value !== undefined) expect(() => core.gcmSeal(key, iv, empty, bytes)).toThrow(TypeError)
  })

  it('refuses shared memory', () => {
    if (typeof SharedArrayBuffer === 'undefined') return
    const shared = new Uint8Array(new SharedArrayBuffer(72))
    expect(() => core.gcmSeal(shared.subarray(0, 32), iv, empty)).toThrow(TypeError)
    expect(() => core.gcmOpen(key, iv, shared.subarray(0, 32))).toThrow(TypeError)
    expect(() => core.gcmSeal(key, iv, shared)).toThrow(TypeError)
    expect(() => core.gcmOpen(key, iv, shared)).toThrow(TypeError)
    expect(() => core.gcmSealInto(key, iv, empty, shared.subarray(0, 16))).toThrow(TypeError)
    expect(() => core.sha2('SHA-256', shared)).toThrow(TypeError)
    expect(() => core.importKey(shared)).toThrow(TypeError)
  })

  it.each(['sha256', 'SHA-1', '', 'constructor', '__proto__', undefined, 2])('refuses %s for a hash', (hash) => {
    expect(() => core.sha2(wrong<Hash>(hash), empty)).toThrow(TypeError)
    expect(() => core.hkdf(wrong<Hash>(hash), empty, empty, empty, 1)).toThrow(TypeError)
  })
})

describe('lengths', () => {
  it.each([0, 1, 15, 17, 31, 33, 64])('refuses an AES key of %i bytes', (length) => {
    expect(() => core.gcmSeal(new Uint8Array(length), iv, empty)).toThrow(RangeError)
    expect(() => core.kwWrap(new Uint8Array(length), key)).toThrow(RangeError)
    if (length > 0) expect(() => core.importKey(new Uint8Array(length)).gcmSeal(iv, empty)).toThrow(RangeError)
  })

  it.each([0, 3, 5, 7, 9, 11, 17, 12.5, Number.NaN, -16])('refuses a tag of %d bytes', (length) => {
    expect(() => core.gcmSeal(key, iv, empty, empty, length)).toThrow(RangeError)
    expect(() => core.gcmOpen(key, iv, new Uint8Array(40), empty, length)).toThrow(RangeError)
  })

  it('refuses what the standards do not allow', () => {
    expect(() => core.gcmSeal(key, empty, empty)).toThrow(RangeError)
    expect(() => core.kwWrap(key, new Uint8Array(8))).toThrow(RangeError)
    expect(() => core.kwWrap(key, new Uint8Array(23))).toThrow(RangeError)
    expect(() => core.kwpWrap(key, empty)).toThrow(RangeError)
    expect(() => core.hkdf('SHA-256', key, empty, empty, 8161)).toThrow(RangeError)
    expect(() => core.hkdf('SHA-256', key, empty, empty, -1)).toThrow(RangeError)
    expect(() => core.hkdfExpand('SHA-512', key, empty, 16_321)).toThrow(RangeError)
  })

  it('answers malformed sealed data as it answers forged data', () => {
    for (const length of [0, 1, 15]) {
      expect(() => core.gcmOpen(key, iv, new Uint8Array(length))).toThrow(AuthenticationError)
    }
    for (const length of [0, 8, 15, 16, 23, 25]) {
      expect(() => core.kwUnwrap(key, new Uint8Array(length))).toThrow(AuthenticationError)
      expect(() => core.kwpUnwrap(key, new Uint8Array(length))).toThrow(AuthenticationError)
    }
  })

  it.each([0, -1, 4097, 1.5])('refuses a slot of %d bytes', (length) => {
    expect(() => core.generateKey(length)).toThrow(RangeError)
  })

  it('refuses labels that are not short printable ASCII', () => {
    const slot = core.generateKey(32)
    for (const label of ['', 'a\0b', 'ä', 'x'.repeat(256)]) {
      expect(() => slot.expand(label, empty, 32)).toThrow(RangeError)
    }
    expect(() => slot.expand(wrong<string>(5), empty, 32)).toThrow(TypeError)
    slot.destroy()
  })
})

describe('memory of the caller', () => {
  it('is never changed, at any offset', () => {
    const around = crypto.getRandomValues(new Uint8Array(100))
    const before = around.slice()
    const view = around.subarray(3, 51)
    core.gcmSeal(around.subarray(5, 37), around.subarray(1, 13), view, around.subarray(60))
    core.hmac('SHA-512', view, around)
    core.kwWrap(around.subarray(5, 37), view)
    core.importKey(view).destroy()
    expect(around).toEqual(before)
  })

  it('takes results in place or apart, nothing between', () => {
    const memory = new Uint8Array(200)
    const plaintext = memory.subarray(50, 100)
    for (const at of [0, 34, 49, 51, 99]) {
      const overlaps = at < 100 && at + 66 > 50
      const call = (): number => core.gcmSealInto(key, iv, plaintext, memory.subarray(at, at + 66))
      if (overlaps) expect(call, `${at}`).toThrow(RangeError)
      else expect(call()).toBe(66)
    }
    expect(core.gcmSealInto(key, iv, plaintext, memory.subarray(100))).toBe(66)
    expect(core.gcmSealInto(key, iv, plaintext, memory.subarray(50))).toBe(66)
    expect(() => core.gcmSealInto(key, iv, plaintext, new Uint8Array(65))).toThrow(RangeError)
    expect(core.gcmOpenInto(key, iv, memory.subarray(50, 116), memory.subarray(50))).toBe(50)
  })

  it.each([40, 100_000])('is untouched by an opening of %i bytes that fails', (length) => {
    const sealed = core.gcmSeal(key, iv, new Uint8Array(length))
    sealed[length + 3]! ^= 1
    const out = new Uint8Array(length).fill(5)
    expect(() => core.gcmOpenInto(key, iv, sealed, out)).toThrow(AuthenticationError)
    expect(out.every((byte) => byte === 5)).toBe(true)
    const inPlace = sealed.slice()
    expect(() => core.gcmOpenInto(key, iv, inPlace, inPlace)).toThrow(AuthenticationError)
    expect(inPlace).toEqual(sealed)
  })

  it('receives plaintexts in buffers of their own', () => {
    const sealed = core.gcmSeal(key, iv, new Uint8Array(7))
    expect(core.gcmOpen(key, iv, sealed).buffer.byteLength).toBe(7)
    expect(core.importKey(new Uint8Array(9)).release().buffer.byteLength).toBe(9)
  })
})

describe('loading', () => {
  it('takes bytes, a module, or a build by name', async () => {
    const { compileCore } = await import('../../bindings/core.ts')
    const scalar = await loadCore({ build: 'scalar' })
    expect(scalar.build).toBe('scalar')
    const module = await compileCore('simd')
    expect((await loadCore({ wasm: module })).build).toBe('simd')
    expect(['simd', 'relaxed']).toContain((await loadCore()).build)
    await expect(loadCore({ build: wrong('fast') })).rejects.toThrow(TypeError)
    await expect(loadCore({ wasm: new Uint8Array(8) })).rejects.toThrow()
  })
})
