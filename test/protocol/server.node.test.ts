/** The HTTP endpoint: the unmodified AWS SDK against it, and everything that it must refuse. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as sdk from '@aws-sdk/client-kms'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../bindings/enclave/wire.ts'
import { openCredentials, type RunningServer, type ServeOptions, serve } from '../../bindings/server.ts'
import { FakeKms } from './fake.ts'
import { samples } from './samples.ts'
import { clientOver, exceptions, send } from './sdk.ts'

const alice = { accessKeyId: 'AKIDALICE', secretAccessKey: 'alice-has-a-secret' }
const principal = 'arn:aws:iam::111122223333:user/alice'
const credentials = new Map([[alice.accessKeyId, { secretAccessKey: alice.secretAccessKey, principal }]])

let kms: FakeKms
let server: RunningServer
const clients: sdk.KMSClient[] = []

async function start(options: Partial<ServeOptions> = {}): Promise<void> {
  kms = new FakeKms()
  server = await serve({ kms, port: 0, credentials, ...options })
}

function client(config: sdk.KMSClientConfig = {}): sdk.KMSClient {
  const made = clientOver({ endpoint: server.url, credentials: alice, ...config })
  clients.push(made)
  return made
}

afterEach(async () => {
  for (const made of clients.splice(0)) made.destroy()
  await server.close()
})

const json = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' }

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: string
}

/** A request that may set any header, Host too, unlike `fetch`. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host, port } = server
    const sent = httpRequest({ host, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString() })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends raw bytes and answers everything that comes back until the connection ends. */
function converse(bytes: string | Buffer, linger = 0): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, server.host)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
    socket.write(bytes)
    if (linger > 0) setTimeout(() => socket.destroy(), linger)
  })
}

const typeOf = ({ body }: Answer): string => JSON.parse(body).__type

describe('the AWS SDK over HTTP', () => {
  beforeEach(() => start())

  it('calls all 56 operations: every member arrives, and every member comes back', async () => {
    const over = client()
    for (const [operation, input, output] of samples) {
      expect(await send(over, operation, input), operation).toEqual(output)
      expect(kms.asked.at(-1), operation).toMatchObject({ operation, input })
    }
    expect(kms.asked).toHaveLength(56)
  })

  it('meets every exception as an instance of its class', async () => {
    const over = client()
    for (const name of exceptions) {
      kms.refuse(name, 'because')
      const error = await over.send(new sdk.ListKeysCommand({})).catch((caught: unknown) => caught)
      expect(error, name).toBeInstanceOf((sdk as unknown as Record<string, new () => unknown>)[name])
      expect(error).toMatchObject({ name, message: 'because' })
    }
  })

  it('is the principal of its access key, in the Region that it signs for', async () => {
    await client({ region: 'ap-southeast-2' }).send(new sdk.ListKeysCommand({}))
    expect(kms.asked[0]!.facts).toMatchObject({
      principal,
      region: 'ap-southeast-2',
      accessKeyId: 'AKIDALICE',
      sourceIp: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js'),
    })
  })

  it('is refused with another secret, or another access key', async () => {
    const wrong = client({ credentials: { ...alice, secretAccessKey: 'guessed' } })
    await expect(wrong.send(new sdk.ListKeysCommand({}))).rejects.toMatchObject({ name: 'InvalidSignatureException' })
    const stranger = client({ credentials: { ...alice, accessKeyId: 'AKIDMALLORY' } })
    await expect(stranger.send(new sdk.ListKeysCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
    expect(kms.asked).toEqual([])
  })

  it('makes many equal calls at once', async () => {
    const over = client()
    await Promise.all(
      Array.from({ length: 200 }, () => over.send(new sdk.GenerateRandomCommand({ NumberOfBytes: 32 }))),
    )
    expect(kms.asked).toHaveLength(200)
  })
})

describe('who may knock', () => {
  beforeEach(() => start({ dev: true, allowedHosts: ['kms.test'], allowedOrigins: ['https://console.test'] }))

  it.each(['localhost', 'localhost:4599', 'LOCALHOST', '127.0.0.1:1', '192.168.0.1', '[::1]:4599', 'kms.test:80'])(
    'Host %s',
    async (host) => expect((await ask('POST', '/', { ...json, host })).status).toBe(200),
  )

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'user@localhost',
    '[localhost]',
    '127.0.0.1:x',
    ' ',
  ])('not Host %s, on any path', async (host) => {
    for (const [method, path] of [
      ['POST', '/'],
      ['GET', '/health'],
      ['GET', '/metrics'],
      ['POST', '/reset'],
    ] as const) {
      const answer = await ask(method, path, { ...json, host })
      expect([answer.status, typeOf(answer)]).toEqual([403, 'AccessDeniedException'])
    }
    expect(kms.asked).toEqual([])
  })

  it.each(['https://evil.example', 'null', 'http://localhost', 'https://console.test.evil.example'])(
    'not a page of %s, which gets no CORS headers either',
    async (origin) => {
      for (const method of ['POST', 'OPTIONS']) {
        const answer = await ask(method, '/', { ...json, origin })
        expect([answer.status, typeOf(answer)]).toEqual([403, 'AccessDeniedException'])
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
      }
    },
  )

  it('a page of an allowed Origin', async () => {
    const origin = 'https://console.test'
    const preflight = await ask('OPTIONS', '/', { origin, 'access-control-request-method': 'POST' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'POST',
    })
    const answer = await ask('POST', '/', { ...json, origin })
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': origin, vary: 'origin' } })
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json',
    '',
  ])('not with content type %s', async (type) => {
    const answer = await ask('POST', '/', { ...json, 'content-type': type }, '{}')
    expect([answer.status, typeOf(answer)]).toEqual([400, 'UnknownOperationException'])
  })

  it('with parameters of the content type', async () => {
    const answer = await ask('POST', '/', { ...json, 'content-type': 'application/x-amz-json-1.1; charset=utf-8' })
    expect(answer.status).toBe(200)
  })

  it.each([
    ['GET', '/'],
    ['PUT', '/'],
    ['POST', '/keys'],
    ['GET', '/../etc/passwd'],
    ['POST', 'http://127.0.0.1/'],
  ])('not with %s %s', async (method, path) => {
    const answer = await ask(method, path, json)
    expect([answer.status, typeOf(answer)]).toEqual([404, 'UnknownOperationException'])
  })
})

describe('development', () => {
  it('takes unsigned requests and any access key as the root of the account', async () => {
    await start({ dev: true, credentials: undefined })
    expect((await ask('POST', '/', json, '{}')).status).toBe(200)
    expect(kms.asked[0]!.facts).toEqual({ sourceIp: '127.0.0.1' })
    await client({ region: 'eu-north-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }).send(
      new sdk.ListKeysCommand({}),
    )
    expect(kms.asked[1]!.facts).toMatchObject({ accessKeyId: 'test', region: 'eu-north-1' })
    expect(kms.asked[1]!.facts).not.toHaveProperty('principal')
  })

  it('resets by both addresses', async () => {
    let resets = 0
    await start({
      dev: true,
      reset: async () => {
        resets++
      },
    })
    expect((await ask('POST', '/reset')).status).toBe(200)
    expect((await ask('POST', '/moto-api/reset')).status).toBe(200)
    expect(resets).toBe(2)
  })

  it('is the only mode that resets, or that does without credentials', async () => {
    await start({ reset: async () => expect.unreachable() })
    expect((await ask('POST', '/reset')).status).toBe(404)
    expect(typeOf(await ask('POST', '/', json, '{}'))).toBe('MissingAuthenticationTokenException')
    await expect(serve({ kms, port: 0 })).rejects.toThrow(TypeError)
  })
})

describe('the endpoint', () => {
  it('tells that it lives, and what it did', async () => {
    await start({ dev: true })
    expect(await ask('GET', '/health')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
    await ask('POST', '/', json, '{}')
    await ask('POST', '/', { ...json, 'x-amz-target': 'TrentService.Encrypt"} 1' }, '{}')
    const { body, headers } = await ask('GET', '/metrics')
    expect(headers['content-type']).toBe('text/plain; version=0.0.4')
    expect(body).toContain('kmsbox_requests_total{operation="ListKeys",outcome="OK"} 1\n')
    expect(body).toContain('kmsbox_requests_total{operation="unknown",outcome="UnknownOperationException"} 1\n')
    expect(body).toContain('kmsbox_request_seconds_bucket{operation="ListKeys",le="+Inf"} 1\n')
    expect(body).toMatch(/\nprocess_resident_memory_bytes \d+\n/)
  })

  it('gives every answer a request id', async () => {
    await start({ dev: true })
    const answers = await Promise.all([ask('POST', '/', json), ask('POST', '/', {}), ask('GET', '/nothing')])
    const ids = answers.map(({ headers }) => headers['x-amzn-requestid'])
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('throttles beyond its bound and recovers', async () => {
    await start({ dev: true, maxInFlight: 10 })
    const waiting: ((reply: Reply) => void)[] = []
    kms.answer = () => new Promise((resolve) => waiting.push(resolve))
    const asked = Array.from({ length: 30 }, () => ask('POST', '/', json, '{}'))
    while (waiting.length < 10) await new Promise((resolve) => setTimeout(resolve, 5))
    const refused = await Promise.all(
      asked.map((answer) => Promise.race([answer, new Promise<undefined>((resolve) => setTimeout(resolve, 200))])),
    )
    const throttled = refused.filter((answer) => answer !== undefined)
    expect(throttled).toHaveLength(20)
    for (const answer of throttled) expect([answer.status, typeOf(answer)]).toEqual([400, 'ThrottlingException'])
    for (const resolve of waiting) resolve({ ok: true, output: { Keys: [] } })
    expect((await Promise.all(asked)).filter(({ status }) => status === 200)).toHaveLength(10)
    kms.answer = undefined
    expect((await ask('POST', '/', json, '{}')).status).toBe(200)
  })

  it('refuses bodies over 1 MiB, whether it is told their length or not', async () => {
    await start({ dev: true })
    const body = Buffer.alloc(1024 * 1024 + 1, 0x20)
    const framings: Record<string, string>[] = [
      { 'content-length': String(body.length) },
      { 'transfer-encoding': 'chunked' },
    ]
    for (const framing of framings) {
      const answer = await ask('POST', '/', { ...json, ...framing }, body)
      expect([answer.status, typeOf(answer)]).toEqual([413, 'RequestEntityTooLargeException'])
    }
    expect(kms.asked).toEqual([])
  })

  it('tells the KMS when its caller has gone', async () => {
    await start({ dev: true })
    const gone = new Promise<void>((resolve) => {
      kms.answer = (_, signal) =>
        new Promise((_, reject) => {
          signal!.addEventListener('abort', () => {
            resolve()
            reject(signal!.reason)
          })
        })
    })
    void converse(
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n' +
        'X-Amz-Target: TrentService.ListKeys\r\nContent-Length: 2\r\n\r\n{}',
      50,
    )
    await gone
  })

  it('answers what runs before it closes, and accepts no more', async () => {
    await start({ dev: true })
    let finish: ((reply: Reply) => void) | undefined
    kms.answer = () => new Promise((resolve) => (finish = resolve))
    const running = ask('POST', '/', json, '{}')
    while (!finish) await new Promise((resolve) => setTimeout(resolve, 5))
    const closed = server.close()
    await expect(ask('GET', '/health')).rejects.toThrow(/ECONNREFUSED/)
    finish({ ok: true, output: { Keys: [] } })
    expect(await running).toMatchObject({ status: 200, headers: { connection: 'close' } })
    await closed
  })
})

describe('the file of credentials', () => {
  it('is made with one random credential, for its owner only, and read again', async () => {
    await start({ dev: true })
    const directory = await mkdtemp(join(tmpdir(), 'kmsbox-credentials-'))
    try {
      const path = join(directory, 'credentials.json')
      const first = await openCredentials(path, principal)
      const [accessKeyId, secretAccessKey] = first.made!
      expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/)
      expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      const second = await openCredentials(path, principal)
      expect(second.made).toBeUndefined()
      expect([...second.credentials]).toEqual([[accessKeyId, { secretAccessKey, principal }]])
      expect([...first.credentials]).toEqual([...second.credentials])

      await writeFile(path, '{"AKID": {"secretAccessKey": "only this secret"}')
      const error = await openCredentials(path, principal).catch((caught: Error) => caught)
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).not.toContain('only this')
      await writeFile(path, '{"AKID": {"secretAccessKey": "only this secret, no principal"}}')
      await expect(openCredentials(path, principal)).rejects.toThrow('AKID needs a secretAccessKey and a principal')
      expect(await readFile(path, 'utf8')).toContain('only this secret, no principal')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
