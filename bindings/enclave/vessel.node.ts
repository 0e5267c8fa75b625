/** A thread of Node as the place of an enclave. */
import type { Worker } from 'node:worker_threads'
import type { Spawn } from './connect.ts'
import type { Reply } from './wire.ts'

/** The thread does not keep the process alive; a call that waits for it does (see `Life`). */
export const threadVessel =
  (spawn: () => Worker): Spawn =>
  (died) => {
    const thread = spawn()
    thread.unref()
    thread.on('error', (error) => died(`The enclave's thread failed (${nameOf(error)}).`))
    thread.on('exit', () => died("The enclave's thread ended unexpectedly."))
    return {
      start: (start, transfer) =>
        new Promise<Reply>((resolve) => {
          thread.once('message', resolve)
          thread.postMessage(start, transfer as unknown as readonly import('node:worker_threads').MessagePort[])
          thread.unref()
        }),
      end: () => void thread.terminate(),
    }
  }

/** The message of an unexpected error could tell what must stay inside. */
function nameOf(error: unknown): string {
  const { code, name } = error as { code?: string; name?: string }
  return code ?? name ?? 'unknown error'
}
