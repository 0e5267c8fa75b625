/** Reading the audit chains of all enclaves, merged by time. */

import { type AuditEntry, auditKey, CHAIN_SCOPE, type ChainMark, CUT_SCOPE, decodeAudit } from './auditchain.ts'
import { fromLatin1 } from './latin1.ts'
import { nameOf, numberedRow } from './names.ts'
import { type AuditFilter, type Json, Table } from './records.ts'
import type { OpenParts } from './sealed.ts'
import type { StoredRow } from './store.ts'

const PAGE = 256

/** The marks of all chains that the change log lists, and where each begins if its older part was pruned. */
export async function listChains(open: OpenParts): Promise<{ mark: ChainMark; cut: ChainMark | undefined }[]> {
  const cuts = new Map((await marksOf(open, CUT_SCOPE)).map((cut) => [cut.instance, cut]))
  return (await marksOf(open, CHAIN_SCOPE)).map((mark) => ({ mark, cut: cuts.get(mark.instance) }))
}

async function marksOf(open: OpenParts, scope: string): Promise<ChainMark[]> {
  const scopeId = open.names.scope(Table.root, scope)
  const marks: ChainMark[] = []
  for (let after: string | undefined; ; ) {
    const page = await open.reader.page(Table.root, scopeId, after, PAGE)
    marks.push(...page.map(({ value }) => value as unknown as ChainMark))
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return marks
    after = open.names.row(Table.root, last.path)
  }
}

/** Rows of one chain after the n-th, as stored. */
export async function* chainRows(open: OpenParts, instance: string, n: number): AsyncGenerator<StoredRow> {
  const scope = fromLatin1(open.names.scope(Table.audit, instance))
  for (let after = numberedRow(n); ; ) {
    const rows = await open.store.list(Table.audit, scope, after, PAGE)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = fromLatin1(nameOf(last.key).slice(1))
  }
}

/** An event's place in the order of all chains. */
interface Place {
  readonly time: number
  readonly instance: string
  readonly n: number
}

interface Found extends Place {
  readonly entry: AuditEntry
}

/** Events of all chains by time, oldest first, each with a `cursor` to go on from. Throws `Tampered`. */
export async function* readEvents(open: OpenParts, filter: AuditFilter): AsyncGenerator<Json> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY
  if (left <= 0) return
  for await (const found of mergedEvents(open, placeOf(filter.from))) {
    yield published(found)
    if (--left <= 0) return
  }
}

/** What is stored of all chains, by time. */
export async function* mergedEvents(open: OpenParts, from = placeOf(undefined)): AsyncGenerator<Found> {
  await open.log.catchUp()
  const chains: ChainReader[] = []
  for (const { mark, cut } of await listChains(open)) {
    const chain = new ChainReader(open, mark.instance)
    await chain.start(cut?.n ?? 0, from)
    chains.push(chain)
  }
  for (let next = earliest(chains); next?.found !== undefined; next = earliest(chains)) {
    yield next.found
    await next.advance()
  }
}

class ChainReader {
  found: Found | undefined
  private rows: AsyncGenerator<StoredRow> | undefined
  private readonly open: OpenParts
  private readonly instance: string

  constructor(open: OpenParts, instance: string) {
    this.open = open
    this.instance = instance
  }

  /** Goes to the first event after the cut that is not before `from`. */
  async start(cut: number, from: Place): Promise<void> {
    this.rows = chainRows(this.open, this.instance, await this.lastBefore(cut, from))
    await this.advance()
  }

  async advance(): Promise<void> {
    const next = await this.rows?.next()
    this.found = next?.value === undefined ? undefined : this.decode(next.value)
  }

  /** n of the last event before `from`, or of the cut: doubling steps forward, then halving. Times never run backwards. */
  private async lastBefore(cut: number, from: Place): Promise<number> {
    let low = cut
    let step = 1
    while (await this.isBefore(low + step, from)) {
      low += step
      step *= 2
    }
    for (; step >= 1; step /= 2) if (await this.isBefore(low + step, from)) low += step
    return low
  }

  private async isBefore(n: number, from: Place): Promise<boolean> {
    const [row] = await this.open.store.get([auditKey(this.open.names, this.instance, n)])
    return row !== undefined && compare(this.decode(row), from) < 0
  }

  private decode(row: StoredRow): Found {
    const { entry } = decodeAudit(this.open.seal.open(row))
    return { time: entry.time, instance: this.instance, n: row.version, entry }
  }
}

function earliest(chains: readonly ChainReader[]): ChainReader | undefined {
  let first: ChainReader | undefined
  for (const chain of chains) {
    if (chain.found === undefined) continue
    if (first?.found === undefined || compare(chain.found, first.found) < 0) first = chain
  }
  return first
}

function compare(a: Place, b: Place): number {
  if (a.time !== b.time) return a.time - b.time
  if (a.instance !== b.instance) return a.instance < b.instance ? -1 : 1
  return a.n - b.n
}

function published({ time, instance, n, entry }: Found): Json {
  const cursor = `${new Date(time).toISOString()}/${instance}/${n}`
  const { event } = entry
  return typeof event === 'object' && event !== null && !Array.isArray(event) ? { ...event, cursor } : { event, cursor }
}

/** The first place that events may have: at a date, or just after the event of a cursor. Throws `TypeError`. */
function placeOf(from: string | undefined): Place {
  if (from === undefined) return { time: Number.NEGATIVE_INFINITY, instance: '', n: 0 }
  const [date = '', instance = '', n] = from.split('/')
  const time = Date.parse(date)
  const after = n === undefined ? 0 : Number(n) + 1
  if (Number.isNaN(time) || !Number.isSafeInteger(after)) throw new TypeError('events are read from a date or a cursor')
  return { time, instance, n: after }
}
