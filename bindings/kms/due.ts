/**
 * Does what has fallen due: rotates, deletes, expires. Each piece of work is a transaction with its own service event, as
 * AWS logs it; a box that was shut on the day catches up when it opens.
 */
import { Conflict, type Json, type Records, Table } from '../stores/records.ts'
import { type ServiceEventName, serviceEvent, uuid } from './audit.ts'
import { deleteKey } from './delete.ts'
import { expire, nextExpiry } from './expire.ts'
import { isPrimary, type KeyRecord } from './key.ts'
import { deletedTrail } from './keystores/trail.ts'
import type { Box, Call } from './operation.ts'
import { rememberRotation, rotate } from './rotate.ts'
import { dayOf, dueOn, forget } from './schedule.ts'

export type Working = Pick<Call, 'box' | 'transaction' | 'slots' | 'now'>

/** One piece of work on a key. */
interface Due {
  readonly event: ServiceEventName
  /** Answers 'partly' when more of the same piece is left; the event comes with the last part. */
  readonly work: (call: Working, key: KeyRecord) => Promise<'partly' | 'done'>
}

/** Path of the row that says up to which day everything is done. */
const SWEPT = 'swept'

/** How far back a box without that row looks: the longest rotation period. */
const MAX_DAYS = 2_561

export class DueWork {
  readonly #box: Box
  readonly #records: Records
  #running: Promise<void> = Promise.resolve()

  constructor(box: Box, records: Records) {
    this.#box = box
    this.#records = records
  }

  /** Does all that is due at `now`. Calls queue up. */
  catchUp(now: number): Promise<void> {
    this.#running = this.#running.catch(() => undefined).then(() => this.#sweep(now))
    return this.#running
  }

  /** A rotation enters the date of the next one, so days are looked at in order and dates found on the way. */
  async #sweep(now: number): Promise<void> {
    const today = dayOf(now)
    const swept = await this.#records.begin().get<number>(Table.service, SWEPT)
    for (let day = swept ?? today - MAX_DAYS; day <= today; day++) {
      const arns = await dueOn(this.#records.begin(), day)
      for (const arn of arns) while (await this.#step(arn, now));
      if (day < today && arns.length > 0) await this.#forget(day, arns)
    }
    if (swept !== today) await this.#housekeep((call) => call.transaction.put(Table.service, SWEPT, SWEPT, today))
  }

  /** Does one piece of work on one key; false if there was none. A key asleep for years rotates once for each period. */
  async #step(arn: string, now: number): Promise<boolean> {
    const call: Working = { box: this.#box, transaction: this.#records.begin(), slots: [], now }
    try {
      const key = await call.transaction.get<KeyRecord & Json>(Table.key, arn)
      const due = key && dueOf(key, now)
      if (!due) return false
      const progress = await due.work(call, key)
      const told = due.event === 'DeleteKey' ? deletedTrail(key) : {}
      const event = serviceEvent(due.event, arn, now, uuid(this.#box.core), told)
      await this.#records.commit(call.transaction, progress === 'done' ? event : undefined)
      if (due.event !== 'RotateKey') this.#box.residents.drop(`${arn}/`)
      return true
    } catch (error) {
      if (error instanceof Conflict) return true // another writer was faster: look again
      throw error
    } finally {
      for (const slot of call.slots) slot.destroy()
    }
  }

  #forget(day: number, arns: readonly string[]): Promise<void> {
    return this.#housekeep(({ transaction }) => {
      for (const arn of arns) forget(transaction, day, arn)
    })
  }

  /** Losing to another writer who did the same is fine. */
  async #housekeep(work: (call: Pick<Call, 'transaction'>) => void): Promise<void> {
    const transaction = this.#records.begin()
    work({ transaction })
    await this.#records.commit(transaction).catch((error) => {
      if (!(error instanceof Conflict)) throw error
    })
  }
}

function dueOf(key: KeyRecord, now: number): Due | undefined {
  if (key.deletion?.date !== undefined && key.deletion.date <= now) return { event: 'DeleteKey', work: deleteKey }
  if ((nextExpiry(key) ?? Number.POSITIVE_INFINITY) <= now) return { event: 'DeleteExpiredKeyMaterial', work: expire }
  if (key.rotation && key.rotation.next <= now && rotates(key)) return { event: 'RotateKey', work: rotateOnSchedule }
  return undefined
}

/** Keys that wait for their deletion, and replicas, whose primary rotates for them, do not. */
const rotates = (key: KeyRecord): boolean => !key.deletion && (!key.multiRegion || isPrimary(key))

async function rotateOnSchedule(call: Working, key: KeyRecord): Promise<'done'> {
  const date = (key.rotation as NonNullable<KeyRecord['rotation']>).next
  rememberRotation(call, await rotate(call, key, { type: 'AUTOMATIC', date }))
  return 'done'
}
