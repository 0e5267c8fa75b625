/** Speaks to an enclave as a hostile page would: raw messages on the page's end of a port. */

export interface RawPort {
  readonly port: MessagePort
  /** Posts as it is; settles with the reply's value. */
  send(message: unknown, transfer?: Transferable[]): Promise<RawReply>
  post(message: unknown, transfer?: Transferable[]): void
  /** Every message that came back so far. */
  readonly received: readonly unknown[]
}

export interface RawReply {
  readonly id: string
  readonly type: string
  readonly value: {
    readonly ok: boolean
    readonly output?: unknown
    readonly error?: { name: string; message: string }
  }
}

/** Takes over the page's end of a port. */
export function rawPort(port: MessagePort): RawPort {
  const received: unknown[] = []
  const waiting = new Map<unknown, (reply: RawReply) => void>()
  port.addEventListener('message', ({ data }) => {
    received.push(data)
    waiting.get(data.id)?.(data)
  })
  port.start()
  const post = (message: unknown, transfer: Transferable[] = []) => port.postMessage(message, transfer)
  const send = (message: unknown, transfer?: Transferable[]) =>
    new Promise<RawReply>((resolve) => {
      waiting.set((message as { id: string }).id, resolve)
      post(message, transfer)
    })
  return { port, send, post, received }
}

let last = 0

/** A well-formed call, for tests to spoil. */
export const apply = (path: unknown, ...values: unknown[]) => ({
  id: `call-${++last}`,
  type: 'APPLY',
  path,
  argumentList: values.map((value) => ({ type: 'RAW', value })),
})

/** Runs `make` and returns the page's ends of the channels that it opened, as injected script could. */
export async function capturePorts(make: () => unknown): Promise<MessagePort[]> {
  const Original = globalThis.MessageChannel
  const ports: MessagePort[] = []
  globalThis.MessageChannel = class extends Original {
    constructor() {
      super()
      ports.push(this.port1)
    }
  }
  try {
    await make()
  } finally {
    globalThis.MessageChannel = Original
  }
  return ports
}
