/** Opening a store in this process. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import type { Kms } from '../client.ts'
import { explained } from '../enclave/explained.ts'
import type { Unlock } from '../enclave/parents.ts'
import { KmsError } from '../errors.ts'
import type { KmsOptions } from '../open.ts'
import { fileStoreDirectory, openStore } from '../stores/open-node.ts'
import { holdsStore } from '../stores/rootkey.ts'
import { misused, unreachable } from './failure.ts'
import { readSecret, type SecretOptions, secretOptions } from './secret.ts'

/** Where the command keeps its own things unless it is told otherwise. */
export const home = join(homedir(), '.kmsbox')
export const defaultStore = `file:${join(home, 'store')}`

export interface BoxOptions extends SecretOptions {
  readonly store: string
  readonly account?: string
  readonly region?: string
}

/** Options of a verb that opens a store. */
export function boxOptions(command: Command): Command {
  command
    .addOption(new Option('--store <url>', 'the store').env('KMSBOX_STORE').default(defaultStore))
    .addOption(new Option('--account <id>', 'account of the box, twelve digits').env('KMSBOX_ACCOUNT'))
    .addOption(new Option('--region <region>', 'Region of the box').env('KMSBOX_REGION'))
  return secretOptions(command)
}

/** Opens a store that is there, works with it and closes it. `work` also gets the secret that opened it. */
export async function withBox<T>(options: BoxOptions, work: (kms: Kms, secret: Unlock) => Promise<T>): Promise<T> {
  if (options.store === 'memory:') throw misused('memory: ends with its process. Name another store.')
  if (!(await isThere(options.store))) {
    throw unreachable(`There is no store at ${shown(options.store)}. Make one with: kmsbox init --store URL`)
  }
  const secret = await readSecret(options)
  const kms = await openBox(options, secret)
  try {
    return await work(kms, secret)
  } finally {
    await kms.close()
  }
}

/** Opens a store, or makes it where there is none. @throws Failure that says why it does not open */
export async function openBox(
  { store, account, region }: BoxOptions,
  unlock: Unlock | undefined,
  more: Pick<KmsOptions, 'seed' | 'customTags'> = {},
): Promise<Kms> {
  const { openKms } = await import('../node.ts')
  try {
    return await openKms({ store, unlock, account, region, ...more })
  } catch (error) {
    throw whyShut(error)
  }
}

/** @throws Failure if nobody can tell, because the store cannot be opened at all */
export async function isThere(url: string): Promise<boolean> {
  if (url === 'memory:') return false
  try {
    if (url.startsWith('file:') && !existsSync(fileStoreDirectory(url))) return false
    const store = await openStore(url)
    try {
      return await holdsStore(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    throw whyShut(explained(error))
  }
}

export function whyShut(error: unknown): unknown {
  if (!(error instanceof KmsError)) return error
  return error.name === 'ValidationException' ? misused(error.message) : unreachable(error.message || error.name)
}

/** A store's address without the password that a database's may carry. */
export const shown = (url: string): string => url.replace(/^(\w+:\/\/[^:/@]+):[^@]*@/, '$1:…@')
