/**
 * When a key was last used. Writing that down at each use would turn every Encrypt into a change of the store, so it is
 * kept in memory and written once an hour per key: another server, or this one after a crash, may be an hour behind.
 */
import { Table, type Transaction } from '../stores/records.ts'
import { TrackedOperation } from './enums.ts'
import type { OperationName } from './model.ts'

export type LastUse = {
  readonly operation: OperationName
  /** Milliseconds since 1970. */
  readonly date: number
  readonly requestId: string
  readonly eventId: string
}

const HOUR = 3_600_000
const REMEMBERED = 100_000

const pathOf = (keyArn: string): string => `last-use/${keyArn}`

const tracked = new Set<string>(TrackedOperation.values)

export class LastUses {
  readonly #uses = new Map<string, { last: LastUse; written: number }>()

  /** Remembers a use that succeeded; the row goes into the request's own commit when it is due. */
  note(transaction: Transaction, keyArn: string, last: LastUse): void {
    if (!tracked.has(last.operation)) return
    const written = this.#uses.get(keyArn)?.written ?? Number.NEGATIVE_INFINITY
    const due = last.date - written >= HOUR
    if (this.#uses.size >= REMEMBERED) this.#uses.clear()
    this.#uses.set(keyArn, { last, written: due ? last.date : written })
    if (due) transaction.put(Table.service, pathOf(keyArn), keyArn, last)
  }

  async read(transaction: Transaction, keyArn: string): Promise<LastUse | undefined> {
    const stored = await transaction.get<LastUse>(Table.service, pathOf(keyArn))
    const known = this.#uses.get(keyArn)?.last
    return known && (!stored || known.date >= stored.date) ? known : stored
  }

  forget(transaction: Transaction, keyArn: string): void {
    this.#uses.delete(keyArn)
    transaction.delete(Table.service, pathOf(keyArn))
  }
}
