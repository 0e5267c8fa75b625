/**
 * Commits per second of every store with 1 and 32 in flight, synced to disk: `npm run build && node bench/stores.mjs
 * [seconds]`. A store alone: above it, `sealed.ts` groups commits that wait together.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { build } from 'vite'
import { openStore } from '../dist/stores/open-node.js'
import { browserArguments, findBrowser } from '../scripts/find-browser.mjs'
import { findPostgres, startPostgres } from '../scripts/start-postgres.mjs'
import { measureCommits } from './stores/measure.mjs'

const milliseconds = 1000 * Number(process.argv[2] ?? 3)

async function measureUrl(name, url) {
  for (const inFlight of [1, 32]) {
    const store = await openStore(await url())
    print(name, inFlight, await measureCommits(store, inFlight, milliseconds))
    await store.close()
  }
}

async function measureFile() {
  const base = mkdtempSync(join(tmpdir(), 'kmsbox-bench-'))
  await measureUrl('file:', () => `file:${mkdtempSync(join(base, 'store-'))}`)
  rmSync(base, { recursive: true })
}

async function measurePostgres() {
  if (!findPostgres()) return console.log('postgres://  skipped: no server of Debian here')
  const server = await startPostgres({ fsync: true })
  await measureUrl('postgres://', () => server.freshUrl()).finally(() => server.stop())
}

async function measureIndexedDb() {
  const executablePath = findBrowser()
  if (!executablePath) return console.log('indexeddb:   skipped: no Chromium here')
  const script = await bundledPage()
  const site = createServer((request, response) => {
    const asked = request.url === '/page.js'
    response.setHeader('Content-Type', asked ? 'text/javascript' : 'text/html')
    response.end(asked ? script : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'kmsbox-bench-')) // a private window would keep everything in memory
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args: browserArguments })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${site.address().port}/`)
  for (const inFlight of [1, 32]) {
    const measure = ([n, ms]) => globalThis.measureIndexedDb(n, ms)
    print('indexeddb:', inFlight, await page.evaluate(measure, [inFlight, milliseconds]))
  }
  await browser.close()
  site.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
}

async function bundledPage() {
  const input = fileURLToPath(new URL('./stores/page.mjs', import.meta.url))
  const options = { write: false, minify: false, modulePreload: false, rollupOptions: { input } }
  const { output } = await build({ configFile: false, logLevel: 'error', build: options })
  return output[0].code
}

function print(name, inFlight, { perSecond, medianMs, p95Ms }) {
  const columns = [name.padEnd(12), `${inFlight}`.padStart(9), perSecond.toFixed(0).padStart(10)]
  console.log([...columns, medianMs.toFixed(2).padStart(9), p95Ms.toFixed(2).padStart(9)].join(' '))
}

console.log('store        in flight  commits/s median ms    p95 ms')
await measureUrl('memory:', () => 'memory:')
await measureFile()
await measurePostgres()
await measureIndexedDb()
