/** Several enclaves of one origin on one IndexedDB, each with a connection of its own, as in several tabs. */
import { deleteDB } from 'idb'
import { expect, test } from 'vitest'
import { loadCore } from '../../bindings/core.ts'
import { examine } from '../../bindings/stores/examine.ts'
import { createStore, openRecords } from '../../bindings/stores/open.ts'
import { openStore } from '../../bindings/stores/open-browser.ts'
import { Conflict, type Records, Table } from '../../bindings/stores/records.ts'

const TABS = 8
const MUTATIONS = 25
const unlock = { rawKey: new Uint8Array(32).fill(1) }

async function increment(records: Records): Promise<void> {
  for (;;) {
    const transaction = records.begin()
    const value = (await transaction.get<number>(Table.service, 'counter')) ?? 0
    transaction.put(Table.service, 'counter', 'counters', value + 1)
    try {
      return await records.commit(transaction, { eventName: 'Increment' })
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }
}

test(`${TABS} enclaves lose and double none of ${TABS * MUTATIONS} mutations`, { timeout: 60_000 }, async () => {
  const name = `sealed-${crypto.randomUUID()}`
  const core = await loadCore()
  await (await createStore({ store: await openStore(`indexeddb:${name}`), core, unlocks: [unlock] })).close()
  const tabs = await Promise.all(
    Array.from({ length: TABS }, async () =>
      openRecords({ store: await openStore(`indexeddb:${name}`), core, unlock }),
    ),
  )
  await Promise.all(
    tabs.map(async (records) => {
      for (let i = 0; i < MUTATIONS; i++) await increment(records)
      await records.close()
    }),
  )
  const store = await openStore(`indexeddb:${name}`)
  const records = await openRecords({ store, core, unlock })
  expect(await records.begin().get(Table.service, 'counter')).toBe(TABS * MUTATIONS)
  expect(await records.verifyAudit()).toEqual({ ok: true, checked: TABS * MUTATIONS })
  await records.lock()
  expect((await examine({ core, store, unlock })).findings).toEqual([])
  await store.close()
  await deleteDB(name)
})
