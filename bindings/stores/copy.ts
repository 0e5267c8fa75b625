/**
 * Whole-store copies: every row as it is, sealed, in one file (FORMATS.md "Copies").
 *
 *     copy = "kmsbox copy" ‖ 01 ‖ u64 count ‖ count × (key49 ‖ u64 version ‖ u32 length ‖ value) ‖ SHA-256 of all before
 *
 * The hash finds accidents; forgery is found by opening (`import.ts`).
 */
import { compareBytes, concat, readU32, readU64, u32, u64, utf8 } from '../bytes.ts'
import type { Core } from '../core.ts'
import type { OpenParts } from './sealed.ts'
import { STORE_KEY_BYTES, type Store, type StoredRow, type StoreKey } from './store.ts'

const MAGIC = concat(utf8('kmsbox copy'), Uint8Array.of(1))
const HASH_BYTES = 32
const ROW_HEAD_BYTES = STORE_KEY_BYTES + 8 + 4
const PAGE = 64
/** Readings of a store that other writers keep changing. */
const ATTEMPTS = 32

/** A file is no copy of a store, or was cut or damaged. */
export class DamagedCopy extends Error {
  override name = 'DamagedCopy'
}

/** A consistent copy: read again if another writer changed the store meanwhile. */
export async function exportStore({ core, store, log }: OpenParts): Promise<Uint8Array> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await log.catchUp()
    const before = log.head.n
    const rows = await allRows(store)
    await log.catchUp()
    if (log.head.n === before) return encodeCopy(core, rows)
  }
  throw new Error('other writers keep changing the store: export it when it is quieter')
}

export async function allRows(store: Store): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (let after: StoreKey | undefined; ; ) {
    const page = await store.scan(after, PAGE)
    rows.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return rows
    after = last.key
  }
}

export function encodeCopy(core: Core, rows: readonly StoredRow[]): Uint8Array {
  const parts = rows.flatMap(({ key, version, value }) => [key, u64(version), u32(value.length), value])
  const body = concat(MAGIC, u64(rows.length), ...parts)
  return concat(body, core.sha2('SHA-256', body))
}

/** Throws {@link DamagedCopy}. */
export function decodeCopy(core: Core, copy: Uint8Array): StoredRow[] {
  const body = copy.subarray(0, Math.max(0, copy.length - HASH_BYTES))
  if (body.length < MAGIC.length + 8 || compareBytes(body.subarray(0, MAGIC.length), MAGIC) !== 0) {
    throw new DamagedCopy('this is no copy of a store')
  }
  const whole = compareBytes(core.sha2('SHA-256', body), copy.subarray(body.length)) === 0
  if (!whole) throw new DamagedCopy('the copy was cut or damaged')
  const rows: StoredRow[] = []
  let at = MAGIC.length + 8
  while (at + ROW_HEAD_BYTES <= body.length) {
    const value = at + ROW_HEAD_BYTES
    const length = readU32(body, value - 4)
    if (value + length > body.length) throw new DamagedCopy('the copy is malformed')
    rows.push({
      key: body.slice(at, at + STORE_KEY_BYTES),
      version: readU64(body, at + STORE_KEY_BYTES),
      value: body.slice(value, value + length),
    })
    at = value + length
  }
  if (at !== body.length || rows.length !== readU64(body, MAGIC.length)) throw new DamagedCopy('the copy is malformed')
  return rows
}
