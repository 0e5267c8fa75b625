/** Which rows there are, and the version of each, by the change log: what every read is held against. */
import { SortedIds } from './ids.ts'
import type { RowName } from './names.ts'

export interface Listed {
  /** n of the change-log entry that wrote the row. */
  readonly version: number
  /** Byte string of 16. */
  readonly scope: string
}

export class VersionIndex {
  private readonly rows = new Map<RowName, Listed>()
  private readonly folders = new Map<string, SortedIds>()

  get(name: RowName): Listed | undefined {
    return this.rows.get(name)
  }

  /** 0 for a row that is not there. */
  version(name: RowName): number {
    return this.rows.get(name)?.version ?? 0
  }

  put(name: RowName, scope: string, version: number): void {
    const folder = name[0] + scope
    const before = this.rows.get(name)
    if (before !== undefined && before.scope !== scope) this.delete(name)
    this.rows.set(name, { version, scope })
    let names = this.folders.get(folder)
    if (names === undefined) {
      names = new SortedIds()
      this.folders.set(folder, names)
    }
    names.add(name)
  }

  delete(name: RowName): void {
    const listed = this.rows.get(name)
    if (listed === undefined) return
    const folder = name[0] + listed.scope
    this.rows.delete(name)
    const names = this.folders.get(folder)
    names?.delete(name)
    if (names?.size === 0) this.folders.delete(folder)
  }

  /** Names of one table and scope, ascending, strictly after `after`. */
  page(table: number, scope: string, after: RowName | undefined, limit: number): RowName[] {
    return this.folders.get(String.fromCharCode(table) + scope)?.after(after, limit) ?? []
  }

  get size(): number {
    return this.rows.size
  }

  entries(): IterableIterator<[RowName, Listed]> {
    return this.rows.entries()
  }

  clear(): void {
    this.rows.clear()
    this.folders.clear()
  }
}
