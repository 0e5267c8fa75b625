/** `kmsbox init`: makes a store. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { loadCore } from '../core.ts'
import { makeRecoveryCode } from '../seals/recovery.ts'
import { fileStoreDirectory } from '../stores/open-node.ts'
import { type BoxOptions, boxOptions, isThere, openBox, shown } from './box.ts'
import { misused, refused } from './failure.ts'
import { newSecret } from './secret.ts'
import { showRecoveryCode } from './unlock.ts'

export function initCommand(kmsbox: Command): void {
  const command = kmsbox
    .command('init')
    .description('make a store, opened by a passphrase or a key file, and show a recovery code for it')
    .option('--no-recovery', 'without a recovery code: if the secret is lost, so is the store')
  boxOptions(command)
    .addHelpText('after', '\nA key file that is not there is made. A passphrase is asked for twice.')
    .action(init)
}

async function init(options: BoxOptions & { readonly recovery: boolean }): Promise<void> {
  const { store } = options
  if (store === 'memory:') throw misused('memory: ends with its process: there is nothing to make.')
  if (await isThere(store)) throw refused(`There is a store at ${shown(store)} already.`)
  const unlock = await newSecret(options)
  if (store.startsWith('file:')) await mkdir(dirname(fileStoreDirectory(store)), { recursive: true, mode: 0o700 })
  const kms = await openBox(options, unlock)
  try {
    process.stderr.write(`A new store was made: ${shown(store)}\n`)
    if (!options.recovery) return
    const code = makeRecoveryCode(await loadCore())
    await kms.addUnlock({ recoveryCode: code }, unlock)
    showRecoveryCode(code)
  } finally {
    await kms.close()
  }
}
