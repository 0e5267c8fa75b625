/**
 * The strict dispatcher: what may enter the enclave (CRYPTO.md §6).
 *
 * It speaks Comlink's messages, so that clients may use `Comlink.wrap`, but exposes no object: a message names one
 * method of a fixed `Map` and brings at most one plain value. Whatever arrives, it never throws, and it answers with
 * values that carry no stacks.
 */
import { internalError, KmsError, validationError } from '../errors.ts'
import { holdProcess } from './hold.ts'
import { enterEnclave, leaveEnclave } from './plain.ts'
import type { Reply } from './wire.ts'

/**
 * Answers one call. A thrown `KmsError` is answered, other errors are hidden. A method takes the ports that it wants out
 * of those that came with the message; the rest are closed.
 */
export type Method = (argument: unknown, ports: MessagePort[]) => Promise<Reply> | Reply

/** Calls that one port may have in flight; beyond it they are throttled, not queued. */
export const MAX_IN_FLIGHT = 1024

const MAX_ID = 128
const members = new Set(['id', 'type', 'path', 'argumentList'])

/**
 * Serves a port until its holder releases it, or the returned function is called: then nothing more is accepted, what
 * runs is finished and answered, and the port is closed.
 * @param onClosed called once, after that
 */
export function serve(port: MessagePort, methods: ReadonlyMap<string, Method>, onClosed?: () => void): () => void {
  let inFlight = 0
  let stopping = false
  let releasedBy: string | undefined

  function receive(event: MessageEvent): void {
    const id = readId(event.data)
    if (id === undefined || stopping) return
    if (event.data.type === 'RELEASE') {
      releasedBy = id
      stop()
    } else if (inFlight >= MAX_IN_FLIGHT) {
      send(id, failure(new KmsError('ThrottlingException', 'Rate exceeded')))
    } else {
      void work(id, event)
    }
  }

  async function work(id: string, event: MessageEvent): Promise<void> {
    inFlight++
    const reply = await answer(methods, event)
    inFlight--
    send(id, reply)
    if (stopping) closeWhenDone()
  }

  function stop(): void {
    if (stopping) return
    stopping = true
    closeWhenDone()
  }

  function closeWhenDone(): void {
    if (inFlight > 0) return
    if (releasedBy !== undefined) send(releasedBy, { ok: true, output: undefined })
    port.close()
    onClosed?.()
  }

  function send(id: string, reply: Reply): void {
    try {
      const { value, transfer } = leaveEnclave(reply)
      port.postMessage({ id, type: 'RAW', value }, transfer)
    } catch {
      port.postMessage({ id, type: 'RAW', value: failure(internalError()) })
    }
  }

  port.addEventListener('message', receive)
  port.start()
  holdProcess(port, false)
  return stop
}

/** What a caller may know of a failure. */
export function failure(error: unknown): Reply {
  const known = error instanceof KmsError ? error : internalError()
  return { ok: false, error: known.toPlain() }
}

async function answer(methods: ReadonlyMap<string, Method>, event: MessageEvent): Promise<Reply> {
  const ports = [...event.ports]
  try {
    const { method, argument } = parse(methods, event.data)
    return await method(argument, ports)
  } catch (error) {
    return failure(error)
  } finally {
    for (const port of ports) port.close()
  }
}

function parse(methods: ReadonlyMap<string, Method>, message: Record<string, unknown>) {
  const { type, path, argumentList } = message
  if (type !== 'APPLY') throw validationError('Only calls are accepted.')
  if (Object.keys(message).some((name) => !members.has(name))) throw validationError('The message is malformed.')
  if (!Array.isArray(path) || path.length !== 1 || typeof path[0] !== 'string') throw unknownOperation()
  const method = methods.get(path[0])
  if (!method) throw unknownOperation()
  return { method, argument: readArgument(argumentList) }
}

function readArgument(list: unknown): unknown {
  if (!Array.isArray(list) || list.length > 1) throw validationError('A call takes at most one argument.')
  if (list.length === 0) return undefined
  const wire = list[0]
  if (!isPlainObject(wire) || wire.type !== 'RAW') throw validationError('Only plain values are accepted.')
  return enterEnclave(wire.value)
}

function readId(message: unknown): string | undefined {
  if (!isPlainObject(message)) return undefined
  const { id } = message
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID ? id : undefined
}

/** Cloned values have no other prototypes, and no getters. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

const unknownOperation = () => new KmsError('UnknownOperationException', 'The operation is not known.')
