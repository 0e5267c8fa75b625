/** Whoever writes the store: every change of a row is refused, and the raw rows give nothing away. */
import { beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../bindings/bytes.ts'
import { type Core, loadCore } from '../../bindings/core.ts'
import { UnlockFailed } from '../../bindings/seals/seal.ts'
import { examine } from '../../bindings/stores/examine.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords, StorePresence } from '../../bindings/stores/open.ts'
import { Table, Tampered } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import type { StoredRow } from '../../bindings/stores/store.ts'

const secret = Uint8Array.from({ length: 32 }, (_, i) => 201 - 3 * i)
const unlock = { rawKey: secret }
const POLICY = 'AllowEverythingToEverybody'
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function filled(): Promise<{ store: MemoryStore; records: SealedRecords; material: Uint8Array }> {
  const store = new MemoryStore()
  const records = await createStore({ store, core, unlocks: [unlock] })
  const material = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 13)
  const slot = core.importKey(material)
  const transaction = records.begin()
  transaction.put(Table.key, 'key', 'scope', { policy: POLICY })
  transaction.put(Table.alias, 'alias/a', 'scope', { target: 'a' })
  transaction.put(Table.alias, 'alias/b', 'scope', { target: 'b' })
  transaction.putMaterial('key/material', 'key', slot)
  await records.commit(transaction, { eventName: 'CreateKey', policy: POLICY })
  slot.destroy()
  return { store, records, material }
}

const rowsOf = (store: MemoryStore) => store.scan(undefined, 10_000)

async function storeOf(...rows: readonly StoredRow[]): Promise<MemoryStore> {
  const store = new MemoryStore()
  for (const row of rows) await store.commit({ expect: [], put: [row], delete: [], append: [] })
  return store
}

/** Opens, reads everything and verifies the trail: true if nothing is wrong. */
async function accepted(store: MemoryStore): Promise<boolean> {
  let records: SealedRecords | undefined
  try {
    records = await openRecords({ store, core, unlock })
    const reading = records.begin()
    const slot = await reading.openMaterial('key/material')
    slot?.destroy()
    const key = await reading.get(Table.key, 'key')
    const aliases = await reading.list(Table.alias, 'scope', 10)
    const { ok } = await records.verifyAudit()
    return ok && slot !== undefined && key !== undefined && aliases.rows.length === 2
  } catch (error) {
    if (error instanceof Tampered || error instanceof UnlockFailed || error instanceof StorePresence) return false
    throw error
  } finally {
    await records?.lock()
  }
}

describe('a row of a closed store', () => {
  test('is refused with any byte changed: value, place or version', { timeout: 120_000 }, async () => {
    const { store, records } = await filled()
    await records.lock()
    const rows = await rowsOf(store)
    expect(await accepted(await storeOf(...rows))).toBe(true)
    let refused = 0
    for (const [i, row] of rows.entries()) {
      const others = rows.filter((_, other) => other !== i)
      const variants: StoredRow[] = [{ ...row, version: row.version + 1 }]
      for (const part of ['key', 'value'] as const) {
        for (let at = 0; at < row[part].length; at++) {
          const changed = row[part].slice()
          changed[at] = (changed[at] as number) ^ (1 << ((at + i) % 8))
          variants.push({ ...row, [part]: changed })
        }
      }
      for (const variant of variants) {
        if (await accepted(await storeOf(...others, variant))) {
          // Only the plain table of unlock slots has its version inside; the store's own copy of it says nothing.
          expect(variant.value[0] === 1 && variant.key[48] === 2 && variant.key[0] === 0).toBe(true)
        } else refused++
      }
      expect(await accepted(await storeOf(...others))).toBe(false)
    }
    expect(refused).toBeGreaterThan(3000)
  })

  test('is refused in an older version, at another place, and after its deletion', async () => {
    const { store, records } = await filled()
    const old = await rowsOf(store)
    const transaction = records.begin()
    transaction.put(Table.key, 'key', 'scope', { policy: 'none' })
    await records.commit(transaction, {})
    const removing = records.begin()
    removing.delete(Table.alias, 'alias/a')
    await records.commit(removing, {})
    const put = (...rows: StoredRow[]) => store.commit({ expect: [], put: rows, delete: [], append: [] })
    const reads = () => openRecords({ store, core, unlock }).then((opened) => opened.begin())

    const current = (await rowsOf(store)).find(({ key }) => key[0] === Table.key) as StoredRow
    const former = old.find(({ key }) => key[0] === Table.key) as StoredRow
    await put(former)
    await expect((await reads()).get(Table.key, 'key')).rejects.toThrow(Tampered)
    await put({ ...former, version: current.version })
    await expect((await reads()).get(Table.key, 'key')).rejects.toThrow(Tampered)
    await put(current)
    expect(await (await reads()).get(Table.key, 'key')).toEqual({ policy: 'none' })

    const aliases = old.filter(({ key }) => key[0] === Table.alias) as [StoredRow, StoredRow]
    await put(...aliases)
    expect(await (await reads()).get(Table.alias, 'alias/a')).toBeUndefined()
    await expect((await reads()).list(Table.alias, 'scope', 10)).rejects.toThrow(Tampered)

    const [a, b] = aliases
    await put({ ...a, value: b.value }, { ...b, value: a.value })
    await expect((await reads()).get(Table.alias, 'alias/b')).rejects.toThrow(Tampered)
  })

  test('is refused from another store under the same secret', async () => {
    const { store } = await filled()
    const other = await filled()
    const key = (rows: StoredRow[]) => rows.find((row) => row.key[0] === Table.key) as StoredRow
    const mine = key(await rowsOf(store))
    const theirs = key(await rowsOf(other.store))
    await store.commit({ expect: [], put: [{ ...mine, value: theirs.value }], delete: [], append: [] })
    expect(await accepted(store)).toBe(false)
  })
})

describe('the change log', () => {
  test('is refused when cut, reordered or with a gap', async () => {
    const { store, records } = await filled()
    for (let i = 0; i < 4; i++) {
      const transaction = records.begin()
      transaction.put(Table.key, `key ${i}`, 'scope', { i })
      await records.commit(transaction, {})
    }
    await records.lock()
    const rows = await rowsOf(store)
    const log = rows.filter(({ key }) => key[0] === Table.changeLog)
    const without = (gone: readonly StoredRow[]) => storeOf(...rows.filter((row) => !gone.includes(row)))
    const doctored = async (broken: MemoryStore) => {
      return (await examine({ store: broken, core, unlock })).findings.length > 0
    }
    for (const entry of log) expect(await doctored(await without([entry]))).toBe(true)
    expect(await doctored(await without(log))).toBe(true)
    const [a, b] = log.slice(1) as [StoredRow, StoredRow]
    const swapped = await storeOf(...rows)
    await swapped.commit({
      expect: [],
      put: [
        { ...a, value: b.value },
        { ...b, value: a.value },
      ],
      delete: [],
      append: [],
    })
    await expect(openRecords({ store: swapped, core, unlock })).rejects.toThrow(Tampered)
  })
})

describe('the raw store', () => {
  test('holds no key material, no policy text, no names and no unlock secret', async () => {
    const { store, material } = await filled()
    const rows = await rowsOf(store)
    const raw = Array.from(rows.flatMap(({ key, value }) => [...key, ...value]))
    const haystack = String.fromCharCode(...raw.slice(0, 60_000))
    expect(raw.length).toBeLessThan(60_000)
    for (const needle of [material, secret, utf8(POLICY), utf8('alias/a'), utf8('CreateKey'), utf8('scope')]) {
      for (let at = 0; at + 5 <= needle.length; at++) {
        expect(haystack.includes(String.fromCharCode(...needle.subarray(at, at + 5)))).toBe(false)
      }
    }
  })
})

describe('a locked store', () => {
  test('refuses everything and leaves no slot behind', async () => {
    const used = core.slots.used
    const { records } = await filled()
    const transaction = records.begin()
    await records.lock()
    expect(core.slots.used).toBe(used)
    expect(() => records.begin()).toThrow('The store is locked.')
    await expect(records.commit(transaction, {})).rejects.toThrow('The store is locked.')
    await expect(transaction.openMaterial('key/material')).rejects.toThrow()
    await expect(transaction.get(Table.key, 'key')).rejects.toThrow()
    await expect(records.verifyAudit()).rejects.toThrow('The store is locked.')
    await expect(records.listUnlocks()).rejects.toThrow('The store is locked.')
  })
})
