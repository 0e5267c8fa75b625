/** `postgres://` against the conformance suite under both isolation levels, its migrations and its lost connections. */
import { PostgresStore } from '../../bindings/stores/postgres.ts'
import { conformance } from './conformance.ts'
import { describePostgres, postgresServer } from './postgres-server.ts'

const server = postgresServer()
let url = ''

describePostgres('PostgreSQL', () => {
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
