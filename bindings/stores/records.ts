/**
 * The KMS's view of its store: named rows of JSON or key material, read and written in transactions.
 * `sealed.ts` implements it over a {@link Store}; operations use nothing else.
 */
import type { Slot } from '../core.ts'

/** CRYPTO.md §3. Numbers are part of the format. */
export const Table = {
  root: 0,
  key: 1,
  material: 2,
  alias: 3,
  grant: 4,
  identity: 5,
  service: 6,
  changeLog: 7,
  audit: 8,
} as const
export type Table = (typeof Table)[keyof typeof Table]

/** Plain JSON: what a row may hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json | undefined }

export interface Page<T> {
  readonly rows: readonly { readonly path: string; readonly value: T }[]
  /** Opaque place to go on from; absent on the last page. */
  readonly next?: string
}

/**
 * One request's reads and writes. Every row read (absent ones too) is remembered with its version and must be
 * unchanged when the transaction commits; writes become visible, to this transaction at once, to others on commit.
 * Values read are frozen: copy before changing.
 */
export interface Transaction {
  get<T extends Json>(table: Table, path: string): Promise<T | undefined>
  /** Rows of one scope in a fixed, meaningless order. Listed rows are not remembered as read. Own writes are not seen. */
  list<T extends Json>(table: Table, scope: string, limit: number, after?: string): Promise<Page<T>>
  put(table: Table, path: string, scope: string, value: Json): void
  delete(table: Table, path: string): void
  /**
   * Seals the content of a slot as a row when the transaction commits: the slot stays the caller's, who keeps it alive
   * until then.
   */
  putMaterial(path: string, scope: string, slot: Slot): void
  /** Opens a material row into a new slot of the core, which the caller destroys. Undefined if there is none. */
  openMaterial(path: string): Promise<Slot | undefined>
  deleteMaterial(path: string): void
  /** Forgets the writes and keeps what was read: a refusal, too, must have been judged by what is still so. */
  discardWrites(): void
}

/** Thrown by commit: a row that the transaction relied on was changed by another writer. Judge the request again. */
export class Conflict extends Error {
  override name = 'Conflict'
}

/** Thrown when a row is missing, stale or forged. The store is not to be trusted; the request ends with KMSInternalException. */
export class Tampered extends Error {
  override name = 'Tampered'
}

export interface AuditFilter {
  /** ISO date or a `cursor` of an earlier event. */
  readonly from?: string
  readonly limit?: number
}

export interface AuditVerdict {
  readonly ok: boolean
  readonly checked: number
  readonly firstBroken?: { readonly chain: string; readonly n: number; readonly why: string }
}

/** A sealed store, opened with its root key. */
export interface Records {
  /** 16 bytes. */
  readonly storeId: Uint8Array
  begin(): Transaction
  /**
   * Commits the writes and one audit event, atomically; resolves when they are durable. Commits of many requests are
   * grouped, and one conflict never fails its neighbours. Throws {@link Conflict}. Only housekeeping, which nobody asked
   * for and nobody is answered, goes without an event.
   */
  commit(transaction: Transaction, audit?: Json): Promise<void>
  /** Audit events of all chains by time, oldest first. */
  events(filter: AuditFilter): AsyncIterable<Json>
  verifyAudit(): Promise<AuditVerdict>
  close(): Promise<void>
}
