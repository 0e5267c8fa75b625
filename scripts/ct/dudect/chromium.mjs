/** Runs the test in Chromium, in a page isolated from others, where the clock is finest. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { chromium } from 'playwright'
import { browserArguments, findBrowser } from '../../find-browser.mjs'

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

function serve() {
  const server = createServer(({ url }, response) => {
    const name = basename(url)
    if (!name.endsWith('.mjs'))
      return response.writeHead(200, { ...isolated, 'Content-Type': 'text/html' }).end('<!doctype html>')
    response.writeHead(200, { ...isolated, 'Content-Type': 'text/javascript' })
    response.end(readFileSync(join(import.meta.dirname, name)))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

/** @returns what run.mjs returns, and the browser's version */
export async function runInChromium({ controlsBytes, builds, milliseconds }) {
  const server = await serve()
  const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArguments })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    const asArrays = builds.map(({ target, bytes }) => ({ target, bytes: [...bytes] }))
    const result = await page.evaluate(
      async ({ controlsBytes, builds, milliseconds }) => {
        const { runAll } = await import('/run.mjs')
        const asBytes = builds.map(({ target, bytes }) => ({ target, bytes: Uint8Array.from(bytes) }))
        return runAll({ controlsBytes: Uint8Array.from(controlsBytes), builds: asBytes, milliseconds })
      },
      { controlsBytes: [...controlsBytes], builds: asArrays, milliseconds },
    )
    return { engine: `Chromium ${browser.version()}`, ...result }
  } finally {
    await browser.close()
    server.close()
  }
}
