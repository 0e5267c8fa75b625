/** A browser's worker as the place of an enclave. */
import { KmsError } from '../errors.ts'
import type { Spawn } from './connect.ts'
import type { Reply } from './wire.ts'

/** @param spawn makes the worker; it stands where bundlers look for it, in the entry */
export const workerVessel =
  (spawn: () => Worker): Spawn =>
  (died) => {
    const worker = spawn()
    const ended = new AbortController()
    const fail = (why: string) => {
      worker.terminate()
      died(why)
    }
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      fail(`The enclave's worker failed${event.message ? `: ${event.message}` : ' to start'}.`)
    })
    return {
      async start(start, transfer) {
        const reply = nextMessage(worker)
        worker.postMessage(start, transfer)
        const answer = await reply
        watch(start.lifeline, ended.signal, () => fail("The enclave's worker ended unexpectedly."))
        return answer
      },
      end() {
        ended.abort()
        worker.terminate()
      },
    }
  }

function nextMessage(worker: Worker): Promise<Reply> {
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
  })
}

/** The worker holds the lock as long as it lives; browsers have no event for its end. */
function watch(lifeline: string, signal: AbortSignal, died: () => void): void {
  navigator.locks.request(lifeline, { signal }, died).catch(() => {
    // The enclave was ended on purpose.
  })
}

/** What a page without a secure context is told: it has no Web Locks, and no WebCrypto either. */
export function requireSecureContext(): void {
  if (globalThis.isSecureContext) return
  throw new KmsError('UnsupportedOperationException', 'An enclave needs a secure context: https: or http://localhost.')
}
