/**
 * From names to places: row ids and scopes are HMACs under the index key (CRYPTO.md §3), so that a reader of the store
 * cannot test guesses of alias names. Ids are kept as byte strings (`latin1.ts`), which serve as map keys.
 */
import { concat, u64, utf8 } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { fromLatin1, latin1 } from './latin1.ts'
import { Recent } from './recent.ts'
import type { Table } from './records.ts'
import { ROW_ID_BYTES, SCOPE_BYTES, type StoreKey } from './store.ts'

/** u8 table ‖ rowId32, as a byte string: a row wherever it is stored. */
export type RowName = string

const NAMES_REMEMBERED = 8192

export class Names {
  private readonly rows = new Recent<RowName>(NAMES_REMEMBERED)
  private readonly scopes = new Recent<string>(NAMES_REMEMBERED)
  private readonly indexKey: Slot

  constructor(indexKey: Slot) {
    this.indexKey = indexKey
  }

  row(table: Table, path: string): RowName {
    const label = String.fromCharCode(table) + path
    let name = this.rows.get(label)
    if (name === undefined) {
      const mac = this.indexKey.hmac('SHA-256', concat(Uint8Array.of(0, table), utf8(path)))
      name = String.fromCharCode(table) + latin1(mac)
      this.rows.set(label, name)
    }
    return name
  }

  /** Byte string of 16. */
  scope(table: Table, scope: string): string {
    const label = String.fromCharCode(table) + scope
    let name = this.scopes.get(label)
    if (name === undefined) {
      const mac = this.indexKey.hmac('SHA-256', concat(Uint8Array.of(1, table), utf8(scope)))
      name = latin1(mac.subarray(0, SCOPE_BYTES))
      this.scopes.set(label, name)
    }
    return name
  }

  destroy(): void {
    this.indexKey.destroy()
    this.rows.clear()
    this.scopes.clear()
  }
}

/** The store key of a row in a scope, both as byte strings. */
export const keyOf = (name: RowName, scope: string): StoreKey => fromLatin1(name[0] + scope + name.slice(1))

/** Where a stored row's name starts over: the inverse of {@link keyOf}. */
export const nameOf = (key: StoreKey): RowName => latin1(key.subarray(0, 1)) + latin1(key.subarray(1 + SCOPE_BYTES))

export const scopeOf = (key: StoreKey): string => latin1(key.subarray(1, 1 + SCOPE_BYTES))

/** Row id of the n-th row of a log: u64 n, left-padded. */
export function numberedRow(n: number): Uint8Array {
  const rowId = new Uint8Array(ROW_ID_BYTES)
  rowId.set(u64(n), ROW_ID_BYTES - 8)
  return rowId
}
