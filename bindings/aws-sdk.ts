/**
 * `kmsbox/aws-sdk`: a request handler that lets an unmodified `KMSClient` of @aws-sdk/client-kms call a KMS in this
 * process. There is no network: requests are decoded here and asked of the handle.
 *
 * Signatures are not verified. Whoever can call the handler holds the handle behind it.
 */
import type { CallerName, Reply } from './enclave/wire.ts'
import { KmsError } from './errors.ts'
import { exchange, type Requester } from './protocol/exchange.ts'
import { CONTENT_TYPE, encodeError, type WireReply } from './protocol/json11.ts'

/** A handle of `openKms()`, `kms.region(…)` or `kms.as(…)`. A caller's handle keeps its own caller and Region. */
export interface Handle extends Requester {
  as?(caller: CallerName): Requester
}

export interface RequestHandlerOptions {
  /**
   * Callers by access key id: a principal's ARN, or all that `kms.as()` takes. Access keys that it does not name are
   * refused. Without it every request is the handle's own caller's.
   */
  readonly principals?: Readonly<Record<string, string | CallerName>>
}

/** The part of the SDK's HTTP request that matters here. */
export interface SdkRequest {
  readonly hostname: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The SDK's HTTP response. */
export interface SdkResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** What `KMSClient` takes as `requestHandler`. */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string }
  handle(request: SdkRequest, options?: { readonly abortSignal?: unknown }): Promise<{ response: SdkResponse }>
  destroy(): void
  updateHttpClientConfig(): void
  httpHandlerConfigs(): Record<string, never>
}

/**
 * `new KMSClient({ region, credentials, requestHandler: requestHandler(kms) })`: the credentials choose the caller,
 * the client's Region chooses the Region.
 */
export function requestHandler(kms: Handle, { principals }: RequestHandlerOptions = {}): SdkRequestHandler {
  const callers = new Callers(kms, principals)

  async function handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: unknown } = {}) {
    const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined
    if (signal?.aborted) throw aborted(signal)
    try {
      return { response: sdkResponse(await answer(callers, request, signal)) }
    } catch (error) {
      throw signal?.aborted ? aborted(signal) : error
    }
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle,
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
}

async function answer(callers: Callers, request: SdkRequest, signal?: AbortSignal): Promise<WireReply> {
  const headers = new Headers(request.headers)
  let caller: Requester
  try {
    caller = callers.of(headers.get('authorization') ?? '', request.hostname)
  } catch (error) {
    return encodeError(error as KmsError)
  }
  const wire = { target: headers.get('x-amz-target') ?? undefined, body: bytesOf(request.body) }
  return exchange(wire, (asked): Promise<Reply> => caller.request(asked, signal && { signal }), signal)
}

function sdkResponse({ status, body }: WireReply): SdkResponse {
  const headers = { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': crypto.randomUUID() }
  return { statusCode: status, headers, body }
}

/** Handles by access key and Region, made when first needed. */
class Callers {
  readonly #kms: Handle
  readonly #principals: RequestHandlerOptions['principals']
  readonly #made = new Map<string, Requester>()

  constructor(kms: Handle, principals: RequestHandlerOptions['principals']) {
    if (principals && !kms.as) throw new TypeError('Only the handle that openKms() returned can choose among callers')
    this.#kms = kms
    this.#principals = principals
  }

  /** @throws KmsError UnrecognizedClientException for an access key without a principal */
  of(authorization: string, hostname: string): Requester {
    if (!this.#kms.as) return this.#kms
    const [, accessKeyId = '', scope] = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\//.exec(authorization) ?? []
    const region = scope ?? /^kms(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws|api\.aws)\b/.exec(hostname)?.[1]
    const name = `${accessKeyId} ${region}`
    const caller = this.#made.get(name) ?? this.#kms.as({ ...this.#named(accessKeyId), ...(region && { region }) })
    this.#made.set(name, caller)
    return caller
  }

  #named(accessKeyId: string): CallerName {
    const attributes = accessKeyId === '' ? {} : { accessKeyId }
    if (!this.#principals) return attributes
    const caller = Object.hasOwn(this.#principals, accessKeyId) ? this.#principals[accessKeyId] : undefined
    if (!caller) {
      throw new KmsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
    }
    return { ...attributes, ...(typeof caller === 'string' ? { principal: caller } : caller) }
  }
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0)
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  throw new TypeError('The request body must be bytes or text')
}

/** What the SDK's own handlers throw when their caller gives up. */
function aborted(signal: AbortSignal): Error {
  const error = new Error('Request aborted', { cause: signal.reason })
  error.name = 'AbortError'
  return error
}
