/** The page's side of an enclave: spawn it, speak to its ports through Comlink, notice its end. */
import { type Remote, transfer, wrap } from 'comlink'
import { KmsError } from '../errors.ts'
import { holdProcess } from './hold.ts'
import { type HostMethods, serveHost } from './host.ts'
import { Life } from './life.ts'
import { leavePage } from './plain.ts'
import type { CallerName, EnclaveOptions, Reply, Start } from './wire.ts'

/** Where an enclave runs: a browser's worker, a thread of Node, or the page's own thread. */
export interface Vessel {
  /** Hands over the start message and answers whether the enclave opened. Called once. */
  start(start: Start, transfer: Transferable[]): Promise<Reply>
  /** Ends it at once. Idempotent. */
  end(): void
}

/** Makes a vessel. `died` is called if it ends for any reason but `end()`. */
export type Spawn = (died: (why: string) => void) => Vessel

type Methods = Record<string, (argument?: unknown) => Promise<Reply>>

/** One port of an enclave. */
export class Connection {
  readonly #remote: Remote<Methods>
  readonly #life: Life
  readonly #minted: Promise<Reply>

  /** @param minted the enclave's answer to the wish for this port; its refusal is every call's refusal */
  constructor(port: MessagePort, life: Life, minted: Promise<Reply> = opened) {
    this.#remote = wrap<Methods>(port)
    holdProcess(port, false)
    this.#life = life
    this.#minted = minted
  }

  /** Calls a method of the port. Rejects with the enclave's `KmsError`, or with the signal's reason. */
  async call(method: string, argument: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    return output(await this.ask(method, argument, { signal }))
  }

  /** The same, with refusals as values. */
  ask(method: string, argument: unknown, { signal }: CallOptions = {}, ports: MessagePort[] = []): Promise<Reply> {
    return this.#life.wait(async () => {
      const { value, transfer: buffers } = leavePage(argument) // at once: later it may be another
      const minted = await this.#minted
      if (!minted.ok) return minted
      return send(this.#remote, method, value, [...buffers, ...ports])
    }, signal)
  }
}

export interface CallOptions {
  /** Gives up waiting for the answer; what the call does may still happen. */
  readonly signal?: AbortSignal
}

/** An open enclave: its administrative port, and the ports it mints. */
export class Enclave {
  readonly admin: Connection
  readonly #life: Life
  readonly #vessel: Vessel

  constructor(admin: Connection, life: Life, vessel: Vessel) {
    this.admin = admin
    this.#life = life
    this.#vessel = vessel
  }

  /** A port of its own for another caller or Region, at once; if the enclave refuses the name, its calls say so. */
  mint(name: CallerName): Connection {
    const { port1, port2 } = new MessageChannel()
    const minted = this.admin.ask('mint', name, {}, [port2])
    minted.catch(() => {})
    return new Connection(port1, this.#life, minted)
  }

  /** Lets what runs come to its end, wipes, and ends the enclave. Idempotent. */
  async close(): Promise<void> {
    if (this.#life.over) return
    try {
      await this.admin.call('close', undefined)
    } finally {
      this.#life.end('The enclave was closed.')
      this.#vessel.end()
    }
  }
}

/** Spawns an enclave and opens its box. Rejects with the `KmsError` that says why it could not be opened. */
export async function openEnclaveIn(
  spawn: Spawn,
  options: EnclaveOptions,
  core: WebAssembly.Module,
  host: Partial<HostMethods>,
): Promise<Enclave> {
  const admin = new MessageChannel()
  const hostChannel = new MessageChannel()
  const life = new Life((on) => holdProcess(admin.port1, on))
  const connection = new Connection(admin.port1, life)
  serveHost(hostChannel.port1, host)
  const vessel = spawn((why) => life.end(why))
  const { value, transfer: buffers } = leavePage(options)
  const ports = { admin: admin.port2, host: hostChannel.port2 }
  const start = { options: value as EnclaveOptions, core, ...ports, lifeline: crypto.randomUUID() }
  try {
    output(await life.wait(() => vessel.start(start, [...Object.values(ports), ...buffers])))
  } catch (error) {
    vessel.end()
    throw error
  }
  return new Enclave(connection, life, vessel)
}

/** The output of a reply, or its error thrown. */
export function output(reply: Reply): unknown {
  if (reply.ok) return reply.output
  throw new KmsError(reply.error.name, reply.error.message)
}

const opened: Promise<Reply> = Promise.resolve({ ok: true, output: undefined })

function send(remote: Remote<Methods>, method: string, value: unknown, owned: Transferable[]): Promise<Reply> {
  const call = remote[method] as (argument?: unknown) => Promise<Reply>
  const movable = typeof value === 'object' && value !== null
  return movable ? call(transfer(value, owned)) : call(value)
}
