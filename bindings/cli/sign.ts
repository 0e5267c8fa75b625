/** AWS Signature Version 4, the signing side, for requests to `/` without a query. */
import { createHash, createHmac } from 'node:crypto'

export interface AccessKey {
  readonly id: string
  readonly secret: string
  readonly sessionToken?: string
}

export interface Unsigned {
  readonly url: URL
  /** By small name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** @param now milliseconds of the epoch; @returns the headers to send; the host's is left to the client */
export function signed(request: Unsigned, key: AccessKey, region: string, now: number): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = [time.slice(0, 8), region, 'kms', 'aws4_request']
  const added = { 'x-amz-date': time, ...(key.sessionToken && { 'x-amz-security-token': key.sessionToken }) }
  const headers: Record<string, string> = { ...request.headers, ...added }
  const covered = Object.entries({ ...headers, host: request.url.host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = covered.map(([name]) => name).join(';')
  const lines = covered.map(([name, value]) => `${name}:${value.trim()}\n`).join('')
  const canonical = ['POST', request.url.pathname, '', lines, names, sha256(request.body)].join('\n')
  const toSign = [ALGORITHM, time, scope.join('/'), sha256(canonical)].join('\n')
  const signingKey = scope.reduce<Buffer | string>((last, step) => hmac(last, step), `AWS4${key.secret}`)
  const signature = hmac(signingKey, toSign).toString('hex')
  const credential = `${key.id}/${scope.join('/')}`
  const authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}

const sha256 = (message: Uint8Array | string): string => createHash('sha256').update(message).digest('hex')
const hmac = (key: Buffer | string, message: string): Buffer => createHmac('sha256', key).update(message).digest()
