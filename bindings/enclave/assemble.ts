/** Puts an enclave together: core, store, the records in it, and the KMS over them. The one place that wires them. */
import { type Core, loadCore } from '../core.ts'
import { validationError } from '../errors.ts'
import { createKms } from '../kms/box.ts'
import { type Clock, manualClock, systemClock } from '../kms/clock.ts'
import type { ProxyFetch } from '../kms/keystores/proxy.ts'
import { readSeed } from '../kms/seed.ts'
import type { Unlock } from '../seals/unlock.ts'
import { importStore } from '../stores/import.ts'
import { createStore, holdsStore, openRecords, StorePresence } from '../stores/open.ts'
import type { SealedRecords } from '../stores/sealed.ts'
import type { Store } from '../stores/store.ts'
import type { Assemble } from './enclave.ts'
import { explained } from './explained.ts'
import { anchorOver, type Host, parentOver } from './host.ts'
import { type Open, Vault, type VaultParts } from './vault.ts'
import type { CopiedStore, EnclaveOptions, PostedUnlock } from './wire.ts'

/** What differs between platforms inside an enclave. */
export interface Inside {
  openStore(url: string): Promise<Store>
  readKeyFile(path: string): Promise<Uint8Array>
}

/** Fixed when a store is made. */
type Settings = { readonly clock: 'system' | 'manual' }

interface Parts {
  readonly inside: Inside
  readonly options: EnclaveOptions
  readonly module: WebAssembly.Module
  readonly core: Core
  readonly clock: Clock
  readonly host: Host
}

export const assembler =
  (inside: Inside): Assemble =>
  async (options, module, host) => {
    const core = await loadCore({ wasm: module })
    const clock = options.clock === 'system' ? systemClock : manualClock(Date.parse(options.clock.manual))
    const parts = { inside, options, module, core, clock, host }
    try {
      const unlock = await readUnlock(parts, options.unlock)
      return await Vault.enter(vaultParts(parts), await openBox(parts, unlock, options.copy))
    } catch (error) {
      throw explained(error)
    }
  }

function vaultParts(parts: Parts): VaultParts {
  const { core, clock, options } = parts
  const { account, region, idleLock, store } = options
  const reopen = (unlock: Unlock) => openBox(parts, unlock)
  const readPosted = (posted: PostedUnlock) => readUnlock(parts, posted)
  return { core, clock, account, region, idleLock, readUnlock: readPosted, ...(store !== 'memory:' && { reopen }) }
}

async function openBox(parts: Parts, unlock: Unlock, copy?: CopiedStore): Promise<Open> {
  const { core, clock, options, host } = parts
  const { account, region, strictPrincipals, customTags } = options
  const store = await parts.inside.openStore(options.store)
  const loadAnother = () => loadCore({ wasm: parts.module })
  const fetch: ProxyFetch = (request) => host.ask('fetch', request)
  try {
    const way = copy ? await fill(parts, store, unlock, copy) : unlock
    const records = await unlockOrMake(parts, store, way)
    const box = { core, records, clock, account, region, strictPrincipals, customTags, loadCore: loadAnother, fetch }
    const kms = createKms(box)
    if (options.seed !== undefined) await kms.plant(readSeed(options.seed))
    return { records, kms }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function unlockOrMake(parts: Parts, store: Store, unlock: Unlock): Promise<SealedRecords> {
  const { core, clock, options, host } = parts
  const anchor = options.anchored ? anchorOver(host) : undefined
  const common = { store, core, anchor, clock: () => clock.now() }
  const kind = options.clock === 'system' ? 'system' : 'manual'
  if (!(await holdsStore(store))) {
    const made = createStore({ ...common, unlocks: [unlock], settings: { clock: kind } satisfies Settings })
    const records = await made.catch(openedMeanwhile)
    if (records) return records
  }
  const records = await openRecords({ ...common, unlock })
  const { clock: made } = records.settings as Settings
  if (made !== kind) throw validationError(`This store was made with the clock '${made}'.`)
  return records
}

/** Another tab or server that made the store at the same moment has left it for us to open. */
function openedMeanwhile(error: unknown): undefined {
  if (!(error instanceof StorePresence)) throw error
}

/** Fills a new store with a copy of another. @returns a way into the new one */
async function fill(
  parts: Parts,
  store: Store,
  unlock: Unlock,
  { bytes, unlocks, move }: CopiedStore,
): Promise<Unlock> {
  const { core } = parts
  const ways = unlocks && (await Promise.all(unlocks.map((posted) => readUnlock(parts, posted))))
  await importStore({ core, store, copy: bytes, unlock, unlocks: ways, move })
  return (!move && ways?.find((way) => !('device' in way))) || unlock
}

/** `memory:` needs no unlock: its root is as short-lived as itself. */
async function readUnlock({ inside, core, host }: Parts, posted?: PostedUnlock): Promise<Unlock> {
  if (posted === undefined) return { rawKey: core.random(32) }
  if ('keyFile' in posted) return { ...posted, keyFile: await inside.readKeyFile(posted.keyFile) }
  if ('parent' in posted) return { ...posted, parent: parentOver(host, posted.parent) }
  return posted
}
