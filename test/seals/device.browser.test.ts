/** The device key in a real IndexedDB: found again, not extractable, gone when evicted. */
import { deleteDB, openDB } from 'idb'
import { expect, test } from 'vitest'
import { loadCore } from '../../bindings/core.ts'
import { UnlockFailed } from '../../bindings/seals/seal.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords } from '../../bindings/stores/open.ts'

test('a device key opens its store until the browser evicts it', async () => {
  const core = await loadCore()
  const store = new MemoryStore()
  const unlocks = [{ device: true }, { rawKey: new Uint8Array(32) }] as const
  await (await createStore({ store, core, unlocks })).lock()
  await (await openRecords({ store, core, unlock: { device: true } })).lock()

  const database = await openDB('kmsbox-device-keys')
  const key: CryptoKey = await database.get('keys', 'this device')
  database.close()
  expect(key.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()

  await deleteDB('kmsbox-device-keys')
  await expect(openRecords({ store, core, unlock: { device: true } })).rejects.toThrow(UnlockFailed)
  await deleteDB('kmsbox-device-keys')
})
