/** Who sent an HTTP request: from its signature to the facts that the KMS judges it by. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { CallerName } from '../enclave/wire.ts'
import type { Credentials } from './credentials.ts'
import { type Digests, type Identity, SignatureVerifier, type SignedRequest } from './sigv4.ts'

const digests: Digests = {
  sha256: (message) => createHash('sha256').update(message).digest(),
  hmac: (key, message) => createHmac('sha256', key).update(message).digest(),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
}

export interface Caller {
  readonly facts: CallerName
  /** The operation, from the header or from the query of a presigned request. */
  readonly target: string | undefined
}

/** Decides who a request is from. Throws the `KmsError` that AWS answers if it cannot be told. */
export type Authenticate = (request: SignedRequest, sourceIp: string | undefined) => Caller

/** @param now milliseconds of the epoch */
export function authenticator(credentials: Credentials, now: () => number): Authenticate {
  const verifier = new SignatureVerifier((accessKeyId) => credentials.get(accessKeyId), digests)
  return (request, sourceIp) => {
    const identity = verifier.verify(request, now())
    const { principal } = credentials.get(identity.accessKeyId)!
    const target = request.headers.get('x-amz-target') ?? identity.parameters.get('x-amz-target')
    return { facts: { ...circumstances(request, sourceIp), ...identified(identity, principal) }, target }
  }
}

/** For development: believes what a request says. Access keys without a credential are the account's root. */
export function believer(credentials: Credentials): Authenticate {
  return (request, sourceIp) => {
    const query = new URLSearchParams(request.query)
    const claim = request.headers.get('authorization') ?? `Credential=${query.get('X-Amz-Credential')}`
    const [, accessKeyId, region] = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\//.exec(claim) ?? []
    const principal = accessKeyId && credentials.get(accessKeyId)?.principal
    const identity = accessKeyId && region ? identified({ accessKeyId, region }, principal || undefined) : {}
    const target = request.headers.get('x-amz-target') ?? query.get('X-Amz-Target') ?? undefined
    return { facts: { ...circumstances(request, sourceIp), ...identity }, target }
  }
}

function identified(
  { accessKeyId, region }: Pick<Identity, 'accessKeyId' | 'region'>,
  principal: string | CallerName | undefined,
): CallerName {
  return { ...(typeof principal === 'string' ? { principal } : principal), accessKeyId, region }
}

function circumstances({ headers }: SignedRequest, sourceIp: string | undefined): CallerName {
  const userAgent = headers.get('user-agent')?.slice(0, 2048)
  return { ...(sourceIp && { sourceIp }), ...(userAgent && { userAgent }) }
}
