/** A small KMS for tests of the enclave alone: it answers what it was asked, in ways that a port must survive. */
import type { Occupant } from '../../bindings/enclave/enclave.ts'
import { KmsError } from '../../bindings/errors.ts'

export interface Probe extends Occupant {
  /** Lets calls of `Wait` go on. */
  release(): void
  readonly closed: boolean
  readonly introduced: readonly string[]
  /** The input of every request, as it arrived. */
  readonly seen: readonly Record<string, unknown>[]
}

export function probe(): Probe {
  const { promise: gate, resolve: release } = deferred()
  const introduced: string[] = []
  const seen: Record<string, unknown>[] = []
  const state = { closed: false }
  const operations: Record<string, (input: unknown, facts: unknown) => unknown> = {
    Echo: (input) => structuredClone(input),
    Facts: (_, facts) => facts,
    Wait: () => gate,
    Refuse: () => Promise.reject(new KmsError('NotFoundException', 'No such key.')),
    Break: () => Promise.reject(new Error('secret detail')),
    Uncloneable: () => ({ code: () => 1 }),
    Pooled: () => new Uint8Array(8192).subarray(7, 12),
  }
  return {
    account: '000000000000',
    region: 'us-east-1',
    introduced,
    seen,
    release,
    get closed() {
      return state.closed
    },
    async request(facts, { operation, input }) {
      seen.push(input as Record<string, unknown>)
      return { ok: true, output: await operations[operation]!(input, facts) }
    },
    administration: new Map([['usage', () => ({ Keys: 0 })]]),
    introduce: ({ principal }) => void introduced.push(principal),
    close: async () => {
      state.closed = true
    },
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
