/** `kmsbox` in browsers: the enclave runs in a module worker; the page compiles its core, which the worker may not fetch. */
import type { Kms } from './client.ts'
import { compileCore } from './core.ts'
import { hostFetch } from './enclave/page.ts'
import { requireSecureContext, workerVessel } from './enclave/vessel.browser.ts'
import { type ImportOptions, importOn, type KmsOptions, openOn, type Platform } from './open.ts'

export * from './index.ts'

const platform: Platform = {
  compileCore,
  spawnWorker: workerVessel(() => new Worker(new URL('./worker.bundle.js', import.meta.url), { type: 'module' })),
  assembleInline: async () => (await import('./enclave/assemble.browser.ts')).assembleInBrowser,
  host: { fetch: hostFetch },
}

export async function openKms(options?: KmsOptions): Promise<Kms> {
  requireSecureContext()
  return openOn(platform, options)
}

export async function importStore(options: ImportOptions): Promise<Kms> {
  requireSecureContext()
  return importOn(platform, options)
}
