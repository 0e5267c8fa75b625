/** `kmsbox unlock`: the ways into a store. */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadCore } from '../core.ts'
import type { Unlock } from '../enclave/parents.ts'
import { makeRecoveryCode } from '../seals/recovery.ts'
import { type BoxOptions, boxOptions, withBox } from './box.ts'
import { misused } from './failure.ts'
import { type OutputFormat, outputOption, print } from './output.ts'
import { firstLine, makeKeyFile } from './secret.ts'
import { askNewSecret } from './terminal.ts'

interface AddOptions extends BoxOptions {
  readonly newFile?: string
}

export function unlockCommand(kmsbox: Command): void {
  const unlock = kmsbox.command('unlock').description('the ways into a store')
  const list = unlock.command('list').description('what opens the store').addOption(outputOption().default('table'))
  boxOptions(list).action(listWays)
  const add = unlock
    .command('add')
    .argument('<kind>', 'passphrase, key-file or recovery-code')
    .description('add a way in; the store is opened by one that is there')
    .option('--new-file <file>', 'the key file (made if it is not there), or a file with the new passphrase')
  boxOptions(add).action(addWay)
  const remove = unlock.command('remove').argument('<id>', 'as unlock list shows it').description('remove a way in')
  boxOptions(remove).action(removeWay)
}

async function listWays(options: BoxOptions & { readonly output: OutputFormat }): Promise<void> {
  const ways = await withBox(options, (kms) => kms.listUnlocks())
  print(ways, options.output)
}

function addWay(kind: string, options: AddOptions): Promise<void> {
  return withBox(options, async (kms, existing) => {
    const { unlock, code } = await newWay(kind, options.newFile)
    await kms.addUnlock(unlock, existing)
    if (code !== undefined) showRecoveryCode(code)
    process.stderr.write(`The store can now be opened by one more ${kind.replace('-', ' ')}.\n`)
  })
}

async function newWay(kind: string, file: string | undefined): Promise<{ unlock: Unlock; code?: string }> {
  if (kind === 'recovery-code') {
    const code = makeRecoveryCode(await loadCore())
    return { unlock: { recoveryCode: code }, code }
  }
  if (kind === 'passphrase') {
    return { unlock: { passphrase: file === undefined ? await askNewSecret('passphrase') : await firstLine(file) } }
  }
  if (kind !== 'key-file') throw misused('A way in is a passphrase, a key-file or a recovery-code.')
  if (file === undefined) throw misused('Name the key file by --new-file.')
  await makeKeyFile(file)
  return { unlock: { keyFile: resolve(file) } }
}

export function showRecoveryCode(code: string): void {
  process.stderr.write(
    'The recovery code, shown this once. Print it or write it down; whoever has it opens the store:\n',
  )
  process.stdout.write(`${code}\n`)
}

const removeWay = (id: string, options: BoxOptions): Promise<void> =>
  withBox(options, (kms, existing) => kms.removeUnlock(id, existing))
