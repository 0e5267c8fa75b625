/**
 * Which bytes of linear memory are public. Everything is secret but what is listed here: the compiler's constants,
 * bookkeeping of tables, and the verdicts that the core publishes. A secret stored into a public field is a finding, and
 * so is a number outside the values that a field declares; loads may therefore rely on both.
 *
 * The addresses are those of assembly/memory.ts, evaluated as they stand there, and are checked against the build.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './binary.mjs'
import { ANY, constant, elements, publicValue, range, join as union } from './values.mjs'

/** The `export const` lines of the sources that draw the memory map. */
export function readConstants(simd) {
  const found = {}
  for (const file of ['aes-context', 'memory']) {
    const text = readFileSync(join(root, 'assembly', `${file}.ts`), 'utf8')
    for (const [, name, expression] of text.matchAll(/^export const (\w+): \w+ = (.+?)(?: \/\/.*)?$/gm)) {
      const names = Object.keys(found)
      const evaluate = new Function('ASC_FEATURE_SIMD', ...names, `return ${expression}`)
      found[name] = evaluate(simd, ...names.map((known) => found[known]))
    }
  }
  return found
}

const field = (name, at, length, values = ANY) => ({ name, at, length, values })

/** The words of a slot's record, of an entry of the AES cache, and of an expanded key that are not secret. */
const slotFields = (at) => [
  field('generation of a slot', at, 4),
  field('length of a slot', at + 4, 4),
  field('hash of a slot', at + 8, 4),
  field('cache entry of a slot', at + 12, 4, range(0, 32)),
]
const keyFields = (at) => [
  field('rounds of an expanded key', at, 4),
  field('forms of an expanded key', at + 4, 4),
  field('powers of H', at + 8, 4),
  field('long messages of a key', at + 12, 4),
]
const aSlotOrNone = union(constant(0), union(atStart('small slots'), atStart('large slots')))
const cacheFields = (at) => [
  field('owner of a cached key', at, 4, aSlotOrNone),
  field('age of a cached key', at + 4, 12),
]

function atStart(table) {
  return publicValue(table, { low: 0, high: 0, step: 0 })
}

export class Layout {
  constructor(simd, verdicts) {
    const at = readConstants(simd)
    this.addresses = at
    const table = (name, start, record, count, fields) => ({
      name,
      start,
      record,
      count,
      end: start + record * count,
      fields,
    })
    this.tables = [
      table('small slots', at.SMALL, at.SMALL_RECORD, at.SMALL_SLOTS, slotFields(0)),
      table('large slots', at.LARGE, at.LARGE_RECORD, at.LARGE_SLOTS, slotFields(0)),
      table('cache index', at.AES_CACHE_INDEX, 16, at.AES_CACHE_ENTRIES, cacheFields(0)),
      table('cached keys', at.AES_CACHE, at.AES_CONTEXT, at.AES_CACHE_ENTRIES, keyFields(0)),
    ]
    this.constants = { ...field('constants', 0, at.ARENA), readonly: true }
    this.verdicts = Object.entries(verdicts).map(([name, { by }]) => {
      if (at[name] === undefined) throw new Error(`no verdict ${name} in assembly/memory.ts`)
      return { ...field(name, at[name], 4), published: true, by }
    })
    this.singles = [this.constants, ...keyFields(at.AES_TRANSIENT), ...this.verdicts]
  }

  /** Checks the map against what the build exports. */
  check(instance) {
    for (const name of [
      'ARENA',
      'WORK',
      'KEY',
      'RANDOM',
      'SIDE',
      'OUT',
      'DATA',
      'ARENA_END',
      'SMALL_SLOTS',
      'LARGE_SLOTS',
    ]) {
      if (instance.exports[name].value !== this.addresses[name])
        throw new Error(`${name} is not where memory.ts puts it`)
    }
  }

  /** Numbers that step from record to record of a table are addresses of the same place in some record. */
  rebase(value) {
    if (value.secret) return value
    let result
    for (const [base, stretch] of value.parts) {
      const moved = this.#moved(base, stretch)
      if (moved) result ??= new Map([...value.parts].filter(([other]) => other !== base))
      else result?.set(base, stretch)
      if (moved) result = union({ secret: false, parts: result }, moved).parts
    }
    return result ? { secret: false, parts: result } : value
  }

  #moved(base, { low, high, step }) {
    if (step === 0) return undefined
    const found = this.tables.find(({ name, start, end, record }) =>
      base === 'number' ? low >= start && high < end && step % record === 0 : name === base && step % record === 0,
    )
    if (!found) return undefined
    const offset = (base === 'number' ? low - found.start : low) % found.record
    return publicValue(found.name, { low: offset, high: offset, step: 0 })
  }

  /** Whether a public value is an address in the arena, whatever else it may be. */
  isAddress({ secret, parts }) {
    return !secret && parts.size > 0 && (parts.get('number')?.low ?? this.addresses.ARENA) >= this.addresses.ARENA
  }

  /** The public fields that an access of `bytes` bytes may touch; `inside`: it touches nothing but one public field. */
  touched(address, bytes) {
    const hits = []
    for (const [base, stretch] of address.parts) {
      const single = elements(stretch)
      const spans = single ? single.map((low) => [low, low + bytes]) : [[stretch.low, stretch.high + bytes]]
      for (const [from, to] of spans) hits.push(...this.#fieldsIn(base, from, to))
    }
    return hits
  }

  #fieldsIn(base, from, to) {
    const table = this.tables.find(({ name }) => name === base)
    const candidates = table ? table.fields : [...this.singles, ...this.#tableFields(from, to)]
    const overlapping = candidates.filter(({ at, length }) => at < to && from < at + length)
    const covered = overlapping.reduce((sum, { at, length }) => sum + Math.min(to, at + length) - Math.max(from, at), 0)
    return overlapping.length === 0
      ? [{ field: undefined }]
      : overlapping.map((found) => ({ field: found, inside: covered === to - from }))
  }

  /** The bookkeeping of tables at absolute addresses: of one record, or of any when the span is wider. */
  #tableFields(from, to) {
    return this.tables.flatMap(({ start, end, record, fields }) => {
      if (to <= start || from >= end) return []
      const first = start + Math.max(0, Math.floor((from - start) / record)) * record
      const records = to - first > record ? [first, first + record] : [first]
      return records.flatMap((at) => fields.map((each) => ({ ...each, at: each.at + at })))
    })
  }
}
