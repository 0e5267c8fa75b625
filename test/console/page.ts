/** The built console in a real browser: served with its security headers, opened in a page that minds every complaint. */
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { browserArguments, findBrowser } from '../../scripts/find-browser.mjs'
import { serveConsole } from '../../web-demo/server.mjs'

const root = new URL('../../', import.meta.url)

export interface Console {
  readonly url: string
  /** A fresh page with a fresh box. `query` such as `?time-machine`; `visitor` one with a memory of earlier visits. */
  visit(query?: string, visitor?: BrowserContext): Promise<Visit>
  /** Somebody whose browser storage lasts from visit to visit. */
  visitor(): Promise<BrowserContext>
  close(): Promise<void>
}

export interface Visit {
  readonly page: Page
  /** Errors and warnings that the browser reported: exceptions, blocked loads, violations of the security policy. */
  readonly complaints: string[]
}

/** Builds the console from the built package, in a directory of its own, and serves it. */
export async function openConsole(): Promise<Console> {
  await access(new URL('dist/browser.js', root))
  const built = await mkdtemp(join(tmpdir(), 'kmsbox-console-'))
  const configFile = fileURLToPath(new URL('web-demo/vite.config.ts', root))
  await build({ configFile, logLevel: 'error', build: { outDir: built, emptyOutDir: true } })
  const server = await serveConsole({ built })
  const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArguments })
  return {
    url: server.url,
    visit: async (query = '', visitor) => visit(await (visitor ?? browser).newPage(), server.url + query),
    visitor: () => browser.newContext(),
    async close() {
      await browser.close()
      server.close()
      await rm(built, { recursive: true })
    },
  }
}

async function visit(page: Page, url: string): Promise<Visit> {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`blocked by ${violatedDirective}: ${blockedURI}`)
    })
  })
  await page.goto(url)
  await page.getByRole('heading', { name: /New key|The box of this browser/ }).waitFor()
  return { page, complaints }
}

export async function createKey(page: Page, description: string): Promise<void> {
  await page.getByLabel('Description').fill(description)
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('heading', { name: description }).waitFor()
}

/** Names and outcomes in the audit trail, newest first. */
export async function auditTrail(page: Page): Promise<string[]> {
  const summaries = await page.locator('.events summary').all()
  return Promise.all(
    summaries.map(async (summary) => {
      const [name, outcome] = await summary.locator('.event-name, .badge').allTextContents()
      return `${name} ${outcome}`
    }),
  )
}

export const formNamed = (page: Page, heading: string) =>
  page.locator('form', { has: page.getByRole('heading', { name: heading, exact: true }) })
