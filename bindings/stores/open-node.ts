/** Store URLs in Node: 'memory:', 'file:DIR', 'postgres://…'. What a store needs is loaded when it is opened. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Store } from './store.ts'
import { StoreUnavailable } from './unavailable.ts'

/** @throws StoreUnavailable for a URL of no store that runs here, or a store that does not open */
export async function openStore(url: string): Promise<Store> {
  const scheme = url.slice(0, url.indexOf(':') + 1)
  switch (scheme) {
    case 'memory:':
      return new (await import('./memory.ts')).MemoryStore()
    case 'file:':
      return (await import('./leveldb.ts')).LevelStore.open(fileStoreDirectory(url))
    case 'postgres:':
    case 'postgresql:':
      return (await import('./postgres.ts')).PostgresStore.open(url)
    default:
      throw new StoreUnavailable(`No store here is called '${scheme}'. Node has memory:, file:DIR and postgres://.`)
  }
}

/** The directory of 'file:DIR', where DIR is a path, or of a file:// URL; absolute. */
export function fileStoreDirectory(url: string): string {
  const directory = url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length)
  if (directory === '') throw new StoreUnavailable("A file store needs a directory: 'file:DIR'.")
  return resolve(directory)
}
