/** The other process of the sealed crash tests: `sealed-child.ts ROLE URL WASM …` plays a part and reports line by line. */
import { readFileSync, writeSync } from 'node:fs'
import { hex } from '../../bindings/bytes.ts'
import { type Core, loadCore } from '../../bindings/core.ts'
import { raw } from '../../bindings/seals/raw.ts'
import { createStore, holdsStore, openRecords } from '../../bindings/stores/open.ts'
import { openStore } from '../../bindings/stores/open-node.ts'
import { Conflict, type Records, Table } from '../../bindings/stores/records.ts'
import { identityOf } from '../../bindings/stores/rows.ts'
import type { SealedRecords } from '../../bindings/stores/sealed.ts'

const unlock = { rawKey: new Uint8Array(32).fill(1) }
const CHECKPOINT_EVERY = 16

/** Written before it returns, so that a kill right after an acknowledgement does not swallow it. */
const report = (line: string): void => void writeSync(1, `${line}\n`)

async function openOrMake(core: Core, url: string): Promise<SealedRecords> {
  const store = await openStore(url)
  const common = { core, store, checkpointEvery: CHECKPOINT_EVERY }
  return (await holdsStore(store)) ? openRecords({ ...common, unlock }) : createStore({ ...common, unlocks: [unlock] })
}

/** Makes keys one after the other, each a record, its material and an event in one commit. */
async function makeKeys(core: Core, records: Records, lane: number): Promise<never> {
  for (;;) {
    const slot = core.generateKey(32)
    const transaction = records.begin()
    const count = ((await transaction.get<number>(Table.service, `lane ${lane}`)) ?? 0) + 1
    const fingerprint = slot.expand('fingerprint', new Uint8Array(0), 8).join()
    transaction.put(Table.service, `lane ${lane}`, 'lanes', count)
    transaction.put(Table.key, `key ${lane} ${count}`, 'keys', { fingerprint })
    transaction.putMaterial(`key ${lane} ${count}/material`, `key ${lane} ${count}`, slot)
    await records.commit(transaction, { eventName: 'CreateKey', lane, count })
    slot.destroy()
    report(`${lane} ${count}`)
  }
}

/** Everything that touches many rows: new ways in, rotations, pruning. Ways left behind by a kill are dropped. */
async function housekeep(core: Core, records: SealedRecords): Promise<never> {
  const own = await raw.create(unlock, { core, store: identityOf(core, records.storeId) })
  for (;;) {
    const drop = (await records.listUnlocks()).map(({ id }) => id).filter((id) => id !== hex(own.id as Uint8Array))
    await records.rotateRoot({ unlocks: [unlock], drop }, { eventName: 'RotateRoot' })
    const { id } = await records.addUnlock({ rawKey: core.random(32) }, unlock, { eventName: 'AddUnlock' })
    await records.removeUnlock(id, unlock, { eventName: 'RemoveUnlock' })
    await records.addUnlock({ rawKey: core.random(32) }, unlock, { eventName: 'AddUnlock' })
    await records.pruneAudit({ keep: 60 }, { eventName: 'PruneAudit' })
  }
}

async function increment(records: Records): Promise<void> {
  for (;;) {
    const transaction = records.begin()
    const value = (await transaction.get<number>(Table.service, 'counter')) ?? 0
    transaction.put(Table.service, 'counter', 'counters', value + 1)
    try {
      return await records.commit(transaction, { eventName: 'Increment' })
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
  }
}

const roles: Record<string, (core: Core, url: string, times: number) => Promise<unknown>> = {
  async live(core, url, lanes) {
    const records = await openOrMake(core, url)
    report('open')
    return Promise.all([
      ...Array.from({ length: lanes }, (_, lane) => makeKeys(core, records, lane)),
      housekeep(core, records),
    ])
  },
  async count(core, url, times) {
    const records = await openOrMake(core, url)
    for (let i = 0; i < times; i++) await increment(records)
    await records.close()
    report('done')
  },
}

const [role, url, wasm, number] = process.argv.slice(2) as [string, string, string, string]
loadCore({ wasm: readFileSync(wasm) })
  .then((core) => roles[role]?.(core, url, Number(number)))
  .catch((error: Error) => {
    report(`failed ${error.stack}`)
    process.exitCode = 1
  })
