/** The worker behind one tab of the tests with real tabs. Its name, 'STORE ROLE NUMBER …', says which part it plays. */
import { IndexedDbStore } from '../../bindings/stores/indexeddb.ts'
import { addToCounters, check, readCounters, write } from './ledger.ts'

const report = (line: string) => postMessage(line)

const roles: Record<string, (store: IndexedDbStore, ...numbers: number[]) => Promise<unknown>> = {
  write: (store, lanes) =>
    Promise.all(Array.from({ length: lanes! }, (_, lane) => write(store, lane, (at, n) => report(`${at} ${n}`)))),
  check: (store, ...checked) => Promise.all(checked.map((from, lane) => check(store, lane, from))),
  count: (store, writer, times) => addToCounters(store, writer!, times!),
  counters: (store, writers) => readCounters(store, writers!),
}

const [storeName, role, ...numbers] = self.name.split(' ')
IndexedDbStore.open(storeName!)
  .then(async (store) => {
    const result = await roles[role!]!(store, ...numbers.map(Number))
    await store.close()
    report(`done ${JSON.stringify(result ?? null)}`)
  })
  .catch((error: Error) => report(`failed ${error.message}`))
