/**
 * One request, from raw input to reply: decode, resolve, authorise, admit, operate, commit, reply. Refusals take the same
 * road through commit, so that no answer leaves without its audit event.
 */
import type { Slot } from '../core.ts'
import { internalError, KmsError, type PlainError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { Conflict, type Records } from '../stores/records.ts'
import { newTrail, requestEvent, uuid } from './audit.ts'
import { authorise, authoriseAll } from './authorise.ts'
import type { Clock } from './clock.ts'
import { grantOfToken } from './grants.ts'
import { type KeyRecord, stateOf } from './key.ts'
import { type OperationName, operations } from './model.ts'
import { type Box, type Call, type NamedKey, type Rule, stateError, usageError } from './operation.ts'
import { rules } from './operations/index.ts'
import { validate } from './validate.ts'

export interface Request {
  readonly operation: string
  readonly input: unknown
}

export type Reply = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: PlainError }

/** One request on its first or a later try. */
interface Hearing extends Request {
  readonly caller: CallerFacts
  readonly now: number
  readonly requestId: string
  readonly eventId: string
}

/** What one try of a request works with. */
type Means = Pick<Call, 'transaction' | 'trail' | 'slots'>

type Outcome = { readonly output: unknown } | { readonly error: PlainError }

/** After a conflict, requests of one enclave queue up; another server can still be faster this many times. */
const MAX_TRIES = 32

export class Pipeline {
  readonly #box: Box
  readonly #records: Records
  readonly #clock: Clock
  /** The end of the queue of requests that met a conflict. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(box: Box, records: Records, clock: Clock) {
    this.#box = box
    this.#records = records
    this.#clock = clock
  }

  /** Answers one request. Never throws, never waits for ever, never answers before its audit event is durable. */
  async request(caller: CallerFacts, { operation, input }: Request): Promise<Reply> {
    const { core } = this.#box
    const hearing = { operation, input, caller, now: this.#clock.now(), requestId: uuid(core), eventId: uuid(core) }
    try {
      return reply(await this.#untilCommitted(hearing))
    } catch {
      return { ok: false, error: internalError().toPlain() } // no audit, no answer
    }
  }

  /** Optimism first; whoever meets a conflict queues up and is judged again, alone among this enclave's requests. */
  async #untilCommitted(hearing: Hearing): Promise<Outcome> {
    try {
      return await this.#attempt(hearing)
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
    const turn = this.#queue.then(() => this.#retry(hearing))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #retry(hearing: Hearing): Promise<Outcome> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#attempt(hearing)
      } catch (error) {
        if (!(error instanceof Conflict) || tries === MAX_TRIES) throw error
      }
    }
  }

  async #attempt(hearing: Hearing): Promise<Outcome> {
    const transaction = this.#records.begin()
    const trail = newTrail()
    const slots: Slot[] = []
    try {
      const outcome = await this.#judge(hearing, { transaction, trail, slots })
      if ('error' in outcome) transaction.discardWrites()
      await this.#records.commit(transaction, requestEvent({ ...hearing, trail }, outcome)) // 6 commit
      return outcome // 7 reply
    } finally {
      for (const slot of slots) slot.destroy()
    }
  }

  async #judge(hearing: Hearing, means: Means): Promise<Outcome> {
    try {
      return { output: await this.#perform(hearing, means) }
    } catch (error) {
      if (error instanceof Conflict) throw error
      return { error: (error instanceof KmsError ? error : internalError()).toPlain() }
    }
  }

  async #perform(hearing: Hearing, means: Means): Promise<unknown> {
    const operation = knownOperation(hearing.operation)
    const input = validate(operation, hearing.input) // 1 decode
    const { caller, now, requestId } = hearing
    const place = { account: caller.account || this.#box.account, region: caller.region }
    const rule = rules[operation] as unknown as Rule<OperationName>
    const unresolved = { operation, input, caller, place, now, requestId, box: this.#box, ...means }
    const keys = await resolve(rule, unresolved as Call) // 2 resolve
    const call: Call = {
      ...(unresolved as Call),
      keys,
      key: keys[0]?.record as KeyRecord,
      authorise: (permission) => authorise(call, permission),
    }
    means.trail.resources.push(...keys.map(({ arn }) => arn))
    await checkGrantTokens(call)
    await authoriseAll(call, rule.permissions?.(call)) // 3 authorise
    admit(rule, call) // 4 admit
    const output = await rule.run(call) // 5 operate
    if ('DryRun' in input && input.DryRun) throw dryRun()
    const last = { operation, date: now, requestId, eventId: hearing.eventId }
    for (const { arn } of keys) this.#box.lastUses.note(means.transaction, arn, last)
    return output
  }
}

function knownOperation(name: string): OperationName {
  if (Object.hasOwn(operations, name)) return name as OperationName
  throw new KmsError('UnknownOperationException', 'The operation is not known.')
}

async function resolve(rule: Rule<OperationName>, call: Call): Promise<NamedKey[]> {
  const keys: NamedKey[] = []
  for (const resolver of rule.keys ?? []) keys.push(await resolver(call))
  return keys
}

/** A token that names no grant is an error of its own, whether or not the request needs the grant. */
async function checkGrantTokens({ input, transaction }: Call): Promise<void> {
  const { GrantTokens = [] } = input as { readonly GrantTokens?: readonly string[] }
  for (const token of GrantTokens) await grantOfToken(transaction, token)
}

/** Kind of key, key state, key usage: in this order, as AWS's answers show. */
function admit(rule: Rule<OperationName>, call: Call): void {
  refuseRecipient(call.input)
  rule.supports?.(call)
  for (const { record, storeConnected } of call.keys) {
    if (!record) continue
    const state = stateOf(record, call.now, storeConnected)
    if (rule.rejects?.includes(state)) throw stateError(record.arn, state)
    if (rule.usage && record.usage !== rule.usage) throw usageError(record, call.operation)
  }
}

/** Answering to a Nitro enclave needs the verification of its attestation, which nothing outside AWS can do. */
function refuseRecipient(input: object): void {
  if (!('Recipient' in input) || input.Recipient === undefined) return
  throw new KmsError(
    'UnsupportedOperationException',
    'Recipient needs an AWS Nitro enclave, which this service cannot attest.',
  )
}

/** AWS answers a dry run that would have succeeded with this exception, and so with status 400. */
const dryRun = (): KmsError =>
  new KmsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')

function reply(outcome: Outcome): Reply {
  return 'error' in outcome ? { ok: false, error: outcome.error } : { ok: true, output: outcome.output }
}
