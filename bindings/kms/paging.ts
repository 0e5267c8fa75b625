/** Limit, Marker, NextMarker, Truncated: one way for every list. */
import { KmsError, validationError } from '../errors.ts'
import type { Json, Page, Table, Transaction } from '../stores/records.ts'
import { type OperationName, operations } from './model.ts'

interface Request {
  readonly Limit?: number | undefined
  readonly Marker?: string | undefined
}

interface Listed<T> {
  readonly items: T[]
  /** Spread into the answer. */
  readonly page: { readonly Truncated: boolean; readonly NextMarker?: string }
}

/** Rows that one look at the store brings. */
const ROWS_AT_ONCE = 1000

/** Markers are the store's own cursors: 64 hex digits. */
const cursorPattern = /^[0-9a-f]{64}$/

/** The page size that the caller asked for or AWS's default; @throws ValidationException outside AWS's bounds */
function limitOf(operation: OperationName, input: Request): number {
  const page = (operations[operation] as { page?: { default: number; max: number } }).page ?? {
    default: 100,
    max: 1000,
  }
  const limit = input.Limit ?? page.default
  if (limit <= page.max) return limit
  throw validationError(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${page.max}`,
  )
}

/** One page of a scope's rows; rows that `show` turns to undefined are left out and do not count. */
export async function listRows<Row, T>(
  transaction: Transaction,
  operation: OperationName,
  input: Request,
  [table, scope]: readonly [Table, string],
  show: (row: Row, path: string) => T | undefined,
): Promise<Listed<T>> {
  const limit = limitOf(operation, input)
  if (input.Marker !== undefined && !cursorPattern.test(input.Marker)) throw invalidMarker()
  const items: T[] = []
  let next = input.Marker
  do {
    const page: Page<Row & Json> = await transaction.list<Row & Json>(table, scope, limit - items.length, next)
    for (const { value, path } of page.rows) {
      const item = show(value, path)
      if (item !== undefined) items.push(item)
    }
    next = page.next
  } while (next !== undefined && items.length < limit)
  return { items, page: next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: next } }
}

/** All rows of a scope, or the first `most` of them: for the service's own bookkeeping, which has no pages. */
export async function allRows<Row>(
  transaction: Transaction,
  [table, scope]: readonly [Table, string],
  most = Number.POSITIVE_INFINITY,
): Promise<{ path: string; value: Row }[]> {
  const rows: { path: string; value: Row }[] = []
  let next: string | undefined
  do {
    const limit = Math.min(most - rows.length, ROWS_AT_ONCE)
    const page: Page<Row & Json> = await transaction.list<Row & Json>(table, scope, limit, next)
    rows.push(...page.rows)
    next = page.next
  } while (next !== undefined && rows.length < most)
  return rows
}

/** One page of a list that is already in memory and in a fixed order, such as tags. Markers are positions. */
export function listItems<T>(operation: OperationName, input: Request, all: readonly T[]): Listed<T> {
  const limit = limitOf(operation, input)
  const start = input.Marker === undefined ? 0 : Number(/^at:(\d{1,9})$/.exec(input.Marker)?.[1] ?? Number.NaN)
  if (!(start <= all.length)) throw invalidMarker()
  const end = start + limit
  const page = end < all.length ? { Truncated: true, NextMarker: `at:${end}` } : { Truncated: false }
  return { items: all.slice(start, end), page }
}

const invalidMarker = (): KmsError => new KmsError('InvalidMarkerException', 'Could not deserialize marker.')
