/** `kmsbox serve`: the box behind an HTTP endpoint until it is told to stop. */
import { mkdir, readFile } from 'node:fs/promises'
import { url as inspectorUrl } from 'node:inspector'
import { dirname, join } from 'node:path'
import { type Command, Option } from 'commander'
import type { Kms } from '../client.ts'
import type { RunningServer, ServeOptions } from '../server.ts'
import { type BoxOptions, boxOptions, home, isThere, openBox, shown } from './box.ts'
import { messageOf, misused, unreachable } from './failure.ts'
import { newSecret, readSecret } from './secret.ts'

interface Options extends BoxOptions {
  readonly dev?: boolean
  readonly host: string
  readonly port: string
  readonly credentials: string
  readonly seed?: string
  readonly allowHost?: string[]
  readonly allowOrigin?: string[]
  readonly trustForwardedFor?: boolean
}

const manual = `
A store that is not there is made. The first start also makes a file of credentials with one access key, for the
account's root, and prints it.

With --dev the store is in memory, every request is the account's root, signed or not, custom ids and key material may
be given as tags (_custom_id_, _custom_key_material_), and POST /reset empties the box. For tests only.`

export function serveCommand(kmsbox: Command): void {
  const command = kmsbox
    .command('serve')
    .description('answer AWS KMS clients over HTTP')
    .option('--dev', 'in memory, for any caller, never for real keys')
    .addOption(new Option('--host <address>', 'address to listen on').env('KMSBOX_HOST').default('127.0.0.1'))
    .addOption(new Option('--port <number>', 'port to listen on; 0 takes any').env('KMSBOX_PORT').default('4599'))
    .addOption(
      new Option('--credentials <file>', 'who may call: access keys, their secrets and principals')
        .env('KMSBOX_CREDENTIALS')
        .default(join(home, 'credentials.json')),
    )
    .addOption(new Option('--seed <file>', 'keys with given ids and material, JSON').env('KMSBOX_SEED'))
    .addOption(new Option('--allow-host <names...>', 'further names of this server').env('KMSBOX_ALLOW_HOST'))
    .addOption(new Option('--allow-origin <origins...>', 'pages that may call').env('KMSBOX_ALLOW_ORIGIN'))
    .option('--trust-forwarded-for', 'behind a proxy: take callers’ addresses from X-Forwarded-For')
  boxOptions(command)
  command.addHelpText('after', manual).action(serveUntilStopped)
}

async function serveUntilStopped(options: Options): Promise<void> {
  refuseInspection(options.dev ?? false)
  portOf(options) // before a store is opened
  const running = options.dev ? await serveDevelopment(options) : await serveStore(options)
  const stopped = stopSignal()
  process.stdout.write(`kmsbox listens on ${running.server.url}\n`)
  await stopped
  process.stderr.write('kmsbox stops: what runs is answered first.\n')
  await running.server.close()
  await running.close()
}

interface Running {
  readonly server: RunningServer
  close(): Promise<void>
}

async function serveStore(options: Options): Promise<Running> {
  const fresh = options.store === 'memory:' || !(await isThere(options.store))
  const unlock = options.store === 'memory:' ? undefined : await (fresh ? newSecret : readSecret)(options)
  const kms = await openBox(options, unlock, { seed: await readSeed(options.seed) })
  if (fresh) process.stderr.write(`A new store was made: ${shown(options.store)}\n`)
  try {
    const server = await listen(options, { kms, credentials: await credentialsIn(options) })
    if (options.store.startsWith('file:')) await announce(options.store, server.url)
    return { server, close: () => kms.close() }
  } catch (error) {
    await kms.close()
    throw error
  }
}

/** The box is replaced by a fresh one when a test suite resets it. */
async function serveDevelopment(options: Options): Promise<Running> {
  const seed = await readSeed(options.seed)
  const open = () => openBox({ ...options, store: 'memory:' }, undefined, { seed, customTags: true })
  let kms = await open()
  const current: Pick<Kms, 'request'> = { request: (request, how) => kms.request(request, how) }
  const reset = async () => {
    const former = kms
    kms = await open()
    await former.close()
  }
  process.stderr.write(
    '*** kmsbox --dev: keys are in memory, and EVERY caller is the root of the account. Never for real keys. ***\n',
  )
  const server = await listen(options, { kms: current, dev: true, reset })
  return { server, close: () => kms.close() }
}

async function listen(
  options: Options,
  what: Pick<ServeOptions, 'kms' | 'credentials' | 'dev' | 'reset'>,
): Promise<RunningServer> {
  const { host, allowHost, allowOrigin, trustForwardedFor } = options
  const port = portOf(options)
  const { serve } = await import('../server.ts')
  const allowed = { allowedHosts: words(allowHost), allowedOrigins: words(allowOrigin) }
  try {
    return await serve({ ...what, host, port, ...allowed, trustForwardedFor })
  } catch (error) {
    throw unreachable(`The address ${host}:${port} cannot be had: ${messageOf(error)}`)
  }
}

function portOf(options: Options): number {
  const port = Number(options.port)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw misused('A port is a number from 0 to 65535.')
}

/** From the environment, a list is one text. */
const words = (given: readonly string[] | string | undefined): string[] => [given ?? []].flat().flatMap(split)
const split = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '')

async function credentialsIn(options: Options) {
  const { openCredentials } = await import('../server.ts')
  const path = options.credentials
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const principal = `arn:aws:iam::${options.account ?? '000000000000'}:root`
  const { credentials, made } = await openCredentials(path, principal).catch((error: unknown) => {
    throw error instanceof TypeError ? misused(error.message) : unreachable(messageOf(error))
  })
  if (credentials.size === 0) throw misused(`${path} names no access key.`)
  if (made) {
    process.stdout.write(
      `An access key of ${principal} was made, and is kept in ${path}:\n` +
        `  export AWS_ACCESS_KEY_ID=${made[0]}\n  export AWS_SECRET_ACCESS_KEY=${made[1]}\n`,
    )
  }
  return credentials
}

async function announce(store: string, url: string): Promise<void> {
  const { announceEndpoint } = await import('../stores/lock.ts')
  const { fileStoreDirectory } = await import('../stores/open-node.ts')
  await announceEndpoint(fileStoreDirectory(store), url)
}

async function readSeed(path: string | undefined): Promise<object | undefined> {
  if (path === undefined) return undefined
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreachable(messageOf(error))
  })
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would quote the file, which holds key material.
    throw misused(`The seed ${path} is not JSON. (A seed in YAML is read once it is converted.)`)
  }
}

/** Whoever can inspect the process reads its memory. */
function refuseInspection(dev: boolean): void {
  if (dev) return
  if (inspectorUrl() !== undefined) throw misused('A server under --inspect would show its keys. Use --dev for that.')
  process.on('SIGUSR1', () => process.stderr.write('kmsbox serve does not start an inspector.\n'))
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
