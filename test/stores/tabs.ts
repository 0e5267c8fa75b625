/**
 * Real tabs of a real browser for Node tests: pages under the strictest policy, each with a worker that plays a part of
 * `tab.ts`, in a browser that can be killed and started again on the same profile.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Browser, chromium, type Page } from 'playwright'
import { expect } from 'vitest'
import { browserArguments, findBrowser } from '../../scripts/find-browser.mjs'

export interface Tab {
  readonly page: Page
  /** What its worker has reported so far. */
  readonly lines: string[]
  /** Resolves with the first line that fits. */
  line(fits: (line: string) => boolean): Promise<string>
}

export interface Tabs {
  open(part: string): Promise<Tab>
  /** kill -9 of the browser and all its processes, then a new one on the same profile. */
  killBrowser(): Promise<void>
  stop(): Promise<void>
}

const policy = `default-src 'none'; script-src 'self'`
const html = `<!doctype html><script type="module" src="/page.js"></script>`
const script = `
const worker = new Worker('/worker.js', { type: 'module', name: decodeURIComponent(location.hash.slice(1)) })
worker.onmessage = ({ data }) => console.log(data)
worker.onerror = ({ message }) => console.log('failed ' + message)`

/** @param worker path of the worker's program */
export async function startTabs(worker: string): Promise<Tabs> {
  const site = await serve({
    '/': ['text/html', html],
    '/page.js': ['text/javascript', script],
    '/worker.js': ['text/javascript', readFileSync(worker, 'utf8')],
  })
  const profile = mkdtempSync(join(tmpdir(), 'kmsbox-tabs-'))
  let running = await launch(profile)
  return {
    async open(part) {
      const page = await running.browser.contexts()[0]!.newPage()
      const lines: string[] = []
      page.on('console', (message) => lines.push(message.text()))
      await page.goto(`${site.origin}/#${encodeURIComponent(part)}`)
      const line = async (fits: (line: string) => boolean) => {
        await expect.poll(() => lines.some(fits), { timeout: 60_000, interval: 2 }).toBe(true)
        return lines.find(fits)!
      }
      return { page, lines, line }
    },
    async killBrowser() {
      await kill(running.process)
      running = await launch(profile)
    },
    async stop() {
      await kill(running.process)
      site.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function serve(files: Record<string, [type: string, body: string]>) {
  const server = createServer(({ url }, response) => {
    const [type, body] = files[url!] ?? ['text/plain', '']
    response.writeHead(files[url!] ? 200 : 404, { 'Content-Type': type, 'Content-Security-Policy': policy })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** Playwright's own launch keeps the process to itself; this one is ours to kill. */
async function launch(profile: string): Promise<{ browser: Browser; process: ChildProcess }> {
  const flags = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, ...browserArguments]
  const child = spawn(findBrowser()!, flags, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the browser did not start')))
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const [, found] = /^DevTools listening on (.*)$/.exec(line) ?? []
      if (found) resolve(found)
    })
  })
  return { browser: await chromium.connectOverCDP(endpoint), process: child }
}

async function kill(browser: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  process.kill(-browser.pid!, 'SIGKILL') // its process group
  await ended
}
