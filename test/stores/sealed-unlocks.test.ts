/** Ways in: adding, removing, rotating the root key, and what an old slot or an old table can no longer do. */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { UnlockFailed } from '../../bindings/seals/seal.ts'
import type { Unlock } from '../../bindings/seals/unlock.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords, readUnlocks } from '../../bindings/stores/open.ts'
import { Table, Tampered } from '../../bindings/stores/records.ts'
import { RootRow, rootKey } from '../../bindings/stores/root.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import type { StoredRow } from '../../bindings/stores/store.ts'

const raw = (fill: number): Unlock => ({ rawKey: new Uint8Array(32).fill(fill) })
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function filled(...unlocks: Unlock[]): Promise<{ store: MemoryStore; records: SealedRecords }> {
  const store = new MemoryStore()
  const records = await createStore({ store, core, unlocks })
  const transaction = records.begin()
  const slot = core.generateKey(32)
  transaction.put(Table.key, 'key', 'scope', { state: 'Enabled' })
  transaction.putMaterial('key/material', 'key', slot)
  await records.commit(transaction, { eventName: 'CreateKey' })
  slot.destroy()
  return { store, records }
}

async function readable(store: MemoryStore, unlock: Unlock): Promise<boolean> {
  const records = await openRecords({ store, core, unlock })
  const transaction = records.begin()
  const material = await transaction.openMaterial('key/material')
  material?.destroy()
  const value = await transaction.get(Table.key, 'key')
  const verdict = await records.verifyAudit()
  await records.lock()
  return material !== undefined && verdict.ok && JSON.stringify(value) === '{"state":"Enabled"}'
}

async function everyRow(store: MemoryStore): Promise<StoredRow[]> {
  return store.scan(undefined, 100_000)
}

describe('unlock slots', () => {
  test('any of them opens the store, any other secret fails with one message', async () => {
    const { store } = await filled(raw(1), raw(2))
    expect(await readable(store, raw(1))).toBe(true)
    expect(await readable(store, raw(2))).toBe(true)
    await expect(openRecords({ store, core, unlock: raw(3) })).rejects.toThrow(UnlockFailed)
    await expect(openRecords({ store, core, unlock: { prf: new Uint8Array(32) } })).rejects.toThrow(UnlockFailed)
  })

  test('are added and removed only with the secret of another one', async () => {
    const { store, records } = await filled(raw(1))
    await expect(records.addUnlock(raw(2), raw(9))).rejects.toThrow(UnlockFailed)
    const added = await records.addUnlock(raw(2), raw(1), { eventName: 'AddUnlock' })
    expect((await records.listUnlocks()).map(({ kind }) => kind)).toEqual(['raw', 'raw'])
    expect(await readable(store, raw(2))).toBe(true)
    await expect(records.addUnlock(raw(2), raw(1))).rejects.toThrow(TypeError)
    await records.removeUnlock(added.id, raw(1))
    await expect(openRecords({ store, core, unlock: raw(2) })).rejects.toThrow(UnlockFailed)
    const [last] = await readUnlocks(store)
    await expect(records.removeUnlock(last?.id ?? '', raw(1))).rejects.toThrow(TypeError)
  })

  test('an old table is refused although it authenticates', async () => {
    const { store, records } = await filled(raw(1))
    const [old] = await store.get([rootKey(RootRow.unlockSlots)])
    const added = await records.addUnlock(raw(2), raw(1))
    const [both] = await store.get([rootKey(RootRow.unlockSlots)])
    await records.removeUnlock(added.id, raw(1))
    for (const row of [old, both]) {
      await store.commit({ expect: [], put: [row as StoredRow], delete: [], append: [] })
      await expect(openRecords({ store, core, unlock: raw(1) })).rejects.toThrow(Tampered)
      await expect(records.addUnlock(raw(3), raw(1))).rejects.toThrow(Tampered)
    }
  })

  test('are at most sixteen', async () => {
    const { records } = await filled(raw(0))
    for (let i = 1; i < 16; i++) await records.addUnlock(raw(i), raw(0))
    await expect(records.addUnlock(raw(16), raw(0))).rejects.toThrow(RangeError)
  })
})

describe('rotateRoot', () => {
  test('needs every slot, by secret or dropped by name', async () => {
    const { records } = await filled(raw(1), raw(2))
    await expect(records.rotateRoot({ unlocks: [raw(1)], drop: [] })).rejects.toThrow(TypeError)
    await expect(records.rotateRoot({ unlocks: [raw(1), raw(3)], drop: [] })).rejects.toThrow(UnlockFailed)
    await expect(records.rotateRoot({ unlocks: [raw(1), raw(2)], drop: ['00'] })).rejects.toThrow(TypeError)
  })

  test('reseals every row, drops slots, and goes on working', async () => {
    const { store, records } = await filled(raw(1), raw(2))
    const [dropped] = (await records.listUnlocks()).filter(({ id }) => id !== undefined)
    const slots = await readUnlocks(store)
    const before = await everyRow(store)
    const keep = (await openable(store, dropped?.id ?? '', [raw(1), raw(2)])) as Unlock
    await records.rotateRoot({ unlocks: [keep], drop: [dropped?.id ?? ''] }, { eventName: 'RotateRoot' })
    expect(slots.length).toBe(2)
    expect(await readUnlocks(store)).toHaveLength(1)
    expect(await readable(store, keep)).toBe(true)
    const after = await everyRow(store)
    for (const row of before) {
      const same = after.find((other) => String(other.key) === String(row.key))
      expect(String(same?.value)).not.toBe(String(row.value))
    }
    const transaction = records.begin()
    transaction.put(Table.key, 'another', 'scope', {})
    await records.commit(transaction, {})
    expect((await records.verifyAudit()).ok).toBe(true)
  })

  test('refuses a row put back from before', async () => {
    const { store, records } = await filled(raw(1))
    const old = await everyRow(store)
    await records.rotateRoot({ unlocks: [raw(1)], drop: [] })
    await records.lock()
    const row = old.find(({ key }) => key[0] === Table.key) as StoredRow
    await store.commit({ expect: [], put: [row], delete: [], append: [] })
    const again = await openRecords({ store, core, unlock: raw(1) })
    await expect(again.begin().get(Table.key, 'key')).rejects.toThrow(Tampered)
  })

  test('refuses settings put back from before its end', async () => {
    const { store, records } = await filled(raw(1))
    const commit = store.commit.bind(store)
    const between: (StoredRow | undefined)[] = []
    store.commit = async (all) => {
      const result = await commit(all)
      between.push((await store.get([rootKey(RootRow.settings)]))[0])
      return result
    }
    await records.rotateRoot({ unlocks: [raw(1)], drop: [] })
    await records.lock()
    await commit({ expect: [], put: [between[0] as StoredRow], delete: [], append: [] })
    await expect(openRecords({ store, core, unlock: raw(1) })).rejects.toThrow(Tampered)
  })

  test('locks out the enclaves that did not see it', async () => {
    const { store, records } = await filled(raw(1))
    const other = await openRecords({ store, core, unlock: raw(1) })
    await records.rotateRoot({ unlocks: [raw(1)], drop: [] })
    const writing = other.begin()
    writing.put(Table.key, 'late', 'scope', {})
    await expect(other.commit(writing, {})).rejects.toThrow(/rotated elsewhere/)
    expect(await readable(store, raw(1))).toBe(true)
  })

  test.each(['before', 'after'])('goes on at the next opening after it was cut off %s any commit', async (moment) => {
    for (let writes = 0; ; writes++) {
      const { store, records } = await filled(raw(1))
      const { commit, get } = store
      let left = writes
      store.commit = async (all) => {
        const out = left-- <= 0
        if (out && moment === 'before') throw new Error('the power went out')
        const result = await commit.call(store, all)
        if (out) throw new Error('the power went out')
        return result
      }
      store.get = async (keys) => {
        if (left < 0) throw new Error('the power went out')
        return get.call(store, keys)
      }
      const done = await records.rotateRoot({ unlocks: [raw(1)], drop: [] }).then(
        () => true,
        () => false,
      )
      Object.assign(store, { commit, get })
      expect(await readable(store, raw(1))).toBe(true)
      if (done) break
      expect(writes).toBeLessThan(20)
    }
  })

  test('keeps working in the enclave whose rotation ended in doubt', async () => {
    const { store, records } = await filled(raw(1))
    const { commit, get } = store
    store.commit = async (all) => {
      await commit.call(store, all)
      throw new Error('the connection was lost')
    }
    store.get = async () => {
      throw new Error('the connection was lost')
    }
    const writing = records.begin()
    writing.put(Table.key, 'doubtful', 'scope', {})
    await expect(records.commit(writing, {})).rejects.toThrow('lost')
    Object.assign(store, { commit, get })
    await records.rotateRoot({ unlocks: [raw(1)], drop: [] })
    expect(await records.begin().get(Table.key, 'doubtful')).toEqual({})
    expect((await records.verifyAudit()).ok).toBe(true)
    expect(await readable(store, raw(1))).toBe(true)
  })
})

/** The one of the secrets whose slot is not the one named. */
async function openable(store: MemoryStore, without: string, unlocks: Unlock[]): Promise<Unlock | undefined> {
  for (const unlock of unlocks) {
    const opened = await openRecords({ store, core, unlock: { ...unlock, slot: without } }).catch(() => undefined)
    if (opened === undefined) return unlock
    await opened.lock()
  }
  return undefined
}
