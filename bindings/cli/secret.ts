/** The secret that opens a store: where it is read from, and how a new one comes about. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Unlock } from '../enclave/parents.ts'
import { misused, unreachable } from './failure.ts'
import { askNewSecret, askSecret, readStandardInput } from './terminal.ts'

export interface SecretOptions {
  readonly keyFile?: string
  readonly passphraseFile?: string
  readonly recoveryCode?: boolean
}

export function secretOptions(command: Command): Command {
  return command
    .addOption(new Option('--key-file <file>', 'file with the 32 bytes that open the store').env('KMSBOX_KEY_FILE'))
    .addOption(
      new Option('--passphrase-file <file>', "file whose first line is the passphrase; '-' reads standard input").env(
        'KMSBOX_PASSPHRASE_FILE',
      ),
    )
    .addOption(new Option('--recovery-code', 'ask for a recovery code'))
    .addHelpText('after', '\nWithout these, the passphrase is taken from KMSBOX_PASSPHRASE or asked for.')
}

/** The secret of a store that is there. */
export async function readSecret(options: SecretOptions): Promise<Unlock> {
  if (options.recoveryCode) return { recoveryCode: await askSecret('Recovery code') }
  return (await givenSecret(options)) ?? { passphrase: await askSecret('Passphrase') }
}

/** The secret of a store that is to be made: a key file that is not there is made, a passphrase is typed twice. */
export async function newSecret(options: SecretOptions): Promise<Unlock> {
  if (options.recoveryCode) throw misused('A new store is made with a key file or a passphrase.')
  if (options.keyFile !== undefined) await makeKeyFile(options.keyFile)
  return (await givenSecret(options)) ?? { passphrase: await askNewSecret('passphrase') }
}

async function givenSecret({ keyFile, passphraseFile }: SecretOptions): Promise<Unlock | undefined> {
  if (keyFile !== undefined && passphraseFile !== undefined) {
    throw misused('One secret is enough: a key file, or a file with a passphrase.')
  }
  if (keyFile !== undefined) return { keyFile: resolve(keyFile) }
  if (passphraseFile !== undefined) return { passphrase: await firstLine(passphraseFile) }
  const { KMSBOX_PASSPHRASE: passphrase } = process.env
  return passphrase ? { passphrase } : undefined
}

/** 32 random bytes in hexadecimal, readable by their owner only. An existing file stays as it is. */
export async function makeKeyFile(path: string): Promise<void> {
  if (existsSync(path)) return
  await writeFile(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  process.stderr.write(`A new key file is in ${path}. Who loses it loses the store.\n`)
}

export async function firstLine(path: string): Promise<string> {
  const bytes = path === '-' ? await readStandardInput() : await readText(path)
  const [line = ''] = bytes.toString('utf8').split(/\r?\n/, 1)
  if (line === '') throw misused(`${path === '-' ? 'Standard input' : path} has no first line.`)
  return line
}

const readText = (path: string): Promise<Buffer> =>
  readFile(path).catch(() => {
    throw unreachable(`${path} cannot be read.`)
  })
