/**
 * KMS Encrypt of 32 bytes, beside what it is made of: the core's own work, the same request inline and through the
 * worker, one at a time and 32 in flight. Rounds are interleaved; each figure is the median of its rounds.
 *
 *     node bench/operations.mjs [--rounds 15] [--json FILE]
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { openKms } from 'kmsbox'
import { loadCore } from 'kmsbox/core'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, json: { type: 'string' } } })
const rounds = Number(values.rounds)
const CALLS = 320

const plaintext = new Uint8Array(32).fill(7)
const context = { tenant: '7' }

const boxes = { inline: await openKms({ isolation: 'inline' }), worker: await openKms({ isolation: 'worker' }) }
const core = await loadCore()
const slot = core.generateKey(32)
const iv = new Uint8Array(12)

async function encryptWith(kms) {
  const { KeyMetadata } = await kms.createKey()
  return () => kms.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext: plaintext, EncryptionContext: context })
}

const inline = await encryptWith(boxes.inline)
const worker = await encryptWith(boxes.worker)

/** Each contender does CALLS calls. */
const contenders = {
  'core: AES-256-GCM seal, resident key': async () => {
    for (let i = 0; i < CALLS; i++) slot.gcmSeal(iv, plaintext)
  },
  'Encrypt inline, one at a time': () => oneByOne(inline),
  'Encrypt inline, 32 in flight': () => inFlight(inline),
  'Encrypt through the worker, one at a time': () => oneByOne(worker),
  'Encrypt through the worker, 32 in flight': () => inFlight(worker),
}

async function oneByOne(call) {
  for (let i = 0; i < CALLS; i++) await call()
}

async function inFlight(call) {
  for (let i = 0; i < CALLS; i += 32) await Promise.all(Array.from({ length: 32 }, call))
}

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
for (let round = -2; round < rounds; round++) {
  for (const [name, work] of Object.entries(contenders)) {
    const start = performance.now()
    await work()
    if (round >= 0) times[name].push(((performance.now() - start) / CALLS) * 1000) // first rounds warm up
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]
const results = Object.entries(times).map(([name, list]) => ({ name, microseconds: median(list) }))
const base = results[1].microseconds

console.log(`KMS Encrypt, 32 bytes · ${cpus()[0].model} · Node ${process.version} · core build ${core.build}\n`)
for (const { name, microseconds } of results) {
  const ratio = (microseconds / base).toFixed(2)
  console.log(`${name.padEnd(44)} ${microseconds.toFixed(1).padStart(9)} µs   × ${ratio} of inline, one at a time`)
}
if (values.json) {
  const machine = { cpu: cpus()[0].model, node: process.version, build: core.build }
  writeFileSync(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`)
}
await Promise.all(Object.values(boxes).map((kms) => kms.close()))
