/** `kmsbox doctor`: reads a whole store without changing it, and says what is wrong. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { loadCore } from '../core.ts'
import { explained } from '../enclave/explained.ts'
import type { Unlock } from '../seals/unlock.ts'
import { type Examination, examine } from '../stores/examine.ts'
import { openStore } from '../stores/open-node.ts'
import { type BoxOptions, boxOptions, isThere, shown, whyShut } from './box.ts'
import { messageOf, refused, unreachable } from './failure.ts'
import { readSecret } from './secret.ts'
import { showing } from './terminal.ts'

export function doctorCommand(kmsbox: Command): void {
  const command = kmsbox
    .command('doctor')
    .description('examine a store: every row, the change log and the audit trail; nothing is repaired')
  boxOptions(command).action(diagnose)
}

async function diagnose(options: BoxOptions): Promise<void> {
  const { store: url } = options
  if (!(await isThere(url))) throw unreachable(`There is no store at ${shown(url)}.`)
  const { rows, events, findings } = await examined(options)
  if (findings.length === 0) {
    process.stdout.write(`The store is sound: ${rows} rows and ${events} audit events were examined.\n`)
    return
  }
  for (const finding of findings) process.stdout.write(`- ${finding}\n`)
  throw refused(
    `${findings.length} thing${findings.length === 1 ? ' is' : 's are'} wrong with this store. Do not write to it; restore a copy.`,
  )
}

async function examined(options: BoxOptions): Promise<Examination> {
  const unlock = await secretItself(options)
  try {
    const store = await openStore(options.store)
    try {
      const core = await loadCore()
      return await showing('Examining the store', () => examine({ core, store, unlock }))
    } finally {
      await store.close()
    }
  } catch (error) {
    throw whyShut(explained(error))
  }
}

/** Outside an enclave, a key file is its content. */
async function secretItself(options: BoxOptions): Promise<Unlock> {
  const unlock = await readSecret(options)
  if (!('keyFile' in unlock)) return unlock as Unlock
  const keyFile = await readFile(unlock.keyFile).catch((error: unknown) => {
    throw unreachable(messageOf(error))
  })
  return { keyFile }
}
