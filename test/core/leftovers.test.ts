/** After every call, successful or not, working memory is zero and no window holds a secret. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Exports } from '../../bindings/core/arena.ts'
import { AuthenticationError, type Core, loadCore, type Slot } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { contains, sequence } from './bytes.ts'

const next = sequence(11)
const key = next(32)
const [iv, aad, id16, ad32, head] = [next(12), next(20), next(16), next(32), next(36)]

describe.each(builds)('leftovers, %s build', { timeout: 60_000 }, (build) => {
  let core: Core
  let slot: Slot
  let memory: Uint8Array
  let at: Record<'WORK' | 'ARENA' | 'ARENA_END' | 'KEY' | 'RANDOM' | 'SIDE' | 'OUT' | 'DATA', number>

  beforeEach(async () => {
    core = await loadCore({ build })
    slot = core.importKey(key)
    const exports = core.instance.exports as unknown as Exports & Record<string, WebAssembly.Global>
    memory = new Uint8Array(exports.memory.buffer)
    at = Object.fromEntries(
      ['WORK', 'ARENA', 'ARENA_END', 'KEY', 'RANDOM', 'SIDE', 'OUT', 'DATA'].map((name) => [
        name,
        exports[name]!.value,
      ]),
    ) as typeof at
  })

  /** The first address in a range that is not zero, if any. */
  const dirty = (from: number, to: number): number => {
    for (let place = from; place < to; place++) if (memory[place] !== 0) return place
    return -1
  }

  /** All working memory and all windows but SIDE, which holds public context, and the first `result` bytes of DATA. */
  function expectClean(call: string, result = 0): void {
    expect(dirty(at.WORK, at.SIDE), `${call}: working memory`).toBe(-1)
    expect(dirty(at.OUT, at.DATA), `${call}: OUT and headroom`).toBe(-1)
    expect(dirty(at.DATA + result, memory.length), `${call}: DATA`).toBe(-1)
  }

  it.each([0, 1, 31, 64, 300, 5000, 70_000])('of hashes over %i bytes', (length) => {
    const message = next(length)
    for (const hash of ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const) {
      core.sha2(hash, message)
      expectClean(hash)
      core.hmac(hash, key, message)
      expectClean(`HMAC ${hash}`)
      core.hmac(hash, message, key)
      expectClean(`HMAC ${hash}, key of ${length}`)
      slot.hmac(hash, message)
      expectClean(`slot HMAC ${hash}`)
      core.hkdf(hash, message, key, aad, 500)
      expectClean(`HKDF ${hash}`)
      core.hkdfExtract(hash, message, key)
      expectClean(`extract ${hash}`)
      core.hkdfExpand(hash, message, aad, 100)
      expectClean(`expand ${hash}`)
    }
    core.equal(message, message)
    expectClean('equal')
  })

  it.each([0, 1, 16, 31, 48, 64, 255, 1024, 2016, 5000, 65_536, 70_000])('of GCM over %i bytes', (length) => {
    const plaintext = next(length)
    for (const use of ['key', 'slot'] as const) {
      const nonce = length % 2 === 0 ? iv : head
      const seal = (): Uint8Array =>
        use === 'key' ? core.gcmSeal(key, nonce, plaintext, aad) : slot.gcmSeal(nonce, plaintext, aad)
      const open = (sealed: Uint8Array): Uint8Array =>
        use === 'key' ? core.gcmOpen(key, nonce, sealed, aad) : slot.gcmOpen(nonce, sealed, aad)
      const sealed = seal()
      const left = Math.min(sealed.length, 65_552)
      expect(contains(sealed, memory.subarray(at.DATA, at.DATA + 1)) || length > 65_536).toBe(true)
      expectClean(`${use} seal`, left)
      open(sealed)
      expectClean(`${use} open`, left)
      sealed[length >> 1]! ^= 4
      expect(() => open(sealed)).toThrow(AuthenticationError)
      expectClean(`${use} failed open`, left)
      if (length >= 16) expect(contains(memory.subarray(at.WORK), plaintext.subarray(0, 16)), 'plaintext').toBe(false)
    }
    expect(() => core.gcmSeal(key, iv, plaintext, aad, 5)).toThrow(RangeError)
  })

  it.each([16, 24, 256, 4096])('of key wrapping over %i bytes', (length) => {
    const data = next(length)
    for (const [wrap, unwrap] of [
      ['kwWrap', 'kwUnwrap'],
      ['kwpWrap', 'kwpUnwrap'],
    ] as const) {
      const wrapped = core[wrap](key, data)
      expectClean(wrap, wrapped.length)
      core[unwrap](key, wrapped)
      expectClean(unwrap, 8)
      wrapped[9]! ^= 1
      expect(() => core[unwrap](key, wrapped)).toThrow(AuthenticationError)
      expectClean(`failed ${unwrap}`)
    }
  })

  it.each([0, 5, 64, 4096, 100_000])('of sealing %i bytes', (length) => {
    const content = next(length)
    const sealed = slot.seal('label', id16, head, ad32, content)
    expectClean('seal', sealed.length)
    slot.open('label', 36, ad32, sealed)
    expectClean('open', sealed.length)
    expect(dirty(at.DATA + 100, at.DATA + 100 + length), 'opened content').toBe(-1)
    for (const place of [1, 40, 70, sealed.length - 1]) {
      const forged = sealed.slice()
      forged[place]! ^= 1
      expect(() => slot.open('label', 36, ad32, forged)).toThrow(AuthenticationError)
      expectClean(`forged at ${place}`, sealed.length)
      expect(
        forged.every((byte, i) => memory[at.DATA + i] === byte),
        'nothing was decrypted',
      ).toBe(true)
    }
  })

  it('of slots', () => {
    const content = core.generateKey(200)
    expectClean('generateKey')
    const secret = content.release()
    expectClean('release')
    const sealed = slot.sealSlot('label', id16, head, ad32, content)
    expectClean('sealSlot', sealed.length)
    const opened = slot.openSlot('label', 36, ad32, sealed)
    expectClean('openSlot', sealed.length)
    const derived = slot.derive('label', id16, 200)
    expectClean('derive', sealed.length)
    const known = slot.expand('label', id16, 200)
    expectClean('expand', sealed.length)
    opened.equals(content)
    expectClean('equals', sealed.length)
    core.random(100)
    expectClean('random', sealed.length)
    for (const each of [content, opened, derived, slot]) each.destroy()
    for (const bytes of [secret, known, key]) expect(contains(memory, bytes.subarray(0, 8))).toBe(false)
  })

  it('of destroyed slots: no pads, no schedule, no powers of H', () => {
    slot.hmac('SHA-512', aad)
    slot.gcmSeal(iv, next(5000), aad)
    slot.destroy()
    const generation = 4
    expect(dirty(at.ARENA + generation, at.WORK)).toBe(-1)
  })

  it('of a lock: nothing but generations', () => {
    for (let i = 0; i < 40; i++) core.generateKey(32).gcmSeal(iv, aad)
    slot.seal('label', id16, head, ad32, aad)
    core.lock()
    expect(dirty(at.WORK, memory.length)).toBe(-1)
    expect(contains(memory, key.subarray(0, 8))).toBe(false)
  })

  it('of a refused source of random bytes', async () => {
    const stuck = await loadCore({ build, random: (into) => into.fill(0x3c) })
    memory = new Uint8Array((stuck.instance.exports.memory as WebAssembly.Memory).buffer)
    const root = stuck.generateKey(32)
    expect(() => root.seal('label', id16, head, ad32, key)).toThrow('random')
    expectClean('refused seal')
    expect(() => stuck.generateKey(32)).toThrow('random')
    expectClean('refused generateKey')
    expect(() => stuck.random(32)).toThrow('random')
    expectClean('refused random')
  })
})
