/** A PostgreSQL server for one test file; where there is none, the file's tests are skipped and say so. */
import { afterAll, beforeAll, describe } from 'vitest'
import { findPostgres, startPostgres } from '../../scripts/start-postgres.mjs'

export type Server = Awaited<ReturnType<typeof startPostgres>>

const installed = findPostgres() !== undefined
if (!installed && process.env.CI) throw new Error('CI must test on PostgreSQL: apt-get install postgresql')
if (!installed) console.warn('SKIPPED: tests on PostgreSQL, as Debian has no server here (apt-get install postgresql).')

export const describePostgres = installed ? describe : describe.skip

/** Starts the server before the file's tests, and stops it after them. */
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
    freshUrl: (settings?: string) => running().freshUrl(settings),
  }
}
