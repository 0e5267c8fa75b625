/** Sealed records over the store in memory: transactions, conflicts, grouping, reopening. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords } from '../../bindings/stores/open.ts'
import { Conflict, Table } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'

const rawKey = new Uint8Array(32).fill(7)
const scope = '000000000000/us-east-1'
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function made(store = new MemoryStore()): Promise<{ store: MemoryStore; records: SealedRecords }> {
  return { store, records: await createStore({ store, core, unlocks: [{ rawKey }], settings: { clock: 'system' } }) }
}

const reopened = (store: MemoryStore) => openRecords({ store, core, unlock: { rawKey } })

describe('transactions', () => {
  test('see their own writes at once, and others after the commit', async () => {
    const { records } = await made()
    const transaction = records.begin()
    transaction.put(Table.key, 'key 1', scope, { state: 'Enabled' })
    expect(await transaction.get(Table.key, 'key 1')).toEqual({ state: 'Enabled' })
    expect(await records.begin().get(Table.key, 'key 1')).toBeUndefined()
    await records.commit(transaction, { eventName: 'CreateKey' })
    expect(await records.begin().get(Table.key, 'key 1')).toEqual({ state: 'Enabled' })
  })

  test('survive closing and opening, material too', async () => {
    const { store, records } = await made()
    const transaction = records.begin()
    const slot = core.generateKey(32)
    transaction.put(Table.alias, 'alias/a', scope, { target: 'key 1' })
    transaction.putMaterial('key 1/m', 'key 1', slot)
    const own = await transaction.openMaterial('key 1/m')
    expect(own?.equals(slot)).toBe(true)
    await records.commit(transaction, { eventName: 'CreateKey' })
    await records.lock()
    const again = await reopened(store)
    expect(again.settings).toEqual({ clock: 'system' })
    const reading = again.begin()
    expect(await reading.get(Table.alias, 'alias/a')).toEqual({ target: 'key 1' })
    const opened = await reading.openMaterial('key 1/m')
    expect(opened?.equals(slot)).toBe(true)
    const events = []
    for await (const event of again.events({})) events.push(event)
    expect(events).toMatchObject([{ eventName: 'CreateKey' }])
    expect(await again.verifyAudit()).toEqual({ ok: true, checked: 1 })
  })

  test('conflict when a row that was read, or missed, has changed', async () => {
    const { store, records } = await made()
    const other = await reopened(store)
    const mine = records.begin()
    expect(await mine.get(Table.key, 'key 1')).toBeUndefined()
    const theirs = other.begin()
    theirs.put(Table.key, 'key 1', scope, { by: 'other' })
    await other.commit(theirs, {})
    await expect(records.commit(mine, {})).rejects.toThrow(Conflict)
    expect(await records.begin().get(Table.key, 'key 1')).toEqual({ by: 'other' })
  })

  test('one conflict never fails its neighbours', async () => {
    const { store, records } = await made()
    const other = await reopened(store)
    const doomed = records.begin()
    await doomed.get(Table.key, 'key 1')
    const neighbour = records.begin()
    await neighbour.get(Table.key, 'key 2')
    neighbour.put(Table.key, 'key 2', scope, { by: 'me' })
    const theirs = other.begin()
    theirs.put(Table.key, 'key 1', scope, { by: 'other' })
    await other.commit(theirs, {})
    const results = await Promise.allSettled([records.commit(doomed, {}), records.commit(neighbour, {})])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await other.begin().get(Table.key, 'key 2')).toBeUndefined()
    await other.commit(other.begin(), {})
    expect((await other.verifyAudit()).ok).toBe(true)
    expect(await other.begin().get(Table.key, 'key 2')).toEqual({ by: 'me' })
  })

  test('list a scope in pages, without what was deleted', async () => {
    const { records } = await made()
    for (let i = 0; i < 7; i++) {
      const transaction = records.begin()
      transaction.put(Table.key, `key ${i}`, scope, { i })
      await records.commit(transaction, {})
    }
    const deleting = records.begin()
    deleting.delete(Table.key, 'key 3')
    await records.commit(deleting, {})
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await records.begin().list(Table.key, scope, 2, after)
      seen.push(...page.rows.map(({ path }) => path))
      after = page.next
      if (after === undefined) break
    }
    expect(seen.sort()).toEqual(['key 0', 'key 1', 'key 2', 'key 4', 'key 5', 'key 6'])
  })
})
