/** The other process of the store tests: `child.ts ROLE URL …` plays one of these parts and reports line by line. */
import { writeSync } from 'node:fs'
import { openStore } from '../../bindings/stores/open-node.ts'
import { addToCounters, write } from './ledger.ts'

/** Written before it returns, so that a kill right after an acknowledgement does not swallow it. */
const report = (line: string): void => void writeSync(1, `${line}\n`)

const roles: Record<string, (url: string, ...rest: string[]) => Promise<void>> = {
  /** Opens a store and keeps it until killed, or says why not. */
  async hold(url) {
    try {
      await openStore(url)
    } catch (error) {
      return report(`refused ${(error as Error).message}`)
    }
    report('open')
    setInterval(() => {}, 60_000)
  },
  /** Writes to some lanes of the ledger until killed. */
  async write(url, lanes) {
    const store = await openStore(url)
    report('open')
    const acknowledge = (lane: number, n: number) => report(`${lane} ${n}`)
    await Promise.all(Array.from({ length: Number(lanes) }, (_, lane) => write(store, lane, acknowledge)))
  },
  async count(url, writer, times) {
    const store = await openStore(url)
    await addToCounters(store, Number(writer), Number(times))
    await store.close()
    report('done')
  },
}

const [role, url, ...rest] = process.argv.slice(2)
roles[role!]!(url!, ...rest).catch((error: Error) => {
  report(`failed ${error.message}`)
  process.exitCode = 1
})
