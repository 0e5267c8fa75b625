/** Verifies every audit chain, link by link, and names the first one that is broken. */
import { compareBytes, hex, unhex } from '../bytes.ts'
import { type AuditEntry, type ChainMark, decodeAudit } from './auditchain.ts'
import { chainRows, listChains } from './auditlog.ts'
import { fromLatin1 } from './latin1.ts'
import { scopeOf } from './names.ts'
import { type AuditVerdict, Table, Tampered } from './records.ts'
import type { OpenParts } from './sealed.ts'
import { ROW_ID_BYTES, SCOPE_BYTES, type StoredRow, storeKey } from './store.ts'

type Broken = NonNullable<AuditVerdict['firstBroken']>

/**
 * Each chain must start where it was cut or at 1, follow link by link, reach at least as far as the change log says, and
 * as far as this enclave itself wrote; and there must be no chain that the change log does not list.
 */
export async function verifyAudit(open: OpenParts): Promise<AuditVerdict> {
  await open.log.catchUp()
  let checked = 0
  const listed = new Set<string>()
  for (const { mark, cut } of await listChains(open)) {
    listed.add(open.names.scope(Table.audit, mark.instance))
    const chain = await verifyChain(open, mark, cut)
    checked += chain.checked
    if (chain.firstBroken !== undefined) return { ok: false, checked, firstBroken: chain.firstBroken }
  }
  const stray = await findStray(open, listed)
  return stray === undefined ? { ok: true, checked } : { ok: false, checked, firstBroken: stray }
}

async function verifyChain(
  open: OpenParts,
  mark: ChainMark,
  cut: ChainMark | undefined,
): Promise<{ checked: number; firstBroken?: Broken }> {
  const { chain } = open
  // What this enclave itself committed before the reading starts must be found.
  const own = mark.instance === chain.instance ? chain.mark(chain.state) : undefined
  const expected = [mark, ...(own ? [own] : [])].filter(({ n }) => n > (cut?.n ?? 0))
  let n = cut?.n ?? 0
  let hash = unhex(cut?.hash ?? '00'.repeat(32))
  let checked = 0
  const broken = (at: number, why: string) => ({ checked, firstBroken: { chain: mark.instance, n: at, why } })
  for await (const row of chainRows(open, mark.instance, n)) {
    if (row.version !== n + 1) return broken(n + 1, 'the event is missing')
    const content = openRow(open, row)
    if (content === undefined) return broken(n + 1, 'the event was changed or moved')
    const { previous, entry } = decodeAudit(content)
    if (compareBytes(previous, hash) !== 0) return broken(n + 1, 'the event does not follow the one before it')
    if (n === 0 && !startsChain(open, entry, mark)) return broken(1, 'the chain does not start where it says')
    n = row.version
    hash = open.core.sha2('SHA-256', content)
    checked++
    const wrong = expected.find((one) => one.n === n && one.hash !== hex(hash))
    if (wrong !== undefined) return broken(n, 'the event is not the one that the change log knows')
  }
  const reach = Math.max(0, ...expected.map((one) => one.n))
  return n < reach ? broken(n + 1, 'the end of the chain is missing') : { checked }
}

function openRow(open: OpenParts, row: StoredRow): Uint8Array | undefined {
  try {
    return open.seal.open(row)
  } catch (error) {
    if (error instanceof Tampered) return undefined
    throw error
  }
}

/** The first event names its chain and an entry of the change log. */
function startsChain({ log }: OpenParts, { instance, follows }: AuditEntry, mark: ChainMark): boolean {
  if (instance !== mark.instance || follows === undefined || follows.n > log.head.n) return false
  const hash = log.hashOf(follows.n)
  return hash === undefined || hex(hash) === follows.hash
}

/** An audit row of a chain that the change log does not list: its rows sort by scope, so each chain is met once. */
async function findStray({ store }: OpenParts, listed: ReadonlySet<string>): Promise<Broken | undefined> {
  const last = new Uint8Array(ROW_ID_BYTES).fill(0xff)
  for (let after = storeKey(Table.audit - 1, new Uint8Array(SCOPE_BYTES).fill(0xff), last); ; ) {
    const [row] = await store.scan(after, 1)
    if (row === undefined || row.key[0] !== Table.audit) return undefined
    if (!listed.has(scopeOf(row.key))) {
      return { chain: 'unknown', n: row.version, why: 'the change log does not list this chain' }
    }
    after = storeKey(Table.audit, fromLatin1(scopeOf(row.key)), last)
  }
}
