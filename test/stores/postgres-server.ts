/** A PostgreSQL server for one test file; where there is none, the file's tests are skipped and say so. */
import { afterAll, beforeAll, describe } from 'vitest'
import { findPostgres, startPostgres } from '../../scripts/start-postgres.mjs'

export type Server = Awaited<ReturnType<typeof startPostgres>>

const installed = findPostgres() !== undefined
if (!installed && process.env.CI) throw new Error('CI must test on PostgreSQL: apt-get install postgresql')
if (!installed) console.warn('SKIPPED: tests on PostgreSQL, as Debian has no server here (apt-get install postgresql).')

export const describePostgres = installed ? describe : describe.skip

/** Starts the server before the file's tests. `url` takes the name of a schema, made when it is first asked for. */
export function postgresServer(options: { fsync?: boolean } = { fsync: false }) {
  let server: Server | undefined
  beforeAll(async () => {
    if (installed) server = await startPostgres(options)
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)
  const running = (): Server => {
    if (!server) throw new Error('the server has not started')
    return server
  }
  return {
    running,
    async freshUrl(settings = ''): Promise<string> {
      const { default: pg } = await import('pg')
      const schema = `store_${crypto.randomUUID().replaceAll('-', '')}`
      const client = new pg.Client(running().url)
      await client.connect()
      await client.query(`CREATE SCHEMA ${schema}`)
      await client.end()
      return `${running().url}?options=${encodeURIComponent(`-c search_path=${schema} ${settings}`)}`
    },
  }
}
