/** What the shipped binaries are made of: no imports, fixed memory, no division of secrets, every `select` accounted for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'

const root = join(import.meta.dirname, '../..')
const targets = ['scalar', 'simd', 'relaxed'] as const

/** Functions that may hold a `select`, or a remainder, and on which public number it depends. */
const publicChoices: readonly { readonly functions: RegExp; readonly on: string }[] = [
  { functions: /^(sha2|hmac|hkdf)\//, on: 'which hash, lengths' },
  { functions: /^draw\//, on: 'which hash' },
  { functions: /^slots\//, on: 'indexes, ages and lengths of slots' },
  { functions: /^seal\//, on: 'which hash, lengths' },
  { functions: /^abi\//, on: 'the same, inlined; statuses and handles' },
  { functions: /^(aes|scalar\/aes|simd\/[a-z0-9-]+)\//, on: 'length of the key, number of the round' },
  { functions: /^(gctr|ghash|gcm)\//, on: 'lengths' },
]

/** Instructions whose time may depend on operands, or that have no place in this core, by function. */
function suspicious(wat: string): { name: string; instruction: string }[] {
  const found: { name: string; instruction: string }[] = []
  let name = ''
  for (const line of wat.split('\n')) {
    const opened = /^ \(func \$assembly\/(\S+)/.exec(line)
    if (opened) name = opened[1]!
    const instruction =
      /\b(select|[a-z0-9]+\.(?:div|rem)_[su]|f(?:32|64)x?[0-9]*\.\w+|br_table|call_indirect|memory\.grow)\b/.exec(line)
    if (instruction) found.push({ name, instruction: instruction[1]! })
  }
  return found
}

describe.each(targets)('%s binary', (target) => {
  const bytes = readFileSync(join(root, `dist/core.${target}.wasm`))
  const wat = readFileSync(join(root, `build/core.${target}.wat`), 'utf8')

  it('is small', () => {
    expect(bytes.length).toBeLessThanOrEqual(48 * 1024)
  })

  it('imports nothing, and its memory cannot grow', () => {
    expect(wat).not.toMatch(/\(import /)
    const [, initial, maximum] = /\(memory \$\S+ (\d+) (\d+)\)/.exec(wat)!
    expect(initial).toBe(maximum)
    expect(wat).not.toContain('memory.grow')
  })

  it('keeps its constants out of the arena', () => {
    const ends = [...wat.matchAll(/\(data \$\S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\[0-9a-f]{2}|\\.)*)"\)/g)].map(
      ([, at, text]) => Number(at) + text!.replace(/\\[0-9a-f]{2}|\\./g, 'x').length,
    )
    expect(ends.length).toBeGreaterThan(0)
    expect(Math.max(...ends)).toBeLessThanOrEqual(16_384)
  })

  it('divides and selects by public numbers only', () => {
    for (const { name, instruction } of suspicious(wat)) {
      const known = publicChoices.some(({ functions }) => functions.test(name))
      expect(known && /^(select|i32\.rem_u)$/.test(instruction), `${instruction} in ${name}`).toBe(true)
      if (instruction === 'i32.rem_u') expect(name).toMatch(/^(aes|abi\/aes|slots)\//)
    }
  })
})

describe.each(builds)('%s instance', (build) => {
  it('has an arena that fits its memory, and windows in order', async () => {
    const { exports } = (await loadCore({ build })).instance
    const at = (name: string): number => (exports[name] as WebAssembly.Global).value
    expect(at('ARENA_END')).toBeLessThanOrEqual((exports.memory as WebAssembly.Memory).buffer.byteLength)
    const order = ['ARENA', 'WORK', 'KEY', 'RANDOM', 'SIDE', 'OUT', 'DATA', 'ARENA_END'].map(at)
    expect(order).toEqual([...order].sort((a, b) => a - b))
    expect(at('DATA') % 64).toBe(0)
  })

  it('starts in a few milliseconds', async () => {
    const start = performance.now()
    await loadCore({ build })
    expect(performance.now() - start).toBeLessThan(500)
  })
})
