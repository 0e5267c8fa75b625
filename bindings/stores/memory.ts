/** The store that forgets: rows in a map. Same versions, conflicts and order as every other store. */

import { checkCommit } from './expectations.ts'
import { SortedIds } from './ids.ts'
import { latin1 } from './latin1.ts'
import { type Commit, type CommitResult, SCOPE_BYTES, type Store, type StoredRow, type StoreKey } from './store.ts'

/** Everything of a key before its row id. */
const FOLDER_BYTES = 1 + SCOPE_BYTES

/** The rows of one table and scope. */
class Folder {
  readonly rows = new Map<string, StoredRow>()
  readonly ids = new SortedIds()

  after(id: string | undefined, limit: number): StoredRow[] {
    return this.ids.after(id, limit).map((found) => this.rows.get(found) as StoredRow)
  }
}

const copy = (row: StoredRow): StoredRow => ({
  key: row.key.slice(),
  version: row.version,
  value: row.value.slice(),
})

export class MemoryStore implements Store {
  private readonly folders = new Map<string, Folder>()
  private closed = false

  async get(keys: readonly StoreKey[]): Promise<(StoredRow | undefined)[]> {
    this.refuseClosed()
    return keys.map((key) => {
      const row = this.find(latin1(key))
      return row && copy(row)
    })
  }

  async list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): Promise<StoredRow[]> {
    this.refuseClosed()
    const folder = this.folders.get(String.fromCharCode(table) + latin1(scope))
    return folder === undefined ? [] : folder.after(after && latin1(after), limit).map(copy)
  }

  async scan(after: StoreKey | undefined, limit: number): Promise<StoredRow[]> {
    this.refuseClosed()
    const start = after === undefined ? '' : latin1(after)
    const startFolder = start.slice(0, FOLDER_BYTES)
    const out: StoredRow[] = []
    for (const name of [...this.folders.keys()].sort()) {
      if (name < startFolder) continue
      if (out.length >= limit) break
      const from = name === startFolder && after !== undefined ? start.slice(FOLDER_BYTES) : undefined
      out.push(...(this.folders.get(name) as Folder).after(from, limit - out.length).map(copy))
    }
    return out
  }

  async commit(commit: Commit): Promise<CommitResult> {
    this.refuseClosed()
    checkCommit(commit)
    const conflict = [
      ...commit.expect.filter(({ key, version }) => (this.find(latin1(key))?.version ?? 0) !== version),
      ...commit.append.filter(({ key }) => this.find(latin1(key)) !== undefined),
    ].map(({ key }) => key.slice())
    if (conflict.length > 0) return { ok: false, conflict }
    for (const row of commit.put) this.write(row)
    for (const row of commit.append) this.write(row)
    for (const key of commit.delete) this.remove(latin1(key))
    return { ok: true }
  }

  async close(): Promise<void> {
    this.closed = true
    this.folders.clear()
  }

  private find(key: string): StoredRow | undefined {
    return this.folders.get(key.slice(0, FOLDER_BYTES))?.rows.get(key.slice(FOLDER_BYTES))
  }

  private write(row: StoredRow): void {
    const key = latin1(row.key)
    const name = key.slice(0, FOLDER_BYTES)
    let folder = this.folders.get(name)
    if (folder === undefined) {
      folder = new Folder()
      this.folders.set(name, folder)
    }
    folder.ids.add(key.slice(FOLDER_BYTES))
    folder.rows.set(key.slice(FOLDER_BYTES), copy(row))
  }

  private remove(key: string): void {
    const name = key.slice(0, FOLDER_BYTES)
    const folder = this.folders.get(name)
    folder?.ids.delete(key.slice(FOLDER_BYTES))
    folder?.rows.delete(key.slice(FOLDER_BYTES))
    if (folder?.rows.size === 0) this.folders.delete(name)
  }

  private refuseClosed(): void {
    if (this.closed) throw new Error('the store is closed')
  }
}
