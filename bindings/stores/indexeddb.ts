/**
 * The store of one browser origin (`indexeddb:NAME`), shared by its tabs and workers.
 *
 * A commit is one readwrite transaction, which the browser isolates from all others, with strict durability: it is
 * reported done only when the operating system was asked to flush it to disk. Works in a worker under the policy
 * `default-src 'none'`. What the browser may delete, and how to ask it not to: `persistence.ts`.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import { compareBytes } from '../bytes.ts'
import { beforeAllKeys, checkCommit, conflicts, expectations, scopeRange, writtenRows } from './expectations.ts'
import type { Commit, CommitResult, Store, StoredRow, StoreKey } from './store.ts'
import { closedStore, StoreUnavailable } from './unavailable.ts'

type Bytes = Uint8Array<ArrayBuffer>

interface Layout extends DBSchema {
  rows: { key: Bytes; value: { key: Bytes; version: number; value: Bytes } }
}

/** Version of the layout above. Raise it with every change, and add a step to `upgrade`. */
const LAYOUT = 1

/** An open that takes longer waits for a tab that does not let go. */
const PATIENCE_MS = 10_000

/** A copy with a buffer of its own: the structured clone would store the whole buffer behind a view. */
const own = (bytes: Uint8Array): Bytes => new Uint8Array(bytes)

export class IndexedDbStore implements Store {
  #database: IDBPDatabase<Layout> | undefined
  #unusable: () => Error = closedStore

  private constructor() {}

  /**
   * Opens the store of this name in this origin, and makes it if it is not there.
   *
   * @throws StoreUnavailable if a newer release made it, if another tab blocks it, or if the browser refuses storage
   */
  static async open(name: string): Promise<IndexedDbStore> {
    const store = new IndexedDbStore()
    const opening = openDB<Layout>(`kmsbox:${name}`, LAYOUT, {
      upgrade(database, oldVersion) {
        if (oldVersion < 1) database.createObjectStore('rows', { keyPath: 'key' })
      },
      // A newer release in another tab, or a deletion, waits for this connection: let it through.
      blocking: () => store.#leave('Another tab has upgraded or deleted the store. Reload this page.'),
      terminated: () => store.#leave('The browser has closed the store, or cleared it. Open it again.'),
    })
    store.#database = await patiently(opening)
    return store
  }

  async get(keys: readonly StoreKey[]): Promise<(StoredRow | undefined)[]> {
    const transaction = this.#connection().transaction('rows')
    const [found] = await Promise.all([
      Promise.all(keys.map((key) => transaction.store.get(own(key)))),
      transaction.done,
    ])
    return found
  }

  async list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): Promise<StoredRow[]> {
    const { above, upTo } = scopeRange(table, scope, after)
    const empty = compareBytes(above, upTo) >= 0 // IDBKeyRange refuses such a range
    return this.#range(IDBKeyRange.bound(own(above), own(upTo), !empty), empty ? 0 : limit)
  }

  async scan(after: StoreKey | undefined, limit: number): Promise<StoredRow[]> {
    return this.#range(IDBKeyRange.lowerBound(own(after ?? beforeAllKeys), true), limit)
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const database = this.#connection()
    checkCommit(commit)
    const transaction = database.transaction('rows', 'readwrite', { durability: 'strict' })
    const rows = transaction.store
    const expected = expectations(commit)
    const write = async (): Promise<CommitResult> => {
      const found = await Promise.all(expected.map(({ key }) => rows.get(own(key))))
      const conflict = conflicts(expected, found)
      if (conflict.length > 0) return { ok: false, conflict }
      // Async, so that a row that cannot even be asked for rejects like the others, and none of them unheard.
      await Promise.all([
        ...writtenRows(commit).map(async ({ key, version, value }) =>
          rows.put({ key: own(key), version, value: own(value) }),
        ),
        ...commit.delete.map(async (key) => rows.delete(own(key))),
      ])
      return { ok: true }
    }
    try {
      const [result] = await Promise.all([write(), transaction.done])
      return result
    } catch (error) {
      abandon(transaction)
      throw notWritten(error)
    }
  }

  async close(): Promise<void> {
    this.#database?.close() // lets transactions under way finish
    this.#database = undefined
    this.#unusable = closedStore
  }

  async #range(range: IDBKeyRange, limit: number): Promise<StoredRow[]> {
    const database = this.#connection()
    return limit < 1 ? [] : database.getAll('rows', range, limit) // a limit of 0 would mean none
  }

  #connection(): IDBPDatabase<Layout> {
    if (!this.#database) throw this.#unusable()
    return this.#database
  }

  #leave(why: string): void {
    this.#database?.close()
    this.#database = undefined
    this.#unusable = () => new StoreUnavailable(why)
  }
}

async function patiently<T>(opening: Promise<IDBPDatabase<T>>): Promise<IDBPDatabase<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const why = 'The store does not open: another tab with an older release may hold it. Close that tab and try again.'
    timer = setTimeout(() => reject(new StoreUnavailable(why)), PATIENCE_MS)
  })
  try {
    return await Promise.race([opening, late])
  } catch (error) {
    opening.then((database) => database.close()).catch(() => {})
    throw notOpened(error)
  } finally {
    clearTimeout(timer)
  }
}

function notOpened(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  if (error.name !== 'VersionError')
    return new StoreUnavailable(`The browser refuses to open the store: ${error.name}.`)
  return new StoreUnavailable('A newer release made this store. Reload the page to get that release.')
}

/** A request that could not even be made does not stop those before it: the transaction has to be told. */
function abandon(transaction: { abort(): void }): void {
  try {
    transaction.abort()
  } catch {
    // it has ended already
  }
}

/** A failed transaction is rolled back whole. */
function notWritten(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  const advice = error.name === 'QuotaExceededError' ? ' The browser has no room left for this origin.' : ''
  return new StoreUnavailable(`The browser did not write (${error.name}).${advice}`)
}
