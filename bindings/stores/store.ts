/**
 * What a store is: sealed rows under opaque keys, read and committed atomically.
 *
 * A store sees neither keys, names nor policies. It compares versions, which the layer above hands it
 * beside each row, and never parses a value. Grouping of commits sits above it (`sealed.ts`).
 */

/** u8 table ‖ scope16 ‖ rowId32, 49 bytes. */
export type StoreKey = Uint8Array

export const STORE_KEY_BYTES = 49
export const SCOPE_BYTES = 16
export const ROW_ID_BYTES = 32

export interface StoredRow {
  readonly key: StoreKey
  /** 1 to 2^53 - 1; 0 is the version of a row that is not there. */
  readonly version: number
  readonly value: Uint8Array
}

export interface Commit {
  /** Rows that must still have this version (0: must not exist). */
  readonly expect: readonly { readonly key: StoreKey; readonly version: number }[]
  /** Rows written whatever was there. */
  readonly put: readonly StoredRow[]
  readonly delete: readonly StoreKey[]
  /** Rows written only if no row has their key; an existing one is a conflict. */
  readonly append: readonly StoredRow[]
}

/** On a conflict nothing was written, and `conflict` names every expected or appended key that was in the way. */
export type CommitResult = { readonly ok: true } | { readonly ok: false; readonly conflict: readonly StoreKey[] }

export interface Store {
  /** The rows in the order asked for; `undefined` where there is none. One consistent snapshot. */
  get(keys: readonly StoreKey[]): Promise<(StoredRow | undefined)[]>
  /** Rows of one table and scope by ascending row id (unsigned bytes), strictly after `after`, at most `limit`. */
  list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): Promise<StoredRow[]>
  /** Every row by ascending key, strictly after `after`: for export, doctor and resealing. */
  scan(after: StoreKey | undefined, limit: number): Promise<StoredRow[]>
  /** All or nothing, and durable (synced to disk where the medium has one) before it resolves to ok. */
  commit(commit: Commit): Promise<CommitResult>
  /** Releases the medium. Idempotent; every later call rejects. */
  close(): Promise<void>
}

export function storeKey(table: number, scope: Uint8Array, rowId: Uint8Array): StoreKey {
  const key = new Uint8Array(STORE_KEY_BYTES)
  key[0] = table
  key.set(scope, 1)
  key.set(rowId, 1 + SCOPE_BYTES)
  return key
}
