/** Puts an enclave together: core, store, the records in it, and the KMS over them. The one place that wires them. */
import { type Core, loadCore } from '../core.ts'
import { KmsError, validationError } from '../errors.ts'
import { createKms, type Kms } from '../kms/box.ts'
import { type Clock, manualClock, systemClock } from '../kms/clock.ts'
import { UnlockFailed } from '../seals/seal.ts'
import type { Unlock } from '../seals/unlock.ts'
import { createStore, holdsStore, openRecords } from '../stores/open.ts'
import { Tampered } from '../stores/records.ts'
import type { SealedRecords } from '../stores/sealed.ts'
import type { Store } from '../stores/store.ts'
import { StoreUnavailable } from '../stores/unavailable.ts'
import type { Assemble } from './enclave.ts'
import { anchorOver, type Host, parentOver } from './host.ts'
import type { EnclaveOptions, PostedUnlock } from './wire.ts'

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
  readonly core: Core
  readonly clock: Clock
  readonly host: Host
}

export const assembler =
  (inside: Inside): Assemble =>
  async (options, module, host) => {
    const core = await loadCore({ wasm: module })
    const clock = options.clock === 'system' ? systemClock : manualClock(Date.parse(options.clock.manual))
    const records = await openBox({ inside, options, core, clock, host }).catch((error) => {
      throw explained(error)
    })
    const { account, region, strictPrincipals } = options
    return onTime(createKms({ core, records, clock, account, region, strictPrincipals }))
  }

/** How often what has fallen due is looked for while a box is open. */
const DUE_INTERVAL = 15 * 60_000

/** A box that rotates, deletes and expires on time: when it opens, for the days that it was shut, and from then on. */
async function onTime(kms: Kms): Promise<Kms> {
  await kms.catchUp()
  const timer = setInterval(() => void kms.catchUp().catch(() => undefined), DUE_INTERVAL)
  if (typeof timer === 'object') timer.unref() // Node's timers would keep the process alive
  return {
    ...kms,
    close() {
      clearInterval(timer)
      return kms.close()
    },
  }
}

async function openBox(parts: Parts): Promise<SealedRecords> {
  const store = await parts.inside.openStore(parts.options.store)
  try {
    return await unlockOrMake(parts, store)
  } catch (error) {
    await store.close()
    throw error
  }
}

async function unlockOrMake(parts: Parts, store: Store): Promise<SealedRecords> {
  const { core, clock, options, host } = parts
  const unlock = await readUnlock(parts)
  const anchor = options.anchored ? anchorOver(host) : undefined
  const common = { store, core, anchor, clock: () => clock.now() }
  const kind = options.clock === 'system' ? 'system' : 'manual'
  if (!(await holdsStore(store))) {
    return createStore({ ...common, unlocks: [unlock], settings: { clock: kind } satisfies Settings })
  }
  const records = await openRecords({ ...common, unlock })
  const { clock: made } = records.settings as Settings
  if (made !== kind) throw validationError(`This store was made with the clock '${made}'.`)
  return records
}

/** `memory:` needs no unlock: its root is as short-lived as itself. */
async function readUnlock({ inside, options, core, host }: Parts): Promise<Unlock> {
  const posted: PostedUnlock = options.unlock ?? { rawKey: core.random(32) }
  if ('keyFile' in posted) return { ...posted, keyFile: await inside.readKeyFile(posted.keyFile) }
  if ('parent' in posted) return { ...posted, parent: parentOver(host, posted.parent) }
  return posted
}

/** What the owner is told when the box does not open. Whatever is not listed stays inside. */
function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof UnlockFailed) return new KmsError('AccessDeniedException', error.message)
  if (error instanceof StoreUnavailable) return new KmsError('KeyUnavailableException', error.message)
  if (error instanceof Tampered)
    return new KmsError('KMSInternalException', `The store is not to be trusted: ${error.message}.`)
  return error instanceof TypeError || error instanceof RangeError ? validationError(error.message) : error
}
