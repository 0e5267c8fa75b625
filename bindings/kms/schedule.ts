/**
 * What falls due: rotation, deletion and expiry are dates in the key record, so a key's state never waits for a timer.
 * This file keeps the index by day that finds the keys whose dates have come, without reading all the others.
 */
import { Table, type Transaction } from '../stores/records.ts'
import { allRows } from './paging.ts'

export const DAY = 86_400_000

export const dayOf = (time: number): number => Math.floor(time / DAY)

const dueScope = (day: number): string => `due/${day}`

/** Enters a key under the day of one of its dates. Entries that a later change makes idle are harmless. */
export function remember(transaction: Transaction, time: number, arn: string): void {
  const scope = dueScope(dayOf(time))
  transaction.put(Table.service, `${scope}/${arn}`, scope, arn)
}

export function forget(transaction: Transaction, day: number, arn: string): void {
  transaction.delete(Table.service, `${dueScope(day)}/${arn}`)
}

/** ARNs of keys with a date on this day. */
export async function dueOn(transaction: Transaction, day: number): Promise<string[]> {
  const rows = await allRows<string>(transaction, [Table.service, dueScope(day)])
  return rows.map(({ value }) => value)
}
