/** One request's reads and writes over sealed rows. Nothing is written before `queue.ts` commits it. */
import { hex, unhex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { fromLatin1, latin1 } from './latin1.ts'
import type { Names, RowName } from './names.ts'
import { decodeJson, encodeJson, type NamedValue, type RowReader } from './reader.ts'
import { type Json, type Page, Table, type Transaction } from './records.ts'
import type { RowSeal } from './rows.ts'
import { ROW_ID_BYTES, storeKey } from './store.ts'

/** Plaintext of a row stays below this, so that a sealed row fits everywhere. */
const CONTENT_LIMIT = 512 * 1024

/** A row to be written; its content is sealed at commit, when its version is known. */
export type Write = { readonly op: 'delete' } | ({ readonly op: 'put'; readonly scope: string } & Content)

export type Content =
  | { readonly kind: 'json'; readonly bytes: Uint8Array; readonly named: NamedValue }
  | { readonly kind: 'slot'; readonly slot: Slot }
  /** The table of unlock slots: not a sealed row, but its own version goes into it. */
  | { readonly kind: 'plain'; readonly make: (version: number) => Uint8Array }

export interface TransactionParts {
  readonly names: Names
  readonly reader: RowReader
  readonly seal: RowSeal
}

export class RowTransaction implements Transaction {
  /** Version of each row when it was first read; 0 if there was none. */
  readonly reads = new Map<RowName, number>()
  readonly writes = new Map<RowName, Write>()
  private readonly parts: TransactionParts

  constructor(parts: TransactionParts) {
    this.parts = parts
  }

  async get<T extends Json>(table: Table, path: string): Promise<T | undefined> {
    const name = this.parts.names.row(table, path)
    const own = this.writes.get(name)
    if (own !== undefined) return own.op === 'put' && own.kind === 'json' ? (own.named.value as T) : undefined
    const read = await this.parts.reader.json(name)
    this.relyOn(name, read?.version ?? 0)
    return read?.value as T | undefined
  }

  /** `after` is the `next` of a page of the same scope; anything else throws `TypeError`. */
  async list<T extends Json>(table: Table, scope: string, limit: number, after?: string): Promise<Page<T>> {
    const scopeId = this.parts.names.scope(table, scope)
    const from = after === undefined ? undefined : String.fromCharCode(table) + latin1(placeOf(after))
    const found = await this.parts.reader.page(table, scopeId, from, limit + 1)
    const rows = found.slice(0, limit).map(({ path, value }) => ({ path, value: value as T }))
    const last = rows.at(-1)
    if (found.length <= limit || last === undefined) return { rows }
    return { rows, next: hex(fromLatin1(this.parts.names.row(table, last.path).slice(1))) }
  }

  /** Throws `RangeError` over 512 KiB of JSON. */
  put(table: Table, path: string, scope: string, value: Json): void {
    this.putAt(this.parts.names.row(table, path), this.parts.names.scope(table, scope), path, value)
  }

  /** `put` for a row whose place is not made of its path: the root rows. */
  putAt(name: RowName, scope: string, path: string, value: Json): void {
    const bytes = encodeJson({ path, value })
    if (bytes.length > CONTENT_LIMIT) throw new RangeError('a row holds at most 512 KiB')
    this.write(name, { op: 'put', scope, kind: 'json', bytes, named: decodeJson(bytes) })
  }

  delete(table: Table, path: string): void {
    this.write(this.parts.names.row(table, path), { op: 'delete' })
  }

  /** The slot must live until the commit has settled: it is sealed then, perhaps more than once. */
  putMaterial(path: string, scope: string, slot: Slot): void {
    const name = this.parts.names.row(Table.material, path)
    this.write(name, { op: 'put', scope: this.parts.names.scope(Table.material, scope), kind: 'slot', slot })
  }

  async openMaterial(path: string): Promise<Slot | undefined> {
    const name = this.parts.names.row(Table.material, path)
    const own = this.writes.get(name)
    if (own !== undefined) return own.op === 'put' && own.kind === 'slot' ? this.copy(own.slot) : undefined
    const row = await this.parts.reader.row(name)
    this.relyOn(name, row?.version ?? 0)
    return row && this.parts.seal.openSlot(row)
  }

  deleteMaterial(path: string): void {
    this.delete(Table.material, path)
  }

  discardWrites(): void {
    this.writes.clear()
  }

  write(name: RowName, write: Write): void {
    this.writes.set(name, write)
  }

  /** The commit conflicts unless the row still has this version; 0 if it must not be there. */
  relyOn(name: RowName, version: number): void {
    if (!this.reads.has(name)) this.reads.set(name, version)
  }

  /** A slot of its own for a reader of what this transaction wrote: sealed and opened, as through the store. */
  private copy(slot: Slot): Slot {
    const key = storeKey(Table.material, new Uint8Array(16), new Uint8Array(ROW_ID_BYTES))
    return this.parts.seal.openSlot(this.parts.seal.sealSlot(key, 0, slot))
  }
}

function placeOf(cursor: string): Uint8Array {
  const rowId = unhex(cursor)
  if (rowId.length !== ROW_ID_BYTES) throw new TypeError('not the place of a row')
  return rowId
}
