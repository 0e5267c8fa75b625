/** The end of a thread, wanted or not, and what it means for the process around it. */
import { execFile } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import workerThreads, { type Worker } from 'node:worker_threads'
import { type Kms, openKms } from 'kmsbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs an ES module in a process of its own and answers what it printed. */
async function run(code: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
    timeout: 20_000,
  })
  return stdout.trim()
}

describe('a thread that dies', () => {
  let kms: Kms
  let thread: Worker

  beforeEach(async () => {
    const Original = workerThreads.Worker
    workerThreads.Worker = class extends Original {
      constructor(...args: ConstructorParameters<typeof Original>) {
        super(...args)
        thread = this
      }
    }
    syncBuiltinESMExports()
    kms = await openKms()
    workerThreads.Worker = Original
    syncBuiltinESMExports()
  })

  afterEach(() => kms.close())

  test('rejects what waits, and the next call says so', async () => {
    const pending = kms.createKey()
    const ofCaller = kms.as('s3.amazonaws.com').listKeys()
    const gone = { name: 'KMSInternalException', message: expect.stringContaining('ended unexpectedly') }
    const outcomes = Promise.all([
      expect(pending).rejects.toMatchObject(gone),
      expect(ofCaller).rejects.toMatchObject(gone),
    ])
    void thread.terminate()
    await outcomes
    await expect(kms.listKeys()).rejects.toMatchObject(gone)
    await expect(kms.as('s3.amazonaws.com').listKeys()).rejects.toMatchObject(gone)
  })

  test('has no way out to the network left', async () => {
    const names = ['fetch', 'WebSocket', 'EventSource', 'BroadcastChannel']
    const script = `import { removeWaysOut } from 'file://${root}dist/enclave/harden.js'
      import { parentPort } from 'node:worker_threads'
      removeWaysOut()
      parentPort.postMessage(${JSON.stringify(names)}.filter((name) => name in globalThis))`
    const worker = new workerThreads.Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`))
    expect(await new Promise((resolve) => worker.once('message', resolve))).toEqual([])
  })
})

describe.each(['worker', 'inline'])("a process with an enclave, isolation '%s',", (isolation) => {
  test('waits for its calls and then ends by itself', async () => {
    const code = `import { openKms } from 'kmsbox'
      const kms = await openKms({ isolation: '${isolation}' })
      await new Promise((resolve) => setTimeout(resolve, 50))
      kms.as('s3.amazonaws.com').listKeys().catch(({ name }) => console.log(name))
      kms.generateRandom({ NumberOfBytes: 5 }).then(({ Plaintext }) => console.log(Plaintext.length))`
    expect((await run(code)).split('\n').sort()).toEqual(['5', 'AccessDeniedException'])
  })

  test('ends after close()', async () => {
    const code = `import { openKms } from 'kmsbox'
      const kms = await openKms({ isolation: '${isolation}' })
      await kms.close()
      await kms.listKeys().catch(({ message }) => console.log(message))`
    expect(await run(code)).toContain('The enclave was closed.')
  })
})

test('importing the package has no effect', async () => {
  const before = 'const before = Reflect.ownKeys(globalThis).length\n'
  for (const name of [
    'kmsbox',
    'kmsbox/core',
    'kmsbox/aws-sdk',
    'kmsbox/server',
    'kmsbox/inline',
    './dist/browser.js',
  ]) {
    expect(
      await run(`${before}await import('${name}')\nconsole.log(Reflect.ownKeys(globalThis).length - before)`),
    ).toBe('0')
  }
})
