/** A box: one core, one store, one pipeline, and what its owner may do besides. */
import { type Core, loadCore as loadAnother } from '../core.ts'
import type { CallerFacts } from '../policy/facts.ts'
import type { Argon2Cost } from '../seals/passphrase.ts'
import type { Records } from '../stores/records.ts'
import { administrationOf } from './administration.ts'
import type { Clock } from './clock.ts'
import { DueWork } from './due.ts'
import { Identities } from './identities.ts'
import { hsmAdministration } from './keystores/administration.ts'
import type { ProxyFetch } from './keystores/proxy.ts'
import { KeyStores } from './keystores.ts'
import { Pipeline, type Reply, type Request } from './kms.ts'
import { LastUses } from './lastuse.ts'
import { Residents } from './material.ts'
import type { SeededKey } from './seed.ts'
import { plantSeed } from './seeding.ts'

export interface BoxOptions {
  readonly core: Core
  readonly records: Records
  readonly clock: Clock
  readonly account: string
  readonly region: string
  readonly strictPrincipals?: boolean
  /** Milliseconds in the passing states Creating and Updating; default 0. */
  readonly settleTime?: number
  /** Lets tags of CreateKey choose a key's id and material. Default: no. */
  readonly customTags?: boolean
  /** Another instance of the core: every HSM behind a custom key store gets its own. Default: as {@link core} was made. */
  readonly loadCore?: () => Promise<Core>
  /** How external key stores reach their proxies. Default: not at all. */
  readonly fetch?: ProxyFetch
  /** Milliseconds that an XKS proxy has for each answer. Default: 250, as AWS KMS gives it. */
  readonly proxyTimeout?: number
  /** Cost of trying an HSM's password. Default: that of a store's passphrase. */
  readonly passwordCost?: Argon2Cost
}

export interface Kms {
  readonly account: string
  readonly region: string
  request(caller: CallerFacts, request: Request): Promise<Reply>
  readonly administration: ReadonlyMap<string, (input: unknown) => Promise<unknown>>
  introduce(caller: CallerFacts): void
  /** Makes the keys of a seed that are not there yet. */
  plant(seed: readonly SeededKey[]): Promise<void>
  /** Rotations, deletions and expiries that are due: when a box opens, and from time to time. */
  catchUp(): Promise<void>
  /** Wipes the keys that are resident in the core. */
  wipe(): void
}

export function createKms(options: BoxOptions): Kms {
  const {
    core,
    records,
    clock,
    account,
    region,
    strictPrincipals = false,
    settleTime = 0,
    customTags = false,
  } = options
  const residents = new Residents(core)
  const identities = new Identities()
  const keyStores = keyStoresOf(options)
  const box = {
    account,
    core,
    residents,
    keyStores,
    lastUses: new LastUses(),
    principals: identities,
    strictPrincipals,
    settleTime,
    customTags,
  }
  const pipeline = new Pipeline(box, records, clock)
  const due = new DueWork(box, records)
  const catchUp = () => due.catchUp(clock.now())
  const administered = { box, records, clock, identities, region, catchUp }
  return {
    account,
    region,
    request: (caller, request) => pipeline.request(caller, request),
    administration: new Map([...administrationOf(administered), ...hsmAdministration(administered, keyStores.hsms)]),
    introduce: (caller) => identities.introduce(caller),
    plant: (seed) => plantSeed({ box, records, clock, account, region }, seed),
    catchUp,
    wipe() {
      residents.clear()
      keyStores.close()
    },
  }
}

const noNetwork: ProxyFetch = () => Promise.reject(new Error('this box has no way to the network'))

function keyStoresOf(options: BoxOptions): KeyStores {
  const { core, loadCore = loadAnother, fetch = noNetwork, proxyTimeout = 250, passwordCost } = options
  return new KeyStores({ core, loadCore, fetch, proxyTimeout, cost: passwordCost })
}
