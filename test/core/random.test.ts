/** Random bytes: drawn 32 at a time or more, straight into the core, which stops when its source stands still. */
import { expect, it } from 'vitest'
import { loadCore } from '../../bindings/core.ts'

it('draws at least 32 bytes, at most 4,096, into its own memory', async () => {
  const drawn: number[] = []
  const core = await loadCore({
    random: (into) => {
      expect(into.buffer).toBe((core.instance.exports.memory as WebAssembly.Memory).buffer)
      drawn.push(into.length)
      crypto.getRandomValues(into)
    },
  })
  core.random(1)
  core.random(0)
  core.generateKey(16)
  core.generateKey(100)
  core.random(10_000)
  expect(drawn).toEqual([32, 32, 100, 4096, 4096, 1808])
})

it('gives different bytes every time', async () => {
  const core = await loadCore()
  const seen = new Set(Array.from({ length: 100 }, () => core.random(16).join()))
  expect(seen.size).toBe(100)
  expect(core.random(100_000).filter((byte) => byte === 0).length).toBeLessThan(600)
})

it('refuses a source that gives zeros, and never trusts it again', async () => {
  let broken = true
  const core = await loadCore({ random: (into) => (broken ? into.fill(0) : crypto.getRandomValues(into)) })
  expect(() => core.generateKey(32)).toThrow('random')
  broken = false
  expect(() => core.generateKey(32)).toThrow('random')
  expect(() => core.random(32)).toThrow('random')
  expect(core.slots.used).toBe(0)
})

it('refuses a source that repeats itself, in whatever it is asked for', async () => {
  const core = await loadCore({ random: (into) => into.fill(7) })
  const key = core.generateKey(32)
  const nothing = new Uint8Array(0)
  expect(() => key.seal('label', new Uint8Array(16), nothing, new Uint8Array(32), nothing)).toThrow('random')
})

it('passes on what the source throws, and uses nothing of it', async () => {
  const core = await loadCore({
    random: (into) => {
      into.fill(9)
      throw new Error('no entropy')
    },
  })
  expect(() => core.generateKey(32)).toThrow('no entropy')
  expect(() => core.random(5)).toThrow('no entropy')
  expect(core.slots.used).toBe(0)
})
