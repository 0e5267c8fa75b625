/**
 * A reference XKS proxy with an external key manager in memory, after the AWS KMS External Key Store Proxy API
 * Specification, version 1. Its cryptography and its check of signatures are WebCrypto's: nothing of it is shared with
 * the code it is to test. What it can be made to do wrong is at the top.
 */
import type { ProxyFetch, ProxyRequest, ProxyResponse } from '../../bindings/kms/keystores/proxy.ts'

type Json = Record<string, unknown>
type Call = 'health' | 'metadata' | 'encrypt' | 'decrypt'

interface ExternalKey {
  spec: string
  usage: string[]
  status: string
  readonly key: CryptoKey
}

interface ProxyError {
  readonly status: number
  readonly errorName: string
}

const errors: Record<string, number> = {
  ValidationException: 400,
  InvalidStateException: 400,
  InvalidCiphertextException: 400,
  InvalidKeyUsageException: 400,
  AuthenticationFailedException: 401,
  AccessDeniedException: 403,
  KeyNotFoundException: 404,
  InvalidUriPathException: 404,
  ThrottlingException: 429,
  UnsupportedOperationException: 501,
  DependencyTimeoutException: 503,
  InternalException: 500,
}
const refusal = (errorName: string): ProxyError => ({ status: errors[errorName] ?? 500, errorName })

const subtle = globalThis.crypto.subtle
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
const encode = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

function decode(value: unknown): Uint8Array<ArrayBuffer> {
  if (typeof value !== 'string') throw refusal('ValidationException')
  try {
    return Uint8Array.from(atob(value), (sign) => sign.charCodeAt(0))
  } catch {
    throw refusal('ValidationException')
  }
}

export class ReferenceProxy {
  readonly endpoint: string
  readonly path: string
  credential = { AccessKeyId: 'BETTERCALLREFERENCE234', RawSecretAccessKey: 'A'.repeat(43) }
  ekms = ['ACTIVE']
  /** Error name that every call is refused with. */
  refuse: string | undefined
  /** Changes answers on their way out. */
  mangle: (answer: Json, call: Call) => unknown = (answer) => answer
  /** Replaces whole responses. */
  replace: ((call: Call) => ProxyResponse | undefined) | undefined
  /** The proxy cannot be reached. */
  down = false
  /** Milliseconds before an answer. */
  delay = 0
  /** Sent back with every ciphertext, and bound to it. */
  metadata = utf8('key_version=1')
  ivBytes = 12
  /** Secondary authorization over requestMetadata. */
  authorise: (metadata: Json) => boolean = () => true
  readonly requests: { call: Call; keyId: string | undefined; body: Json }[] = []
  readonly #keys = new Map<string, ExternalKey>()

  constructor(endpoint = 'https://xks.example.com', path = '/kms/xks/v1') {
    this.endpoint = endpoint
    this.path = path
  }

  /** What CreateCustomKeyStore wants to know of this proxy. */
  get configuration() {
    return {
      CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
      XksProxyConnectivity: 'PUBLIC_ENDPOINT',
      XksProxyUriEndpoint: this.endpoint,
      XksProxyUriPath: this.path,
      XksProxyAuthenticationCredential: this.credential,
    } as const
  }

  async addKey(id: string, facts: Partial<Omit<ExternalKey, 'key'>> = {}): Promise<ExternalKey> {
    const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const made = { spec: 'AES_256', usage: ['ENCRYPT', 'DECRYPT'], status: 'ENABLED', ...facts, key }
    this.#keys.set(id, made)
    return made
  }

  removeKey(id: string): void {
    this.#keys.delete(id)
  }

  readonly fetch: ProxyFetch = async (request) => {
    if (this.down) throw new TypeError('fetch failed')
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay))
    try {
      return await this.#answer(request)
    } catch (error) {
      const { status, errorName } = error as ProxyError
      if (errorName === undefined) throw error
      return respond(status, { errorName, errorMessage: 'for the log' })
    }
  }

  async #answer(request: ProxyRequest): Promise<ProxyResponse> {
    const { pathname, origin } = new URL(request.url)
    const found = /^\/(?:(health)|keys\/([A-Za-z0-9._-]+)\/(metadata|encrypt|decrypt))$/.exec(
      pathname.startsWith(this.path) ? pathname.slice(this.path.length) : '',
    )
    if (!found || origin !== this.endpoint) throw refusal('InvalidUriPathException')
    await this.#authenticate(request, pathname)
    const call = (found[1] ?? found[3]) as Call
    const replaced = this.replace?.(call)
    if (replaced) return replaced
    if (this.refuse) throw refusal(this.refuse)
    const body = JSON.parse(new TextDecoder().decode(request.body)) as Json
    this.requests.push({ call, keyId: found[2], body })
    const metadata = body.requestMetadata as Json
    if (typeof metadata?.kmsRequestId !== 'string' || typeof metadata.kmsOperation !== 'string') {
      throw refusal('ValidationException')
    }
    if (call === 'health') return respond(200, this.mangle(this.#health(), call))
    if (typeof metadata.awsPrincipalArn !== 'string') throw refusal('ValidationException')
    if (!this.authorise(metadata)) throw refusal('AccessDeniedException')
    const key = this.#keys.get(found[2] as string)
    if (!key) throw refusal('KeyNotFoundException')
    return respond(200, this.mangle(await this.#keyCall(call, key, body), call))
  }

  #health(): Json {
    return {
      xksProxyFleetSize: 1,
      xksProxyVendor: 'Example',
      xksProxyModel: 'Reference proxy 1',
      ekmVendor: 'Example',
      ekmFleetDetails: this.ekms.map((healthStatus, at) => ({ id: `ekm-${at}`, model: 'memory', healthStatus })),
    }
  }

  async #keyCall(call: Call, key: ExternalKey, body: Json): Promise<Json> {
    if (call === 'metadata') return { keySpec: key.spec, keyUsage: key.usage, keyStatus: key.status }
    if (key.status !== 'ENABLED') throw refusal('InvalidStateException')
    if (!key.usage.includes(call.toUpperCase())) throw refusal('InvalidKeyUsageException')
    if (body.encryptionAlgorithm !== 'AES_GCM') throw refusal('ValidationException')
    const aad =
      body.additionalAuthenticatedData === undefined ? new Uint8Array(0) : decode(body.additionalAuthenticatedData)
    return call === 'encrypt' ? this.#encrypt(key, body, aad) : this.#decrypt(key, body, aad)
  }

  async #encrypt({ key }: ExternalKey, body: Json, aad: Uint8Array<ArrayBuffer>): Promise<Json> {
    const plaintext = decode(body.plaintext)
    const iv = crypto.getRandomValues(new Uint8Array(this.ivBytes))
    const bound = join(Uint8Array.of(aad.length >> 8, aad.length), aad, this.metadata)
    const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound }, key, plaintext))
    const [ciphertext, tag] = [sealed.subarray(0, -16), sealed.subarray(-16)]
    const answer: Json = {
      ciphertext: encode(ciphertext),
      initializationVector: encode(iv),
      authenticationTag: encode(tag),
      ...(this.metadata.length > 0 && { ciphertextMetadata: encode(this.metadata) }),
    }
    if (body.ciphertextDataIntegrityValueAlgorithm !== 'SHA_256') return answer
    const digest = await subtle.digest('SHA-256', join(aad, this.metadata, iv, ciphertext, tag))
    return { ...answer, ciphertextDataIntegrityValue: encode(new Uint8Array(digest)) }
  }

  async #decrypt({ key }: ExternalKey, body: Json, aad: Uint8Array<ArrayBuffer>): Promise<Json> {
    const metadata = body.ciphertextMetadata === undefined ? new Uint8Array(0) : decode(body.ciphertextMetadata)
    const iv = decode(body.initializationVector)
    const sealed = join(decode(body.ciphertext), decode(body.authenticationTag))
    const bound = join(Uint8Array.of(aad.length >> 8, aad.length), aad, metadata)
    try {
      const plaintext = await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: bound }, key, sealed)
      return { plaintext: encode(new Uint8Array(plaintext)) }
    } catch {
      throw refusal('InvalidCiphertextException')
    }
  }

  async #authenticate({ url, method, headers, body }: ProxyRequest, pathname: string): Promise<void> {
    const form =
      /^AWS4-HMAC-SHA256 Credential=([A-Z2-7]+)\/(\d{8})\/([a-z0-9-]+)\/kms-xks-proxy\/aws4_request, SignedHeaders=host;x-amz-date, Signature=([0-9a-f]{64})$/
    const [, accessKeyId, date = '', region = '', signature] = form.exec(headers.authorization ?? '') ?? []
    if (method !== 'POST' || accessKeyId !== this.credential.AccessKeyId) throw refusal('AuthenticationFailedException')
    const time = headers['x-amz-date'] as string
    const hash = async (bytes: Uint8Array) => hex(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
    const canonical = `POST\n${pathname}\n\nhost:${new URL(url).host}\nx-amz-date:${time}\n\nhost;x-amz-date\n${await hash(body)}`
    const scope = `${date}/${region}/kms-xks-proxy/aws4_request`
    let key: ArrayBuffer | Uint8Array = utf8(`AWS4${this.credential.RawSecretAccessKey}`)
    for (const step of [date, region, 'kms-xks-proxy', 'aws4_request']) key = await hmac(key, step)
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${await hash(utf8(canonical))}`
    const expected = hex(await hmac(key, toSign))
    if (!time.startsWith(date) || signature !== expected) throw refusal('AuthenticationFailedException')
  }
}

async function hmac(key: ArrayBuffer | Uint8Array, message: string): Promise<ArrayBuffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await subtle.importKey('raw', key as ArrayBuffer, algorithm, false, ['sign'])
  return subtle.sign('HMAC', imported, utf8(message))
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

const respond = (status: number, body: unknown): ProxyResponse => ({ status, body: utf8(JSON.stringify(body)) })

/** A network that knows several proxies by their endpoints. */
export const networkOf =
  (...proxies: ReferenceProxy[]): ProxyFetch =>
  (request) => {
    const proxy = proxies.find(({ endpoint, path }) => request.url.startsWith(`${endpoint}${path}/`))
    return proxy ? proxy.fetch(request) : Promise.reject(new TypeError('fetch failed'))
  }
