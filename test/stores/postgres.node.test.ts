/** `postgres://` against the conformance suite under both isolation levels; its tables, its errors, its lost connections. */
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { hex } from '../../bindings/bytes.ts'
import { PostgresStore } from '../../bindings/stores/postgres.ts'
import { type Commit, storeKey } from '../../bindings/stores/store.ts'
import { conformance } from './conformance.ts'
import { type Cut, type Cutter, startCutter } from './cutter.ts'
import { describePostgres, postgresServer } from './postgres-server.ts'
import { pause } from './process.ts'

const server = postgresServer()

const keyOf = (n: number) => storeKey(1, new Uint8Array(16), new Uint8Array(32).fill(n))
const nothing: Commit = { expect: [], put: [], delete: [], append: [] }
/** Raises the version of row 1 from `version`, and appends a row: done twice, it would conflict. */
const step = (version: number): Commit => ({
  ...nothing,
  expect: [{ key: keyOf(1), version }],
  put: [{ key: keyOf(1), version: version + 1, value: Uint8Array.of(version) }],
  append: [{ key: keyOf(100 + version), version: 1, value: Uint8Array.of(version) }],
})

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  return work(client).finally(() => client.end())
}

async function withStore<T>(url: string, work: (store: PostgresStore) => Promise<T>): Promise<T> {
  const store = await PostgresStore.open(url)
  return work(store).finally(() => store.close())
}

describePostgres('PostgreSQL', () => {
  let url = ''
  for (const isolation of ['read committed', 'serializable']) {
    const settings = `-c default_transaction_isolation=${isolation.replace(' ', '\\ ')}`
    conformance(`postgres:// (${isolation})`, {
      async open() {
        url = await server.freshUrl(settings)
        return PostgresStore.open(url)
      },
      reopen: () => PostgresStore.open(url),
    })
  }
})

describePostgres('the tables of a PostgreSQL store', () => {
  it('are made once by servers that start together', async () => {
    for (let round = 0; round < 5; round++) {
      const url = await server.freshUrl()
      const stores = await Promise.all(Array.from({ length: 8 }, () => PostgresStore.open(url)))
      expect(await stores[0]!.commit(step(0))).toEqual({ ok: true })
      expect((await stores[7]!.get([keyOf(1)]))[0]?.version).toBe(1)
      await Promise.all(stores.map((store) => store.close()))
    }
  })

  it('of a newer release are left alone', async () => {
    const url = await server.freshUrl()
    await withStore(url, async () => {})
    await withClient(url, (client) => client.query('UPDATE kmsbox_layout SET version = version + 1'))
    await expect(PostgresStore.open(url)).rejects.toThrow('A newer release made the tables')
  })

  it('are listed along their primary key', async () => {
    const url = await server.freshUrl()
    await withStore(url, async () => {})
    await withClient(url, async (client) => {
      await client.query(`INSERT INTO kmsbox_rows
        SELECT sha256(n::text::bytea) || '\\x0102030405060708090a0b0c0d0e0f1011'::bytea, 1, '' FROM generate_series(1, 5000) AS n`)
      await client.query('ANALYZE kmsbox_rows')
      const { rows } = await client.query(`EXPLAIN SELECT key, version, value FROM kmsbox_rows
        WHERE key > '\\x0102' AND key <= '\\x0103' ORDER BY key LIMIT 10`)
      expect(JSON.stringify(rows)).toContain('Index Scan using kmsbox_rows_pkey')
    })
  })

  it('hold no receipt for longer than the next commit needs', async () => {
    const url = await server.freshUrl()
    await withStore(url, async (store) => {
      for (let version = 0; version < 20; version++) {
        expect((await store.commit(step(version))).ok).toBe(true)
        expect((await store.commit(step(version))).ok).toBe(false)
      }
    })
    const left = await withClient(url, (client) => client.query('SELECT count(*)::int AS n FROM kmsbox_receipts'))
    expect(left.rows[0].n).toBe(1)
  })
})

describePostgres('a commit to PostgreSQL', () => {
  it('is synced to disk where the database would not wait for that', async () => {
    const url = await server.freshUrl('-c synchronous_commit=off')
    await withStore(url, async () => {})
    await withClient(url, async (client) => {
      await client.query('BEGIN')
      await client.query(`SELECT kmsbox_commit(gen_random_uuid(), '{}', '{}', '{}', '{}', '{}', '{}', '{}')`)
      expect((await client.query('SHOW synchronous_commit')).rows[0].synchronous_commit).toBe('on')
      await client.query('ROLLBACK')
    })
  })

  it('is refused under REPEATABLE READ, where it could not be trusted', async () => {
    const url = await server.freshUrl('-c default_transaction_isolation=repeatable\\ read')
    await withStore(url, (store) => expect(store.commit(step(0))).rejects.toThrow('not REPEATABLE READ'))
  })

  it('waits its turn where there are more than connections', async () => {
    await withStore(await server.freshUrl(), async (store) => {
      const puts = Array.from({ length: 200 }, (_, n) => ({ key: keyOf(n), version: 1, value: Uint8Array.of(n) }))
      const results = await Promise.all(puts.map((row) => store.commit({ ...nothing, append: [row] })))
      expect(results.every(({ ok }) => ok)).toBe(true)
    })
  })
})

describePostgres('a connection to PostgreSQL that breaks', () => {
  /** Runs `work` on a store behind a relay that can cut its connections. */
  async function cutting(work: (store: PostgresStore, cutter: Cutter, direct: string) => Promise<void>) {
    const direct = await server.freshUrl()
    const url = new URL(direct)
    const cutter = await startCutter(Number(url.port))
    url.port = String(cutter.port)
    await withStore(url.href, (store) => work(store, cutter, direct)).finally(() => cutter.stop())
  }

  for (const lost of ['request', 'answer'] as Cut[]) {
    it(`with the ${lost} of a commit leaves it done once, and reports it done`, async () => {
      await cutting(async (store, cutter) => {
        for (let version = 0; version < 5; version++) {
          const cut = cutter.cut(lost, 'kmsbox_commit')
          expect(await store.commit(step(version))).toEqual({ ok: true })
          await cut
          expect((await store.get([keyOf(1)]))[0]?.version).toBe(version + 1)
        }
      })
    })

    it(`with the ${lost} of a commit in conflict leaves the conflict`, async () => {
      await cutting(async (store, cutter) => {
        await store.commit(step(0))
        const cut = cutter.cut(lost, 'kmsbox_commit')
        const result = await store.commit(step(0))
        await cut
        expect(!result.ok && result.conflict.map(hex).sort()).toEqual([hex(keyOf(1)), hex(keyOf(100))])
      })
    })
  }

  it('and breaks again while the store asks for the outcome does not change the outcome', async () => {
    await cutting(async (store, cutter) => {
      for (const [version, lost] of (['request', 'answer'] as Cut[]).entries()) {
        const first = cutter.cut(lost, 'kmsbox_commit').then(() => cutter.cut('answer', 'kmsbox_receipts'))
        expect(await store.commit(step(version))).toEqual({ ok: true })
        await first
        expect((await store.get([keyOf(1)]))[0]?.version).toBe(version + 1)
      }
    })
  })

  it('leaves no commit behind that lands after it was given up', async () => {
    await cutting(async (store, cutter, direct) => {
      await store.commit(step(0))
      await withClient(direct, async (blocker) => {
        await blocker.query('BEGIN')
        await blocker.query(`SELECT pg_advisory_xact_lock(kmsbox_lock_id('kmsbox store'))`)
        const committing = store.commit(step(1))
        await pause(200) // the commit waits for the lock
        cutter.cutAll()
        await pause(200)
        await blocker.query('COMMIT')
        expect(await committing).toEqual({ ok: true })
      })
      expect((await store.get([keyOf(1)]))[0]?.version).toBe(2)
    })
  })

  it('does not matter to reads', async () => {
    await cutting(async (store, cutter) => {
      await store.commit(step(0))
      const cut = cutter.cut('answer', 'SELECT key')
      expect((await store.get([keyOf(1)]))[0]?.version).toBe(1)
      await cut
    })
  })
})

describe('a PostgreSQL URL that leads nowhere', () => {
  it('is refused without its password', async () => {
    for (const url of ['postgres://me:hidden@127.0.0.1:1/db', 'postgres://me:hidden@host:port/db']) {
      const error = await PostgresStore.open(url).then(
        () => undefined,
        (reason: Error) => reason,
      )
      expect(error?.name).toBe('StoreUnavailable')
      expect(`${error?.message} ${JSON.stringify(error)} ${error?.stack}`).not.toContain('hidden')
    }
  })
})
