/** The browser's half of the stores' bench: measures `indexeddb:` when asked. */
import { IndexedDbStore } from '../../dist/stores/indexeddb.js'
import { measureCommits } from './measure.mjs'

globalThis.measureIndexedDb = async (inFlight, milliseconds) => {
  const store = await IndexedDbStore.open(`bench-${crypto.randomUUID()}`)
  return measureCommits(store, inFlight, milliseconds).finally(() => store.close())
}
