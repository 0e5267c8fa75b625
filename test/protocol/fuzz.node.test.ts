/** 10,000 malformed, oversized, slow or foreign requests: no crash, no growth, each refused with AWS's error. */
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as sdk from '@aws-sdk/client-kms'
import { afterEach, expect, it } from 'vitest'
import { KmsError } from '../../bindings/errors.ts'
import { operationNames, operations } from '../../bindings/kms/model.ts'
import { validate } from '../../bindings/kms/validate.ts'
import { decodeRequest } from '../../bindings/protocol/json11.ts'
import { Endpoint } from '../../bindings/protocol/server.ts'
import { FakeKms } from './fake.ts'
import { Dice } from './random.ts'
import { samples } from './samples.ts'
import { clientOver } from './sdk.ts'

const secretAccessKey = 'a-secret-for-the-fuzzer'
const credentials = new Map([['AKIDFUZZER', { secretAccessKey, principal: 'arn:aws:iam::111122223333:user/fuzzer' }]])

let endpoint: Endpoint
let port: number
let kms: FakeKms

async function start(
  dev: boolean,
  timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
) {
  kms = new FakeKms()
  const rules = { hosts: new Set<string>(), origins: new Set<string>() }
  const options = { kms, credentials, rules, dev, reset: undefined, maxInFlight: 1000, trustForwardedFor: false }
  endpoint = new Endpoint({ ...options, now: Date.now, timeouts })
  port = (await endpoint.listen('127.0.0.1', 0)).port
}

afterEach(() => endpoint?.close())

interface Answer {
  status: number
  body: string
}

interface Request {
  method: string
  path: string
  headers: Record<string, string>
  body: Uint8Array
}

function send({ method, path, headers, body }: Request, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode!, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function expectRefusal({ status, body }: Answer, about: unknown): void {
  expect(status, `${JSON.stringify(about)}: ${body}`).toBeGreaterThanOrEqual(400)
  expect(status, `${JSON.stringify(about)}: ${body}`).toBeLessThan(500)
  expect(JSON.parse(body).__type).toMatch(/^[A-Za-z]+Exception$/)
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Bytes held after collecting garbage. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

/** A request that differs from an acceptable one in one way, of which the dice choose. */
function spoiled(dice: Dice): Request {
  const [operation, input] = dice.pick(samples)
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${operation}`,
  }
  const request = { method: 'POST', path: '/', headers, body: bytesOf('{}') }
  const member = dice.pick(Object.keys(input))
  const with_ = (value: unknown) => ({ ...request, body: bytesOf(JSON.stringify({ ...input, [member]: value })) })
  const spoils: (() => Request)[] = [
    () => ({ ...request, body: dice.bytes(1 + dice.roll(200)).fill(0x7b, 0, 1) }),
    () => ({ ...request, body: bytesOf(`{"${member}":`.repeat(1 + dice.roll(50))) }),
    () => ({ ...request, body: bytesOf(`{"${member}":1,"${member}":1}`) }),
    () => ({ ...request, body: bytesOf(`{"a":${'['.repeat(11 + dice.roll(1000))}`) }),
    () => ({ ...request, body: bytesOf(JSON.stringify({ Unheard: dice.json(2) ?? 1 })) }),
    () => with_({ unheard: 1, of: [] }),
    () => with_([[dice.json(1)], {}]),
    () => with_('\ud800'),
    () => ({
      ...request,
      headers: { ...headers, 'x-amz-target': `TrentService.${dice.pick(['x', '', 'toString', '__proto__'])}` },
    }),
    () => ({ ...request, headers: { ...headers, 'content-type': dice.pick(['text/plain', 'application/json', 'x']) } }),
    () => ({ ...request, headers: { ...headers, origin: dice.pick(['https://evil.example', 'null', 'file://']) } }),
    () => ({
      ...request,
      headers: { ...headers, host: dice.pick(['evil.example', 'a.localhost', '127.0.0.1.nip.io', '_']) },
    }),
    () => ({ ...request, method: dice.pick(['GET', 'PUT', 'DELETE', 'PATCH']), path: dice.pick(['/', '/x', '//']) }),
  ]
  return dice.pick(spoils)()
}

it('refuses 8,000 requests that are spoiled in one way each', { timeout: 120_000 }, async () => {
  await start(true)
  const dice = new Dice(7)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const batch = async (count: number) => {
    const requests = Array.from({ length: count }, () => spoiled(dice))
    const answers = await Promise.all(requests.map((request) => send(request, agent)))
    for (const [at, answer] of answers.entries()) {
      expectRefusal(answer, { ...requests[at], body: new TextDecoder().decode(requests[at]!.body).slice(0, 200) })
    }
  }
  await batch(1000)
  const before = heap()
  for (let n = 0; n < 7; n++) await batch(1000)
  agent.destroy()
  expect(heap() - before).toBeLessThan(16 * 1024 * 1024)
  expect(kms.asked).toEqual([])
})

it('refuses 1,500 signed requests that were changed on their way', { timeout: 60_000 }, async () => {
  await start(false)
  const dice = new Dice(11)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const signed = await signedRequest()
  expect((await send(signed, agent)).status).toBe(200)
  for (let n = 0; n < 1500; n++) {
    const changed = changedOnItsWay(signed, dice)
    expectRefusal(await send(changed, agent), changed)
  }
  expect(kms.asked).toHaveLength(1)
  agent.destroy()
})

/** What the SDK sends, caught on its way. */
async function signedRequest(): Promise<Request> {
  let caught: Request | undefined
  const handle = async ({ headers, body }: { headers: Record<string, string>; body: Uint8Array | string }) => {
    caught = { method: 'POST', path: '/', headers, body: typeof body === 'string' ? bytesOf(body) : body }
    return { response: { statusCode: 200, headers: {}, body: new Uint8Array(0) } }
  }
  const client = clientOver({
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIDFUZZER', secretAccessKey },
    requestHandler: { handle } as never,
  })
  await client.send(new sdk.EncryptCommand({ KeyId: 'alias/a', Plaintext: Uint8Array.of(1, 2, 3) }))
  return caught!
}

function changedOnItsWay(signed: Request, dice: Dice): Request {
  const body = Uint8Array.from(signed.body)
  const headers = { ...signed.headers }
  const name = dice.pick(['authorization', 'x-amz-date', 'x-amz-target', 'host'])
  const change = dice.roll(3)
  if (change === 0) body[dice.roll(body.length)]! ^= 1 << dice.roll(8)
  if (change === 1) headers[name] = spoilText(headers[name]!, dice)
  if (change === 2) headers[`x-amz-${dice.roll(1000)}`] = 'added'
  return { ...signed, headers, body }
}

function spoilText(text: string, dice: Dice): string {
  const at = dice.roll(text.length)
  const character = dice.pick([...'azAZ09=/,; -'].filter((candidate) => candidate !== text[at]))
  return text.slice(0, at) + character + text.slice(at + 1)
}

it('survives 450 connections that do not speak HTTP', { timeout: 60_000 }, async () => {
  await start(true)
  const dice = new Dice(13)
  const beginnings = [
    'GET / HTTP/9.9\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    `POST / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    'POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'POST / HTTP/1.1\r\n\r\n',
    'CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    '',
  ]
  for (let n = 0; n < 450; n++) {
    const received = await speak(Buffer.concat([Buffer.from(dice.pick(beginnings)), dice.bytes(dice.roll(300))]))
    expect(received).not.toMatch(/^HTTP\/1\.1 (2|5)/)
  }
  await expectAlive()
})

it('does not wait for 50 slow requests', { timeout: 30_000 }, async () => {
  await start(true, { headersTimeout: 300, requestTimeout: 600, keepAliveTimeout: 300 })
  const head =
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: TrentService.ListKeys\r\n'
  const slow = [head, `${head}Content-Length: 100\r\n\r\n{`, `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`]
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => speak(Buffer.from(slow[n % 3]!), 20_000)))
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 .*SerializationException/s)
  await expectAlive()
})

/** Sends bytes, leaves the connection half open, and answers what comes until the other side ends it. */
function speak(bytes: Uint8Array, patience = 50): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
    socket.setTimeout(patience, () => socket.destroy())
    socket.write(bytes)
  })
}

async function expectAlive(): Promise<void> {
  const agent = new Agent()
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' }
  expect((await send({ method: 'POST', path: '/', headers, body: bytesOf('{}') }, agent)).status).toBe(200)
}

it('answers 20,000 random inputs of the codec and the validator with AWS’s exceptions', () => {
  const dice = new Dice(17)
  const outcomes = new Map<string, number>()
  for (let n = 0; n < 20_000; n++) {
    const operation = dice.pick(operationNames)
    const members = Object.keys(operations[operation].input)
    const body = Object.fromEntries(members.flatMap((name) => (dice.roll(2) ? [[name, dice.json(3)]] : [])))
    const outcome = attempt(() => {
      const { input } = decodeRequest({ target: `TrentService.${operation}`, body: bytesOf(JSON.stringify(body)) })
      validate(operation, input)
    })
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  expect([...outcomes.keys()].sort()).toEqual(['OK', 'SerializationException', 'ValidationException'])
})

function attempt(work: () => void): string {
  try {
    work()
    return 'OK'
  } catch (error) {
    if (error instanceof KmsError) return error.name
    throw error
  }
}
