/** Signatures made by the AWS SDK's own signer, and what becomes of them when anything is changed. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../bindings/bytes.ts'
import type { KmsError } from '../../bindings/errors.ts'
import { SeenSignatures } from '../../bindings/protocol/replay.ts'
import { SignatureVerifier, type SignedRequest } from '../../bindings/protocol/sigv4.ts'

const digests = {
  sha256: (message: Uint8Array) => createHash('sha256').update(message).digest(),
  hmac: (key: Uint8Array, message: Uint8Array) => createHmac('sha256', key).update(message).digest(),
  equal: (a: Uint8Array, b: Uint8Array) => a.length === b.length && timingSafeEqual(a, b),
}

const secrets = new Map([
  ['AKIDALICE', { secretAccessKey: 'a-secret-of-alice' }],
  ['ASIATEMPORARY', { secretAccessKey: 'a-temporary-secret', sessionToken: 'the/token+of=it' }],
])
const now = Date.parse('2025-03-04T05:06:07Z')
const body = '{"KeyId":"alias/é"}'

interface Signing {
  accessKeyId?: string
  secretAccessKey?: string
  sessionToken?: string
  region?: string
  service?: string
  at?: number
  body?: string
  headers?: Record<string, string>
  query?: Record<string, string>
}

function signerOf({
  accessKeyId = 'AKIDALICE',
  region = 'eu-west-1',
  service = 'kms',
  ...given
}: Signing): SignatureV4 {
  const known = secrets.get(accessKeyId)
  const credentials = { accessKeyId, ...(known ?? { secretAccessKey: 'unknown' }), ...pick(given) }
  return new SignatureV4({ credentials, region, service, sha256: Hash.bind(null, 'sha256') as never })
}

function pick({ secretAccessKey, sessionToken }: Signing): { secretAccessKey?: string; sessionToken?: string } {
  return { ...(secretAccessKey && { secretAccessKey }), ...(sessionToken && { sessionToken }) }
}

const unsigned = (given: Signing) => ({
  method: 'POST',
  protocol: 'https:',
  hostname: 'localhost',
  path: '/',
  query: given.query ?? {},
  headers: {
    host: 'localhost:4599',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'TrentService.DescribeKey',
    ...given.headers,
  },
  body: given.body ?? body,
})

interface Sent {
  headers: Record<string, string>
  query?: Record<string, string | string[] | null>
  body?: unknown
}

const asReceived = ({ headers, query = {}, body: sent }: Sent): SignedRequest => ({
  method: 'POST',
  path: '/',
  query: Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&'),
  headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  body: utf8(String(sent)),
})

async function signed(given: Signing = {}): Promise<SignedRequest> {
  return asReceived(await signerOf(given).sign(unsigned(given), { signingDate: new Date(given.at ?? now) }))
}

async function presigned(given: Signing & { expiresIn?: number } = {}): Promise<SignedRequest> {
  const options = { signingDate: new Date(given.at ?? now), expiresIn: given.expiresIn ?? 900 }
  return asReceived(await signerOf(given).presign(unsigned(given), options))
}

let verifier: SignatureVerifier

beforeEach(() => {
  verifier = new SignatureVerifier((accessKeyId) => secrets.get(accessKeyId), digests)
})

function verdict(request: SignedRequest, at = now): string {
  try {
    const { accessKeyId, region } = verifier.verify(request, at)
    return `${accessKeyId} in ${region}`
  } catch (error) {
    return (error as KmsError).name
  }
}

/** The request with some headers changed, or dropped where `undefined`. */
function withHeaders(request: SignedRequest, changes: Record<string, string | undefined>): SignedRequest {
  const headers = new Map(request.headers)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) headers.delete(name)
    else headers.set(name, value)
  }
  return { ...request, headers }
}

describe('a request signed by the SDK’s signer', () => {
  it.each<[string, Signing]>([
    ['in its header', {}],
    ['without a body', { body: '' }],
    ['with a query', { query: { b: '2', a: '1 +/é', 'a*': "!'()", empty: '' } }],
    ['with spaces in headers', { headers: { 'x-amz-note': '  two   spaces  ' } }],
    ['in another Region', { region: 'us-gov-west-1' }],
    [
      'with a hash of its body',
      { headers: { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') } },
    ],
  ])('%s is accepted', async (_, given) => {
    expect(verdict(await signed(given))).toBe(`AKIDALICE in ${given.region ?? 'eu-west-1'}`)
  })

  it('with a session token is accepted', async () => {
    expect(verdict(await signed({ accessKeyId: 'ASIATEMPORARY' }))).toBe('ASIATEMPORARY in eu-west-1')
    expect(verdict(await presigned({ accessKeyId: 'ASIATEMPORARY' }))).toBe('ASIATEMPORARY in eu-west-1')
  })

  it('is accepted 5 minutes either way, and no longer', async () => {
    const minutes = (count: number) => now + count * 60_000
    expect(verdict(await signed(), minutes(5))).toBe('AKIDALICE in eu-west-1')
    expect(verdict(await signed(), minutes(-5))).toBe('AKIDALICE in eu-west-1')
    expect(verdict(await signed(), minutes(5) + 1)).toBe('InvalidSignatureException')
    expect(verdict(await signed(), minutes(-5) - 1)).toBe('InvalidSignatureException')
  })
})

describe('a presigned request', () => {
  it('names its operation in the query and is accepted until it expires', async () => {
    const request = await presigned()
    expect(verdict(request, now + 900_000)).toBe('AKIDALICE in eu-west-1')
    expect(verdict(request, now + 900_001)).toBe('InvalidSignatureException')
    const other = await presigned({ body: '{}' })
    expect(verifier.verify(other, now).parameters.get('x-amz-target')).toBe('TrentService.DescribeKey')
  })

  it('is refused with anything changed', async () => {
    const request = await presigned()
    const changed = { ...request, query: request.query.replace('DescribeKey', 'DisableKey') }
    expect(verdict(changed)).toBe('InvalidSignatureException')
    expect(verdict({ ...request, body: utf8('{}') })).toBe('InvalidSignatureException')
    expect(verdict({ ...request, query: `${request.query}&x=1` })).toBe('InvalidSignatureException')
    expect(verdict({ ...request, query: `${request.query}&X-Amz-Date=20250304T050607Z` })).toBe(
      'IncompleteSignatureException',
    )
    expect(verdict({ ...request, query: request.query.replace('Expires=900', 'Expires=0') })).toBe(
      'IncompleteSignatureException',
    )
    expect(verdict({ ...request, query: `${request.query}&%=` })).toBe('IncompleteSignatureException')
  })
})

describe('a signed request is refused', () => {
  it.each<[string, (request: SignedRequest) => SignedRequest, string]>([
    ['another body', (r) => ({ ...r, body: utf8('{"KeyId":"other"}') }), 'InvalidSignatureException'],
    [
      'another operation',
      (r) => withHeaders(r, { 'x-amz-target': 'TrentService.DisableKey' }),
      'InvalidSignatureException',
    ],
    ['another host', (r) => withHeaders(r, { host: 'evil.example' }), 'InvalidSignatureException'],
    ['another time', (r) => withHeaders(r, { 'x-amz-date': '20250304T050608Z' }), 'InvalidSignatureException'],
    ['another day', (r) => withHeaders(r, { 'x-amz-date': '20250305T050607Z' }), 'InvalidSignatureException'],
    ['an unsigned x-amz header more', (r) => withHeaders(r, { 'x-amz-extra': '1' }), 'InvalidSignatureException'],
    ['a signed header less', (r) => withHeaders(r, { 'content-type': undefined }), 'InvalidSignatureException'],
    ['another method', (r) => ({ ...r, method: 'PUT' }), 'InvalidSignatureException'],
    ['another path', (r) => ({ ...r, path: '/x' }), 'InvalidSignatureException'],
    ['no signature', (r) => withHeaders(r, { authorization: undefined }), 'MissingAuthenticationTokenException'],
    ['an empty header', (r) => withHeaders(r, { authorization: '' }), 'IncompleteSignatureException'],
    ['another scheme', (r) => withHeaders(r, { authorization: 'Basic YTpi' }), 'IncompleteSignatureException'],
    ['no date', (r) => withHeaders(r, { 'x-amz-date': undefined }), 'IncompleteSignatureException'],
    [
      'a date that is none',
      (r) => withHeaders(r, { 'x-amz-date': '20251399T990607Z' }),
      'IncompleteSignatureException',
    ],
  ])('with %s', async (_, change, refusal) => {
    expect(verdict(change(await signed()))).toBe(refusal)
  })

  it('with a body unlike the hash that it states', async () => {
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    expect(verdict(await signed({ headers }))).toBe('InvalidSignatureException')
  })

  it.each<[string, Signing, string]>([
    ['another secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['an unknown access key', { accessKeyId: 'AKIDMALLORY' }, 'UnrecognizedClientException'],
    ['another service', { service: 's3' }, 'InvalidSignatureException'],
    ['a Region that is none', { region: '../..' }, 'IncompleteSignatureException'],
    ['another session token', { accessKeyId: 'ASIATEMPORARY', sessionToken: 'other' }, 'UnrecognizedClientException'],
    ['a session token that it should not have', { sessionToken: 'other' }, 'UnrecognizedClientException'],
  ])('with %s', async (_, given, refusal) => {
    expect(verdict(await signed(given))).toBe(refusal)
  })

  it('whatever character of the Authorization header is changed', async () => {
    const request = await signed()
    const authorization = request.headers.get('authorization')!
    for (let at = 0; at < authorization.length; at++) {
      const changed = `${authorization.slice(0, at)}${authorization[at] === 'x' ? 'y' : 'x'}${authorization.slice(at + 1)}`
      expect(verdict(withHeaders(request, { authorization: changed })), changed).toMatch(/Exception$/)
    }
  })
})

describe('the same signature again', () => {
  it('is no replay within two seconds, for clients without a nonce sign equal requests equally', async () => {
    const request = await signed()
    expect(verdict(request)).toBe('AKIDALICE in eu-west-1')
    expect(verdict(request, now + 2000)).toBe('AKIDALICE in eu-west-1')
    expect(verdict(request, now + 2001)).toBe('InvalidSignatureException')
    expect(verdict(request, now + 200_000)).toBe('InvalidSignatureException')
  })

  it('is a replay at once where it covers the SDK’s invocation id', async () => {
    const request = await signed({ headers: { 'amz-sdk-invocation-id': 'b7e6' } })
    expect(verdict(request)).toBe('AKIDALICE in eu-west-1')
    expect(verdict(request)).toBe('InvalidSignatureException')
  })
})

describe('the memory of signatures', () => {
  it('stays bounded and lets no replay through when it is full', () => {
    const seen = new SeenSignatures(100)
    const end = (n: number) => now + n * 1000
    for (let n = 1; n <= 1000; n++) expect(seen.admit(`s${n}`, end(n), now, true)).toBe(true)
    expect(seen.size).toBeLessThanOrEqual(100)
    for (let n = 1; n <= 1000; n++) expect(seen.admit(`s${n}`, end(n), now, true)).toBe(false)
    expect(seen.admit('another', end(5), now, true)).toBe(false)
    expect(seen.admit('another', end(1001), now, true)).toBe(true)
  })

  it('forgets what has ended', () => {
    const seen = new SeenSignatures(100)
    for (let n = 1; n <= 50; n++) seen.admit(`s${n}`, now + 1000, now, true)
    expect(seen.size).toBe(50)
    seen.admit('later', now + 10_000, now + 5000, true)
    expect(seen.size).toBe(1)
  })
})
