/** `kmsbox` in Node: the enclave runs in a worker thread. */
import { Worker } from 'node:worker_threads'
import type { Kms } from './client.ts'
import { compileCore } from './core.ts'
import { hostFetch } from './enclave/page.ts'
import { threadVessel } from './enclave/vessel.node.ts'
import { type ImportOptions, importOn, type KmsOptions, openOn, type Platform } from './open.ts'

export * from './index.ts'

const platform: Platform = {
  compileCore,
  // Flags of this process, such as --eval's, are not the thread's.
  spawnWorker: threadVessel(() => new Worker(new URL('./enclave/worker.node.js', import.meta.url), { execArgv: [] })),
  assembleInline: async () => (await import('./enclave/assemble.node.ts')).assembleInNode,
  host: { fetch: hostFetch },
}

export const openKms = (options?: KmsOptions): Promise<Kms> => openOn(platform, options)
export const importStore = (options: ImportOptions): Promise<Kms> => importOn(platform, options)
