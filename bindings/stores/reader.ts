/**
 * Reads of verified rows: each one must be there, in the version that the change log lists. Decoded JSON is kept,
 * frozen, so that a cached request makes no store read; that it is still current is checked at commit.
 */
import { text, utf8 } from '../bytes.ts'
import type { ChangeLog } from './changelog.ts'
import { fromLatin1 } from './latin1.ts'
import { keyOf, type RowName } from './names.ts'
import { Recent } from './recent.ts'
import { type Json, Tampered } from './records.ts'
import type { RowSeal } from './rows.ts'
import { SCOPE_BYTES, type Store, type StoredRow } from './store.ts'

/** What a JSON row holds: its path beside its value, because the row id cannot be turned back into one. */
export interface NamedValue {
  readonly path: string
  readonly value: Json
}

export interface ReadValue extends NamedValue {
  readonly version: number
}

const ROWS_REMEMBERED = 2048

export class RowReader {
  private readonly cache = new Recent<ReadValue>(ROWS_REMEMBERED)
  private readonly store: Store
  private readonly seal: RowSeal
  private readonly log: ChangeLog

  constructor(store: Store, seal: RowSeal, log: ChangeLog) {
    this.store = store
    this.seal = seal
    this.log = log
  }

  /** A JSON row, or undefined if the change log lists none of that name. Throws {@link Tampered}. */
  async json(name: RowName): Promise<ReadValue | undefined> {
    const version = this.log.index.version(name)
    const cached = this.cache.get(name)
    if (version !== 0 && cached?.version === version) return cached
    const row = await this.row(name)
    return row && this.decode(name, row)
  }

  /** A sealed row in its listed version. */
  async row(name: RowName): Promise<StoredRow | undefined> {
    for (;;) {
      const listed = this.log.index.get(name)
      if (listed === undefined) return undefined
      const [row] = await this.store.get([keyOf(name, listed.scope)])
      if (row?.version === listed.version) return row
      if (this.log.index.get(name)?.version !== listed.version) continue
      await this.log.catchUp()
      if (this.log.index.get(name)?.version !== listed.version) continue
      throw new Tampered(row === undefined ? 'a listed row is missing' : 'a row has another version than is listed')
    }
  }

  /** Rows of one scope by ascending row id, all of them listed and none left out. Throws {@link Tampered}. */
  async page(table: number, scope: string, after: RowName | undefined, limit: number): Promise<ReadValue[]> {
    const scopeBytes = fromLatin1(scope)
    for (;;) {
      const head = this.log.head.n
      const rows = await this.store.list(
        table,
        scopeBytes,
        after === undefined ? undefined : fromLatin1(after.slice(1)),
        limit,
      )
      const names = this.log.index.page(table, scope, after, limit)
      if (rows.length === names.length && names.every((name, i) => this.isListed(name, rows[i] as StoredRow))) {
        return names.map((name, i) => this.decode(name, rows[i] as StoredRow))
      }
      if (this.log.head.n !== head) continue
      await this.log.catchUp()
      if (this.log.head.n === head) throw new Tampered('the rows of a scope are not those that are listed')
    }
  }

  /** Remembers what was just committed. */
  remember(name: RowName, read: ReadValue): void {
    this.cache.set(name, read)
  }

  clear(): void {
    this.cache.clear()
  }

  private isListed(name: RowName, row: StoredRow): boolean {
    const rowId = fromLatin1(name.slice(1))
    return (
      row.version === this.log.index.version(name) && rowId.every((byte, i) => byte === row.key[1 + SCOPE_BYTES + i])
    )
  }

  private decode(name: RowName, row: StoredRow): ReadValue {
    const cached = this.cache.get(name)
    if (cached?.version === row.version) return cached
    const read = { ...decodeJson(this.seal.open(row)), version: row.version }
    this.cache.set(name, read)
    return read
  }
}

export const encodeJson = (named: NamedValue): Uint8Array => utf8(JSON.stringify(named))

/** The path and the deeply frozen value of a JSON row. Throws {@link Tampered} if it is malformed. */
export function decodeJson(content: Uint8Array): NamedValue {
  try {
    const { path, value } = JSON.parse(text(content)) as NamedValue
    if (typeof path !== 'string' || value === undefined) throw new TypeError('members')
    return { path, value: freeze(value) }
  } catch {
    throw new Tampered('a row does not hold what it should')
  }
}

function freeze<T extends Json>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) if (member !== undefined) freeze(member)
    Object.freeze(value)
  }
  return value
}
