/** A box: one core, one store, one pipeline, and what its owner may do besides. */
import type { Core } from '../core.ts'
import type { CallerFacts } from '../policy/facts.ts'
import type { Records } from '../stores/records.ts'
import { administrationOf } from './administration.ts'
import type { Clock } from './clock.ts'
import { DueWork } from './due.ts'
import { Identities } from './identities.ts'
import { noKeyStores } from './keystores.ts'
import { Pipeline, type Reply, type Request } from './kms.ts'
import { LastUses } from './lastuse.ts'
import { Residents } from './material.ts'

export interface BoxOptions {
  readonly core: Core
  readonly records: Records
  readonly clock: Clock
  readonly account: string
  readonly region: string
  readonly strictPrincipals?: boolean
  /** Milliseconds in the passing states Creating and Updating; default 0. */
  readonly settleTime?: number
}

export interface Kms {
  readonly account: string
  readonly region: string
  request(caller: CallerFacts, request: Request): Promise<Reply>
  readonly administration: ReadonlyMap<string, (input: unknown) => Promise<unknown>>
  introduce(caller: CallerFacts): void
  /** Rotations, deletions and expiries that are due: when a box opens, and from time to time. */
  catchUp(): Promise<void>
  /** Wipes the keys that are resident in the core. */
  wipe(): void
}

export function createKms(options: BoxOptions): Kms {
  const { core, records, clock, account, region, strictPrincipals = false, settleTime = 0 } = options
  const residents = new Residents(core)
  const identities = new Identities()
  const box = {
    account,
    core,
    residents,
    keyStores: noKeyStores,
    lastUses: new LastUses(),
    principals: identities,
    strictPrincipals,
    settleTime,
  }
  const pipeline = new Pipeline(box, records, clock)
  const due = new DueWork(box, records)
  const catchUp = () => due.catchUp(clock.now())
  return {
    account,
    region,
    request: (caller, request) => pipeline.request(caller, request),
    administration: administrationOf({ box, records, clock, identities, region, catchUp }),
    introduce: (caller) => identities.introduce(caller),
    catchUp,
    wipe: () => residents.clear(),
  }
}
