#!/usr/bin/env node
/**
 * Starts a PostgreSQL server of Debian's with a fresh cluster in a temporary directory, on loopback, for tests and
 * benches. From the shell: `node scripts/start-postgres.mjs [--no-fsync]` prints the URL and runs until interrupted.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const DEBIAN = '/usr/lib/postgresql'
const START_TIMEOUT_MS = 30_000

/**
 * @typedef {object} PostgresServer
 * @property {string} url
 * @property {(settings?: string) => Promise<string>} freshUrl makes an empty schema; a URL that leads there, with `settings`
 *   as on the server's command line
 * @property {(signal?: NodeJS.Signals) => Promise<void>} restart ends the server (SIGQUIT: as a crash would) and starts it
 *   again on the same cluster
 * @property {() => Promise<void>} stop removes the cluster too
 */

/** @returns {string | undefined} directory of the newest server's programs */
export function findPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

/**
 * @param {{ fsync?: boolean }} options fsync false is for functional tests only: it acknowledges what is not on disk
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ fsync = true } = {}) {
  const bin = findPostgres()
  if (!bin) throw new Error(`no PostgreSQL under ${DEBIAN}; on Debian: apt-get install postgresql`)
  const user = serverUser()
  const cluster = mkdtempSync(join(tmpdir(), 'kmsbox-postgres-'))
  if (user.uid !== undefined) chownSync(cluster, user.uid, user.gid)
  run(join(bin, 'initdb'), ['-D', cluster, '-U', 'kmsbox', '-A', 'trust', '-E', 'UTF8', '--no-sync'], user)
  const port = await freePort()
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: fsync ? 'on' : 'off' }
  const serve = () => startServer(join(bin, 'postgres'), cluster, settings, user)
  let server = await serve()
  const url = `postgres://kmsbox@127.0.0.1:${port}/postgres`
  return {
    url,
    freshUrl: (settings = '') => freshSchema(url, settings),
    async restart(signal = 'SIGQUIT') {
      await end(server, signal)
      server = await serve()
    },
    async stop() {
      await end(server, 'SIGINT')
      rmSync(cluster, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then it runs as Debian's user for it. */
function serverUser() {
  if (process.getuid?.() !== 0) return {}
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function run(program, parameters, user) {
  const { status, stderr } = spawnSync(program, parameters, { ...user, cwd: '/', encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`)
}

function startServer(program, cluster, settings, user) {
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const options = { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] }
  const server = spawn(program, ['-D', cluster, ...parameters], options)
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = () => reject(new Error(`PostgreSQL did not start: ${log}`))
    const timer = setTimeout(fail, START_TIMEOUT_MS)
    server.once('exit', fail)
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log = (log + text).slice(-4096)
      if (!text.includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve(server)
    })
  })
}

async function freshSchema(url, settings) {
  const schema = `store_${randomBytes(8).toString('hex')}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`CREATE SCHEMA ${schema}`).finally(() => client.end())
  return `${url}?options=${encodeURIComponent(`-c search_path=${schema} ${settings}`)}`
}

async function end(server, signal) {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill(signal)
  await ended
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const server = await startPostgres({ fsync: !process.argv.includes('--no-fsync') })
  console.log(server.url)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.stop())
}
