/** Slots: room for 1,024 small and 32 large secrets, handles that die with their secret, a cache that never mixes keys. */
import { describe, expect, it } from 'vitest'
import { loadCore, type Slot } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'

const empty = new Uint8Array(0)

describe.each(builds)('slots, %s build', (build) => {
  it('holds 1,024 small and 32 large secrets, and refuses one more', async () => {
    const core = await loadCore({ build })
    expect(core.slots).toEqual({ used: 0, free: 1056 })
    const small = Array.from({ length: 1024 }, (_, i) => core.importKey(new Uint8Array(1 + (i % 128)).fill(i)))
    const large = Array.from({ length: 32 }, (_, i) => core.importKey(new Uint8Array(129 + i * 127).fill(i)))
    expect(core.slots).toEqual({ used: 1056, free: 0 })
    expect(() => core.generateKey(32)).toThrow(RangeError)
    expect(() => core.importKey(new Uint8Array(129))).toThrow(RangeError)
    for (const [i, slot] of [...small, ...large].entries()) {
      const secret = slot.release()
      expect(secret.length).toBe(slot.length)
      expect(secret.every((byte) => byte === (i < 1024 ? i : i - 1024) % 256)).toBe(true)
    }
    small[500]!.destroy()
    expect(core.slots.free).toBe(1)
    const again = core.generateKey(128)
    expect(core.slots.free).toBe(0)
    expect(again.release().length).toBe(128)
  })

  it('knows a destroyed slot from its successor in the same place', async () => {
    const core = await loadCore({ build })
    const all = Array.from({ length: 1024 }, () => core.generateKey(16))
    const handle = all[7]!.handle
    all[7]!.destroy()
    all[7]!.destroy()
    const successor = core.generateKey(16)
    expect(successor.handle).not.toBe(handle)
    expect(successor.handle % 2048).toBe(handle % 2048)
    for (const use of [
      (s: Slot) => s.release(),
      (s: Slot) => s.hmac('SHA-256', empty),
      (s: Slot) => s.equals(successor),
    ]) {
      expect(() => use(all[7]!)).toThrow(TypeError)
    }
    expect(() => all[7]!.gcmSeal(new Uint8Array(12), empty)).toThrow(TypeError)
    expect(() => successor.equals(all[7]!)).toThrow(TypeError)
  })

  it('keeps more AES keys in use than the cache has entries', async () => {
    const core = await loadCore({ build })
    const next = sequence(5)
    const keys = Array.from({ length: 50 }, (_, i) => next([16, 24, 32][i % 3]!))
    const slots = keys.map((key) => core.importKey(key))
    const iv = next(12)
    const message = next(100)
    for (let round = 0; round < 3; round++) {
      for (const [i, slot] of slots.entries()) {
        if (round === 1 && i % 4 === 0) continue
        expect(slot.gcmSeal(iv, message)).toEqual(core.gcmSeal(keys[i]!, iv, message))
      }
    }
    for (const slot of slots) slot.destroy()
    expect(core.slots.used).toBe(0)
  })

  it('keeps HMAC and AES of one slot apart, for every hash in turn', async () => {
    const core = await loadCore({ build })
    const next = sequence(6)
    const key = next(32)
    const slot = core.importKey(key)
    const message = next(50)
    for (const hash of ['SHA-256', 'SHA-512', 'SHA-256', 'SHA-224', 'SHA-384', 'SHA-512'] as const) {
      expect(slot.hmac(hash, message)).toEqual(core.hmac(hash, key, message))
      expect(slot.gcmSeal(message.subarray(0, 12), message)).toEqual(
        core.gcmSeal(key, message.subarray(0, 12), message),
      )
    }
    expect(slot.release()).toEqual(key)
  })

  it('loses every secret when it is locked', async () => {
    const core = await loadCore({ build })
    const slot = core.generateKey(32)
    slot.gcmSeal(new Uint8Array(12), empty)
    core.lock()
    expect(core.slots.used).toBe(0)
    expect(() => slot.release()).toThrow(TypeError)
    expect(() => slot.gcmSeal(new Uint8Array(12), new Uint8Array(40))).toThrow(TypeError)
    expect(() => slot.hmac('SHA-256', new Uint8Array(40))).toThrow(TypeError)
    slot.destroy()
    expect(core.generateKey(32).release().length).toBe(32)
  })

  it('takes no slot of another core', async () => {
    const [one, other] = [await loadCore({ build }), await loadCore({ build })]
    const [a, b] = [one.generateKey(32), other.generateKey(32)]
    expect(() => a.equals(b)).toThrow(TypeError)
    expect(() => one.gcmSealInto(b, new Uint8Array(12), empty, new Uint8Array(16))).toThrow(TypeError)
    expect(() => a.sealSlot('label', new Uint8Array(16), empty, new Uint8Array(32), b)).toThrow(TypeError)
  })
})
