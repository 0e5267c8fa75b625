/**
 * One suite for every store. Each store replays the same random operations and must answer as the plain model does, so
 * that all of them are compared with each other.
 */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hex } from '../../bindings/bytes.ts'
import { type Commit, type CommitResult, type Store, type StoredRow, storeKey } from '../../bindings/stores/store.ts'
import { Model } from './model.ts'

export interface Subject {
  /** Opens a store that nobody has used yet. */
  open(): Promise<Store>
  /** Opens the same store again, after it was closed; absent where closing forgets. */
  reopen?(): Promise<Store>
}

const RUNS = 40
const MAX_VERSION = Number.MAX_SAFE_INTEGER
const nothing: Commit = { expect: [], put: [], delete: [], append: [] }

const bytes = (length: number, fill = 0): Uint8Array => new Uint8Array(length).fill(fill)
const scopeA = bytes(16, 0xaa)
const scopeB = bytes(16, 0xab)

function rowId(n: number): Uint8Array {
  const id = bytes(32)
  new DataView(id.buffer).setUint32(28, n)
  return id
}

const keyOf = (n: number, scope = scopeA, table = 1) => storeKey(table, scope, rowId(n))
const rowOf = (n: number, version = 1, value: Uint8Array = Uint8Array.of(n)): StoredRow => ({
  key: keyOf(n),
  version,
  value,
})

/** Comparable form: a store may hand out any kind of Uint8Array. */
const plain = (row: StoredRow | undefined) => row && { key: hex(row.key), version: row.version, value: hex(row.value) }
const plainRows = (rows: readonly (StoredRow | undefined)[]) => rows.map(plain)
const plainResult = (result: CommitResult) => (result.ok ? 'ok' : [...new Set(result.conflict.map(hex))].sort())

// Few keys, so that operations meet: row ids and scopes at the ends of the byte range, and neighbours that differ late.
const ids = [rowId(0), rowId(1), rowId(255), rowId(256), bytes(32, 0x80), bytes(32, 0xff)]
const scopes = [bytes(16), scopeA, scopeB, bytes(16, 0xff)]
const tables = [0, 1, 2, 255]
const anyKey = fc
  .tuple(fc.constantFrom(...tables), fc.constantFrom(...scopes), fc.constantFrom(...ids))
  .map(([table, scope, id]) => storeKey(table, scope, id))
const anyVersion = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 3 }) },
  { weight: 1, arbitrary: fc.constant(MAX_VERSION) },
)
const anyValue = fc.uint8Array({ maxLength: 40 })

/** Distinct keys dealt out over the parts of a commit; those expected may be written too. */
const anyCommit = fc
  .record({
    written: fc.uniqueArray(fc.record({ key: anyKey, version: anyVersion, value: anyValue, way: fc.nat(2) }), {
      maxLength: 5,
      selector: ({ key }) => hex(key),
    }),
    // 'true' stands for the version the row has when the commit is made.
    expected: fc.array(fc.record({ key: anyKey, version: fc.oneof(fc.constant(true as const), fc.nat(3)) }), {
      maxLength: 4,
    }),
    onWritten: fc.boolean(),
  })
  .map((parts) => ({ kind: 'commit' as const, ...parts }))
const anyLimit = fc.integer({ min: 0, max: 30 })
const anyOperation = fc.oneof(
  { weight: 4, arbitrary: anyCommit },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), keys: fc.array(anyKey, { maxLength: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      table: fc.constantFrom(...tables),
      scope: fc.constantFrom(...scopes),
      after: fc.option(fc.constantFrom(...ids), { nil: undefined }),
      limit: anyLimit,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      after: fc.option(anyKey, { nil: undefined }),
      limit: anyLimit,
    }),
  },
)
type Operation = typeof anyOperation extends fc.Arbitrary<infer T> ? T : never

function commitFrom(operation: Extract<Operation, { kind: 'commit' }>, model: Model): Commit {
  const current = (key: Uint8Array) => model.get([key])[0]?.version ?? 0
  const rows = operation.written.map(({ key, version, value, way }) => ({ row: { key, version, value }, way }))
  const [put, append, gone] = [0, 1, 2].map((way) => rows.filter((row) => row.way === way).map(({ row }) => row))
  const ownExpectations = operation.onWritten ? put!.map(({ key }) => ({ key, version: current(key) })) : []
  return {
    expect: [
      ...operation.expected.map(({ key, version }) => ({ key, version: version === true ? current(key) : version })),
      ...ownExpectations,
    ],
    put: put!,
    append: append!,
    delete: gone!.map(({ key }) => key),
  }
}

async function replay(operation: Operation, store: Store, model: Model): Promise<void> {
  if (operation.kind === 'commit') {
    const commit = commitFrom(operation, model)
    expect(plainResult(await store.commit(commit))).toEqual(plainResult(model.commit(commit)))
  } else if (operation.kind === 'get') {
    expect(plainRows(await store.get(operation.keys))).toEqual(plainRows(model.get(operation.keys)))
  } else if (operation.kind === 'list') {
    const { table, scope, after, limit } = operation
    expect(plainRows(await store.list(table, scope, after, limit))).toEqual(
      plainRows(model.list(table, scope, after, limit)),
    )
  } else {
    const { after, limit } = operation
    expect(plainRows(await store.scan(after, limit))).toEqual(plainRows(model.scan(after, limit)))
  }
}

async function clear(store: Store): Promise<void> {
  const rows = await store.scan(undefined, 10_000)
  await store.commit({ ...nothing, delete: rows.map(({ key }) => key) })
}

export function conformance(name: string, subject: Subject): void {
  describe(`${name} as a store`, () => {
    let store: Store

    beforeEach(async () => {
      store = await subject.open()
    })
    afterEach(() => store.close())

    answersAsTheModel(() => store)
    commitsAtomically(() => store)
    refusesWhatIsMalformed(() => store)
    keepsBytes(() => store)
    closes(() => store)
    if (subject.reopen) survivesClosing(subject.reopen, () => store)
  })
}

function answersAsTheModel(store: () => Store): void {
  it('answers random operations as the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOperation, { maxLength: 25 }), async (operations) => {
        await clear(store())
        const model = new Model()
        for (const operation of operations) await replay(operation, store(), model)
        expect(plainRows(await store().scan(undefined, 1000))).toEqual(plainRows(model.scan(undefined, 1000)))
      }),
      { numRuns: RUNS },
    )
  }, 60_000)

  it('lists one scope in the order of unsigned bytes, page by page', async () => {
    const order = [0, 1, 127, 128, 255, 256, 65_535, 2 ** 31, 2 ** 32 - 1]
    const strangers = [keyOf(3, scopeB), keyOf(3, bytes(16, 0xa9)), keyOf(3, scopeA, 0), keyOf(3, scopeA, 2)]
    await store().commit({
      ...nothing,
      put: [...order].reverse().map((n) => rowOf(n)),
      append: strangers.map((key) => ({ key, version: 1, value: bytes(1) })),
    })
    const pages: string[] = []
    let after: Uint8Array | undefined
    for (;;) {
      const page = await store().list(1, scopeA, after, 2)
      pages.push(...page.map(({ key }) => hex(key)))
      after = page.at(-1)?.key.slice(17)
      if (page.length < 2) break
    }
    expect(pages).toEqual(order.map((n) => hex(keyOf(n))))
    expect(await store().list(1, scopeA, undefined, 0)).toEqual([])
    expect(await store().list(1, scopeA, rowId(2 ** 32 - 1), 5)).toEqual([])
  })

  it('gets rows in the order asked for, one key asked for twice too', async () => {
    await store().commit({ ...nothing, put: [rowOf(1), rowOf(2)] })
    const found = await store().get([keyOf(2), keyOf(9), keyOf(1), keyOf(2)])
    expect(found.map((row) => row?.value[0])).toEqual([2, undefined, 1, 2])
    expect(await store().get([])).toEqual([])
  })
}

function commitsAtomically(store: () => Store): void {
  it('writes nothing on a conflict and names every key in the way, and no other', async () => {
    await store().commit({ ...nothing, put: [rowOf(1, 5), rowOf(2, 6), rowOf(3, 7)] })
    const before = plainRows(await store().scan(undefined, 100))
    const result = await store().commit({
      expect: [
        { key: keyOf(1), version: 5 },
        { key: keyOf(2), version: 5 },
        { key: keyOf(4), version: 1 },
        { key: keyOf(5), version: 0 },
      ],
      put: [rowOf(6)],
      delete: [keyOf(1)],
      append: [rowOf(3, 9), rowOf(7)],
    })
    expect(plainResult(result)).toEqual([keyOf(2), keyOf(3), keyOf(4)].map(hex))
    expect(plainRows(await store().scan(undefined, 100))).toEqual(before)
  })

  it('lets one of many concurrent appends of a row through', async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, i) => store().commit({ ...nothing, append: [rowOf(1, 1, Uint8Array.of(i))] })),
    )
    const winners = results.flatMap((result, i) => (result.ok ? [i] : []))
    expect(winners).toHaveLength(1)
    expect(results.filter((result) => !result.ok).map(plainResult)).toEqual(Array(11).fill([hex(keyOf(1))]))
    expect((await store().get([keyOf(1)]))[0]?.value[0]).toBe(winners[0])
  })

  it('lets one of two commits through that rely on what the other changes', async () => {
    for (let n = 0; n < 20; n += 2) {
      const absent = (key: Uint8Array) => [{ key, version: 0 }]
      const results = await Promise.all([
        store().commit({ ...nothing, expect: absent(keyOf(n)), put: [rowOf(n + 1)] }),
        store().commit({ ...nothing, expect: absent(keyOf(n + 1)), append: [rowOf(n)] }),
      ])
      expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    }
  })

  it('loses and doubles no count of many concurrent counters', async () => {
    const increment = async (): Promise<void> => {
      const row = (await store().get([keyOf(1)]))[0]
      const version = row?.version ?? 0
      const result = await store().commit({
        ...nothing,
        expect: [{ key: keyOf(1), version }],
        put: [rowOf(1, version + 1)],
      })
      if (!result.ok) return increment()
    }
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = 0; i < 5; i++) await increment()
      }),
    )
    expect((await store().get([keyOf(1)]))[0]?.version).toBe(40)
  })

  it('shows readers all of a commit or none', async () => {
    const pair = (version: number) => [rowOf(1, version), rowOf(2, version)]
    const writing = (async () => {
      for (let version = 1; version <= 20; version++) await store().commit({ ...nothing, put: pair(version) })
    })()
    for (let i = 0; i < 20; i++) {
      const got = await store().get([keyOf(1), keyOf(2)])
      expect(got[0]?.version).toBe(got[1]?.version)
      const listed = await store().list(1, scopeA, undefined, 10)
      expect(new Set(listed.map(({ version }) => version)).size).toBeLessThanOrEqual(1)
    }
    await writing
  })

  it('commits expectations alone, and nothing at all', async () => {
    expect(await store().commit(nothing)).toEqual({ ok: true })
    expect((await store().commit({ ...nothing, expect: [{ key: keyOf(1), version: 0 }] })).ok).toBe(true)
    expect((await store().commit({ ...nothing, expect: [{ key: keyOf(1), version: 1 }] })).ok).toBe(false)
    expect((await store().commit({ ...nothing, delete: [keyOf(1)] })).ok).toBe(true)
  })
}

function refusesWhatIsMalformed(store: () => Store): void {
  it('refuses commits that nobody should make, and writes nothing of them', async () => {
    const short = bytes(48)
    const good = rowOf(1)
    const malformed: Partial<Commit>[] = [
      { expect: [{ key: short, version: 0 }] },
      { put: [good, { ...rowOf(2), key: short }] },
      { put: [good], delete: [short] },
      { put: [good], append: [rowOf(2, 0)] },
      { put: [good, rowOf(2, -1)] },
      { put: [good, rowOf(2, 1.5)] },
      { put: [good, rowOf(2, MAX_VERSION + 1)] },
      { put: [good], expect: [{ key: keyOf(2), version: -1 }] },
      { put: [good, good] },
      { put: [good], append: [good] },
      { put: [good], delete: [good.key] },
    ]
    for (const parts of malformed)
      await expect(store().commit({ ...nothing, ...parts })).rejects.toThrow(/key|version|once/)
    expect(await store().scan(undefined, 10)).toEqual([])
  })
}

function keepsBytes(store: () => Store): void {
  it('keeps values of 0 bytes to 512 KiB and versions up to 2^53 - 1', async () => {
    const large = new Uint8Array(512 * 1024).map((_, i) => (i * 31) ^ (i >>> 8))
    await store().commit({ ...nothing, put: [rowOf(1, MAX_VERSION, large)], append: [rowOf(2, 1, bytes(0))] })
    const [first, second] = await store().get([keyOf(1), keyOf(2)])
    expect(first?.version).toBe(MAX_VERSION)
    expect(first && hex(first.value) === hex(large)).toBe(true)
    expect(second?.value).toHaveLength(0)
    expect((await store().commit({ ...nothing, expect: [{ key: keyOf(1), version: MAX_VERSION }] })).ok).toBe(true)
  })

  it('keeps several hundred rows of one commit', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => rowOf(n, n + 1))
    const expect0 = rows.map(({ key }) => ({ key, version: 0 }))
    expect((await store().commit({ ...nothing, expect: expect0, put: rows })).ok).toBe(true)
    expect(plainRows(await store().list(1, scopeA, undefined, 1000))).toEqual(plainRows(rows))
    const again = await store().commit({ ...nothing, append: rows })
    expect(again.ok === false && again.conflict).toHaveLength(500)
  })

  it('shares no memory with its callers', async () => {
    const backing = bytes(64, 7)
    const key = keyOf(1)
    await store().commit({ ...nothing, put: [{ key, version: 1, value: backing.subarray(8, 12) }] })
    backing.fill(9)
    key.fill(9)
    const [first] = await store().get([keyOf(1)])
    expect(first?.value).toEqual(bytes(4, 7))
    expect(Object.getPrototypeOf(first!.value)).toBe(Uint8Array.prototype) // a Buffer's slice would share memory
    first!.value.fill(1)
    first!.key.fill(1)
    const [listed] = await store().list(1, scopeA, undefined, 1)
    expect(plain(listed)).toEqual(plain(rowOf(1, 1, bytes(4, 7))))
  })
}

function closes(store: () => Store): void {
  it('finishes what is under way when it closes, once, and rejects every later call', async () => {
    const underWay = Array.from({ length: 20 }, (_, n) => store().commit({ ...nothing, put: [rowOf(n)] }))
    const reading = store().get([keyOf(1)])
    const closing = store().close()
    expect((await Promise.all(underWay)).every(({ ok }) => ok)).toBe(true)
    await reading
    await Promise.all([closing, store().close()])
    await expect(store().get([keyOf(1)])).rejects.toThrow('closed')
    await expect(store().list(1, scopeA, undefined, 1)).rejects.toThrow('closed')
    await expect(store().scan(undefined, 1)).rejects.toThrow('closed')
    await expect(store().commit(nothing)).rejects.toThrow('closed')
  })
}

function survivesClosing(reopen: () => Promise<Store>, store: () => Store): void {
  it('has its rows again when it is opened again', async () => {
    await store().commit({ ...nothing, put: [rowOf(1, 3), rowOf(2, 4)] })
    await store().commit({ ...nothing, delete: [keyOf(2)] })
    await store().close()
    const again = await reopen()
    expect(plainRows(await again.scan(undefined, 10))).toEqual([plain(rowOf(1, 3))])
    await again.close()
  })
}
