/** One request on the wire answered by a KMS: what the AWS SDK's handler and the HTTP endpoint have in common. */
import type { CallerName, KmsRequest, Reply } from '../enclave/wire.ts'
import { internalError, KmsError } from '../errors.ts'
import type { OperationName } from '../kms/model.ts'
import { decodeRequest, encodeError, encodeOutput, type WireReply, type WireRequest } from './json11.ts'

/** What a way in needs of a KMS: a caller's handle has it. */
export interface Requester {
  request(request: KmsRequest, options?: { readonly signal?: AbortSignal }): Promise<Reply>
}

/** The owner's handle, which can also ask in another caller's name. */
export interface Administrator {
  request(
    request: KmsRequest & { readonly facts?: CallerName },
    options?: { readonly signal?: AbortSignal },
  ): Promise<Reply>
}

/**
 * Decodes a request, asks, and encodes what comes back, refusals included. Rejects only when `ask` does because the
 * caller gave up.
 */
export async function exchange(
  request: WireRequest,
  ask: (request: { operation: OperationName; input: unknown }) => Promise<Reply>,
  signal?: AbortSignal,
): Promise<WireReply> {
  try {
    const decoded = decodeRequest(request)
    const reply = await ask(decoded)
    return reply.ok ? encodeOutput(decoded.operation, reply.output) : encodeError(reply.error)
  } catch (error) {
    if (signal?.aborted) throw error
    return encodeError(error instanceof KmsError ? error : internalError())
  }
}
