/** What only the box's owner may ask: identity policies, explanations, the clock, the audit trail. */
import { validationError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { identityOf } from '../policy/principals.ts'
import { Conflict, type Json, type Records, type Transaction } from '../stores/records.ts'
import { rootArn } from './arn.ts'
import { type AuditEvent, administrativeEvent } from './audit.ts'
import type { Clock } from './clock.ts'
import { explainRequest, type Question } from './explain.ts'
import type { Identities } from './identities.ts'
import type { Box, Call } from './operation.ts'
import { usageOf } from './usage.ts'

export interface Administered {
  readonly box: Box
  readonly records: Records
  readonly clock: Clock
  readonly identities: Identities
  readonly region: string
  /** Does what has fallen due: after the clock was moved. */
  catchUp(): Promise<void>
}

export type Methods = ReadonlyMap<string, (input: unknown) => Promise<unknown>>
export type Members = Readonly<Record<string, unknown>>

const MAX_TRIES = 16
const DEFAULT_EVENTS = 100

/** The administrative methods by the names that the port knows. */
export function administrationOf(administered: Administered): Methods {
  const { records, clock, identities, box } = administered
  const change = (name: string, details: Json, work: (transaction: Transaction) => void | Promise<void>) =>
    audited(administered, name, details, work)

  return new Map<string, (input: unknown) => Promise<unknown>>([
    [
      'iam.put',
      async (input) => {
        const { principal, policies } = members(input)
        if (!Array.isArray(policies)) throw validationError('Identity policies are a list of documents.')
        const details = { principal: String(principal), policies: policies.length }
        await change('PutIdentityPolicies', details, (transaction) =>
          identities.put(transaction, principal as string, policies),
        )
      },
    ],
    ['iam.get', async (input) => identities.get(records.begin(), members(input).principal as string)],
    ['iam.list', async () => identities.list(records.begin(), box.account)],
    ['explain', async (input) => explainRequest(callOf(administered), questionOf(administered, members(input)))],
    [
      'clock.set',
      async (input) => {
        const { date } = members(input)
        await moveClock(administered, new Date(date as string | Date).getTime())
      },
    ],
    [
      'clock.advance',
      async (input) => {
        const { seconds } = members(input)
        if (typeof seconds !== 'number') throw validationError('A clock is advanced by a number of seconds.')
        await moveClock(administered, clock.now() + seconds * 1000)
      },
    ],
    ['audit.events', async (input) => eventsPage(records, members(input))],
    ['usage', async () => usageOf(records)],
    ['audit.verify', async () => records.verifyAudit()],
  ])
}

export const members = (input: unknown): Members =>
  typeof input === 'object' && input !== null ? (input as Members) : {}

const callOf = ({
  records,
  clock,
  box,
  region,
}: Administered): Pick<Call, 'transaction' | 'now' | 'box' | 'place'> => ({
  transaction: records.begin(),
  now: clock.now(),
  box,
  place: { account: box.account, region },
})

function questionOf({ box, region }: Administered, input: Members): Question {
  const principal = input.principal ?? rootArn(box.account)
  if (typeof principal !== 'string' || typeof input.action !== 'string') {
    throw validationError('A question names an action, and a principal by its ARN.')
  }
  const bare = { principal, account: '', region }
  const caller: CallerFacts = { ...bare, account: identityOf(bare).account }
  return { ...input, caller, action: input.action } as Question
}

/** A change by the owner, committed with its event like any request. */
export async function audited(
  { records, clock, region, box }: Administered,
  name: string,
  details: Json,
  work: (transaction: Transaction) => void | Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const transaction = records.begin()
    await work(transaction)
    const event: AuditEvent = administrativeEvent(
      name,
      details,
      { account: box.account, region },
      clock.now(),
      box.core,
    )
    try {
      return await records.commit(transaction, event)
    } catch (error) {
      if (!(error instanceof Conflict) || tries === MAX_TRIES) throw error
    }
  }
}

/** The event comes first: a clock that moved unseen would make the trail lie. */
async function moveClock(administered: Administered, time: number): Promise<void> {
  const { clock } = administered
  if (!(time >= clock.now())) throw validationError('A clock can only be set forward.')
  await audited(administered, 'SetClock', { date: new Date(time).toISOString() }, () => clock.set(time))
  await administered.catchUp()
}

/** At most `limit` events, and where to go on if there may be more. */
async function eventsPage(records: Records, { from, limit = DEFAULT_EVENTS }: Members) {
  if (typeof limit !== 'number' || !(limit > 0)) throw validationError('The limit of events is a number over 0.')
  const events: Json[] = []
  for await (const event of records.events({ from: from as string | undefined, limit })) events.push(event)
  return events
}
