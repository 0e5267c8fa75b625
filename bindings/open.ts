/** `openKms` as every platform has it: checks the options, starts the enclave, returns the handle of its owner. */
import { administer, type Kms } from './client.ts'
import { openEnclaveIn, type Spawn } from './enclave/connect.ts'
import { type Assemble, openEnclave } from './enclave/enclave.ts'
import type { HostMethods } from './enclave/host.ts'
import { Parents, type Unlock } from './enclave/parents.ts'
import type { EnclaveOptions } from './enclave/wire.ts'
import { validationError } from './errors.ts'
import type { Seed } from './kms/seed.ts'
import type { Anchor } from './stores/anchor.ts'

export interface KmsOptions {
  /** `memory:` (default), `indexeddb:NAME` in browsers, `file:DIR` and `postgres://…` in Node. */
  readonly store?: string
  /** What opens the root key. A new store is made with it; `memory:` needs none. */
  readonly unlock?: Unlock
  /** Default `us-east-1`. */
  readonly region?: string
  /** Twelve digits; default `000000000000`. */
  readonly account?: string
  /** `worker` (default), or `inline`: the same enclave in the caller's own thread. */
  readonly isolation?: 'worker' | 'inline'
  /** `system` (default), or a clock that only `kms.clock` moves: for stores made so. */
  readonly clock?: 'system' | { readonly manual: string | Date }
  /** Remembers the newest entry of the store outside of it, so that a store put back to an old state is refused. */
  readonly anchor?: Anchor
  /** Seconds without a request after which the box locks itself. */
  readonly idleLock?: number
  /** Refuse policies that name principals which nobody has named before. */
  readonly strictPrincipals?: boolean
  /** Keys with given ids and material, made unless they are there: an object, also the JSON of a local-kms seed. */
  readonly seed?: Seed | object
  /**
   * For tests: the tags `_custom_id_` and `_custom_key_material_` (base64) of CreateKey choose a key's id and material,
   * as LocalStack has it, and are not kept as tags.
   */
  readonly customTags?: boolean
}

export interface ImportOptions extends KmsOptions {
  /** What `kms.export()` answered. `unlock` opens it; a device key does not count. */
  readonly copy: Uint8Array
  /** The ways into the new store. Default: `unlock`. */
  readonly unlocks?: readonly Unlock[]
  /** Keeps the store's id, root key and ways in: only if the original is given up. Default: new ones are made. */
  readonly move?: boolean
}

/** What differs between browsers, Node and the one-file build. */
export interface Platform {
  compileCore(): Promise<WebAssembly.Module>
  readonly spawnWorker: Spawn
  /** The enclave's inside, loaded into this thread. */
  assembleInline(): Promise<Assemble>
  readonly host: Partial<HostMethods>
}

/**
 * Opens a box, or makes it where there is none.
 * @throws KmsError `ValidationException` for options that are not understood; otherwise why the box does not open
 */
export async function openOn(platform: Platform, options: KmsOptions = {}): Promise<Kms> {
  const parents = new Parents()
  return openChecked(platform, options, checkOptions(options, parents), parents)
}

/** Makes a store out of a sealed copy of another, and opens it. */
export async function importOn(platform: Platform, options: ImportOptions): Promise<Kms> {
  const { copy: bytes, unlocks, move = false, ...rest } = options
  if (!(bytes instanceof Uint8Array)) throw validationError('importStore takes a copy as kms.export() makes it.')
  if (!rest.unlock) throw validationError('importStore needs the option unlock, which opens the copy.')
  const parents = new Parents()
  const copy = { bytes, unlocks: unlocks?.map((unlock) => parents.post(unlock)), move }
  return openChecked(platform, rest, { ...checkOptions(rest, parents), copy }, parents)
}

async function openChecked(platform: Platform, options: KmsOptions, checked: EnclaveOptions, parents: Parents) {
  const spawn = options.isolation === 'inline' ? inline(platform) : platform.spawnWorker
  const core = await platform.compileCore()
  const host = { ...platform.host, ...parents.methods, ...anchorMethods(options.anchor) }
  return administer(await openEnclaveIn(spawn, checked, core, host), parents)
}

const inline =
  (platform: Platform): Spawn =>
  () => ({
    start: async (start) => openEnclave(start, await platform.assembleInline(), () => {}),
    end() {},
  })

function anchorMethods(anchor: Anchor | undefined): Partial<HostMethods> {
  if (!anchor) return {}
  return {
    'anchor.read': () => anchor.read(),
    'anchor.compareAndSet': ({ expected, next }) => anchor.compareAndSet(expected, next),
  }
}

const isText = (value: unknown) => typeof value === 'string'
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isObject = (value: unknown) => typeof value === 'object' && value !== null

const isDuration = (value: unknown) => typeof value === 'number' && value >= 1 && value <= 2_000_000

/** What each option must be, and how a refusal says so. */
const rules: Record<keyof KmsOptions, readonly [accepts: (value: never) => boolean, mustBe: string]> = {
  store: [isText, "a store URL such as 'memory:' or 'indexeddb:NAME'"],
  unlock: [isObject, 'an object such as { passphrase }, { rawKey } or { device: true }'],
  region: [(value: unknown) => isText(value) && /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(`${value}`), 'an AWS Region'],
  account: [(value: unknown) => isText(value) && /^\d{12}$/.test(`${value}`), 'a text of twelve digits'],
  isolation: [(value: unknown) => value === 'worker' || value === 'inline', "'worker' or 'inline'"],
  clock: [isClock, "'system' or { manual: ISO date }"],
  anchor: [isAnchor, 'an object with the functions read and compareAndSet'],
  idleLock: [isDuration, 'a number of seconds from 1 to 2,000,000'],
  strictPrincipals: [isBoolean, 'true or false'],
  seed: [isObject, 'an object such as { Keys: [{ KeyId, KeyMaterial }] }'],
  customTags: [isBoolean, 'true or false'],
}

function checkOptions(options: KmsOptions, parents: Parents): EnclaveOptions {
  if (!isObject(options)) throw validationError('openKms takes an object of options.')
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof KmsOptions] : undefined
    if (!rule) throw validationError(`openKms has no option '${name}'.`)
    const [accepts, mustBe] = rule
    if (value !== undefined && !accepts(value as never)) throw validationError(`The option ${name} must be ${mustBe}.`)
  }
  const { store = 'memory:', region = 'us-east-1', account = '000000000000', clock = 'system' } = options
  const { unlock, idleLock, strictPrincipals, customTags, seed, anchor } = options
  if (!unlock && store !== 'memory:') throw validationError('This store needs the option unlock.')
  return {
    ...{ store, region, account, idleLock, strictPrincipals, customTags, seed },
    unlock: unlock && parents.post(unlock),
    clock: clock === 'system' ? clock : { manual: new Date(clock.manual).toISOString() },
    anchored: anchor !== undefined,
  }
}

function isClock(value: unknown): boolean {
  if (value === 'system') return true
  const date = isObject(value) ? (value as { manual?: unknown }).manual : undefined
  return (isText(date) || date instanceof Date) && !Number.isNaN(new Date(date as string).getTime())
}

function isAnchor(value: unknown): boolean {
  const { read, compareAndSet } = isObject(value) ? (value as Partial<Anchor>) : {}
  return typeof read === 'function' && typeof compareAndSet === 'function'
}
