/** What others get: the packed tarball in Node, in TypeScript, and in a Vite build under a strict policy in Chromium. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build, createServer } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserArguments, findBrowser } from '../../scripts/find-browser.mjs'
import { type Consumer, installTarball, repository, serveFolder } from '../support/consumer.ts'

let consumer: Consumer

beforeAll(async () => {
  consumer = await installTarball()
})

afterAll(() => consumer?.remove())

/** Creates a key, encrypts, decrypts, and answers the plaintext. */
const roundTrip = `async function roundTrip(kms) {
  const { KeyMetadata: { KeyId } } = await kms.createKey({ Description: 'orders' })
  const EncryptionContext = { tenant: '7' }
  const Plaintext = new TextEncoder().encode('attack at dawn')
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext, EncryptionContext })
  return new TextDecoder().decode((await kms.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext)
}`

/** Runs a module in the consumer's folder. */
const node = (code: string) => consumer.run(process.execPath, '--input-type=module', '--eval', code)

describe('the tarball', () => {
  test('holds the library and its licence, and no sources or tests', async () => {
    const files = await readdir(join(consumer.folder, 'node_modules/kmsbox'))
    const readme = files.includes('README.md') ? ['README.md'] : []
    expect(files.sort()).toEqual(['LICENSE', ...readme, 'dist', 'package.json'])
  })

  test('is clean to publint', async () => {
    const publint = join(repository, 'node_modules/publint/src/cli.js')
    await consumer.run(process.execPath, publint, 'run', 'node_modules/kmsbox', '--pack', 'false', '--strict')
  })
})

describe('in Node', () => {
  test.each(['worker', 'inline'])("works, isolation '%s'", async (isolation) => {
    const code = `import { openKms } from 'kmsbox'
      ${roundTrip}
      console.log(await roundTrip(await openKms({ isolation: '${isolation}' })))`
    expect(await node(code)).toBe('attack at dawn')
  })

  test('keeps a store in a folder between two processes', async () => {
    const withStore = (body: string) => `import { openKms } from 'kmsbox'
      ${roundTrip}
      const kms = await openKms({ store: 'file:box', unlock: { passphrase: 'correct horse' } })
      ${body}
      await kms.close()`
    expect(await node(withStore('console.log(await roundTrip(kms))'))).toBe('attack at dawn')
    expect(await node(withStore('console.log((await kms.listKeys()).Keys.length)'))).toBe('1')
  })

  test('resolves every subpath', async () => {
    const code = `const names = ['kmsbox', 'kmsbox/core', 'kmsbox/aws-sdk', 'kmsbox/server', 'kmsbox/inline']
      for (const name of names) console.log(Object.keys(await import(name)).length > 0)
      console.log(import.meta.resolve('kmsbox/core.simd.wasm').endsWith('.wasm'))`
    expect((await node(code)).split('\n')).toEqual(Array(6).fill('true'))
  })
})

describe('in TypeScript', () => {
  const program = `import { type Kms, KmsError, openKms } from 'kmsbox'
    import { requestHandler } from 'kmsbox/aws-sdk'
    import { loadCore } from 'kmsbox/core'
    import { openKms as openInline } from 'kmsbox/inline'
    const kms: Kms = await openKms({ store: 'memory:' })
    const { CiphertextBlob } = await kms.encrypt({ KeyId: 'alias/x', Plaintext: new Uint8Array(1) })
    const length: number | undefined = CiphertextBlob?.length
    // @ts-expect-error: KeyId is required
    await kms.encrypt({ Plaintext: new Uint8Array(1) })
    // @ts-expect-error: a caller's handle does not administer
    kms.as('s3.amazonaws.com').close()
    console.log(length, KmsError, loadCore, requestHandler(kms), openInline)`

  test.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])("the types resolve, moduleResolution '%s'", async (resolution, module) => {
    await consumer.write('typed.ts', program)
    const tsc = join(repository, 'node_modules/typescript/bin/tsc')
    const target = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom']
    const modules = ['--module', module, '--moduleResolution', resolution]
    await consumer.run(process.execPath, tsc, ...target, ...modules, 'typed.ts')
  })
})

describe('in Vite, in Chromium', () => {
  /** CRYPTO.md §6: of the worker's script, and of the page around it. */
  const workerPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
  const pagePolicy = `${workerPolicy}; worker-src 'self'; connect-src 'self'`

  const page = (name: string) => `import { openKms } from '${name}'
    ${roundTrip}
    const violations = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))
    async function work() {
      const memory = await openKms()
      const inline = await openKms({ isolation: 'inline' })
      const stored = await openKms({ store: 'indexeddb:box', unlock: { passphrase: 'correct horse' } })
      const results = await Promise.all([memory, inline, stored].map(roundTrip))
      return { results, violations }
    }
    globalThis.outcome = work().catch((error) => ({ error: String(error) }))`

  const worked = { results: Array(3).fill('attack at dawn'), violations: [] }

  beforeAll(() => consumer.write('index.html', '<!doctype html><script type="module" src="./page.js"></script>'))

  async function outcomeOf(url: string): Promise<unknown> {
    const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArguments })
    try {
      const tab = await browser.newPage()
      await tab.goto(url)
      await tab.waitForFunction(() => 'outcome' in globalThis)
      return await tab.evaluate(() => (globalThis as unknown as { outcome: Promise<unknown> }).outcome)
    } finally {
      await browser.close()
    }
  }

  test.each(['iife', 'es'] as const)("a build runs under the strict policies, worker format '%s'", async (format) => {
    await consumer.write('page.js', page('kmsbox'))
    const folder = join(consumer.folder, 'site')
    await build({
      root: consumer.folder,
      logLevel: 'error',
      worker: { format },
      build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
    })
    const site = await serveFolder(folder, (path) => (path.includes('worker') ? workerPolicy : pagePolicy))
    try {
      expect(await outcomeOf(site.url)).toEqual(worked)
    } finally {
      await site.close()
    }
  })

  test.each(['kmsbox', 'kmsbox/inline'])('the development server serves %s', async (name) => {
    await consumer.write('page.js', page(name))
    const server = await createServer({ root: consumer.folder, logLevel: 'error', server: { port: 0 } })
    try {
      await server.listen()
      expect(await outcomeOf(server.resolvedUrls?.local[0] as string)).toEqual(worked)
    } finally {
      await server.close()
    }
  })
})
