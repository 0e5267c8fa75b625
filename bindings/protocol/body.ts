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

  /**
   * Reads a body and hands it over; its bytes count as held until `use` is done with them.
   * @throws KmsError RequestEntityTooLargeException, or ThrottlingException when the budget is spent
   */
  async read<Result>(request: IncomingMessage, use: (body: Uint8Array) => Promise<Result>): Promise<Result> {
    const chunks: Buffer[] = []
    try {
      await this.#collect(request, chunks)
      return await use(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
    } finally {
      for (const chunk of chunks) this.#held -= chunk.length
    }
  }

  #collect(request: IncomingMessage, chunks: Buffer[]): Promise<void> {
    let length = 0
    let refused: KmsError | undefined
    return new Promise((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        length += chunk.length
        refused ??= this.#refusal(length, chunk.length)
        if (length > MAX_DISCARDED_BYTES) {
          request.pause()
          reject(refused)
        } else if (!refused) {
          this.#held += chunk.length
          chunks.push(chunk)
        }
      })
      request.once('end', () => (refused ? reject(refused) : resolve()))
      request.once('error', reject)
    })
  }

  #refusal(length: number, more: number): KmsError | undefined {
    if (length > MAX_REQUEST_BYTES) return tooLarge()
    return this.#held + more > this.#budget ? new KmsError('ThrottlingException', 'Rate exceeded') : undefined
  }
}
