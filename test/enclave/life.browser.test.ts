/** The end of a browser's worker, which no event reports, and what its inside can reach. */
import { openKms } from 'kmsbox'
import { expect, test } from 'vitest'

test('a worker that dies rejects what waits, and the next call says so', async () => {
  const Original = globalThis.Worker
  const workers: Worker[] = []
  globalThis.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Original>) {
      super(...args)
      workers.push(this)
    }
  }
  const kms = await openKms().finally(() => {
    globalThis.Worker = Original
  })
  const gone = { name: 'KMSInternalException', message: expect.stringContaining('ended unexpectedly') }
  const pending = [kms.createKey(), kms.as('s3.amazonaws.com').listKeys()]
  const outcomes = Promise.all(pending.map((call) => expect(call).rejects.toMatchObject(gone)))
  workers[0]?.terminate()
  await outcomes
  await expect(kms.listKeys()).rejects.toMatchObject(gone)
  await kms.close()
})

test('a worker has no way out to the network left', async () => {
  const worker = new Worker(new URL('../support/hardened.ts', import.meta.url), { type: 'module' })
  const { data } = await new Promise<MessageEvent>((resolve) => worker.addEventListener('message', resolve))
  expect(data.before).toContain('fetch')
  expect(data.after).toEqual([])
  worker.terminate()
})

test('the one-file build does the same job from a Blob', async () => {
  const inline = await import('kmsbox/inline')
  for (const isolation of ['worker', 'inline'] as const) {
    const kms = await inline.openKms({ isolation })
    expect((await kms.generateRandom({ NumberOfBytes: 9 })).Plaintext).toHaveLength(9)
    await kms.close()
  }
})
