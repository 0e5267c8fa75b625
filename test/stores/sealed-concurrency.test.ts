/** Many writers on one store: interleavings, conflicts, lost answers, checkpoints and anchors. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import type { Anchor, AnchoredEntry } from '../../bindings/stores/anchor.ts'
import { examine } from '../../bindings/stores/examine.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, type OpenOptions, openRecords } from '../../bindings/stores/open.ts'
import { Conflict, type Records, Table, Tampered } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import type { Commit, Store } from '../../bindings/stores/store.ts'

const unlock = { rawKey: new Uint8Array(32).fill(1) }
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await undefined
}

/** A store whose calls take as many turns of the microtask queue as `schedule` says, and some of whose answers are lost. */
function slowed(store: Store, schedule: () => number, lost: () => boolean = () => false): Store {
  const slow = async <T>(work: () => Promise<T>): Promise<T> => {
    await turns(schedule())
    const result = await work()
    await turns(schedule())
    return result
  }
  return {
    get: (keys) => slow(() => store.get(keys)),
    list: (table, scope, after, limit) => slow(() => store.list(table, scope, after, limit)),
    scan: (after, limit) => slow(() => store.scan(after, limit)),
    commit: (all: Commit) =>
      slow(async () => {
        const result = await store.commit(all)
        if (lost()) throw new Error('the connection was lost')
        return result
      }),
    close: () => store.close(),
  }
}

/** Adds one to a counter; tries again on a conflict. False if the store's answer was lost for good. */
async function increment(records: Records, path: string): Promise<boolean> {
  for (;;) {
    const transaction = records.begin()
    const value = (await transaction.get<number>(Table.service, path)) ?? 0
    transaction.put(Table.service, path, 'counters', value + 1)
    try {
      await records.commit(transaction, { eventName: 'Increment', path })
      return true
    } catch (error) {
      if (!(error instanceof Conflict)) return false
    }
  }
}

const opened = (store: Store, more: Partial<OpenOptions> = {}) => openRecords({ store, core, unlock, ...more })

async function numberOf(records: SealedRecords, path: string): Promise<number> {
  return (await records.begin().get<number>(Table.service, path)) ?? 0
}

async function eventCount(records: SealedRecords): Promise<number> {
  let count = 0
  for await (const _ of records.events({})) count++
  return count
}

describe('writers on one store', () => {
  test('lose no acknowledged mutation and no event, whatever the schedule', { timeout: 60_000 }, async () => {
    const delays = fc.infiniteStream(fc.nat({ max: 9 }))
    await fc.assert(
      fc.asyncProperty(delays, fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 30 }), async (delay, plan) => {
        const store = new MemoryStore()
        await (await createStore({ store, core, unlocks: [unlock] })).lock()
        const slow = slowed(store, () => delay.next().value as number)
        const writers = await Promise.all([0, 1, 2].map(() => opened(slow, { checkpointEvery: 8 })))
        await Promise.all(plan.map(([writer, path]) => increment(writers[writer] as SealedRecords, `counter ${path}`)))
        for (const writer of writers) await writer.lock()
        const reader = await opened(store)
        for (const path of [0, 1, 2]) {
          expect(await numberOf(reader, `counter ${path}`)).toBe(plan.filter((step) => step[1] === path).length)
        }
        expect(await eventCount(reader)).toBe(plan.length)
        expect(await reader.verifyAudit()).toEqual({ ok: true, checked: plan.length })
        expect((await examine({ store, core, unlock })).findings).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('find out what became of a commit whose answer was lost', async () => {
    const store = new MemoryStore()
    await (await createStore({ store, core, unlocks: [unlock] })).lock()
    let commits = 0
    const flaky = slowed(
      store,
      () => 3,
      () => ++commits % 3 === 0,
    )
    const writers = await Promise.all([opened(flaky), opened(flaky)])
    const done = await Promise.all(
      Array.from({ length: 60 }, (_, i) => increment(writers[i % 2] as SealedRecords, 'counter')),
    )
    const acknowledged = done.filter(Boolean).length
    expect(acknowledged).toBeGreaterThan(20)
    const reader = await opened(store)
    expect(await numberOf(reader, 'counter')).toBe(acknowledged)
    expect((await reader.verifyAudit()).ok).toBe(true)
  })

  test('fail a request whose outcome nobody knows, and go on when the store is back', async () => {
    const store = new MemoryStore()
    const records = await createStore({ store, core, unlocks: [unlock] })
    expect(await increment(records, 'counter')).toBe(true)
    const { commit, get } = store
    store.commit = async (all) => {
      await commit.call(store, all)
      throw new Error('the connection was lost')
    }
    store.get = async () => {
      throw new Error('the connection was lost')
    }
    expect(await increment(records, 'counter')).toBe(false)
    Object.assign(store, { commit, get })
    expect(await increment(records, 'counter')).toBe(true)
    expect(await numberOf(records, 'counter')).toBe(3)
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: 3 })
  })

  test('group what waits together into one commit, mutations too', async () => {
    const store = new MemoryStore()
    const records = await createStore({ store, core, unlocks: [unlock] })
    await increment(records, 'counter')
    let commits = 0
    const commit = store.commit.bind(store)
    store.commit = async (all) => {
      commits++
      return commit(all)
    }
    await Promise.all(Array.from({ length: 50 }, () => records.commit(records.begin(), { eventName: 'Encrypt' })))
    expect(commits).toBe(1)
    await Promise.all(Array.from({ length: 50 }, (_, i) => increment(records, `counter ${i}`)))
    expect(commits).toBe(2)
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: 101 })
  })

  test('a cached request reads nothing from the store', async () => {
    const store = new MemoryStore()
    const records = await createStore({ store, core, unlocks: [unlock] })
    await increment(records, 'counter')
    store.get = async () => {
      throw new Error('read')
    }
    const transaction = records.begin()
    expect(await transaction.get(Table.service, 'counter')).toBe(1)
    expect(await transaction.get(Table.service, 'nothing')).toBeUndefined()
    await records.commit(transaction, { eventName: 'Encrypt' })
  })

  test('values read are frozen, and copies of what was put', async () => {
    const records = await createStore({ store: new MemoryStore(), core, unlocks: [unlock] })
    const transaction = records.begin()
    const value = { list: [{ a: 1 }] }
    transaction.put(Table.key, 'key', 'scope', value)
    ;(value.list[0] as { a: number }).a = 2
    const read = await transaction.get<{ list: { a: number }[] }>(Table.key, 'key')
    expect(read).toEqual({ list: [{ a: 1 }] })
    expect(() => read?.list.push({ a: 3 })).toThrow(TypeError)
  })

  test('a request that cannot be sealed fails alone', async () => {
    const records = await createStore({ store: new MemoryStore(), core, unlocks: [unlock] })
    const slot = core.generateKey(32)
    const broken = records.begin()
    broken.putMaterial('key/material', 'key', slot)
    slot.destroy()
    const results = await Promise.allSettled([
      records.commit(records.begin(), {}),
      records.commit(broken, {}),
      records.commit(records.begin(), {}),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: 2 })
  })
})

describe('checkpoints', () => {
  const log = async (store: Store) => (await store.scan(undefined, 10_000)).filter(({ key }) => key[0] === 7)

  test('keep the log short, and writers left behind find their way', async () => {
    const store = new MemoryStore()
    const records = await createStore({ store, core, unlocks: [unlock], checkpointEvery: 8 })
    const behind = await opened(store, { checkpointEvery: 8 })
    expect(await increment(behind, 'early')).toBe(true)
    for (let i = 0; i < 100; i++) await increment(records, `counter ${i % 20}`)
    expect((await log(store)).length).toBeLessThan(24)
    expect(await increment(behind, 'counter 3')).toBe(true)
    expect(await numberOf(behind, 'counter 3')).toBe(6)
    const reader = await opened(store, { checkpointEvery: 8 })
    expect(await numberOf(reader, 'counter 3')).toBe(6)
    expect((await examine({ store, core, unlock })).findings).toEqual([])
    for (const row of (await log(store)).filter(({ key }) => key[32] === 1)) {
      await store.commit({ expect: [], put: [], delete: [row.key], append: [] })
    }
    await expect(opened(store)).rejects.toThrow(Tampered)
  })

  test('take many pages', async () => {
    const store = new MemoryStore()
    const records = await createStore({ store, core, unlocks: [unlock], checkpointEvery: 4 })
    const transaction = records.begin()
    for (let i = 0; i < 9000; i++) transaction.put(Table.service, `counter ${i}`, 'counters', i)
    await records.commit(transaction, {})
    for (let i = 0; i < 4; i++) await increment(records, 'x')
    const pages = (await log(store)).filter(({ key }) => key[32] === 1)
    expect(pages).toHaveLength(3)
    for (const { value } of pages) expect(value.length).toBeLessThan(256 * 1024)
    expect(await numberOf(await opened(store), 'counter 8999')).toBe(8999)
  })
})

describe('an anchor', () => {
  function memoryAnchor(): Anchor & { at: AnchoredEntry | undefined } {
    const same = (a?: AnchoredEntry, b?: AnchoredEntry) => JSON.stringify(a) === JSON.stringify(b)
    return {
      at: undefined,
      async read() {
        return this.at
      },
      async compareAndSet(expected, next) {
        if (!same(this.at, expected)) return false
        this.at = next
        return true
      },
    }
  }

  async function copyOf(store: MemoryStore): Promise<MemoryStore> {
    const copy = new MemoryStore()
    await copy.commit({ expect: [], put: await store.scan(undefined, 10_000), delete: [], append: [] })
    return copy
  }

  test('follows every commit of several writers', async () => {
    const store = new MemoryStore()
    const anchor = memoryAnchor()
    const records = await createStore({ store, core, unlocks: [unlock], anchor })
    const other = await opened(store, { anchor })
    for (let i = 0; i < 10; i++) {
      expect(await increment(i % 2 ? records : other, 'counter')).toBe(true)
    }
    await Promise.all(Array.from({ length: 10 }, (_, i) => increment(i % 2 ? records : other, `counter ${i}`)))
    const entries = (await store.scan(undefined, 1000)).filter(({ key }) => key[0] === 7)
    expect(anchor.at?.n).toBe(entries.at(-1)?.version)
  })

  test('refuses a store that was put back, emptied or forked', async () => {
    const store = new MemoryStore()
    const anchor = memoryAnchor()
    const records = await createStore({ store, core, unlocks: [unlock], anchor })
    await increment(records, 'counter')
    const old = await copyOf(store)
    const fork = await copyOf(store)
    await increment(records, 'counter')
    await expect(opened(old, { anchor })).rejects.toThrow(Tampered)
    await expect(createStore({ store: new MemoryStore(), core, unlocks: [unlock], anchor })).rejects.toThrow(Tampered)
    expect(await increment(await opened(fork), 'counter')).toBe(true)
    await expect(opened(fork, { anchor })).rejects.toThrow(Tampered)
    expect(await numberOf(await opened(store, { anchor }), 'counter')).toBe(2)
  })

  test('may lag behind the last checkpoint', async () => {
    const store = new MemoryStore()
    const anchor = memoryAnchor()
    const records = await createStore({ store, core, unlocks: [unlock], anchor, checkpointEvery: 8 })
    for (let i = 0; i < 12; i++) await increment(records, 'counter')
    const lagging = anchor.at
    for (let i = 0; i < 6; i++) await increment(records, 'counter')
    anchor.at = lagging
    expect(await numberOf(await opened(store, { anchor }), 'counter')).toBe(18)
    anchor.at = { ...(lagging as AnchoredEntry), hash: '00'.repeat(32) }
    await expect(opened(store, { anchor })).rejects.toThrow(Tampered)
  })

  test('stops an enclave whose store was forked while it ran', async () => {
    const store = new MemoryStore()
    const anchor = memoryAnchor()
    const records = await createStore({ store, core, unlocks: [unlock], anchor })
    const fork = await opened(await copyOf(store), { anchor })
    expect(await increment(records, 'counter')).toBe(true)
    const transaction = fork.begin()
    transaction.put(Table.service, 'counter', 'counters', 1)
    await expect(fork.commit(transaction, {})).rejects.toThrow(Tampered)
  })
})
