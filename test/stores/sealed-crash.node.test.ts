/**
 * kill -9 of the whole enclave at random moments, during new keys, slot changes, rotations of the root and pruning: no
 * acknowledged key lost, no half-written state, the trail whole. And many processes on one PostgreSQL: no mutation lost,
 * none doubled. `KMSBOX_FULL=1` for all 500 rounds and 5,000 mutations.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { examine } from '../../bindings/stores/examine.ts'
import { openRecords } from '../../bindings/stores/open.ts'
import { openStore } from '../../bindings/stores/open-node.ts'
import { Table } from '../../bindings/stores/records.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'
import { bundle } from './bundle.ts'
import { describePostgres, postgresServer } from './postgres-server.ts'
import { type Child, pause, rounds, startChild } from './process.ts'

/** Stores, and enclaves killed on each: a new store from time to time, as each round verifies a whole one. */
const STORES = rounds(1, 20)
const KILLS = rounds(8, 25)
const LANES = 3
const LONGEST_LIFE_MS = 150
const PROCESSES = 8
const MUTATIONS = rounds(20, 625)
const LONG = 60 * 60_000
const WASM = fileURLToPath(new URL('../../dist/core.scalar.wasm', import.meta.url))
const unlock = { rawKey: new Uint8Array(32).fill(1) }

let program = ''
let core: Core
beforeAll(async () => {
  program = await bundle('./sealed-child.ts', 'node')
  core = await loadCore()
}, 60_000)

const acknowledgement = (line: string) => /^\d+ \d+$/.test(line)

/** The last key that each lane acknowledged. */
function acknowledged(child: Child): number[] {
  const last: number[] = Array(LANES).fill(0)
  for (const line of child.lines.filter(acknowledgement)) {
    const [lane, count] = line.split(' ').map(Number) as [number, number]
    last[lane] = count
  }
  return last
}

/** How many keys a lane has; each of them must be there with the material it was made with. */
async function countKeys(records: SealedRecords, lane: number, from: number): Promise<number> {
  const reading = records.begin()
  const count = (await reading.get<number>(Table.service, `lane ${lane}`)) ?? 0
  for (let i = from + 1; i <= count; i++) {
    const key = await reading.get<{ fingerprint: string }>(Table.key, `key ${lane} ${i}`)
    const slot = await reading.openMaterial(`key ${lane} ${i}/material`)
    expect(slot?.expand('fingerprint', new Uint8Array(0), 8).join()).toBe(key?.fingerprint)
    slot?.destroy()
  }
  return count
}

async function killAndCheck(url: string): Promise<number> {
  const whole: number[] = Array(LANES).fill(0)
  for (let round = 0; round < KILLS; round++) {
    const child = startChild(program, 'live', url, WASM, String(LANES))
    await child.line(acknowledgement)
    await pause(Math.random() * LONGEST_LIFE_MS)
    await child.kill()
    expect(child.lines.filter((line) => line.startsWith('failed'))).toEqual([])
    const store = await openStore(url)
    const records = await openRecords({ core, store, unlock })
    for (const [lane, last] of acknowledged(child).entries()) {
      const before = whole[lane] as number
      const count = await countKeys(records, lane, before)
      const least = Math.max(last, before)
      expect([least, least + 1]).toContain(count)
      whole[lane] = count
    }
    await records.lock()
    expect((await examine({ core, store, unlock })).findings).toEqual([])
    await store.close()
  }
  return whole.reduce((sum, count) => sum + count, 0)
}

describe('kill -9 of an enclave on file:', () => {
  let directory = ''
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kmsbox-sealed-'))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it(`loses nothing in ${STORES * KILLS} rounds`, { timeout: LONG }, async () => {
    for (let i = 0; i < STORES; i++) {
      expect(await killAndCheck(`file:${join(directory, String(i))}`)).toBeGreaterThan(KILLS)
    }
  })
})

describePostgres('on PostgreSQL', () => {
  const server = postgresServer()

  it(`kill -9 of an enclave loses nothing in ${STORES * KILLS} rounds`, { timeout: LONG }, async () => {
    for (let i = 0; i < STORES; i++) expect(await killAndCheck(await server.freshUrl())).toBeGreaterThan(KILLS)
  })

  it(`${PROCESSES} enclaves lose and double none of ${PROCESSES * MUTATIONS} mutations`, {
    timeout: LONG,
  }, async () => {
    const url = await server.freshUrl()
    const first = startChild(program, 'count', url, WASM, '0')
    await first.line((line) => line === 'done')
    await first.ended
    const children = Array.from({ length: PROCESSES }, () => startChild(program, 'count', url, WASM, String(MUTATIONS)))
    await Promise.all(children.map(({ ended }) => ended))
    expect(children.flatMap(({ lines }) => lines)).toEqual(Array(PROCESSES).fill('done'))
    const store = await openStore(url)
    const records = await openRecords({ core, store, unlock })
    expect(await records.begin().get(Table.service, 'counter')).toBe(PROCESSES * MUTATIONS)
    expect(await records.verifyAudit()).toEqual({ ok: true, checked: PROCESSES * MUTATIONS })
    await records.lock()
    expect((await examine({ core, store, unlock })).findings).toEqual([])
    await store.close()
  })
})
