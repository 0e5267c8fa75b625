/** A KMS that remembers what it was asked and answers what it was told to: the protocol's tests need no other. */
import type { CallerName, KmsRequest, Reply } from '../../bindings/enclave/wire.ts'
import type { KmsError } from '../../bindings/errors.ts'
import { isOperationName, operations } from '../../bindings/kms/model.ts'
import { validate } from '../../bindings/kms/validate.ts'
import { sampleMembers } from './samples.ts'

export interface Asked {
  readonly operation: string
  /** As the validator returns it: what the KMS would work on. */
  readonly input: unknown
  readonly facts: CallerName | undefined
}

export class FakeKms {
  readonly asked: Asked[] = []
  /** Answers instead of the canned output, when set. */
  answer: ((operation: string, signal?: AbortSignal) => Promise<Reply> | Reply) | undefined

  async request(
    { operation, input, facts }: KmsRequest & { facts?: CallerName },
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Reply> {
    if (!isOperationName(operation)) throw new TypeError('the protocol let an unknown operation through')
    try {
      this.asked.push({ operation, input: validate(operation, input), facts })
    } catch (error) {
      return { ok: false, error: (error as KmsError).toPlain() }
    }
    return this.answer
      ? this.answer(operation, signal)
      : { ok: true, output: sampleMembers(operations[operation].output) }
  }

  as(facts: CallerName): { request(request: KmsRequest, options?: { signal?: AbortSignal }): Promise<Reply> } {
    return { request: (request, options) => this.request({ ...request, facts }, options) }
  }

  /** From now on every request is refused so. */
  refuse(name: string, message: string): void {
    this.answer = () => ({ ok: false, error: { name, message } })
  }
}
