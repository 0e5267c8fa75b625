/** What the stores have in common: which commits are well-formed, what they rely on, and where a scope's rows lie. */
import { latin1 } from './latin1.ts'
import {
  type Commit,
  ROW_ID_BYTES,
  SCOPE_BYTES,
  STORE_KEY_BYTES,
  type StoredRow,
  type StoreKey,
  storeKey,
} from './store.ts'

/**
 * Refuses a commit that no layer above should make: `TypeError` for a key that is not 49 bytes long or that is written
 * twice, `RangeError` for a version outside 0 (1 for a row) to 2^53 - 1.
 */
export function checkCommit(commit: Commit): void {
  for (const { key, version } of commit.expect) checkVersion(key, version, 0)
  for (const { key, version } of writtenRows(commit)) checkVersion(key, version, 1)
  const written = [...writtenRows(commit).map((row) => row.key), ...commit.delete]
  for (const key of commit.delete) checkKey(key)
  if (new Set(written.map(latin1)).size !== written.length) throw new TypeError('a commit writes a row once')
}

function checkVersion(key: StoreKey, version: number, least: number): void {
  checkKey(key)
  if (!Number.isSafeInteger(version) || version < least) throw new RangeError('a version is 1 to 2^53 - 1')
}

function checkKey(key: StoreKey): void {
  if (key.length !== STORE_KEY_BYTES) throw new TypeError('a store key has 49 bytes')
}

export const writtenRows = (commit: Commit): StoredRow[] => [...commit.put, ...commit.append]

/** All that a commit relies on: an appended row is one that expects to find nothing. */
export function expectations(commit: Commit): { readonly key: StoreKey; readonly version: number }[] {
  return [...commit.expect, ...commit.append.map(({ key }) => ({ key, version: 0 }))]
}

/** The keys of `expected` whose row has another version, each once. `found` holds the stored rows in the same order. */
export function conflicts(
  expected: readonly { readonly key: StoreKey; readonly version: number }[],
  found: readonly ({ readonly version: number } | undefined)[],
): StoreKey[] {
  const inTheWay = new Map<string, StoreKey>()
  for (const [i, { key, version }] of expected.entries()) {
    if ((found[i]?.version ?? 0) !== version) inTheWay.set(latin1(key), key)
  }
  return [...inTheWay.values()]
}

/** Keys of one table and scope: those greater than `above` and at most `upTo`. A prefix sorts before what it begins. */
export function scopeRange(table: number, scope: Uint8Array, after: Uint8Array | undefined) {
  const first = storeKey(table, scope, new Uint8Array(ROW_ID_BYTES))
  return {
    above: after ? storeKey(table, scope, after) : first.subarray(0, 1 + SCOPE_BYTES),
    upTo: storeKey(table, scope, new Uint8Array(ROW_ID_BYTES).fill(0xff)),
  }
}

/** Sorts before every store key: where a scan begins. */
export const beforeAllKeys = Uint8Array.of(0)
