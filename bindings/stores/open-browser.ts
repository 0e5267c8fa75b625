/** Store URLs in browsers: 'memory:', 'indexeddb:NAME'. */
import { IndexedDbStore } from './indexeddb.ts'
import { MemoryStore } from './memory.ts'
import type { Store } from './store.ts'
import { StoreUnavailable } from './unavailable.ts'

/** @throws StoreUnavailable for a URL of no store that runs here, or a store that does not open */
export async function openStore(url: string): Promise<Store> {
  const colon = url.indexOf(':') + 1
  const scheme = url.slice(0, colon)
  const name = url.slice(colon)
  if (scheme === 'memory:') return new MemoryStore()
  if (scheme === 'indexeddb:' && name !== '') return IndexedDbStore.open(name)
  throw new StoreUnavailable(`No store here is called '${scheme}'. Browsers have memory: and indexeddb:NAME.`)
}
