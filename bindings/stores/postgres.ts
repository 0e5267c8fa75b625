/**
 * The store of many servers (`postgres://…`): one table of sealed rows, guarded by the versions that commits expect.
 *
 * Several stores share a database by schema: `postgres://host/db?options=-c%20search_path%3Dname`.
 *
 * A connection can break between a commit and its answer. So each commit writes a receipt, a random id, with its rows.
 * Claiming the id afterwards tells the truth: taken, the commit landed; free, it did not, and as the id is taken now, it
 * never will.
 */
import pg from 'pg'
import { beforeAllKeys, checkCommit, expectations, scopeRange, writtenRows } from './expectations.ts'
import { latin1 } from './latin1.ts'
import { migrate } from './postgres-layout.ts'
import type { Commit, CommitResult, Store, StoredRow, StoreKey } from './store.ts'
import { closedStore, StoreUnavailable } from './unavailable.ts'

const CONNECTIONS = 8
const CONNECT_TIMEOUT_MS = 10_000
/** An answer that takes longer counts as a lost connection. */
const ANSWER_TIMEOUT_MS = 30_000
/** How long a call keeps trying to reach a server that went away. */
const PATIENCE_MS = 30_000
const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1_000
/** Where servers crash, receipts stay behind. No transaction lives for a day. */
const DELETE_LEFT_RECEIPTS = `DELETE FROM kmsbox_receipts WHERE made < now() - interval '1 day'`

interface Row {
  readonly key: Uint8Array
  readonly version: string
  readonly value: Uint8Array
}

const COLUMNS = 'SELECT key, version, value FROM kmsbox_rows'

const toStored = ({ key, version, value }: Row): StoredRow => ({
  key: new Uint8Array(key),
  version: Number(version),
  value: new Uint8Array(value),
})

export class PostgresStore implements Store {
  readonly #pool: pg.Pool
  readonly #underWay = new Set<Promise<unknown>>()
  /** Receipts of answered commits: the next commit deletes them. */
  #answered: string[] = []
  #closing: Promise<void> | undefined

  private constructor(pool: pg.Pool) {
    this.#pool = pool
  }

  /**
   * Connects, and makes or migrates the tables.
   *
   * @param url as libpq takes it; never repeated in an error
   * @throws StoreUnavailable if the server cannot be reached or refuses
   */
  static async open(url: string): Promise<PostgresStore> {
    const pool = new pg.Pool({
      connectionString: url,
      max: CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      application_name: 'kmsbox',
    })
    // The query under way on a broken connection rejects, and the pool replaces it; an error event that nobody hears
    // would end the process.
    const ignore = () => {}
    pool.on('error', ignore).on('connect', (client) => client.on('error', ignore))
    try {
      await withConnection(pool, async (client) => {
        await migrate(client)
        await client.query(DELETE_LEFT_RECEIPTS)
      })
      return new PostgresStore(pool)
    } catch (error) {
      await pool.end()
      throw unavailable(error)
    }
  }

  async get(keys: readonly StoreKey[]): Promise<(StoredRow | undefined)[]> {
    const rows = await this.#select(`${COLUMNS} WHERE key = ANY ($1::bytea[])`, [keys])
    const byKey = new Map(rows.map((row) => [latin1(row.key), row]))
    return keys.map((key) => byKey.get(latin1(key)))
  }

  list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): Promise<StoredRow[]> {
    const { above, upTo } = scopeRange(table, scope, after)
    return this.#select(`${COLUMNS} WHERE key > $1 AND key <= $2 ORDER BY key LIMIT $3`, [above, upTo, limit])
  }

  scan(after: StoreKey | undefined, limit: number): Promise<StoredRow[]> {
    return this.#select(`${COLUMNS} WHERE key > $1 ORDER BY key LIMIT $2`, [after ?? beforeAllKeys, limit])
  }

  async commit(commit: Commit): Promise<CommitResult> {
    checkCommit(commit)
    return this.#patiently(() => this.#attempt(commit))
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#underWay]).then(() => this.#pool.end())
    return this.#closing
  }

  #select(sql: string, parameters: unknown[]): Promise<StoredRow[]> {
    return this.#patiently(() =>
      withConnection(this.#pool, async (client) => (await client.query<Row>(sql, parameters)).rows.map(toStored)),
    )
  }

  async #attempt(commit: Commit): Promise<CommitResult> {
    const receipt = crypto.randomUUID()
    const answered = this.#answered.splice(0)
    let sent = false
    try {
      const conflict = await withConnection(this.#pool, (client) => {
        sent = true
        return call(client, receipt, answered, commit)
      })
      if (conflict.length > 0) {
        this.#answered.push(...answered)
        return { ok: false, conflict }
      }
    } catch (error) {
      this.#answered.push(...answered)
      if (!sent || !(await this.#landed(receipt))) throw error
    }
    this.#answered.push(receipt)
    return { ok: true }
  }

  /** Whether the commit with this receipt was written. If not, it cannot be any more. */
  async #landed(receipt: string): Promise<boolean> {
    const ask = () =>
      withConnection(this.#pool, async (client) => {
        // Waits for a commit under way: its receipt is in the index already.
        await client.query('INSERT INTO kmsbox_receipts (id, landed) VALUES ($1, false) ON CONFLICT DO NOTHING', [
          receipt,
        ])
        const { rows } = await client.query('SELECT landed FROM kmsbox_receipts WHERE id = $1', [receipt])
        return rows[0].landed === true
      })
    try {
      return await retry(ask)
    } catch {
      throw new StoreUnavailable('The database went away during a commit. Whether it was written is not known.')
    }
  }

  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw closedStore()
    const done = retry(work)
    this.#underWay.add(done)
    try {
      return await done
    } catch (error) {
      throw unavailable(error)
    } finally {
      this.#underWay.delete(done)
    }
  }
}

/** @returns the keys in conflict; none if the commit was written */
async function call(client: pg.ClientBase, receipt: string, answered: string[], commit: Commit): Promise<StoreKey[]> {
  const expected = expectations(commit)
  const written = writtenRows(commit)
  const { rows } = await client.query('SELECT unnest(kmsbox_commit($1, $2, $3, $4, $5, $6, $7, $8)) AS key', [
    receipt,
    answered,
    expected.map(({ key }) => key),
    expected.map(({ version }) => version),
    written.map(({ key }) => key),
    written.map(({ version }) => version),
    written.map(({ value }) => value),
    commit.delete,
  ])
  return rows.map(({ key }) => new Uint8Array(key))
}

async function withConnection<T>(pool: pg.Pool, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = true
  try {
    const result = await work(client)
    broken = false
    return result
  } catch (error) {
    broken = !(error instanceof pg.DatabaseError)
    throw error
  } finally {
    client.release(broken)
  }
}

/** Tries again, with growing pauses, while the failure is one that passes. */
async function retry<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!passes(error) || Date.now() + pause > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())))
  }
}

/** SQLSTATEs after which the same request may succeed: lost races, and a server that is starting, stopping or busy. */
const passing = /^(?:40001|40P01|23505|53200|53300|57P0[1235]|08...)$/

function passes(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return passing.test(error.code ?? '')
  // What else the driver throws is a connection that was refused, broke or timed out.
  return !(error instanceof StoreUnavailable || error instanceof TypeError || error instanceof RangeError)
}

/** The driver's errors name hosts, users and databases, never passwords; but a malformed URL could repeat one. */
function unavailable(error: unknown): Error {
  if (error instanceof StoreUnavailable) return error
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_INVALID_URL') return new StoreUnavailable('The postgres:// URL is malformed.')
  return new StoreUnavailable(`PostgreSQL: ${message || code || 'cannot be reached'}`)
}
