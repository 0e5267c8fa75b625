/** `indexeddb:` against the conformance suite, and what other tabs, newer releases and the browser do to it. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IndexedDbStore } from '../../bindings/stores/indexeddb.ts'
import { requestPersistentStorage } from '../../bindings/stores/persistence.ts'
import { type Commit, storeKey } from '../../bindings/stores/store.ts'
import { conformance } from './conformance.ts'

let stores = 0
const run = crypto.randomUUID()
const lastName = () => `${run}-${stores}`
const freshName = () => {
  stores++
  return lastName()
}

conformance('indexeddb:', {
  open: () => IndexedDbStore.open(freshName()),
  reopen: () => IndexedDbStore.open(lastName()),
})

const key = storeKey(1, new Uint8Array(16), new Uint8Array(32))
const nothing: Commit = { expect: [], put: [], delete: [], append: [] }
const putOf = (version: number): Commit => ({ ...nothing, put: [{ key, version, value: Uint8Array.of(version) }] })

/** The store's database as another release would open it. */
function openRaw(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(`kmsbox:${name}`, version)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('an IndexedDB store and other tabs', () => {
  it('shows two connections the same rows at once', async () => {
    const name = freshName()
    const [one, other] = await Promise.all([IndexedDbStore.open(name), IndexedDbStore.open(name)])
    await one.commit(putOf(1))
    expect((await other.get([key]))[0]?.version).toBe(1)
    const relying = { ...putOf(2), expect: [{ key, version: 1 }] }
    const results = await Promise.all([one.commit(relying), other.commit(relying)])
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    await Promise.all([one.close(), other.close()])
  })

  it('makes way for a newer release, after the commits under way, and says so from then on', async () => {
    const name = freshName()
    const store = await IndexedDbStore.open(name)
    const underWay = store.commit(putOf(1))
    const newer = await openRaw(name, 2)
    expect(await underWay).toEqual({ ok: true })
    await expect(store.commit(putOf(2))).rejects.toThrow('Reload this page')
    await expect(store.get([key])).rejects.toThrow('Reload this page')
    await store.close()
    await expect(store.get([key])).rejects.toThrow('closed')
    const kept = await new Promise<{ version: number }>((resolve) => {
      const request = newer
        .transaction('rows')
        .objectStore('rows')
        .get(key as BufferSource)
      request.onsuccess = () => resolve(request.result)
    })
    expect(kept.version).toBe(1)
    newer.close()
    await expect(IndexedDbStore.open(name)).rejects.toThrow('A newer release made this store')
  })

  it('says what to do when another tab does not let go', async () => {
    const name = freshName()
    const stubborn = await openRaw(name, 1)
    indexedDB.deleteDatabase(`kmsbox:${name}`) // waits for the stubborn one, and our open waits behind it
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const refused = expect(IndexedDbStore.open(name)).rejects.toThrow('Close that tab')
    await vi.advanceTimersByTimeAsync(10_000)
    await refused
    stubborn.close()
  })
})

describe('an IndexedDB store that the browser closes', () => {
  it('says so, and does not open an empty one in its place', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const store = await IndexedDbStore.open(freshName())
    await store.commit(putOf(1))
    const database = transaction.mock.contexts[0] as IDBDatabase
    database.dispatchEvent(new Event('close'))
    await expect(store.get([key])).rejects.toThrow('Open it again')
    await expect(store.commit(putOf(2))).rejects.toThrow('Open it again')
  })
})

describe('a commit that IndexedDB cannot make', () => {
  it('leaves nothing behind when a later row cannot even be asked for', async () => {
    const store = await IndexedDbStore.open(freshName())
    const put = IDBObjectStore.prototype.put
    let calls = 0
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value) {
      if (++calls === 2) throw new DOMException('too large', 'DataCloneError')
      return put.call(this, value)
    })
    const second = { key: storeKey(2, new Uint8Array(16), new Uint8Array(32)), version: 1, value: new Uint8Array(1) }
    const halved = store.commit({ ...putOf(1), append: [second] })
    await expect(halved).rejects.toThrow('did not write (DataCloneError)')
    expect(await store.scan(undefined, 10)).toEqual([])
    await store.close()
  })

  it('names a full disk', async () => {
    const store = await IndexedDbStore.open(freshName())
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError')
    })
    await expect(store.commit(putOf(1))).rejects.toThrow('no room left for this origin')
    await store.close()
  })

  it('asks for strict durability', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    const store = await IndexedDbStore.open(freshName())
    await store.commit(putOf(1))
    expect(transaction).toHaveBeenCalledWith('rows', 'readwrite', { durability: 'strict' })
    await store.close()
  })
})

describe('persistent storage', () => {
  it('is granted, refused, or not a notion of this place', async () => {
    const persisted = vi.spyOn(StorageManager.prototype, 'persisted').mockResolvedValue(false)
    const persist = vi.spyOn(StorageManager.prototype, 'persist').mockResolvedValue(true)
    expect(await requestPersistentStorage()).toBe(true)
    persist.mockResolvedValue(false)
    expect(await requestPersistentStorage()).toBe(false)
    persisted.mockResolvedValue(true)
    expect(await requestPersistentStorage()).toBe(true)
    expect(persist).toHaveBeenCalledTimes(2)
    vi.spyOn(navigator, 'storage', 'get').mockReturnValue(undefined as never)
    expect(await requestPersistentStorage()).toBe(false)
  })
})
