/**
 * The HTTP endpoint (Node): AWS JSON 1.1 on `POST /`, `/health`, `/metrics`, and `/reset` in development.
 *
 * Everything that a stranger can make grow is bounded: connections, headers, bodies, bytes held by all bodies, calls
 * in flight, the time a request may take to arrive. Beyond a bound it answers ThrottlingException; it does not queue.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { utf8 } from '../bytes.ts'
import { internalError, KmsError } from '../errors.ts'
import { BodyReader } from './body.ts'
import { type Authenticate, authenticator, believer } from './caller.ts'
import type { Credentials } from './credentials.ts'
import { type Administrator, exchange } from './exchange.ts'
import { corsHeaders, isAwsJson, objection, preflightHeaders, type Rules } from './gate.ts'
import { CONTENT_TYPE, encodeError, operationOf, type WireReply } from './json11.ts'
import { Metrics } from './metrics.ts'

export interface EndpointOptions {
  /** The handle that `openKms()` returned: the endpoint asks it in its callers' names. */
  readonly kms: Administrator
  readonly credentials: Credentials
  readonly rules: Rules
  /** Accepts unsigned requests and any access key, as the account's root, and lets `POST /reset` call `reset`. */
  readonly dev: boolean
  readonly reset: (() => Promise<void>) | undefined
  readonly maxInFlight: number
  /** Take the caller's address from the last entry of X-Forwarded-For: only behind a proxy that sets it. */
  readonly trustForwardedFor: boolean
  readonly now: () => number
  readonly timeouts: Timeouts
}

/** Milliseconds, as Node names them: for the headers, for the whole request, and for an idle connection. */
export interface Timeouts {
  readonly headersTimeout: number
  readonly requestTimeout: number
  readonly keepAliveTimeout: number
}

/** Idle connections outlive those of the load balancers in front, or these would be met with a reset. */
export const usualTimeouts: Timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 }

/** Bytes that all bodies together may hold. */
const BODY_BUDGET = 64 * 1024 * 1024
const MAX_CONNECTIONS = 4096
const CLOSE_AFTER_MS = 10_000

export class Endpoint {
  readonly #options: EndpointOptions
  readonly #server: Server
  readonly #bodies = new BodyReader(BODY_BUDGET)
  readonly #metrics = new Metrics()
  readonly #authenticate: Authenticate
  #inFlight = 0
  #connections = 0
  #closing: Promise<void> | undefined

  constructor(options: EndpointOptions) {
    this.#options = options
    this.#authenticate = options.dev ? believer(options.credentials) : authenticator(options.credentials, options.now)
    this.#server = createServer({
      ...options.timeouts,
      connectionsCheckingInterval: options.timeouts.headersTimeout / 10,
      maxHeaderSize: 16 * 1024,
    })
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.on('request', (request, response) => void this.#serve(request, response))
    this.#server.on('clientError', refuseConnection)
    this.#server.on('connection', (socket: Socket) => {
      this.#connections++
      socket.once('close', () => this.#connections--)
    })
  }

  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, () => resolve(this.#server.address() as AddressInfo))
    })
  }

  /** Accepts no more, answers what runs, and ends connections that take longer than 10 seconds. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      const impatience = setTimeout(() => this.#server.closeAllConnections(), CLOSE_AFTER_MS)
      this.#server.close(() => {
        clearTimeout(impatience)
        resolve()
      })
      this.#server.closeIdleConnections()
    })
    return this.#closing
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort(hungUp)
    })
    response.on('error', () => {})
    const reply = await this.#answer(request, gone.signal).catch((error) => refusal(error))
    if (!gone.signal.aborted) this.#send(request, response, reply)
  }

  #send(request: IncomingMessage, response: ServerResponse, reply: HttpReply): void {
    // A body that was not read to its end would be taken for the next request.
    const last = this.#closing !== undefined || !request.complete
    response.writeHead(reply.status, {
      'content-type': CONTENT_TYPE,
      'content-length': reply.body.length,
      'x-amzn-requestid': crypto.randomUUID(),
      ...corsHeaders(request.headers.origin, this.#options.rules),
      ...(last && { connection: 'close' }),
      ...reply.headers,
    })
    response.end(reply.body)
  }

  async #answer(request: IncomingMessage, signal: AbortSignal): Promise<HttpReply> {
    const problem = objection(request.headers, this.#options.rules)
    if (problem !== undefined) return { ...refusal(new KmsError('AccessDeniedException', problem)), status: 403 }
    const [path, query = ''] = (request.url ?? '').split('?', 2) as [string, string?]
    switch (`${request.method} ${path}`) {
      case 'POST /':
        return this.#operate(request, query, signal)
      case 'OPTIONS /':
        return { status: 204, body: nothing, headers: request.headers.origin ? { ...preflightHeaders } : {} }
      case 'GET /health':
        return plain(this.#closing ? 503 : 200, 'application/json', `{"status":"${this.#closing ? 'closing' : 'ok'}"}`)
      case 'GET /metrics':
        return plain(200, 'text/plain; version=0.0.4', this.#metrics.render(this.#gauges()))
      case 'POST /reset':
      case 'POST /moto-api/reset':
        return this.#reset()
      default:
        return unknownPath()
    }
  }

  async #operate(request: IncomingMessage, query: string, signal: AbortSignal): Promise<HttpReply> {
    const started = performance.now()
    const operation = operationOf(request.headers['x-amz-target'] as string | undefined)
    const reply = await this.#admit(request, query, signal).catch((error) => refusal(error))
    this.#metrics.record(operation ?? 'unknown', reply.error ?? 'OK', (performance.now() - started) / 1000)
    return reply
  }

  async #admit(request: IncomingMessage, query: string, signal: AbortSignal): Promise<WireReply> {
    if (!isAwsJson(request.headers['content-type'])) {
      throw new KmsError('UnknownOperationException', `The content type must be ${CONTENT_TYPE}.`)
    }
    return this.#bodies.read(request, (body) => this.#ask(request, query, body, signal))
  }

  async #ask(request: IncomingMessage, query: string, body: Uint8Array, signal: AbortSignal): Promise<WireReply> {
    const { kms, maxInFlight } = this.#options
    if (this.#inFlight >= maxInFlight) throw new KmsError('ThrottlingException', 'Rate exceeded')
    this.#inFlight++
    try {
      const signed = { method: 'POST', path: '/', query, headers: headersOf(request), body }
      const { facts, target } = this.#authenticate(signed, this.#addressOf(request))
      return await exchange({ target, body }, (asked) => kms.request({ ...asked, facts }, { signal }), signal)
    } finally {
      this.#inFlight--
    }
  }

  #addressOf({ headers, socket }: IncomingMessage): string | undefined {
    const forwarded = this.#options.trustForwardedFor ? String(headers['x-forwarded-for'] ?? '') : ''
    return forwarded.split(',').at(-1)?.trim() || socket.remoteAddress?.replace(/^::ffff:/, '')
  }

  async #reset(): Promise<HttpReply> {
    const { dev, reset } = this.#options
    if (!dev || !reset) return unknownPath()
    await reset()
    return plain(200, 'application/json', '{"status":"ok"}')
  }

  #gauges(): Record<string, number> {
    return { kmsbox_requests_in_flight: this.#inFlight, kmsbox_connections: this.#connections }
  }
}

interface HttpReply extends WireReply {
  readonly headers?: Record<string, string>
}

/** Made once: an abort without a reason makes a new exception, with its stack, each time. */
const hungUp = new Error('The caller hung up')

const nothing = new Uint8Array(0)

const plain = (status: number, type: string, body: string): HttpReply => ({
  status,
  body: utf8(body),
  headers: { 'content-type': type },
})

const refusal = (error: unknown): WireReply => encodeError(error instanceof KmsError ? error : internalError())

const unknownPath = (): HttpReply => ({ ...refusal(new KmsError('UnknownOperationException')), status: 404 })

/** Node joins or drops repeated headers by rules of its own; a signature covers them as they came. */
function headersOf({ rawHeaders }: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    const before = headers.get(name)
    headers.set(name, before === undefined ? rawHeaders[at + 1]! : `${before},${rawHeaders[at + 1]}`)
  }
  return headers
}

/** Answers what never became a request: broken, slow or with too many headers. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
  const body = '{"__type":"SerializationException","message":"The request is not HTTP/1.1"}'
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: ${CONTENT_TYPE}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}
