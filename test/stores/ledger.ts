/**
 * Writing that shows whether a store lost, halved or doubled a commit. The n-th commit of a lane counts to n, rewrites two
 * equal pages, moves a marker from n - 1 to n and appends an entry, so everything in the lane is a function of its count.
 * Runs in Node and browsers.
 */
import { hex } from '../../bindings/bytes.ts'
import { type Commit, type Store, type StoredRow, storeKey } from '../../bindings/stores/store.ts'

const Part = { count: 1, pages: 2, marker: 3, entries: 4 } as const
type Part = (typeof Part)[keyof typeof Part]

const PAGE_BYTES = 3000

const scopeOf = (lane: number) => new Uint8Array(16).fill(lane + 1)

function rowId(n: number): Uint8Array {
  const id = new Uint8Array(32)
  new DataView(id.buffer).setUint32(28, n)
  return id
}

const idOf = (row: StoredRow): number => new DataView(row.key.buffer, row.key.byteOffset).getUint32(45)
const keyOf = (part: Part, lane: number, n: number) => storeKey(part, scopeOf(lane), rowId(n))

/** Looks different for each count and lane, and does not compress. */
function contentOf(lane: number, n: number, length: number): Uint8Array {
  let state = (lane + 1) * 0x9e3779b1 + n
  return new Uint8Array(length).map(() => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 1
    return state >>> 24
  })
}

function commitOf(lane: number, n: number): Commit {
  const row = (part: Part, id: number, length: number): StoredRow => ({
    key: keyOf(part, lane, id),
    version: n,
    value: contentOf(lane, n, length),
  })
  return {
    expect: [{ key: keyOf(Part.count, lane, 0), version: n - 1 }],
    put: [
      row(Part.count, 0, 4),
      row(Part.pages, 0, PAGE_BYTES),
      row(Part.pages, 1, PAGE_BYTES),
      row(Part.marker, n, 1),
    ],
    delete: n > 1 ? [keyOf(Part.marker, lane, n - 1)] : [],
    append: [row(Part.entries, n, 16)],
  }
}

export async function countOf(store: Store, lane: number): Promise<number> {
  return (await store.get([keyOf(Part.count, lane, 0)]))[0]?.version ?? 0
}

/** Commits on and on, from the count found; says when each commit is acknowledged. Rejects if a commit is not. */
export async function write(
  store: Store,
  lane: number,
  acknowledge: (lane: number, n: number) => void,
  goOn = () => true,
): Promise<void> {
  for (let n = (await countOf(store, lane)) + 1; goOn(); n++) {
    const { ok } = await store.commit(commitOf(lane, n))
    if (!ok) throw new Error(`commit ${n} of lane ${lane}, which nobody else writes, met a conflict`)
    acknowledge(lane, n)
  }
}

/**
 * Throws unless the lane is whole; entries up to `from` were checked before. Nobody may write to the lane meanwhile.
 *
 * @returns its count
 */
export async function check(store: Store, lane: number, from = 0): Promise<number> {
  const n = await countOf(store, lane)
  if (n === 0) return 0
  const pages = await store.list(Part.pages, scopeOf(lane), undefined, 3)
  const markers = await store.list(Part.marker, scopeOf(lane), undefined, 3)
  const entries = await store.list(Part.entries, scopeOf(lane), rowId(from), n + 1)
  const page = hex(contentOf(lane, n, PAGE_BYTES))
  const wholePages = pages.length === 2 && pages.every(({ version, value }) => version === n && hex(value) === page)
  const oneMarker = markers.length === 1 && idOf(markers[0]!) === n
  const allEntries =
    entries.length === n - from &&
    entries.every(
      (entry, i) => idOf(entry) === from + i + 1 && hex(entry.value) === hex(contentOf(lane, idOf(entry), 16)),
    )
  if (wholePages && oneMarker && allEntries) return n
  throw new Error(`lane ${lane} is not whole at ${n}: ${JSON.stringify({ wholePages, oneMarker, allEntries })}`)
}

const COUNTERS = 8
const counterKey = (i: number) => storeKey(Part.count, scopeOf(0), rowId(i))

/** Adds 1 to some counter, `times` times, against others who do the same; signs each addition with an entry. */
export async function addToCounters(store: Store, writer: number, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const key = counterKey((writer + done) % COUNTERS)
    const version = (await store.get([key]))[0]?.version ?? 0
    const result = await store.commit({
      expect: [{ key, version }],
      put: [{ key, version: version + 1, value: Uint8Array.of(writer) }],
      delete: [],
      append: [{ key: keyOf(Part.entries, writer, done), version: 1, value: Uint8Array.of(writer) }],
    })
    if (result.ok) done++
  }
}

/** What all counters show, and how many additions were signed. */
export async function readCounters(store: Store, writers: number): Promise<{ counted: number; signed: number }> {
  const counters = await store.get(Array.from({ length: COUNTERS }, (_, i) => counterKey(i)))
  const counted = counters.reduce((sum, row) => sum + (row?.version ?? 0), 0)
  let signed = 0
  for (let writer = 0; writer < writers; writer++) {
    signed += (await store.list(Part.entries, scopeOf(writer), undefined, 1_000_000)).length
  }
  return { counted, signed }
}
