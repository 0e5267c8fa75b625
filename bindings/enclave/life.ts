/** The life of an enclave as its page sees it: which calls wait for it, and that they all learn when it is over. */
import { KmsError } from '../errors.ts'

export class Life {
  readonly #waiting = new Set<(error: unknown) => void>()
  readonly #hold: (on: boolean) => void
  #over: string | undefined

  /** @param hold told when the first call begins to wait and when the last one has stopped */
  constructor(hold: (on: boolean) => void) {
    this.#hold = hold
  }

  get over(): boolean {
    return this.#over !== undefined
  }

  /** Rejects whatever waits, and everything later. The first reason stays. */
  end(why: string): void {
    if (this.over) return
    this.#over = why
    for (const reject of [...this.#waiting]) reject(this.#obituary())
  }

  /**
   * The outcome of `work`, unless the enclave ends or `signal` aborts first. An aborted call may still take effect:
   * only its answer is given up.
   */
  async wait<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    if (this.over) throw this.#obituary()
    let giveUp: (error: unknown) => void = () => {}
    const interrupted = new Promise<never>((_, reject) => {
      giveUp = reject
    })
    const abort = () => giveUp(signal?.reason)
    signal?.addEventListener('abort', abort)
    this.#begin(giveUp)
    try {
      return await Promise.race([work(), interrupted])
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#finish(giveUp)
    }
  }

  #begin(reject: (error: unknown) => void): void {
    if (this.#waiting.size === 0) this.#hold(true)
    this.#waiting.add(reject)
  }

  #finish(reject: (error: unknown) => void): void {
    this.#waiting.delete(reject)
    if (this.#waiting.size === 0) this.#hold(false)
  }

  #obituary(): KmsError {
    return new KmsError('KMSInternalException', `${this.#over} What had not been answered was not acknowledged.`)
  }
}
