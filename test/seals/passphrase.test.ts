/** Passphrases: Argon2id against another implementation, bounds before work, wiping. */
import { argon2id as noble } from '@noble/hashes/argon2.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { concat, hex, u32, utf8 } from '../../bindings/bytes.ts'
import { type Core, loadCore } from '../../bindings/core.ts'
import { argon2id } from '../../bindings/seals/argon2.ts'
import type { KindContext } from '../../bindings/seals/kind.ts'
import { passphrase } from '../../bindings/seals/passphrase.ts'
import { SlotType, UnlockFailed, type UnlockSlot } from '../../bindings/seals/seal.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords } from '../../bindings/stores/open.ts'
import { identityOf } from '../../bindings/stores/rows.ts'

const cheap = { memory: 19_456, passes: 2, lanes: 1 }
let core: Core
let context: KindContext

beforeAll(async () => {
  core = await loadCore()
  context = { core, store: identityOf(core, new Uint8Array(16)) }
})

const slotWith = (params: Uint8Array): UnlockSlot => ({
  type: SlotType.passphrase,
  epoch: 1,
  id: new Uint8Array(16),
  params,
  sealed: new Uint8Array(0),
})

const params = (memory: number, passes: number, lanes: number) =>
  concat(u32(memory), u32(passes), u32(lanes), new Uint8Array(16).fill(9))

describe('Argon2id', () => {
  test('agrees with another implementation', { timeout: 60_000 }, async () => {
    const password = utf8('correct horse battery staple')
    const salt = new Uint8Array(16).fill(3)
    for (const cost of [cheap, { memory: 19_456, passes: 2, lanes: 4 }]) {
      const other = noble(password, salt, { m: cost.memory, t: cost.passes, p: cost.lanes, dkLen: 32, version: 0x13 })
      expect(hex(await argon2id(password, salt, cost))).toBe(hex(other))
    }
  })

  test.skipIf(typeof document !== 'undefined')('leaves its work memory wiped, and the global as it was', async () => {
    const { instantiate } = WebAssembly
    const memories: WebAssembly.Memory[] = []
    const noting = async (module: WebAssembly.Module, imports?: WebAssembly.Imports) => {
      const instance = await instantiate.call(WebAssembly, module, imports)
      memories.push(instance.exports.memory as WebAssembly.Memory)
      return instance
    }
    Reflect.set(WebAssembly, 'instantiate', noting)
    try {
      await Promise.all([1, 2].map((fill) => argon2id(utf8('secret'), new Uint8Array(16).fill(fill), cheap)))
      expect(WebAssembly.instantiate).toBe(noting)
    } finally {
      Reflect.set(WebAssembly, 'instantiate', instantiate)
    }
    expect(memories).toHaveLength(6)
    for (const { buffer } of memories) expect(new Uint8Array(buffer).findIndex((byte) => byte !== 0)).toBe(-1)
  })
})

describe('a passphrase slot', () => {
  test.each([
    [19_455, 3, 4],
    [262_145, 3, 4],
    [0xffffffff, 3, 4],
    [65_536, 1, 4],
    [65_536, 11, 4],
    [65_536, 3, 0],
    [65_536, 3, 5],
  ])('with m=%i t=%i p=%i is refused at once', async (memory, passes, lanes) => {
    const start = performance.now()
    const slot = slotWith(params(memory, passes, lanes))
    await expect(passphrase.secret({ passphrase: 'x' }, slot, context)).rejects.toThrow(UnlockFailed)
    await expect(passphrase.create({ passphrase: 'x', cost: { memory, passes, lanes } }, context)).rejects.toThrow(
      RangeError,
    )
    expect(performance.now() - start).toBeLessThan(50)
  })

  test('with parameters of another length is refused', async () => {
    for (const wrong of [new Uint8Array(0), params(65_536, 3, 4).subarray(1)]) {
      await expect(passphrase.secret({ passphrase: 'x' }, slotWith(wrong), context)).rejects.toThrow(UnlockFailed)
    }
  })

  test('takes equivalent texts for the same, and refuses empty and malformed ones', async () => {
    const slot = slotWith(params(cheap.memory, cheap.passes, cheap.lanes))
    const [composed, decomposed] = await Promise.all(
      ['caf\u00e9', 'cafe\u0301'].map((text) => passphrase.secret({ passphrase: text }, slot, context)),
    )
    expect(composed).toEqual(decomposed)
    for (const text of ['', '\ud800x']) {
      await expect(passphrase.secret({ passphrase: text }, slot, context)).rejects.toThrow(TypeError)
    }
  })

  test('opens a store, and no other passphrase does', async () => {
    const store = new MemoryStore()
    await (await createStore({ store, core, unlocks: [{ passphrase: 'open sesame', cost: cheap }] })).lock()
    await expect(openRecords({ store, core, unlock: { passphrase: 'open barley' } })).rejects.toThrow(UnlockFailed)
    const records = await openRecords({ store, core, unlock: { passphrase: 'open sesame' } })
    const { memory, passes, lanes } = { ...cheap, ...(await records.listUnlocks())[0]?.details }
    expect({ memory, passes, lanes }).toEqual(cheap)
  })
})
