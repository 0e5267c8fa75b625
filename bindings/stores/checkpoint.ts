/**
 * Checkpoints of the change log: the whole version index after an entry, in sealed pages, so that opening a store reads
 * a bounded tail and older entries may go. A page holds at most 4,096 rows and stays under 256 KiB.
 *
 *     page = u64 n ‖ SHA-256 of entry n ‖ u32 page ‖ u32 pages ‖ u32 count ‖ count × (u8 table ‖ rowId32 ‖ scope16 ‖ u64 version)
 */
import { concat, readU32, readU64, u32, u64 } from '../bytes.ts'
import { fromLatin1, latin1 } from './latin1.ts'
import type { RowName } from './names.ts'
import { Tampered } from './records.ts'
import { ROW_ID_BYTES, SCOPE_BYTES } from './store.ts'
import type { VersionIndex } from './versions.ts'

const ROWS_A_PAGE = 4096
const HEADER_BYTES = 8 + 32 + 4 + 4 + 4
const NAME_BYTES = 1 + ROW_ID_BYTES
const ITEM_BYTES = NAME_BYTES + SCOPE_BYTES + 8

export interface CheckpointPage {
  readonly n: number
  readonly hash: Uint8Array
  readonly page: number
  readonly pages: number
  readonly rows: readonly { readonly name: RowName; readonly scope: string; readonly version: number }[]
}

/** 15 zero bytes ‖ 01 ‖ u64 n ‖ u64 page: no log row has such an id, and pages list in order. */
export const checkpointRow = (n: number, page: number): Uint8Array =>
  concat(new Uint8Array(15), Uint8Array.of(1), u64(n), u64(page))

export function encodeCheckpoint(n: number, hash: Uint8Array, index: VersionIndex): Uint8Array[] {
  const rows = [...index.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_A_PAGE))
  return Array.from({ length: pages }, (_, page) => {
    const some = rows.slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE)
    const out = new Uint8Array(new ArrayBuffer(HEADER_BYTES + some.length * ITEM_BYTES))
    out.set(concat(u64(n), hash, u32(page), u32(pages), u32(some.length)))
    some.forEach(([name, { scope, version }], i) => {
      const at = HEADER_BYTES + i * ITEM_BYTES
      out.set(fromLatin1(name + scope), at)
      out.set(u64(version), at + NAME_BYTES + SCOPE_BYTES)
    })
    return out
  })
}

/** Throws {@link Tampered} on anything that {@link encodeCheckpoint} does not make. */
export function decodeCheckpointPage(content: Uint8Array): CheckpointPage {
  if (content.length < HEADER_BYTES) throw malformed()
  const count = readU32(content, HEADER_BYTES - 4)
  if (content.length !== HEADER_BYTES + count * ITEM_BYTES) throw malformed()
  const rows = Array.from({ length: count }, (_, i) => {
    const at = HEADER_BYTES + i * ITEM_BYTES
    return {
      name: latin1(content.subarray(at, at + NAME_BYTES)),
      scope: latin1(content.subarray(at + NAME_BYTES, at + NAME_BYTES + SCOPE_BYTES)),
      version: readU64(content, at + NAME_BYTES + SCOPE_BYTES),
    }
  })
  return {
    n: readU64(content, 0),
    hash: content.slice(8, 40),
    page: readU32(content, 40),
    pages: readU32(content, 44),
    rows,
  }
}

const malformed = (): Tampered => new Tampered('a checkpoint of the change log is malformed')
