/** Content of a change-log row: prev32 ‖ u16 count ‖ count × (u8 table ‖ rowId32 ‖ u8 op) ‖ JSON (CRYPTO.md §3). */
import { concat, hex, readU32, text, u16, unhex, utf8 } from '../bytes.ts'
import { fromLatin1, latin1 } from './latin1.ts'
import type { RowName } from './names.ts'
import { Tampered } from './records.ts'
import { ROW_ID_BYTES, SCOPE_BYTES } from './store.ts'

const HASH_BYTES = 32
const NAME_BYTES = 1 + ROW_ID_BYTES
const CHANGE_BYTES = NAME_BYTES + 1
const PUT = 1
const DELETE = 2

export interface Change {
  readonly name: RowName
  /** Byte string of 16. */
  readonly scope: string
  readonly op: 'put' | 'delete'
}

export interface LogEntry {
  readonly previous: Uint8Array
  readonly changes: readonly Change[]
  /** 32 hex digits, random: no two entries are alike. */
  readonly id: string
}

/** Throws `RangeError` over 65,535 changes. */
export function encodeEntry(entry: LogEntry): Uint8Array {
  if (entry.changes.length > 0xffff) throw new RangeError('a mutation changes at most 65,535 rows')
  const changes = entry.changes.map(({ name, op }) =>
    concat(fromLatin1(name), Uint8Array.of(op === 'put' ? PUT : DELETE)),
  )
  const json = { id: entry.id, scopes: entry.changes.map(({ scope }) => hex(fromLatin1(scope))) }
  return concat(entry.previous, u16(entry.changes.length), ...changes, utf8(JSON.stringify(json)))
}

/** Throws {@link Tampered} on anything that {@link encodeEntry} does not make. */
export function decodeEntry(content: Uint8Array): LogEntry {
  if (content.length < HASH_BYTES + 2) throw malformed()
  const count = readU32(content, HASH_BYTES - 2) & 0xffff
  const end = HASH_BYTES + 2 + count * CHANGE_BYTES
  if (content.length < end) throw malformed()
  const { id, scopes } = decodeTail(content.subarray(end), count)
  const changes = scopes.map((scope, i): Change => {
    const at = HASH_BYTES + 2 + i * CHANGE_BYTES
    const op = content[at + NAME_BYTES]
    if (op !== PUT && op !== DELETE) throw malformed()
    return {
      name: latin1(content.subarray(at, at + NAME_BYTES)),
      scope,
      op: op === PUT ? 'put' : 'delete',
    }
  })
  return { previous: content.slice(0, HASH_BYTES), changes, id }
}

function decodeTail(bytes: Uint8Array, count: number): { id: string; scopes: string[] } {
  try {
    const { id, scopes } = JSON.parse(text(bytes)) as { id: string; scopes: string[] }
    const bytesOfScopes = scopes.map(unhex)
    if (typeof id !== 'string' || scopes.length !== count) throw malformed()
    if (bytesOfScopes.some((scope) => scope.length !== SCOPE_BYTES)) throw malformed()
    return { id, scopes: bytesOfScopes.map(latin1) }
  } catch {
    throw malformed()
  }
}

const malformed = (): Tampered => new Tampered('an entry of the change log is malformed')
