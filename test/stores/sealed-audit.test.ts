/** The audit trail: merged reading, verification of every link, retention. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords } from '../../bindings/stores/open.ts'
import { type AuditFilter, Table } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import type { StoredRow } from '../../bindings/stores/store.ts'

const unlock = { rawKey: new Uint8Array(32).fill(1) }
let core: Core
let now = 0
const clock = () => now

beforeAll(async () => {
  core = await loadCore()
})

async function made(): Promise<{ store: MemoryStore; records: SealedRecords }> {
  now = Date.UTC(2026, 0, 1)
  const store = new MemoryStore()
  return { store, records: await createStore({ store, core, unlocks: [unlock], clock }) }
}

const reopened = (store: MemoryStore) => openRecords({ store, core, unlock, clock })

async function log(records: SealedRecords, name: string): Promise<void> {
  now += 1000
  await records.commit(records.begin(), { eventName: name })
}

type Seen = { readonly eventName: string; readonly cursor: string }

async function events(records: SealedRecords, filter: AuditFilter = {}): Promise<Seen[]> {
  const seen: Seen[] = []
  for await (const event of records.events(filter)) seen.push(event as unknown as Seen)
  return seen
}

const names = (seen: Seen[]): string => seen.map(({ eventName }) => eventName).join(' ')

/** Audit rows in the order they were written. */
async function auditRows(store: MemoryStore): Promise<StoredRow[]> {
  return (await store.scan(undefined, 10_000)).filter(({ key }) => key[0] === Table.audit)
}

const write = (store: MemoryStore, ...put: StoredRow[]) => store.commit({ expect: [], put, delete: [], append: [] })

describe('events', () => {
  test('of all enclaves come by time, from a date or a cursor on, up to a limit', async () => {
    const { store, records } = await made()
    const other = await reopened(store)
    for (let i = 0; i < 40; i++) await log(i % 3 === 0 ? other : records, `e${i}`)
    const all = await events(records)
    expect(names(all)).toBe(Array.from({ length: 40 }, (_, i) => `e${i}`).join(' '))
    expect(names(await events(records, { limit: 3 }))).toBe('e0 e1 e2')
    for (const [i, { cursor }] of all.slice(0, 38).entries()) {
      expect(names(await events(records, { from: cursor, limit: 2 }))).toBe(`e${i + 1} e${i + 2}`)
    }
    const date = new Date(Date.UTC(2026, 0, 1) + 11_000).toISOString()
    expect(names(await events(records, { from: date, limit: 2 }))).toBe('e10 e11')
    await expect(events(records, { from: 'yesterday' })).rejects.toThrow(TypeError)
  })

  test('keep their order when the clock runs backwards', async () => {
    const { records } = await made()
    await log(records, 'first')
    now -= 5_000_000
    await log(records, 'second')
    expect(names(await events(records))).toBe('first second')
  })

  test('keep members named __proto__', async () => {
    const { records } = await made()
    await records.commit(records.begin(), JSON.parse('{"context":{"__proto__":"x"}}'))
    expect(JSON.stringify((await events(records))[0])).toContain('"__proto__":"x"')
  })
})

describe('verifyAudit', () => {
  async function five(): Promise<{ store: MemoryStore; records: SealedRecords; rows: StoredRow[] }> {
    const { store, records } = await made()
    for (let i = 1; i <= 5; i++) await log(records, `e${i}`)
    return { store, records, rows: await auditRows(store) }
  }

  test('accepts what was written, by this enclave and by those before', async () => {
    const { store, records } = await five()
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: 5 })
    await records.lock()
    const again = await reopened(store)
    await log(again, 'e6')
    expect(await again.verifyAudit()).toEqual({ ok: true, checked: 6 })
  })

  test('names an event that was changed', async () => {
    const { store, records, rows } = await five()
    const row = rows[2] as StoredRow
    const value = row.value.slice()
    value[150] = (value[150] as number) ^ 4
    await write(store, { ...row, value })
    expect(await records.verifyAudit()).toMatchObject({ ok: false, checked: 2, firstBroken: { n: 3 } })
  })

  test('names an event that was deleted, also the first and the last', async () => {
    for (const n of [1, 3, 5]) {
      const { store, records, rows } = await five()
      await store.commit({ expect: [], put: [], delete: [(rows[n - 1] as StoredRow).key], append: [] })
      expect(await records.verifyAudit()).toMatchObject({ ok: false, firstBroken: { n } })
    }
  })

  test('names events that changed places', async () => {
    const { store, records, rows } = await five()
    const [a, b] = [rows[1], rows[2]] as [StoredRow, StoredRow]
    await write(store, { ...a, value: b.value }, { ...b, value: a.value })
    expect(await records.verifyAudit()).toMatchObject({ ok: false, firstBroken: { n: 2 } })
  })

  test('sees that the end was cut off a chain that was closed', async () => {
    const { store, records, rows } = await five()
    await records.lock()
    await store.commit({ expect: [], put: [], delete: [(rows[4] as StoredRow).key], append: [] })
    const again = await reopened(store)
    expect(await again.verifyAudit()).toMatchObject({ ok: false, firstBroken: { n: 5, why: /end/ } })
  })

  test('sees that a whole chain is gone, or that two were exchanged', async () => {
    const { store, records, rows } = await five()
    await records.lock()
    const again = await reopened(store)
    await log(again, 'other')
    await store.commit({ expect: [], put: [], delete: rows.map(({ key }) => key), append: [] })
    expect((await again.verifyAudit()).ok).toBe(false)
    await write(store, ...rows)
    const other = (await auditRows(store)).find(({ key }) => !rows.some((row) => String(row.key) === String(key)))
    const [first, second] = [rows[0], other] as [StoredRow, StoredRow]
    await write(store, { ...first, value: second.value }, { ...second, value: first.value })
    expect((await again.verifyAudit()).ok).toBe(false)
  })

  test('sees a chain that nobody listed', async () => {
    const { store, records, rows } = await five()
    const row = rows[0] as StoredRow
    const key = row.key.slice()
    key.fill(0xee, 1, 17)
    await write(store, { ...row, key })
    expect(await records.verifyAudit()).toMatchObject({ ok: false, firstBroken: { chain: 'unknown' } })
  })
})

describe('pruneAudit', () => {
  test('drops what is older than a date, and the rest still verifies', async () => {
    const { store, records } = await made()
    const other = await reopened(store)
    for (let i = 0; i < 20; i++) await log(i % 2 === 0 ? other : records, `e${i}`)
    const before = new Date(Date.UTC(2026, 0, 1) + 8_000)
    expect(await records.pruneAudit({ before }, { eventName: 'PruneAudit' })).toBe(7)
    expect(names(await events(records, { limit: 2 }))).toBe('e7 e8')
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: 14 })
    expect(await auditRows(store)).toHaveLength(14)
    await log(other, 'later')
    expect((await other.verifyAudit()).ok).toBe(true)
  })

  test('keeps the newest', async () => {
    const { store, records } = await made()
    for (let i = 0; i < 10; i++) await log(records, `e${i}`)
    expect(await records.pruneAudit({ keep: 4 })).toBe(6)
    expect(await records.pruneAudit({ keep: 4 })).toBe(0)
    expect(names(await events(records))).toBe('e6 e7 e8 e9')
    await records.lock()
    const again = await reopened(store)
    expect(await again.verifyAudit()).toEqual({ ok: true, checked: 4 })
    await log(again, 'new')
    await again.pruneAudit({ keep: 1 })
    expect(await again.verifyAudit()).toEqual({ ok: true, checked: 1 })
  })

  test('does not hide a later deletion', async () => {
    const { store, records } = await made()
    for (let i = 0; i < 10; i++) await log(records, `e${i}`)
    await records.pruneAudit({ keep: 4 })
    const [first] = await auditRows(store)
    await store.commit({ expect: [], put: [], delete: [(first as StoredRow).key], append: [] })
    expect(await records.verifyAudit()).toMatchObject({ ok: false, firstBroken: { n: 7 } })
  })
})
