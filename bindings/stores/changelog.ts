/**
 * The change log as one enclave sees it: its head, and the version of every row by it (CRYPTO.md §3).
 *
 * One entry a mutation, committed with the rows it changes. Whoever commits names the entry it follows; when another
 * writer was faster, `catchUp` reads the tail. Anything that breaks the chain is {@link Tampered}.
 */
import { compareBytes, hex } from '../bytes.ts'
import type { Core } from '../core.ts'
import { checkpointRow, decodeCheckpointPage, encodeCheckpoint } from './checkpoint.ts'
import { fromLatin1 } from './latin1.ts'
import { type Change, decodeEntry, encodeEntry, type LogEntry } from './logentry.ts'
import { type Names, numberedRow } from './names.ts'
import { Table, Tampered } from './records.ts'
import type { RowSeal } from './rows.ts'
import { type Store, type StoredRow, type StoreKey, storeKey } from './store.ts'
import { VersionIndex } from './versions.ts'

const PAGE = 512

/** A place in the change log. */
export interface LogHead {
  readonly n: number
  /** SHA-256 of the content of entry n; zeros before the first. */
  readonly hash: Uint8Array
}

/** An entry that was sealed and waits to be committed. */
export interface DraftEntry {
  readonly n: number
  readonly row: StoredRow
  readonly hash: Uint8Array
  readonly changes: readonly Change[]
}

export interface ChangeLogParts {
  readonly core: Core
  readonly store: Store
  readonly seal: RowSeal
  readonly names: Names
  /** Entries between two checkpoints. */
  readonly checkpointEvery: number
}

export class ChangeLog {
  readonly index = new VersionIndex()
  private at: LogHead = { n: 0, hash: new Uint8Array(32) }
  /** Hashes of the entries since the last checkpoint, to recognise an anchored one. */
  private readonly recent = new Map<number, Uint8Array>()
  private readonly parts: ChangeLogParts
  private readonly logScope: Uint8Array
  private readonly checkpointScope: Uint8Array

  constructor(parts: ChangeLogParts) {
    this.parts = parts
    this.logScope = fromLatin1(parts.names.scope(Table.changeLog, 'store'))
    this.checkpointScope = fromLatin1(parts.names.scope(Table.changeLog, 'checkpoint'))
  }

  get head(): LogHead {
    return this.at
  }

  key(n: number): StoreKey {
    return storeKey(Table.changeLog, this.logScope, numberedRow(n))
  }

  /** Hash of entry n, if it was read here. */
  hashOf(n: number): Uint8Array | undefined {
    return this.recent.get(n)
  }

  /**
   * Hash of entry n, also of one from before the checkpoint that this enclave started from: read, and followed up to
   * what is known. Undefined if it is gone.
   */
  async findHash(n: number): Promise<Uint8Array | undefined> {
    if (n < 1 || n > this.at.n || this.recent.has(n)) return this.recent.get(n)
    const { store, seal, core } = this.parts
    let found: Uint8Array | undefined
    let previous: Uint8Array | undefined
    for (let at = n; ; at++) {
      const [row] = await store.get([this.key(at)])
      if (row === undefined) return undefined
      const content = seal.open(row)
      const follows = previous === undefined || compareBytes(decodeEntry(content).previous, previous) === 0
      if (!follows) throw new Tampered('the change log was rewritten')
      previous = core.sha2('SHA-256', content)
      found ??= previous
      const known = this.recent.get(at)
      if (known !== undefined) return compareBytes(known, previous) === 0 ? found : undefined
    }
  }

  /** Reads the last checkpoint and the tail after it. Throws {@link Tampered}, also for an empty log. */
  async load(): Promise<void> {
    await this.loadCheckpoint()
    await this.readTail()
    if (this.at.n === 0) throw new Tampered('the change log is missing')
  }

  /** Reads what other writers committed. Returns false if nothing new was there. */
  async catchUp(): Promise<boolean> {
    const before = this.at.n
    await this.readTail()
    return this.at.n !== before
  }

  /** Seals the entry that follows `head`; nothing is remembered before {@link advance}. */
  draft(head: LogHead, changes: readonly Change[]): DraftEntry {
    const { core, seal } = this.parts
    const n = head.n + 1
    const content = encodeEntry({ previous: head.hash, changes, id: hex(core.random(16)) })
    return { n, row: seal.seal(this.key(n), n, content), hash: core.sha2('SHA-256', content), changes }
  }

  /** Takes over a committed entry. One that is known already (the tail was read meanwhile) changes nothing. */
  advance(entry: { n: number; hash: Uint8Array; changes: readonly Change[] }): void {
    if (entry.n <= this.at.n) return
    if (entry.n !== this.at.n + 1) throw new Tampered('the change log has a gap')
    for (const { name, scope, op } of entry.changes) {
      if (op === 'put') this.index.put(name, scope, entry.n)
      else this.index.delete(name)
    }
    this.at = { n: entry.n, hash: entry.hash }
    this.recent.set(entry.n, entry.hash)
    this.recent.delete(entry.n - 2 * this.parts.checkpointEvery)
  }

  /** True when the head is a place for a checkpoint. */
  get checkpointDue(): boolean {
    return this.at.n % this.parts.checkpointEvery === 0
  }

  /**
   * Writes the checkpoint of the present head, and drops the checkpoints and entries before the previous one. It may
   * be written twice, by two writers, or never, if one died: the log says the same.
   */
  async writeCheckpoint(): Promise<void> {
    const { n, hash } = this.at
    const scope = this.checkpointScope
    const put = encodeCheckpoint(n, hash, this.index).map((content, page) =>
      this.parts.seal.seal(storeKey(Table.changeLog, scope, checkpointRow(n, page)), n, content),
    )
    // Only while this is still the head: a writer that was overtaken by a rotation must not seal under the old root.
    const expect = [
      { key: this.key(n), version: n },
      { key: this.key(n + 1), version: 0 },
    ]
    await this.parts.store.commit({ expect, append: [], put, delete: await this.obsolete(n) })
  }

  /** Keys of what the checkpoint before the one at `n` has made superfluous. */
  private async obsolete(n: number): Promise<StoreKey[]> {
    const keep = n - this.parts.checkpointEvery
    const { store } = this.parts
    const out: StoreKey[] = []
    for (const scope of [this.logScope, this.checkpointScope]) {
      for (let after: Uint8Array | undefined; ; ) {
        const rows = await store.list(Table.changeLog, scope, after, PAGE)
        const old = rows.filter((row) => row.version < keep || (scope === this.logScope && row.version === keep))
        out.push(...old.map((row) => row.key))
        if (old.length < PAGE) break
        after = (rows.at(-1) as StoredRow).key.subarray(17)
      }
    }
    return out
  }

  private async loadCheckpoint(): Promise<void> {
    const pages = await this.lastCheckpoint()
    if (pages === undefined) return
    const [first] = pages
    if (first === undefined || first.n <= this.at.n) return
    this.index.clear()
    this.recent.clear()
    for (const page of pages) for (const row of page.rows) this.index.put(row.name, row.scope, row.version)
    this.at = { n: first.n, hash: first.hash }
    this.recent.set(first.n, first.hash)
  }

  private async lastCheckpoint() {
    const rows: StoredRow[] = []
    for (let after: Uint8Array | undefined; ; ) {
      const some = await this.parts.store.list(Table.changeLog, this.checkpointScope, after, 16)
      rows.push(...some)
      if (some.length < 16) break
      after = (some.at(-1) as StoredRow).key.subarray(17)
    }
    const n = rows.at(-1)?.version
    if (n === undefined) return undefined
    const pages = rows.filter((row) => row.version === n).map((row) => decodeCheckpointPage(this.parts.seal.open(row)))
    const whole = pages.every((page, i) => page.n === n && page.page === i && page.pages === pages.length)
    if (!whole) throw new Tampered('a checkpoint of the change log is not whole')
    return pages
  }

  private async readTail(): Promise<void> {
    for (;;) {
      const from = this.at.n
      const rows = await this.parts.store.list(Table.changeLog, this.logScope, numberedRow(from), PAGE)
      if (rows[0] !== undefined && rows[0].version > from + 1 && this.at.n === from) {
        await this.skipToCheckpoint()
        continue
      }
      for (const row of rows) this.follow(row)
      if (rows.length < PAGE) return
    }
  }

  /** Others moved on so far that the entries after ours were dropped. */
  private async skipToCheckpoint(): Promise<void> {
    const before = this.at.n
    await this.loadCheckpoint()
    if (this.at.n === before) throw new Tampered('the change log has a gap')
  }

  private follow(row: StoredRow): void {
    if (row.version <= this.at.n) return
    if (compareBytes(row.key, this.key(row.version)) !== 0) throw new Tampered('the change log is out of order')
    if (row.version !== this.at.n + 1) throw new Tampered('the change log has a gap')
    const content = this.parts.seal.open(row)
    const entry: LogEntry = decodeEntry(content)
    if (compareBytes(entry.previous, this.at.hash) !== 0) throw new Tampered('the change log was rewritten')
    this.advance({ n: row.version, hash: this.parts.core.sha2('SHA-256', content), changes: entry.changes })
  }
}
