/** Copies, imports and the doctor. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { UnlockFailed } from '../../bindings/seals/seal.ts'
import { DamagedCopy } from '../../bindings/stores/copy.ts'
import { examine } from '../../bindings/stores/examine.ts'
import { importStore } from '../../bindings/stores/import.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords, StorePresence } from '../../bindings/stores/open.ts'
import { Table } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import type { StoredRow } from '../../bindings/stores/store.ts'

const unlock = { rawKey: new Uint8Array(32).fill(1) }
const another = { rawKey: new Uint8Array(32).fill(2) }
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function filled(): Promise<{ store: MemoryStore; records: SealedRecords; material: Uint8Array }> {
  const store = new MemoryStore()
  const records = await createStore({ store, core, unlocks: [unlock], settings: { clock: 'manual' } })
  const slot = core.generateKey(32)
  for (let i = 0; i < 5; i++) {
    const transaction = records.begin()
    transaction.put(Table.key, `key ${i}`, 'scope', { i })
    transaction.putMaterial(`key ${i}/material`, `key ${i}`, slot)
    await records.commit(transaction, { eventName: 'CreateKey', i })
  }
  const deleting = records.begin()
  deleting.delete(Table.key, 'key 2')
  await records.commit(deleting, { eventName: 'ScheduleKeyDeletion' })
  const material = slot.release()
  slot.destroy()
  return { store, records, material }
}

async function expectContent(records: SealedRecords, material: Uint8Array): Promise<void> {
  const reading = records.begin()
  expect(await reading.get(Table.key, 'key 4')).toEqual({ i: 4 })
  expect(await reading.get(Table.key, 'key 2')).toBeUndefined()
  const slot = await reading.openMaterial('key 4/material')
  expect(slot?.release()).toEqual(material)
  slot?.destroy()
  expect((await records.verifyAudit()).ok).toBe(true)
  expect(records.settings).toEqual({ clock: 'manual' })
  const writing = records.begin()
  writing.put(Table.key, 'new', 'scope', {})
  await records.commit(writing, {})
}

describe('a copy', () => {
  test('is imported under a new identity, with other ways in', async () => {
    const { records, material } = await filled()
    const copy = await records.export()
    const store = new MemoryStore()
    await importStore({ core, store, copy, unlock, unlocks: [another] })
    await expect(openRecords({ core, store, unlock })).rejects.toThrow(UnlockFailed)
    const imported = await openRecords({ core, store, unlock: another })
    expect(imported.storeId).not.toEqual(records.storeId)
    await expectContent(imported, material)
    expect((await examine({ core, store, unlock: another })).findings).toEqual([])
  })

  test('is moved as it is', async () => {
    const { records, material } = await filled()
    await records.rotateRoot({ unlocks: [unlock], drop: [] })
    const store = new MemoryStore()
    await importStore({ core, store, copy: await records.export(), unlock, move: true })
    const moved = await openRecords({ core, store, unlock })
    expect(moved.storeId).toEqual(records.storeId)
    await expectContent(moved, material)
  })

  test('can be imported after a rotation', async () => {
    const { records, material } = await filled()
    await records.rotateRoot({ unlocks: [unlock], drop: [] })
    const store = new MemoryStore()
    await importStore({ core, store, copy: await records.export(), unlock })
    await expectContent(await openRecords({ core, store, unlock }), material)
  })

  test('is refused when damaged, cut, forged, opened by a wrong secret, or where a store is', async () => {
    const { store: original, records } = await filled()
    const copy = await records.export()
    const store = new MemoryStore()
    const into = (bytes: Uint8Array, secret = unlock) => importStore({ core, store, copy: bytes, unlock: secret })
    for (const bit of [0, 90, copy.length * 4, copy.length * 8 - 1]) {
      const damaged = copy.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      await expect(into(damaged)).rejects.toThrow(DamagedCopy)
    }
    await expect(into(copy.slice(0, -70))).rejects.toThrow(DamagedCopy)
    await expect(into(new Uint8Array(0))).rejects.toThrow(DamagedCopy)
    await expect(into(copy, another)).rejects.toThrow(UnlockFailed)
    await expect(importStore({ core, store: original, copy, unlock })).rejects.toThrow(StorePresence)
    expect(await store.scan(undefined, 1)).toEqual([])
  })
})

describe('the doctor', () => {
  test('finds nothing in a sound store, and changes nothing', async () => {
    const { store } = await filled()
    const before = await store.scan(undefined, 1000)
    const { findings, rows, events } = await examine({ core, store, unlock })
    expect({ findings, events }).toEqual({ findings: [], events: 6 })
    expect(rows).toBe(before.length)
    expect(await store.scan(undefined, 1000)).toEqual(before)
    expect(core.slots.used).toBeLessThan(100)
  })

  test.each([
    [Table.key, 'delete', /a key record: the row is listed, but missing/],
    [Table.material, 'delete', /key material: the row is listed, but missing/],
    [Table.material, 'flip', /key material: a row was forged or damaged/],
    [Table.key, 'version', /a key record: the row has version/],
    [Table.audit, 'delete', /the audit trail: chain .*missing/],
    [Table.audit, 'flip', /the audit trail: chain .*changed/],
  ] as const)('says what is wrong with table %i after %s', async (table, deed, finding) => {
    const { store, records } = await filled()
    await records.lock()
    const row = (await store.scan(undefined, 1000)).find(({ key }) => key[0] === table) as StoredRow
    const value = row.value.slice()
    if (deed === 'flip') value[value.length - 1] = (value.at(-1) as number) ^ 1
    const version = deed === 'version' ? row.version + 1 : row.version
    if (deed === 'delete') await store.commit({ expect: [], put: [], delete: [row.key], append: [] })
    else await store.commit({ expect: [], put: [{ ...row, version, value }], delete: [], append: [] })
    const { findings } = await examine({ core, store, unlock })
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatch(finding)
  })
})
