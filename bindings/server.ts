/**
 * `kmsbox/server`: the KMS as an HTTP endpoint for the AWS CLI, any AWS SDK and other clients of AWS KMS (Node).
 *
 * It speaks HTTP, not HTTPS: it is made for loopback, or for a proxy that brings TLS.
 */
import { type Credentials, makeCredential, openCredentials } from './protocol/credentials.ts'
import type { Administrator } from './protocol/exchange.ts'
import { Endpoint, usualTimeouts } from './protocol/server.ts'

export type { Credential, Credentials } from './protocol/credentials.ts'
export { makeCredential, openCredentials }

export interface ServeOptions {
  /** The handle that `openKms()` returned. */
  readonly kms: Administrator
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string
  /** Default 4599; 0 picks a free one. */
  readonly port?: number
  /** Who may call, by access key id. Required unless `dev`. */
  readonly credentials?: Credentials
  /**
   * For development only: unsigned requests and any access key are the account's root, and `POST /reset` (also
   * `/moto-api/reset`) calls `reset`.
   */
  readonly dev?: boolean
  readonly reset?: () => Promise<void>
  /** Host names that clients may use besides `localhost`, IP addresses and `host`. */
  readonly allowedHosts?: readonly string[]
  /** Origins whose pages may call, such as `https://console.example`. Default: none. */
  readonly allowedOrigins?: readonly string[]
  /** Calls answered at once; beyond it ThrottlingException. Default 1,000. */
  readonly maxInFlight?: number
  /** Take callers' addresses from X-Forwarded-For: only behind a proxy that sets it. */
  readonly trustForwardedFor?: boolean
  /** Clock that signatures are judged by, in milliseconds of the epoch. */
  readonly now?: () => number
}

export interface RunningServer {
  /** `http://127.0.0.1:4599` */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Answers what runs and accepts no more. Does not close the KMS. */
  close(): Promise<void>
}

/** @throws TypeError without credentials, unless `dev`; an error of Node if the address cannot be had */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { kms, host = '127.0.0.1', port = 4599, credentials = new Map(), dev = false } = options
  if (!dev && credentials.size === 0) throw new TypeError('serve() needs credentials, or dev: true')
  const hosts = new Set([...(options.allowedHosts ?? []), host].map((name) => name.toLowerCase()))
  const endpoint = new Endpoint({
    kms,
    credentials,
    rules: { hosts, origins: new Set(options.allowedOrigins) },
    dev,
    reset: options.reset,
    maxInFlight: options.maxInFlight ?? 1000,
    trustForwardedFor: options.trustForwardedFor ?? false,
    now: options.now ?? Date.now,
    timeouts: usualTimeouts,
  })
  const { address, family, port: bound } = await endpoint.listen(host, port)
  const shown = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${shown}:${bound}`, host: address, port: bound, close: () => endpoint.close() }
}
