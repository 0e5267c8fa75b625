/**
 * AWS Signature Version 4, the verifying side: in the Authorization header or in the query (presigned).
 *
 * Source: AWS's description of SigV4 ("Create a signed AWS API request"). Verified are the secret, the session
 * token, the service, the time (5 minutes either way; presigned ones until they expire), the hash of the body that
 * really came, and that host and every x-amz-* header is signed; a signature is not accepted twice (`replay.ts`).
 * Signatures are compared by an injected constant-time function. Refusals are AWS's exceptions.
 */
import { hex, utf8 } from '../bytes.ts'
import { KmsError } from '../errors.ts'
import { SeenSignatures } from './replay.ts'

export interface SignedRequest {
  readonly method: string
  readonly path: string
  /** What follows the `?`, undecoded; empty if there is none. */
  readonly query: string
  /** By small name; several values of one header joined by commas. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

export interface Secret {
  readonly secretAccessKey: string
  /** Set for temporary credentials, which must show it. */
  readonly sessionToken?: string
}

export interface Digests {
  sha256(message: Uint8Array): Uint8Array
  /** HMAC-SHA-256. */
  hmac(key: Uint8Array, message: Uint8Array): Uint8Array
  /** Constant-time comparison of equally long bytes. */
  equal(a: Uint8Array, b: Uint8Array): boolean
}

export interface Identity {
  readonly accessKeyId: string
  /** Region of the credential scope. */
  readonly region: string
  /** Signed parameters of a presigned request, by the name they have as headers. */
  readonly parameters: ReadonlyMap<string, string>
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const SERVICE = 'kms'
const SKEW_MS = 5 * 60 * 1000
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600
const SIGNATURES_PER_KEY = 200_000
const CACHED_SIGNING_KEYS = 256

/** What a request claims about its signature. */
interface Claim {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `20250102T030405Z` */
  readonly time: string
  readonly token: string | undefined
  /** Seconds; only presigned requests name them. */
  readonly expires: number | undefined
  readonly parameters: ReadonlyMap<string, string>
}

export class SignatureVerifier {
  readonly #secretOf: (accessKeyId: string) => Secret | undefined
  readonly #digests: Digests
  readonly #signingKeys = new Map<string, Uint8Array>()
  readonly #seen = new Map<string, SeenSignatures>()

  constructor(secretOf: (accessKeyId: string) => Secret | undefined, digests: Digests) {
    this.#secretOf = secretOf
    this.#digests = digests
  }

  /**
   * @param now milliseconds of the epoch
   * @throws KmsError MissingAuthenticationTokenException, IncompleteSignatureException, UnrecognizedClientException
   *   or InvalidSignatureException
   */
  verify(request: SignedRequest, now: number): Identity {
    const claim = readClaim(request)
    const validUntil = checkTime(claim, now)
    checkCoverage(claim, request)
    const secret = this.#secretOf(claim.accessKeyId)
    if (!secret) throw unrecognized()
    this.#checkSignature(claim, secret, request)
    if (!this.#tokenMatches(secret.sessionToken, claim.token)) throw unrecognized()
    this.#checkReplay(claim, validUntil, now)
    return { accessKeyId: claim.accessKeyId, region: claim.region, parameters: claim.parameters }
  }

  #checkSignature(claim: Claim, secret: Secret, request: SignedRequest): void {
    const { sha256, hmac, equal } = this.#digests
    const bodyHash = hex(sha256(request.body))
    const stated = request.headers.get('x-amz-content-sha256') ?? bodyHash
    const canonical = hex(sha256(utf8(canonicalRequest(request, claim, bodyHash))))
    const scope = `${claim.date}/${claim.region}/${SERVICE}/aws4_request`
    const toSign = utf8(`${ALGORITHM}\n${claim.time}\n${scope}\n${canonical}`)
    const expected = hex(hmac(this.#signingKey(claim, secret), toSign))
    if (!equal(utf8(expected), utf8(claim.signature)) || stated !== bodyHash) throw mismatch()
  }

  #signingKey({ accessKeyId, date, region }: Claim, { secretAccessKey }: Secret): Uint8Array {
    const name = `${accessKeyId}/${date}/${region}`
    const cached = this.#signingKeys.get(name)
    if (cached) return cached
    const steps = [date, region, SERVICE, 'aws4_request']
    const key = steps.reduce((last, step) => this.#digests.hmac(last, utf8(step)), utf8(`AWS4${secretAccessKey}`))
    if (this.#signingKeys.size >= CACHED_SIGNING_KEYS) this.#signingKeys.clear()
    this.#signingKeys.set(name, key)
    return key
  }

  #tokenMatches(expected: string | undefined, given: string | undefined): boolean {
    if (expected === undefined || given === undefined) return expected === given
    const { sha256, equal } = this.#digests
    return equal(sha256(utf8(expected)), sha256(utf8(given)))
  }

  #checkReplay({ accessKeyId, signature, signedHeaders }: Claim, validUntil: number, now: number): void {
    const seen = this.#seen.get(accessKeyId) ?? new SeenSignatures(SIGNATURES_PER_KEY)
    this.#seen.set(accessKeyId, seen)
    const unique = signedHeaders.includes('amz-sdk-invocation-id')
    if (!seen.admit(signature, validUntil, now, unique)) throw invalid('The request was received before.')
  }
}

/** Whether the request carries a signature at all, in its header or its query. */
const isSigned = ({ headers, query }: Pick<SignedRequest, 'headers' | 'query'>): boolean =>
  headers.has('authorization') || /(?:^|&)X-Amz-Algorithm=/.test(query)

function readClaim(request: SignedRequest): Claim {
  const authorization = request.headers.get('authorization')
  if (authorization !== undefined) return readHeader(authorization, request)
  if (isSigned(request)) return readQuery(request)
  throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
}

function readHeader(authorization: string, { headers }: SignedRequest): Claim {
  const [algorithm, rest = ''] = splitOnce(authorization, ' ')
  if (algorithm !== ALGORITHM) throw incomplete(`Authorization header must begin with ${ALGORITHM}.`)
  const fields = new Map(rest.split(',').map((field) => splitOnce(field.trim(), '=')))
  return {
    ...readScope(fields.get('Credential')),
    signedHeaders: readSignedHeaders(fields.get('SignedHeaders')),
    signature: readSignature(fields.get('Signature')),
    time: readTime(headers.get('x-amz-date')),
    token: headers.get('x-amz-security-token'),
    expires: undefined,
    parameters: new Map(),
  }
}

function readQuery({ query, headers }: SignedRequest): Claim {
  const pairs = queryPairs(query)
  const parameters = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]))
  if (parameters.size !== pairs.length) throw incomplete('A query parameter is given twice.')
  if (parameters.get('x-amz-algorithm') !== ALGORITHM) throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}.`)
  const expires = Number(parameters.get('x-amz-expires'))
  if (!(Number.isInteger(expires) && expires >= 1 && expires <= MAX_EXPIRES_SECONDS)) {
    throw incomplete(`X-Amz-Expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds.`)
  }
  return {
    ...readScope(parameters.get('x-amz-credential')),
    signedHeaders: readSignedHeaders(parameters.get('x-amz-signedheaders')),
    signature: readSignature(parameters.get('x-amz-signature')),
    time: readTime(parameters.get('x-amz-date')),
    token: parameters.get('x-amz-security-token') ?? headers.get('x-amz-security-token'),
    expires,
    parameters,
  }
}

function readScope(credential = ''): Pick<Claim, 'accessKeyId' | 'date' | 'region'> {
  const [accessKeyId = '', date = '', region = '', service, end, ...more] = credential.split('/')
  if (accessKeyId === '' || !/^\d{8}$/.test(date) || end !== 'aws4_request' || more.length > 0) {
    throw incomplete("Authorization requires a 'Credential' of access key id, date, Region, service and aws4_request.")
  }
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(region)) throw invalid('Credential should be scoped to a valid region.')
  if (service !== SERVICE) throw invalid(`Credential should be scoped to correct service: '${SERVICE}'.`)
  return { accessKeyId, date, region }
}

function readSignedHeaders(value = ''): string[] {
  const names = value.split(';')
  const sorted = names.every((name, at) => /^[a-z0-9-]+$/.test(name) && (at === 0 || names[at - 1]! < name))
  if (!sorted) throw incomplete("Authorization requires 'SignedHeaders', in order.")
  return names
}

function readSignature(value = ''): string {
  if (!/^[0-9a-f]{64}$/.test(value)) throw incomplete("Authorization requires 'Signature'.")
  return value
}

function readTime(value = ''): string {
  if (!/^\d{8}T\d{6}Z$/.test(value)) throw incomplete("Authorization requires an 'X-Amz-Date'.")
  return value
}

/** When the signature ends, in milliseconds of the epoch. */
function checkTime({ time, date, expires }: Claim, now: number): number {
  const signed = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
  if (Number.isNaN(signed)) throw incomplete("Authorization requires an 'X-Amz-Date'.")
  if (!time.startsWith(date)) throw invalid('Date in Credential scope does not match YYYYMMDD from X-Amz-Date.')
  const validUntil = signed + (expires === undefined ? SKEW_MS : expires * 1000)
  if (now > validUntil) throw invalid(`Signature expired: ${time} is too long before ${basic(now)}`)
  if (now < signed - SKEW_MS) throw invalid(`Signature not yet current: ${time} is still later than ${basic(now)}`)
  return validUntil
}

const basic = (now: number): string => new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')

/** What is not signed could have been changed on the way: host and x-amz-* decide where a request goes and what it asks. */
function checkCoverage({ signedHeaders }: Claim, { headers }: SignedRequest): void {
  const covered = new Set(signedHeaders)
  const needed = [...headers.keys()].filter((name) => name === 'host' || name.startsWith('x-amz-'))
  const missing = needed.find((name) => !covered.has(name)) ?? signedHeaders.find((name) => !headers.has(name))
  if (missing !== undefined || !covered.has('host')) {
    throw invalid(`'${missing ?? 'host'}' must be a header of the request and be signed.`)
  }
}

function canonicalRequest(request: SignedRequest, { signedHeaders }: Claim, bodyHash: string): string {
  const headers = signedHeaders.map((name) => `${name}:${trimmed(request.headers.get(name) as string)}\n`)
  const path = encode(decode(request.path)).replaceAll('%2F', '/')
  return [
    request.method,
    path,
    canonicalQuery(request.query),
    headers.join(''),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n')
}

const trimmed = (value: string): string => value.trim().replace(/\s+/g, ' ')

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
}

const queryPairs = (query: string): [string, string][] =>
  query === '' ? [] : query.split('&').map((pair) => splitOnce(pair, '=').map(decode) as [string, string])

function splitOnce(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator)
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + separator.length)]
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    throw incomplete('The address is not well encoded.')
  }
}

const encode = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const incomplete = (message: string): KmsError => new KmsError('IncompleteSignatureException', message)
const invalid = (message: string): KmsError => new KmsError('InvalidSignatureException', message)
const unrecognized = (): KmsError =>
  new KmsError('UnrecognizedClientException', 'The security token included in the request is invalid.')
const mismatch = (): KmsError =>
  invalid('The request signature we calculated does not match the signature you provided.')
