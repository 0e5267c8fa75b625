/**
 * The audit chain that this enclave writes: rows 1, 2, … of `prev32 ‖ JSON`, where prev32 is the SHA-256 of the content
 * before (zeros for the first). The first event names the instance and the change-log head it started from. A head row
 * in table 0, listed in the change log, says from time to time how far the chain reaches, so that a cut is seen.
 */
import { concat, hex, text, utf8 } from '../bytes.ts'
import type { Core } from '../core.ts'
import type { LogHead } from './changelog.ts'
import { fromLatin1 } from './latin1.ts'
import { type Names, numberedRow } from './names.ts'
import { type Json, Table, Tampered } from './records.ts'
import type { RowSeal } from './rows.ts'
import { type StoredRow, type StoreKey, storeKey } from './store.ts'

const HASH_BYTES = 32
export const CHAIN_SCOPE = 'audit'
export const chainPath = (instance: string): string => `audit/${instance}`
export const cutPath = (instance: string): string => `audit-cut/${instance}`
export const CUT_SCOPE = 'audit-cut'

/** JSON part of an audit row. */
export interface AuditEntry {
  /** Milliseconds since 1970; never runs backwards within a chain. */
  readonly time: number
  /** Of the first row only: the chain, and the change-log head it started from. */
  readonly instance?: string
  readonly follows?: { readonly n: number; readonly hash: string }
  readonly event: Json
}

/** How far a chain reaches: content of its head row, and of the row that says what was pruned. */
export interface ChainMark {
  readonly instance: string
  readonly n: number
  readonly hash: string
  /** The enclave that wrote the chain was closed: nothing follows. */
  readonly closed?: boolean
}

export interface ChainState {
  readonly n: number
  readonly hash: Uint8Array
  readonly time: number
}

export const auditKey = (names: Names, instance: string, n: number): StoreKey =>
  storeKey(Table.audit, fromLatin1(names.scope(Table.audit, instance)), numberedRow(n))

export class AuditChain {
  /** 32 hex digits, random. */
  readonly instance: string
  /** What has been committed. */
  state: ChainState = { n: 0, hash: new Uint8Array(HASH_BYTES), time: 0 }
  /** n of the last head row; undefined before the first. */
  marked: number | undefined
  private readonly core: Core
  private readonly seal: RowSeal
  private readonly scope: Uint8Array

  constructor(core: Core, seal: RowSeal, names: Names) {
    this.core = core
    this.seal = seal
    this.instance = hex(core.random(16))
    this.scope = fromLatin1(names.scope(Table.audit, this.instance))
  }

  /** Seals the event that follows `state`; nothing is remembered before `state` is set. */
  draft(state: ChainState, event: Json, now: number, head: LogHead): { row: StoredRow; state: ChainState } {
    const n = state.n + 1
    const time = Math.max(now, state.time)
    const first = { instance: this.instance, follows: { n: head.n, hash: hex(head.hash) } }
    const entry: AuditEntry = n === 1 ? { time, ...first, event } : { time, event }
    const content = concat(state.hash, utf8(JSON.stringify(entry)))
    const row = this.seal.seal(storeKey(Table.audit, this.scope, numberedRow(n)), n, content)
    return { row, state: { n, hash: this.core.sha2('SHA-256', content), time } }
  }

  mark(state: ChainState, closed = false): ChainMark {
    const mark = { instance: this.instance, n: state.n, hash: hex(state.hash) }
    return closed ? { ...mark, closed } : mark
  }
}

/** Content of an audit row, taken apart. Throws {@link Tampered} if it is malformed. */
export function decodeAudit(content: Uint8Array): { previous: Uint8Array; entry: AuditEntry } {
  try {
    const entry = JSON.parse(text(content.subarray(HASH_BYTES))) as AuditEntry
    if (typeof entry.time !== 'number' || entry.event === undefined) throw new TypeError('members')
    return { previous: content.slice(0, HASH_BYTES), entry }
  } catch {
    throw new Tampered('an audit row is malformed')
  }
}
