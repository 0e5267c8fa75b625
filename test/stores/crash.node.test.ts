/**
 * kill -9 at random moments: no acknowledged commit lost, none half written. Of the process that commits, on `file:` and
 * PostgreSQL; of PostgreSQL itself, where the process must live through it and tell the truth about every commit.
 * `KMSBOX_FULL=1` for 500 rounds. The disk keeps its power: that commits are synced is the stores' promise, not shown here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../bindings/stores/open-node.ts'
import { bundle } from './bundle.ts'
import { check, readCounters } from './ledger.ts'
import { describePostgres, postgresServer } from './postgres-server.ts'
import { type Child, pause, rounds, startChild } from './process.ts'

const KILLS = rounds(25, 500)
const LANES = 4
const LONGEST_LIFE_MS = 60
const LONG = 30 * 60_000

let program = ''
beforeAll(async () => {
  program = await bundle('./child.ts', 'node')
}, 60_000)

const acknowledgement = (line: string) => /^\d+ \d+$/.test(line)

/** The last count that each lane acknowledged. */
function acknowledged(child: Child): number[] {
  const last: number[] = Array(LANES).fill(0)
  for (const line of child.lines.filter(acknowledgement)) {
    const [lane, n] = line.split(' ').map(Number) as [number, number]
    last[lane] = n
  }
  return last
}

async function killAndCheck(url: string, settled: () => Promise<void>): Promise<number> {
  const whole: number[] = Array(LANES).fill(0)
  for (let round = 0; round < KILLS; round++) {
    const child = startChild(program, 'write', url, String(LANES))
    await child.line(acknowledgement)
    await pause(Math.random() * LONGEST_LIFE_MS)
    await child.kill()
    await settled()
    const store = await openStore(url)
    for (const [lane, last] of acknowledged(child).entries()) {
      const count = await check(store, lane, whole[lane])
      // Of a lane, one commit was under way: it may have landed unacknowledged.
      expect([Math.max(last, whole[lane]!), Math.max(last, whole[lane]!) + 1]).toContain(count)
      whole[lane] = count
    }
    await store.close()
  }
  await checkFromTheStart(url, whole)
  return whole.reduce((sum, count) => sum + count, 0)
}

async function checkFromTheStart(url: string, counts: readonly number[]): Promise<void> {
  const store = await openStore(url)
  for (const [lane, count] of counts.entries()) expect(await check(store, lane)).toBe(count)
  await store.close()
}

describe('kill -9 of the process that commits to file:', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kmsbox-crash-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it(
    `loses nothing in ${KILLS} rounds`,
    async () => {
      expect(await killAndCheck(`file:${directory}`, async () => {})).toBeGreaterThan(KILLS)
    },
    LONG,
  )
})

describePostgres('PostgreSQL that syncs to disk', () => {
  const server = postgresServer({ fsync: true })

  /** Waits until the server has noticed that its client is dead: until then a commit may be under way. */
  async function deserted(url: string): Promise<void> {
    const client = new pg.Client(url)
    await client.connect()
    const others = `SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'kmsbox'`
    while ((await client.query(others)).rows[0].left > 0) await pause(5)
    await client.end()
  }

  it(
    `loses nothing in ${KILLS} rounds of kill -9 of the process that commits`,
    async () => {
      const url = await server.freshUrl()
      expect(await killAndCheck(url, () => deserted(url))).toBeGreaterThan(KILLS)
    },
    LONG,
  )

  it(
    'crashes under a process that goes on and reports every commit truthfully',
    async () => {
      const url = await server.freshUrl()
      const child = startChild(program, 'write', url, String(LANES))
      await child.line(acknowledgement)
      for (let crash = 0; crash < rounds(4, 60); crash++) {
        await pause(Math.random() * LONGEST_LIFE_MS)
        await server.running().restart('SIGQUIT')
        const before = child.lines.length
        await expect.poll(() => child.lines.length, { timeout: 30_000 }).toBeGreaterThan(before + LANES)
      }
      await child.kill()
      expect(child.lines.filter((line) => line.startsWith('failed'))).toEqual([])
      await deserted(url)
      const store = await openStore(url)
      for (const [lane, last] of acknowledged(child).entries()) {
        expect([last, last + 1]).toContain(await check(store, lane))
      }
      await store.close()
    },
    LONG,
  )
})

describePostgres('8 processes on one PostgreSQL', () => {
  const server = postgresServer()
  const WRITERS = 8
  const EACH = 625

  it(
    `neither lose nor double any of ${WRITERS * EACH} mutations`,
    async () => {
      const url = await server.freshUrl()
      const children = Array.from({ length: WRITERS }, (_, i) => startChild(program, 'count', url, `${i}`, `${EACH}`))
      const last = await Promise.all(children.map((child) => child.line((line) => /^(done|failed)/.test(line))))
      expect(last).toEqual(Array(WRITERS).fill('done'))
      const store = await openStore(url)
      expect(await readCounters(store, WRITERS)).toEqual({ counted: WRITERS * EACH, signed: WRITERS * EACH })
      await store.close()
    },
    LONG,
  )
})
