/** Table 0, scope 0: the rows that a store is opened by. */
import { latin1 } from './latin1.ts'
import { numberedRow, type RowName } from './names.ts'
import { type Json, Table } from './records.ts'
import { SCOPE_BYTES, type StoreKey, storeKey } from './store.ts'

/** Row ids of table 0, scope 0: fixed, because they are read before the index key is known. */
export const RootRow = { settings: 0, indexKey: 1, unlockSlots: 2 } as const

/** Value of the settings row. */
export interface RootSettings {
  /** Rows of an older epoch than this are refused. */
  readonly floor: number
  /** While rows are resealed after a rotation: the root key of the epoch before, sealed as a row; base64. */
  readonly former?: string
  /** The embedder's, fixed when the store is made: kind of clock, account, Region. */
  readonly settings: Json
}

export const ROOT_PATH = 'root'
export const ROOT_SCOPE = latin1(new Uint8Array(SCOPE_BYTES))

export const rootName = (row: number): RowName => String.fromCharCode(Table.root) + latin1(numberedRow(row))

export const rootKey = (row: number): StoreKey => storeKey(Table.root, new Uint8Array(SCOPE_BYTES), numberedRow(row))

/** Where the former root key is sealed to while rows are resealed: no row has this key, its content is in the settings. */
export const formerRootKey = (): StoreKey => rootKey(3)
