/** A TCP relay that cuts a connection at the worst moment, to show what a store says about the commit under way. */
import { connect, createServer, type Socket } from 'node:net'

/** Which side of the next message that contains the words is lost with the connection. */
export type Cut = 'request' | 'answer'

export interface Cutter {
  readonly port: number
  /** Cuts once, at the next request that contains `words`; resolves when it has. */
  cut(what: Cut, words: string): Promise<void>
  /** Cuts every connection now. */
  cutAll(): void
  stop(): Promise<void>
}

export async function startCutter(targetPort: number): Promise<Cutter> {
  let next: { what: Cut; words: string; done: () => void } | undefined
  const sockets = new Set<Socket>()
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1')
    let swallow: (() => void) | undefined
    const end = () => [client, target].forEach((socket) => void socket.destroy())
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (data) => {
      if (next && data.includes(next.words)) {
        const { what, done } = next
        next = undefined
        if (what === 'request') {
          end()
          return done()
        }
        swallow = done
      }
      target.write(data)
    })
    target.on('data', (data) => {
      if (!swallow) return client.write(data)
      end()
      swallow()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    cut: (what, words) =>
      new Promise((done) => {
        next = { what, words, done }
      }),
    cutAll,
    async stop() {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
