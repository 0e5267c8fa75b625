/** An enclave: one KMS behind its ports. Runs in a worker, or in the page's own thread when isolation is 'inline'. */
import { KmsError, validationError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { failure, type Method, serve } from './dispatcher.ts'
import { bindFacts } from './facts.ts'
import { type Host, hostOf } from './host.ts'
import type { EnclaveOptions, KmsRequest, Reply, Start } from './wire.ts'

/** A KMS with its store open: what the ports give access to. */
export interface Occupant {
  readonly account: string
  readonly region: string
  request(facts: CallerFacts, call: KmsRequest): Promise<Reply>
  /** The administrative methods by name, such as `iam.put`. They answer their output or throw a `KmsError`. */
  readonly administration: ReadonlyMap<string, (input: unknown) => unknown>
  /** A caller was named: from now on its principal exists. */
  introduce(facts: CallerFacts): void
  /** Wipes the core and closes the store. Idempotent. */
  close(): Promise<void>
}

export type Assemble = (options: EnclaveOptions, core: WebAssembly.Module, host: Host) => Promise<Occupant>

/**
 * Opens a box and serves its administrative port; callers' ports are minted over that one.
 * @param onAbandoned called when nobody holds a port of the enclave any more, and its box was closed for that
 */
export async function openEnclave(start: Start, assemble: Assemble, onAbandoned: () => void): Promise<Reply> {
  try {
    const host = hostOf(start.host)
    const occupant = await assemble(start.options, start.core, host)
    const end = async () => {
      await occupant.close()
      start.host.close()
    }
    new Enclave(occupant, end, onAbandoned).serveAdministrator(start.admin)
    return { ok: true, output: undefined }
  } catch (error) {
    return failure(error)
  }
}

class Enclave {
  readonly #occupant: Occupant
  readonly #end: () => Promise<void>
  readonly #onAbandoned: () => void
  /** What stops each port that is served. */
  readonly #ports = new Set<() => void>()
  readonly #running = new Set<Promise<Reply>>()
  #closing = false

  constructor(occupant: Occupant, end: () => Promise<void>, onAbandoned: () => void) {
    this.#occupant = occupant
    this.#end = end
    this.#onAbandoned = onAbandoned
  }

  serveAdministrator(port: MessagePort): void {
    const methods = new Map<string, Method>([
      ['request', (request) => this.#requestAs(request)],
      ['mint', (name, ports) => this.#mint(name, ports)],
      ['close', () => this.#close()],
    ])
    for (const [name, method] of this.#occupant.administration) {
      methods.set(name, (input) => this.#run(async () => ({ ok: true, output: await method(input) })))
    }
    this.#serve(port, methods)
  }

  #mint(name: unknown, ports: MessagePort[]): Reply {
    if (ports.length !== 1) throw validationError('A caller gets exactly one port.')
    const facts = bindFacts(name, this.#occupant)
    this.#occupant.introduce(facts)
    const request: Method = (body) => this.#run(() => this.#occupant.request(facts, readRequest(body)))
    this.#serve(ports.pop() as MessagePort, new Map([['request', request]]))
    return done
  }

  /** The administrative port states the facts of each request, or asks as the root of the box's account. */
  #requestAs(body: unknown): Promise<Reply> {
    const { facts, ...request } = isRecord(body) ? body : {}
    const bound = bindFacts(facts ?? {}, this.#occupant)
    return this.#run(() => this.#occupant.request(bound, readRequest(request)))
  }

  #serve(port: MessagePort, methods: ReadonlyMap<string, Method>): void {
    const stop = serve(port, methods, () => {
      this.#ports.delete(stop)
      if (this.#ports.size === 0 && !this.#closing) void this.#abandon()
    })
    this.#ports.add(stop)
  }

  #run(work: () => Promise<Reply>): Promise<Reply> {
    if (this.#closing) throw new KmsError('KMSInternalException', 'The enclave is closing.')
    const running = work().finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  async #close(): Promise<Reply> {
    this.#closing = true
    await Promise.allSettled(this.#running)
    await this.#end()
    for (const stop of this.#ports) stop()
    return done
  }

  async #abandon(): Promise<void> {
    await this.#end()
    this.#onAbandoned()
  }
}

const done: Reply = { ok: true, output: undefined }

function readRequest(call: unknown): KmsRequest {
  const { operation, input, ...rest } = isRecord(call) ? call : {}
  if (typeof operation !== 'string' || operation.length > 64) {
    throw new KmsError('UnknownOperationException', 'The operation is not known.')
  }
  if (Object.keys(rest).length > 0) throw validationError('A request has an operation and an input only.')
  return { operation, input }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
