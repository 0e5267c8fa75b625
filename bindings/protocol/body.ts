/** Request bodies read within bounds: of one request, and of all requests together. */
import type { IncomingMessage } from 'node:http'
import { KmsError } from '../errors.ts'
import { MAX_REQUEST_BYTES, tooLarge } from './json11.ts'

/** What is still read, and thrown away, of a body that is too large, so that its sender can read the answer. */
const MAX_DISCARDED_BYTES = 8 * MAX_REQUEST_BYTES

export class BodyReader {
  readonly #budget: number
  #held = 0

  /** @param budget bytes that all requests may hold at once */
  constructor(budget: number) {
    this.#budget = budget
  }

  /** @throws KmsError RequestEntityTooLargeException, or ThrottlingException when the budget is spent */
  async read<Result>(request: IncomingMessage, use: (body: Uint8Array) => Promise<Result>): Promise<Result> {
    const chunks: Buffer[] = []
    let length = 0
    let refused: KmsError | undefined
    try {
      // Leaving the loop early must not close the connection before the refusal is sent.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        length += chunk.length
        if (length > MAX_DISCARDED_BYTES) throw tooLarge()
        refused ??= this.#refusal(length, chunk.length)
        if (refused) continue
        this.#held += chunk.length
        chunks.push(chunk)
      }
      if (refused) throw refused
      return await use(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    } finally {
      for (const chunk of chunks) this.#held -= chunk.length
    }
  }

  #refusal(length: number, more: number): KmsError | undefined {
    if (length > MAX_REQUEST_BYTES) return tooLarge()
    return this.#held + more > this.#budget ? new KmsError('ThrottlingException', 'Rate exceeded') : undefined
  }
}
