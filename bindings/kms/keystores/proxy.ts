/**
 * The client of an XKS proxy: the four calls of the AWS KMS External Key Store Proxy API, version 1. Answers come from
 * outside: every field is checked, and what does not fit is malformed.
 */
import { base64, compareBytes, concat, text, unbase64, utf8 } from '../../bytes.ts'
import type { Core } from '../../core.ts'
import { type FaultName, faults, ProxyFault } from './faults.ts'
import { type Signer, signPost } from './signing.ts'
import { isIvLength, MAX_METADATA_BYTES, TAG_BYTES, type Wrapped } from './wrapping.ts'

export interface ProxyRequest {
  readonly url: string
  readonly method: 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Milliseconds until whoever sends this may give up. */
  readonly timeout: number
}

export interface ProxyResponse {
  readonly status: number
  readonly body: Uint8Array
}

/** How the box reaches the network; rejects if the proxy cannot be reached. */
export type ProxyFetch = (request: ProxyRequest) => Promise<ProxyResponse>

export interface ProxyMeans {
  readonly core: Core
  readonly fetch: ProxyFetch
  /** Milliseconds that a proxy has for each answer; AWS KMS gives it 250. */
  readonly timeout: number
}

export interface ProxyAddress {
  /** `https://` and the host. */
  readonly endpoint: string
  readonly path: string
}

/** requestMetadata, as far as a call has it. */
export interface RequestMetadata {
  readonly kmsOperation: string
  readonly kmsRequestId: string
  readonly awsPrincipalArn?: string
  readonly awsSourceVpc?: string
  readonly awsSourceVpce?: string
  readonly kmsKeyArn?: string
  readonly kmsViaService?: string
}

export interface ExternalKeyFacts {
  readonly keySpec: string
  readonly keyUsage: readonly string[]
  readonly keyStatus: string
}

/** An answer has a few fields of a few KiB. */
const MAX_ANSWER_BYTES = 65_536

type Answer = Readonly<Record<string, unknown>>

export class XksProxy {
  readonly #means: ProxyMeans
  readonly #address: ProxyAddress
  readonly #signer: Signer
  /** Milliseconds since 1970, for signatures. */
  readonly #now: number

  constructor(means: ProxyMeans, address: ProxyAddress, signer: Signer, now: number) {
    this.#means = means
    this.#address = address
    this.#signer = signer
    this.#now = now
  }

  /** GetHealthStatus; throws unless an external key manager can serve. */
  async checkHealth(requestMetadata: RequestMetadata): Promise<void> {
    const answer = await this.#ask('health', { requestMetadata })
    const { xksProxyFleetSize, ekmFleetDetails } = answer
    for (const member of ['xksProxyVendor', 'xksProxyModel', 'ekmVendor']) textIn(answer, member)
    if (!Number.isInteger(xksProxyFleetSize) || (xksProxyFleetSize as number) < 1) throw malformed()
    if (!Array.isArray(ekmFleetDetails) || ekmFleetDetails.length < 1 || ekmFleetDetails.length > 10) throw malformed()
    const statuses = ekmFleetDetails.map((entry) => textIn(recordOf(entry), 'healthStatus'))
    if (!statuses.every((status) => ['ACTIVE', 'DEGRADED', 'UNAVAILABLE'].includes(status))) throw malformed()
    if (statuses.every((status) => status === 'UNAVAILABLE')) throw new ProxyFault('unhealthy')
  }

  /** GetKeyMetadata. */
  async keyFacts(keyId: string, requestMetadata: RequestMetadata): Promise<ExternalKeyFacts> {
    const answer = await this.#ask(`keys/${keyId}/metadata`, { requestMetadata })
    const { keyUsage } = answer
    if (!Array.isArray(keyUsage) || keyUsage.length > 10) throw malformed()
    const facts = { keySpec: textIn(answer, 'keySpec'), keyStatus: textIn(answer, 'keyStatus'), keyUsage }
    // They may be quoted in an error message.
    if ([facts.keySpec, facts.keyStatus, ...keyUsage].every((name) => /^\w{1,64}$/.test(name))) return facts
    throw malformed()
  }

  /** Encrypt, with a check of the answer's own integrity value. */
  async encrypt(keyId: string, plaintext: Uint8Array, aad: Uint8Array, requestMetadata: RequestMetadata) {
    const answer = await this.#ask(`keys/${keyId}/encrypt`, {
      requestMetadata,
      additionalAuthenticatedData: base64(aad),
      plaintext: base64(plaintext),
      encryptionAlgorithm: 'AES_GCM',
      ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
    })
    const wrapped: Wrapped = {
      metadata: answer.ciphertextMetadata === undefined ? new Uint8Array(0) : bytesIn(answer, 'ciphertextMetadata'),
      iv: bytesIn(answer, 'initializationVector'),
      tag: bytesIn(answer, 'authenticationTag'),
      ciphertext: bytesIn(answer, 'ciphertext'),
    }
    const { metadata, iv, tag, ciphertext } = wrapped
    const fits =
      metadata.length <= MAX_METADATA_BYTES &&
      isIvLength(iv.length) &&
      tag.length === TAG_BYTES &&
      ciphertext.length === plaintext.length
    const integrity = this.#means.core.sha2('SHA-256', concat(aad, metadata, iv, ciphertext, tag))
    if (!fits || compareBytes(integrity, bytesIn(answer, 'ciphertextDataIntegrityValue')) !== 0) throw malformed()
    return wrapped
  }

  /** Decrypt: as many bytes as the ciphertext has. */
  async decrypt(keyId: string, wrapped: Wrapped, aad: Uint8Array, requestMetadata: RequestMetadata) {
    const { metadata, iv, tag, ciphertext } = wrapped
    const answer = await this.#ask(`keys/${keyId}/decrypt`, {
      requestMetadata,
      additionalAuthenticatedData: base64(aad),
      encryptionAlgorithm: 'AES_GCM',
      ciphertext: base64(ciphertext),
      ...(metadata.length > 0 && { ciphertextMetadata: base64(metadata) }),
      initializationVector: base64(iv),
      authenticationTag: base64(tag),
    })
    const plaintext = bytesIn(answer, 'plaintext')
    if (plaintext.length !== ciphertext.length) throw malformed()
    return plaintext
  }

  async #ask(call: string, request: object): Promise<Answer> {
    const { endpoint, path } = this.#address
    const { core } = this.#means
    const target = `${path}/${call}`
    const body = utf8(JSON.stringify(request))
    const host = endpoint.slice('https://'.length)
    const signature = signPost(core, this.#signer, { host, path: target, body, now: this.#now })
    const headers = { 'content-type': 'application/json', ...signature }
    return readAnswer(await this.#inTime({ url: `${endpoint}${target}`, method: 'POST', headers, body }))
  }

  /** Whoever sends the request gets twice the time, so that lateness can be told from a proxy that is not there. */
  async #inTime(request: Omit<ProxyRequest, 'timeout'>): Promise<ProxyResponse> {
    const { fetch, timeout } = this.#means
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProxyFault('timedOut')), timeout)
    })
    const sent = fetch({ ...request, timeout: 2 * timeout }).catch(() => {
      throw new ProxyFault('unreachable')
    })
    try {
      return await Promise.race([sent, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

function readAnswer({ status, body }: ProxyResponse): Answer {
  const answer = parseAnswer(body)
  if (status === 200) return answer
  const { errorName } = answer
  const known = typeof errorName === 'string' && errorName.endsWith('Exception') && Object.hasOwn(faults, errorName)
  if (!known) throw malformed()
  throw new ProxyFault(errorName as FaultName)
}

function parseAnswer(body: Uint8Array): Answer {
  if (body.length > MAX_ANSWER_BYTES) throw malformed()
  try {
    return recordOf(JSON.parse(text(body)))
  } catch {
    throw malformed()
  }
}

function recordOf(value: unknown): Answer {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answer
  throw malformed()
}

function textIn(answer: Answer, member: string): string {
  const value = Object.hasOwn(answer, member) ? answer[member] : undefined
  if (typeof value === 'string') return value
  throw malformed()
}

function bytesIn(answer: Answer, member: string): Uint8Array {
  try {
    return unbase64(textIn(answer, member))
  } catch {
    throw malformed()
  }
}

const malformed = (): ProxyFault => new ProxyFault('malformed')
