#!/usr/bin/env node
/**
 * AES-256-GCM of kmsbox/core beside what npm, Node.js and OpenSSL offer:
 *
 *     npm run build && npm --prefix bench/compare ci
 *     node bench/compare/run.mjs [--seconds N] [--only seal|open] [--sizes 32,1024] [--json FILE]
 *
 * Each contender is checked before it is timed. Contenders take turns for about N seconds (default 1) at each size, so
 * that whatever else the machine does meets all of them; a figure is their lower quartile, by processor time.
 * `openssl speed` is a process of its own: it runs between the sizes.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { measure } from '../core/measure.mjs'
import { check } from './check.mjs'
import { contenders } from './contenders.mjs'
import * as openssl from './openssl-speed.mjs'
import { describe, describeNotes } from './table.mjs'

const FEWEST = 5 // rounds, however slow the slowest is
const MOST = 101

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    only: { type: 'string' },
    sizes: { type: 'string', default: '32,256,1024,4096,65536,1048576' },
    json: { type: 'string' },
  },
})
const seconds = Number(options.seconds)
const lengths = options.sizes.split(',').map(Number)
const directions = options.only === undefined ? ['seal', 'open'] : [options.only]
if (!(seconds > 0)) throw new RangeError('--seconds takes a number above 0')
if (!lengths.every((length) => Number.isInteger(length) && length > 0)) throw new RangeError('--sizes takes 32,1024 …')
if (!directions.every((direction) => ['seal', 'open'].includes(direction))) throw new RangeError('--only seal|open')

/**
 * Processor time, as `openssl speed` counts it: a contender that needs long for a message would otherwise pay for
 * whatever else the machine does in the meantime. Windows counts it too coarsely.
 */
const byProcessor = process.platform !== 'win32'

function processorTime() {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e3
}

/** Contenders as measure.mjs takes them; each has converted its input beforehand. */
async function ready(list, direction, length) {
  const key = new Uint8Array(randomBytes(32))
  const plaintext = new Uint8Array(length).fill(7)
  const entries = list.map(async (contender) => {
    const { fromBytes = (x) => x, toBytes = (x) => x, awaited = false } = contender
    const prepared = await contender.prepare(key)
    const iv = fromBytes(new Uint8Array(randomBytes(contender.ivLength ?? 12)))
    const message = fromBytes(plaintext)
    const sealed = fromBytes(toBytes(await contender.seal(prepared, iv, message)))
    const input = direction === 'seal' ? message : sealed
    return [contender.name, { run: () => contender[direction](prepared, iv, input), awaited }]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** What measure.mjs returns. One round first, to learn how many fit into the time. */
async function timed(list, direction, length) {
  const runs = await ready(list, direction, length)
  const clock = byProcessor ? processorTime : undefined
  const first = await measure(runs, 1, clock)
  const round = Object.values(first).reduce((sum, { nanoseconds }) => sum + Math.max(nanoseconds, 1.5e6), 0)
  const rounds = Math.min(MOST, Math.max(FEWEST, Math.round((seconds * 1e9) / round)))
  return measure(runs, rounds, clock)
}

const list = await contenders()
for (const contender of list) await check(contender, [1, 33, 1000, ...lengths])

const command = openssl.version()
const commands = command === undefined ? [] : openssl.commands
const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const machine = {
  engine: `Node.js ${process.versions.node}, V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl}`,
  processor: `${cpus()[0]?.model ?? 'unknown'}, ${process.arch}, ${process.platform}`,
  openssl: command ?? 'no openssl command',
  peers: dependencies,
}
const everybody = [...list, ...commands]

console.log(`${machine.engine} · ${machine.processor} · ${machine.openssl}`)
console.log(
  Object.entries(dependencies)
    .map((peer) => peer.join(' '))
    .join(', '),
)
console.log(`
MB/s ${byProcessor ? 'of processor time' : 'by the clock'}, and × how many times as long as ${list[0].name} it takes (×0.5: half as long).
Each result goes to new memory. All but openssl speed have been checked: they seal as node:crypto does (AEGIS-256: as its
draft’s test vector says), open that again, and refuse it with one bit changed.`)
if (!list.some(({ name }) => name.includes('relaxed')))
  console.log('This engine lacks relaxed SIMD: try node --experimental-wasm-relaxed-simd bench/compare/run.mjs')

const results = []
for (const direction of directions) {
  const title = `AES-256-GCM ${direction}`
  for (const length of lengths) {
    const times = await timed(list, direction, length)
    const own = times[list[0].name].nanoseconds
    for (const each of commands) {
      const nanoseconds = openssl.speed(each, direction, length, Math.max(1, Math.round(seconds)))
      times[each.name] = { nanoseconds, ratio: nanoseconds / own }
    }
    results.push({ title, length, times })
  }
  console.log(
    describe(
      title,
      results.filter((result) => result.title === title),
      everybody,
    ),
  )
}
console.log(describeNotes(everybody))

if (options.json !== undefined) {
  const about = everybody.map(({ name, tables, note }) => ({ name, tables, note }))
  mkdirSync(dirname(options.json), { recursive: true })
  writeFileSync(options.json, `${JSON.stringify({ ...machine, contenders: about, results }, null, 2)}\n`)
}
