/**
 * Retention of audit events. A cut, listed in the change log, says how far a chain was pruned and keeps the hash that
 * the next event follows, so that what remains still verifies. The cut is committed before rows are deleted: an
 * interrupted pruning leaves rows that nobody counts, and the next one deletes them.
 */
import { hex } from '../bytes.ts'
import { auditKey, type ChainMark, CUT_SCOPE, chainPath, cutPath } from './auditchain.ts'
import { chainRows, listChains, mergedEvents } from './auditlog.ts'
import { type Json, Table, Tampered } from './records.ts'
import type { OpenParts } from './sealed.ts'
import type { StoreKey } from './store.ts'
import { RowTransaction } from './transaction.ts'

/** Which events go: those before a date, or all but the newest. */
export type Retention = { readonly before: Date } | { readonly keep: number }

type Commit = (transaction: RowTransaction, audit?: Json) => Promise<void>

const BATCH = 256

/** Returns how many events went. The event of the pruning itself, `audit`, is committed with the cuts. */
export async function pruneAudit(open: OpenParts, retention: Retention, commit: Commit, audit?: Json): Promise<number> {
  await open.log.catchUp()
  const { cuts, dropped } = await findCuts(open, retention)
  const transaction = new RowTransaction(open)
  for (const [instance, n] of cuts) {
    const path = cutPath(instance)
    await transaction.get(Table.root, path)
    transaction.put(Table.root, path, CUT_SCOPE, { ...(await cutAt(open, instance, n)) })
  }
  await commit(transaction, audit)
  for (const { mark, cut } of await listChains(open)) {
    if (cut !== undefined) await deleteUpTo(open, mark, cut.n, commit)
  }
  return dropped
}

/** n of the last event of each chain that goes, by the order of all events. */
async function findCuts(open: OpenParts, retention: Retention) {
  const cuts = new Map<string, number>()
  let dropped = 0
  const most = 'keep' in retention ? (await countEvents(open)) - retention.keep : Number.POSITIVE_INFINITY
  const before = 'before' in retention ? retention.before.getTime() : Number.POSITIVE_INFINITY
  for await (const { instance, n, time } of mergedEvents(open)) {
    if (dropped >= most || time >= before) break
    cuts.set(instance, n)
    dropped++
  }
  return { cuts, dropped }
}

async function countEvents(open: OpenParts): Promise<number> {
  let count = 0
  for (const { mark, cut } of await listChains(open)) {
    for await (const _ of chainRows(open, mark.instance, cut?.n ?? 0)) count++
  }
  return count
}

async function cutAt({ store, seal, names, core }: OpenParts, instance: string, n: number): Promise<ChainMark> {
  const [row] = await store.get([auditKey(names, instance, n)])
  if (row === undefined) throw new Tampered('an audit event is missing')
  return { instance, n, hash: hex(core.sha2('SHA-256', seal.open(row))) }
}

/** A chain that was closed and has nothing left is no longer listed; others may go on. */
async function deleteUpTo(open: OpenParts, mark: ChainMark, n: number, commit: Commit): Promise<void> {
  const keys: StoreKey[] = []
  for await (const row of chainRows(open, mark.instance, 0)) {
    if (row.version > n) break
    keys.push(row.key)
    if (keys.length === BATCH) await deleteRows(open, keys.splice(0))
  }
  await deleteRows(open, keys)
  if (mark.closed !== true || mark.n > n) return
  const transaction = new RowTransaction(open)
  transaction.delete(Table.root, chainPath(mark.instance))
  transaction.delete(Table.root, cutPath(mark.instance))
  await commit(transaction)
}

async function deleteRows({ store }: OpenParts, keys: StoreKey[]): Promise<void> {
  if (keys.length > 0) await store.commit({ expect: [], put: [], append: [], delete: keys })
}
