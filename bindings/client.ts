/** The typed handle: one method per operation of the AWS KMS API, over one request() to the enclave. */
import type { CallOptions, Connection, Enclave } from './enclave/connect.ts'
import type { Parents, Unlock } from './enclave/parents.ts'
import type { CallerName, KmsRequest, Reply } from './enclave/wire.ts'
import type { HsmChanges, HsmCluster, NewHsmCluster } from './kms/keystores/cluster.ts'
import { type Input, type OperationName, type Output, operationNames } from './kms/model.ts'
import type { AuditVerdict, Json } from './stores/records.ts'

type Method<Op extends OperationName> =
  Record<string, never> extends Input<Op>
    ? (input?: Input<Op>, options?: CallOptions) => Promise<Output<Op>>
    : (input: Input<Op>, options?: CallOptions) => Promise<Output<Op>>

/** `encrypt`, `createKey`, …: AWS's names with a small first letter, AWS's members. Failures are `KmsError`s. */
export type Operations = { readonly [Op in OperationName as Uncapitalize<Op>]: Method<Op> }

/** The KMS as one caller sees it in one Region. */
export interface CallerKms extends Operations {
  /** Any operation by its AWS name, with refusals as values: what ways in (HTTP, the AWS SDK) are built on. */
  request(request: KmsRequest, options?: CallOptions): Promise<Reply>
}

/** The handle of the box's owner: every operation as the account's root, and the administration of the box. */
export interface Kms extends CallerKms {
  /** Also accepts the facts of another caller for this one request. */
  request(request: KmsRequest & { readonly facts?: CallerName }, options?: CallOptions): Promise<Reply>
  /** The same KMS as another caller sees it, over its own port. Usable at once; a name refused is its calls' error. */
  as(caller: string | CallerName): CallerKms
  /** The same box and caller in another Region. */
  region(region: string): Kms
  readonly iam: {
    /** Identity policies of a principal, as objects or JSON texts; an empty list removes them. */
    put(principal: string, policies: readonly (string | object)[], options?: CallOptions): Promise<void>
    get(principal: string, options?: CallOptions): Promise<Json[]>
    list(options?: CallOptions): Promise<string[]>
  }
  /** How a request would be judged, and why. */
  explain(question: Question, options?: CallOptions): Promise<Json>
  usage(options?: CallOptions): Promise<Json>
  readonly clock: {
    /** Only for stores made with a manual clock. */
    set(date: Date | string, options?: CallOptions): Promise<void>
    /** @param seconds to go forward */
    advance(seconds: number, options?: CallOptions): Promise<void>
  }
  readonly audit: {
    /** Events of all chains by time, oldest first, from a date or the cursor of an earlier event. */
    events(filter?: { from?: string | Date; limit?: number; signal?: AbortSignal }): AsyncIterable<AuditEvent>
    verify(options?: CallOptions): Promise<AuditVerdict>
    /** Drops the oldest events, by date or so that `keep` remain; what remains still verifies. @returns how many went */
    prune(retention: { before: string | Date } | { keep: number }, options?: CallOptions): Promise<number>
  }
  /** Soft HSM clusters, which CloudHSM key stores are made over; `region` where it is not the box's own. */
  readonly hsm: {
    /** To be named in CreateCustomKeyStore, with its certificate and password. */
    create(cluster: NewHsmCluster, options?: CallOptions): Promise<HsmCluster>
    list(where?: { region?: string }, options?: CallOptions): Promise<HsmCluster[]>
    /** Cuts a cluster off or back on, takes its HSMs away, locks its kmsuser out, or changes the kmsuser's password. */
    update(changes: HsmUpdate, options?: CallOptions): Promise<HsmCluster>
    /** Keys of which no backup was made are lost, with all that they encrypted. */
    delete(cluster: { clusterId: string; region?: string }, options?: CallOptions): Promise<void>
  }
  lock(options?: CallOptions): Promise<void>
  unlock(unlock: Unlock, options?: CallOptions): Promise<void>
  /** Both ask for the secret of a slot that is there already. */
  addUnlock(unlock: Unlock, existing: Unlock, options?: CallOptions): Promise<Json>
  removeUnlock(id: string, existing: Unlock, options?: CallOptions): Promise<void>
  listUnlocks(options?: CallOptions): Promise<Json>
  /** Needs the secret of every slot that shall stay; the others are named in `drop`. */
  rotateRoot(rotation: { unlocks: readonly Unlock[]; drop?: readonly string[] }, options?: CallOptions): Promise<Json>
  /** A sealed copy of the store. */
  export(options?: CallOptions): Promise<Uint8Array>
  close(): Promise<void>
}

export interface HsmUpdate extends HsmChanges {
  readonly clusterId: string
  readonly region?: string
  /** The present password of the kmsuser; needed to change it. */
  readonly password?: string
  /** 7 to 32 characters. A new password lifts a lock. */
  readonly newPassword?: string
}

export interface Question {
  readonly principal?: string
  /** `kms:Encrypt` or `Encrypt`. */
  readonly action: string
  readonly keyId?: string
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** An event as AWS CloudTrail shows it, and the place in the trail to go on from. */
export interface AuditEvent {
  readonly eventName: string
  readonly cursor: string
  readonly [member: string]: Json | undefined
}

/** Most events that one message of the enclave brings. */
const EVENTS_PER_PAGE = 100

const methods = operationNames.map(
  (operation) => [operation, operation[0]!.toLowerCase() + operation.slice(1)] as const,
)

function operationsOver(connection: Connection): CallerKms {
  const handle: Record<string, unknown> = {
    request: (request: KmsRequest, options?: CallOptions) => connection.ask('request', request, options),
  }
  for (const [operation, method] of methods) {
    handle[method] = (input: unknown = {}, options?: CallOptions) =>
      connection.call('request', { operation, input }, options)
  }
  return handle as unknown as CallerKms
}

/** The administrative handle of an open enclave. */
export function administer(enclave: Enclave, parents: Parents, seat: Seat = { connection: enclave.admin }): Kms {
  const { admin } = enclave
  const call = (method: string, input: unknown, options?: CallOptions) =>
    admin.call(method, input, options) as Promise<never>

  return {
    ...operationsOver(seat.connection),
    as: (caller) => operationsOver(enclave.mint({ region: seat.region, ...named(caller) })),
    region: (region) => administer(enclave, parents, { connection: enclave.mint({ region }), region }),
    iam: {
      put: (principal, policies, options) => call('iam.put', { principal, policies }, options),
      get: (principal, options) => call('iam.get', { principal }, options),
      list: (options) => call('iam.list', {}, options),
    },
    explain: (question, options) => call('explain', question, options),
    usage: (options) => call('usage', {}, options),
    clock: {
      set: (date, options) => call('clock.set', { date: new Date(date) }, options),
      advance: (seconds, options) => call('clock.advance', { seconds }, options),
    },
    audit: {
      events: (filter) => auditEvents(admin, filter),
      verify: (options) => call('audit.verify', {}, options),
      prune: (retention, options) => call('audit.prune', retention, options),
    },
    hsm: {
      create: (cluster, options) => call('hsm.create', cluster, options),
      list: (where = {}, options) => call('hsm.list', where, options),
      update: (changes, options) => call('hsm.update', changes, options),
      delete: (cluster, options) => call('hsm.delete', cluster, options),
    },
    ...locks(call, parents),
    export: (options) => call('export', {}, options),
    close: () => enclave.close(),
  }
}

/** Where a handle's operations go: the port, and the Region that it was minted for. */
interface Seat {
  readonly connection: Connection
  readonly region?: string
}

type Ask = (method: string, input: unknown, options?: CallOptions) => Promise<never>
type Locks = Pick<Kms, 'lock' | 'unlock' | 'addUnlock' | 'removeUnlock' | 'listUnlocks' | 'rotateRoot'>

function locks(call: Ask, parents: Parents): Locks {
  const post = (unlock: Unlock) => parents.post(unlock)
  return {
    lock: (options) => call('lock', {}, options),
    unlock: (unlock, options) => call('unlock', { unlock: post(unlock) }, options),
    addUnlock: (unlock, existing, options) =>
      call('addUnlock', { unlock: post(unlock), existing: post(existing) }, options),
    removeUnlock: (id, existing, options) => call('removeUnlock', { id, existing: post(existing) }, options),
    listUnlocks: (options) => call('listUnlocks', {}, options),
    rotateRoot: ({ unlocks, drop = [] }, options) => call('rotateRoot', { unlocks: unlocks.map(post), drop }, options),
  }
}

const named = (caller: string | CallerName): CallerName => (typeof caller === 'string' ? { principal: caller } : caller)

async function* auditEvents(
  admin: Connection,
  {
    from,
    limit = Number.POSITIVE_INFINITY,
    signal,
  }: { from?: string | Date; limit?: number; signal?: AbortSignal } = {},
): AsyncIterable<AuditEvent> {
  let start = from instanceof Date ? from.toISOString() : from
  for (let left = limit; left > 0; ) {
    const wanted = Math.min(left, EVENTS_PER_PAGE)
    const events = (await admin.call('audit.events', { from: start, limit: wanted }, { signal })) as AuditEvent[]
    yield* events
    if (events.length < wanted) return
    start = events.at(-1)?.cursor
    left -= events.length
  }
}
