/** Commits of several requests as one: their change-log entries, rows and audit events, drafted and sealed. */
import type { Core } from '../core.ts'
import { type AuditChain, CHAIN_SCOPE, type ChainState, chainPath } from './auditchain.ts'
import type { ChangeLog, DraftEntry, LogHead } from './changelog.ts'
import { latin1 } from './latin1.ts'
import type { Change } from './logentry.ts'
import { keyOf, type Names, type RowName } from './names.ts'
import type { RowReader } from './reader.ts'
import { type Json, Table } from './records.ts'
import type { RowSeal } from './rows.ts'
import type { Commit, StoredRow, StoreKey } from './store.ts'
import { RowTransaction, type Write } from './transaction.ts'

/** Events between two head rows of the audit chain. */
const EVENTS_A_MARK = 1024

export interface Pending {
  readonly transaction: RowTransaction
  /** Absent for the store's own housekeeping. */
  readonly audit: Json | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export interface GroupParts {
  readonly core: Core
  readonly names: Names
  readonly seal: RowSeal
  readonly log: ChangeLog
  readonly chain: AuditChain
  readonly reader: RowReader
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export class Group {
  readonly members: Pending[] = []
  readonly entries: DraftEntry[] = []
  /** True once {@link landed} was called. */
  isLanded = false
  /** The entry that this group follows. */
  readonly start: LogHead
  private head: LogHead
  private audit: ChainState
  private marked: number | undefined
  private readonly appended: StoredRow[] = []
  private readonly put = new Map<string, StoredRow>()
  private readonly deleted = new Map<string, StoreKey>()
  private readonly written = new Map<RowName, { write: Write; version: number; scope: string }>()
  private readonly parts: GroupParts

  constructor(parts: GroupParts) {
    this.parts = parts
    this.start = parts.log.head
    this.head = this.start
    this.audit = parts.chain.state
    this.marked = parts.chain.marked
  }

  /** True if an earlier member changes what this transaction has read: it must be judged again afterwards. */
  disturbs(transaction: RowTransaction): boolean {
    if (this.written.size === 0) return false
    for (const name of transaction.reads.keys()) if (this.written.has(name)) return true
    return false
  }

  add(member: Pending): void {
    if (member.transaction.writes.size > 0) this.addEntry(member.transaction)
    if (member.audit !== undefined) this.addEvent(member.audit)
    this.members.push(member)
  }

  /** What the store is asked for: everything above, provided that the change log still ends where it did. */
  commit(): Commit {
    const { log } = this.parts
    const expect = [{ key: log.key(this.start.n), version: this.start.n }]
    if (this.entries.length === 0) expect.push({ key: log.key(this.start.n + 1), version: 0 })
    return { expect, put: [...this.put.values()], delete: [...this.deleted.values()], append: this.appended }
  }

  /** A row that has this content (by its SHA-256) if, and only if, this group was committed; undefined if it writes none. */
  get witness(): { readonly key: StoreKey; readonly hash: Uint8Array } | undefined {
    const entry = this.entries.at(-1)
    if (entry !== undefined) return { key: entry.row.key, hash: entry.hash }
    const event = this.appended.at(-1)
    return event && { key: event.key, hash: this.audit.hash }
  }

  /** The group is in the store: takes its entries, events and rows over. */
  landed(): void {
    const { log, chain, reader } = this.parts
    this.isLanded = true
    for (const entry of this.entries) log.advance(entry)
    chain.state = this.audit
    chain.marked = this.marked
    for (const [name, { write, version }] of this.written) {
      if (write.op === 'put' && write.kind === 'json') reader.remember(name, { ...write.named, version })
    }
  }

  private addEntry(transaction: RowTransaction): void {
    const version = this.head.n + 1
    const changes: Change[] = []
    for (const [name, write] of transaction.writes) {
      const scope = write.op === 'put' ? write.scope : this.scopeOf(name)
      if (scope === undefined) continue
      changes.push({ name, scope, op: write.op })
      this.written.set(name, { write, version, scope })
      this.place(keyOf(name, scope), write, version)
    }
    if (changes.length === 0) return
    const entry = this.parts.log.draft(this.head, changes)
    this.entries.push(entry)
    this.appended.push(entry.row)
    this.head = entry
  }

  private place(key: StoreKey, write: Write, version: number): void {
    const at = latin1(key)
    this.put.delete(at)
    this.deleted.delete(at)
    if (write.op === 'delete') this.deleted.set(at, key)
    else this.put.set(at, this.sealed(key, write, version))
  }

  private sealed(key: StoreKey, write: Write & { op: 'put' }, version: number): StoredRow {
    const { seal } = this.parts
    if (write.kind === 'plain') return { key, version, value: write.make(version) }
    return write.kind === 'slot' ? seal.sealSlot(key, version, write.slot) : seal.seal(key, version, write.bytes)
  }

  /** Where a row that is to be deleted is stored; undefined if there is none. */
  private scopeOf(name: RowName): string | undefined {
    const written = this.written.get(name)
    if (written !== undefined) return written.write.op === 'put' ? written.scope : undefined
    return this.parts.log.index.get(name)?.scope
  }

  private addEvent(event: Json): void {
    const { chain, clock } = this.parts
    const { row, state } = chain.draft(this.audit, event, clock(), this.start)
    this.appended.push(row)
    this.audit = state
    if (this.marked === undefined || state.n - this.marked >= EVENTS_A_MARK) this.markChain()
  }

  /** Lists, in the change log, how far the audit chain reaches. */
  markChain(closed = false): void {
    const { chain, names, reader, seal } = this.parts
    const transaction = new RowTransaction({ names, reader, seal })
    transaction.put(Table.root, chainPath(chain.instance), CHAIN_SCOPE, { ...chain.mark(this.audit, closed) })
    this.addEntry(transaction)
    this.marked = this.audit.n
  }
}
