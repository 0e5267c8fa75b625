/**
 * The doctor: opens a store read-only, verifies every row, the change log and the audit chains, and says in plain words
 * what is wrong. It repairs nothing.
 */
import { compareBytes, hex } from '../bytes.ts'
import type { Core } from '../core.ts'
import type { Unlock } from '../seals/unlock.ts'
import type { Anchor } from './anchor.ts'
import { verifyAudit } from './auditverify.ts'
import { decodeEntry } from './logentry.ts'
import { nameOf, type RowName, scopeOf } from './names.ts'
import { assemble } from './open.ts'
import { Table, Tampered } from './records.ts'
import { RootRow, rootKey } from './root.ts'
import { unlockRoot } from './rootkey.ts'
import { holdsKey } from './rows.ts'
import { type OpenParts, wipe } from './sealed.ts'
import type { Store, StoredRow, StoreKey } from './store.ts'

export interface Examination {
  /** Rows looked at. */
  readonly rows: number
  /** Audit events verified. */
  readonly events: number
  /** What is wrong, in plain words; empty for a sound store. */
  readonly findings: readonly string[]
}

const PAGE = 256

const kindOfRow: Readonly<Record<number, string>> = {
  [Table.root]: 'a root row',
  [Table.key]: 'a key record',
  [Table.material]: 'key material',
  [Table.alias]: 'an alias',
  [Table.grant]: 'a grant',
  [Table.identity]: 'the policies of a principal',
  [Table.service]: 'a service row',
  [Table.changeLog]: 'the change log',
  [Table.audit]: 'an audit event',
}

/** Throws `UnlockFailed` or `StorePresence` if nothing can be examined at all. */
export async function examine(options: {
  readonly core: Core
  readonly store: Store
  readonly unlock: Unlock
  readonly anchor?: Anchor
}): Promise<Examination> {
  const { root, table } = await unlockRoot(options, options.unlock)
  let open: OpenParts
  try {
    open = await assemble(options, table, root)
  } catch (error) {
    if (error instanceof Tampered) return { rows: 0, events: 0, findings: [error.message] }
    throw error
  } finally {
    root.destroy()
  }
  try {
    return await examineOpened(open)
  } finally {
    wipe(open)
  }
}

async function examineOpened(open: OpenParts): Promise<Examination> {
  const findings: string[] = []
  const seen = new Set<RowName>()
  const log = new LogWalk(open)
  let rows = 0
  for await (const row of storedRows(open.store)) {
    rows++
    const wrong = row.key[0] === Table.changeLog ? log.follow(row) : examineRow(open, row, seen)
    if (wrong !== undefined)
      findings.push(`${kindOfRow[row.key[0] as number] ?? 'an unknown row'}: ${wrong} (${at(row)})`)
  }
  for (const [name] of open.log.index.entries()) {
    if (!seen.has(name)) findings.push(`${kindOfRow[name.charCodeAt(0)]}: the row is listed, but missing`)
  }
  const audit = await examineAudit(open)
  return { rows, events: audit.checked, findings: [...findings, ...audit.findings] }
}

async function examineAudit(open: OpenParts): Promise<{ checked: number; findings: string[] }> {
  try {
    const { checked, firstBroken } = await verifyAudit(open)
    if (firstBroken === undefined) return { checked, findings: [] }
    const { chain, n, why } = firstBroken
    return { checked, findings: [`the audit trail: chain ${chain}, event ${n}: ${why}`] }
  } catch (error) {
    if (error instanceof Tampered) return { checked: 0, findings: [`the audit trail: ${error.message}`] }
    throw error
  }
}

async function* storedRows(store: Store): AsyncGenerator<StoredRow> {
  for (let after: StoreKey | undefined; ; ) {
    const rows = await store.scan(after, PAGE)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.key
  }
}

/** What is wrong with a row, if anything. Audit rows are verified as chains. */
function examineRow(open: OpenParts, row: StoredRow, seen: Set<RowName>): string | undefined {
  if (row.key[0] === Table.audit) return undefined
  const name = nameOf(row.key)
  const listed = open.log.index.get(name)
  if (listed === undefined || listed.scope !== scopeOf(row.key)) return 'the row is not listed'
  seen.add(name)
  if (listed.version !== row.version) return `the row has version ${row.version}, listed is ${listed.version}`
  return compareBytes(row.key, rootKey(RootRow.unlockSlots)) === 0 ? undefined : whyClosed(open, row)
}

/** Why a row does not open, if it does not. */
function whyClosed({ seal }: OpenParts, row: StoredRow): string | undefined {
  try {
    if (holdsKey(row)) seal.openSlot(row).destroy()
    else seal.open(row)
    return undefined
  } catch (error) {
    if (error instanceof Tampered) return error.message
    throw error
  }
}

/** Follows the entries that are still there, also those that a checkpoint made superfluous. */
class LogWalk {
  private readonly open: OpenParts
  private last: { readonly n: number; readonly hash: Uint8Array } | undefined

  constructor(open: OpenParts) {
    this.open = open
  }

  follow(row: StoredRow): string | undefined {
    const { seal, core, log } = this.open
    const wrong = whyClosed(this.open, row)
    if (wrong !== undefined || compareBytes(row.key, log.key(row.version)) !== 0) return wrong
    const content = seal.open(row)
    const hash = core.sha2('SHA-256', content)
    const { last } = this
    this.last = { n: row.version, hash }
    if (last === undefined) return undefined
    if (row.version !== last.n + 1) return 'an entry is missing'
    return compareBytes(decodeEntry(content).previous, last.hash) === 0 ? undefined : 'an entry was rewritten'
  }
}

const at = ({ key, version }: StoredRow): string => `row ${hex(key.subarray(17, 25))}…, version ${version}`
