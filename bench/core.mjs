#!/usr/bin/env node
/**
 * How fast the core is, beside what else there is: `node bench/core.mjs [--build scalar|simd|relaxed] [--only TEXT]
 * [--rounds N] [--json FILE]`. Needs `npm run build`. Contenders take turns within each row, so that whatever else the
 * machine does meets all of them. Times are lower quartiles of the rounds.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { loadCore } from '../dist/core.js'
import { gcmRows } from './core/gcm.mjs'
import { verdicts } from './core/goals.mjs'
import { hashRows } from './core/hash.mjs'
import { measure } from './core/measure.mjs'
import { openssl } from './core/openssl.mjs'
import { noble, webCrypto } from './core/peers.mjs'
import { describeRow, describeVerdicts } from './core/table.mjs'

const { values: options } = parseArgs({
  options: {
    build: { type: 'string', default: 'auto' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '25' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  console.log('node bench/core.mjs [--build scalar|simd|relaxed] [--only TEXT] [--rounds N] [--json FILE]')
  process.exit(0)
}

const require = createRequire(import.meta.url)
const versionOf = (name) => require(`../node_modules/${name}/package.json`).version
const core = await loadCore({ build: options.build })
const machine = {
  build: core.build,
  engine: `Node.js ${process.versions.node}, V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl}`,
  peers: Object.fromEntries(['@noble/ciphers', '@noble/hashes', 'hash-wasm'].map((name) => [name, versionOf(name)])),
  processor: `${cpus()[0]?.model ?? 'unknown'}, ${process.arch}, ${process.platform}`,
}

console.log(`kmsbox core, ${machine.build} build · ${machine.engine}`)
console.log(
  `${machine.processor} · ${Object.entries(machine.peers)
    .map((peer) => peer.join(' '))
    .join(', ')}`,
)
console.log(
  '× is how many times as long the same work takes there. In constant time: kmsbox, and OpenSSL with AES instructions.',
)
if (core.build === 'simd')
  console.log('This engine could be faster: try node --experimental-wasm-relaxed-simd bench/core.mjs')

const results = []
let title = ''
const gcmPeers = { 'node:crypto': openssl, WebCrypto: webCrypto, '@noble/ciphers': noble }
for (const row of [...(await gcmRows(core, gcmPeers)), ...(await hashRows(core))]) {
  if (!`${row.title} ${row.length}`.includes(options.only)) continue
  if (row.title !== title) console.log(`\n${row.title}`)
  title = row.title
  const times = await measure(row.contenders, Number(options.rounds))
  results.push({ title, length: row.length, times })
  console.log(describeRow(row.length, times))
}

const judged = verdicts(results, 'Node.js')
if (judged.length > 0) console.log(describeVerdicts(judged))
if (options.json !== undefined) {
  mkdirSync(dirname(options.json), { recursive: true })
  writeFileSync(options.json, `${JSON.stringify({ ...machine, results, goals: judged }, null, 2)}\n`)
}
