#!/usr/bin/env node
/**
 * The AES-GCM rows of bench/core.mjs in Chromium, beside its WebCrypto: `node bench/core-browser.mjs [--build B]
 * [--only TEXT] [--rounds N] [--json FILE]`. Needs `npm run build` and a Chromium that Playwright can start.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { browserArguments, findBrowser } from '../scripts/find-browser.mjs'
import { verdicts } from './core/goals.mjs'
import { describeRow, describeVerdicts } from './core/table.mjs'

const { values: options } = parseArgs({
  options: {
    build: { type: 'string', default: 'auto' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '25' },
    json: { type: 'string' },
  },
})

const root = join(import.meta.dirname, '..')
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' }
const page = `<!doctype html><script type="importmap">{ "imports": { "@noble/ciphers/": "/node_modules/@noble/ciphers/" } }</script>`

/** Serves the repository, isolated from other origins: that gives the page a clock of 5 µs. */
const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, 'http://localhost').pathname)
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
  response.setHeader('Content-Type', types[extname(path)] ?? 'text/html')
  try {
    response.end(path === '/' ? page : readFileSync(join(root, path)))
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))

const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArguments })
const tab = await browser.newPage()
await tab.goto(`http://127.0.0.1:${server.address().port}/`)
const { build, results } = await tab.evaluate(
  async ({ build, only, rounds }) => {
    const load = (path) => import(path)
    const { loadCore } = await load('/dist/core.js')
    const { gcmRows } = await load('/bench/core/gcm.mjs')
    const { measure } = await load('/bench/core/measure.mjs')
    const { noble, webCrypto } = await load('/bench/core/peers.mjs')
    const core = await loadCore({ build })
    const results = []
    for (const row of await gcmRows(core, { WebCrypto: webCrypto, '@noble/ciphers': noble })) {
      const { title, length } = row
      if (`${title} ${length}`.includes(only))
        results.push({ title, length, times: await measure(row.contenders, rounds) })
    }
    return { build: core.build, results }
  },
  { ...options, rounds: Number(options.rounds) },
)

console.log(`kmsbox core, ${build} build · Chromium ${browser.version()}`)
await browser.close()
server.close()
for (const [i, { title, length, times }] of results.entries()) {
  if (title !== results[i - 1]?.title) console.log(`\n${title}`)
  console.log(describeRow(length, times))
}
const judged = verdicts(results, 'Chromium')
if (judged.length > 0) console.log(describeVerdicts(judged))
if (options.json !== undefined) {
  mkdirSync(dirname(options.json), { recursive: true })
  writeFileSync(options.json, `${JSON.stringify({ build, engine: 'Chromium', results, goals: judged }, null, 2)}\n`)
}
