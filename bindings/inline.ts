/**
 * `kmsbox/inline`: the whole package in one file, for bundlers that do not follow URLs. The enclave's worker is started
 * from a Blob, so it inherits the page's content security policy, which must allow `worker-src blob:`.
 */
import { unbase64 } from './bytes.ts'
import type { Kms } from './client.ts'
import { bestBuild } from './core/load.ts'
import type { Build } from './core.ts'
import { hostFetch } from './enclave/page.ts'
import { requireSecureContext, workerVessel } from './enclave/vessel.browser.ts'
import { type ImportOptions, importOn, type KmsOptions, openOn, type Platform } from './open.ts'

export * from './index.ts'

/** Put in by `scripts/bundle.mjs`: the worker's script, and the builds of the core in base64. */
declare const ENCLAVE_SCRIPT: string
declare const CORE_BUILDS: Readonly<Record<Build, string>>

const platform: Platform = {
  compileCore: () => WebAssembly.compile(unbase64(CORE_BUILDS[bestBuild()]) as Uint8Array<ArrayBuffer>),
  spawnWorker: workerVessel(startFromBlob),
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

function startFromBlob(): Worker {
  const url = URL.createObjectURL(new Blob([ENCLAVE_SCRIPT], { type: 'text/javascript' }))
  try {
    return new Worker(url)
  } finally {
    URL.revokeObjectURL(url)
  }
}
