import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MAX_IN_FLIGHT } from '../../bindings/enclave/dispatcher.ts'
import { openEnclave } from '../../bindings/enclave/enclave.ts'
import { dropped, refused } from '../support/hostile.ts'
import { type Probe, probe } from '../support/occupant.ts'
import { apply, type RawPort, rawPort } from '../support/ports.ts'

let occupant: Probe
let admin: RawPort
let abandoned: number

beforeEach(async () => {
  occupant = probe()
  abandoned = 0
  const channel = new MessageChannel()
  const options = { store: 'memory:', region: 'us-east-1', account: '000000000000', clock: 'system' as const }
  const host = new MessageChannel()
  const start = { options, core: {} as WebAssembly.Module, admin: channel.port2, host: host.port2, lifeline: '' }
  const opened = await openEnclave(
    start,
    async () => occupant,
    () => abandoned++,
  )
  expect(opened).toEqual({ ok: true, output: undefined })
  admin = rawPort(channel.port1)
})

afterEach(() => {
  occupant.release()
  admin.port.close()
})

const echo = (input: unknown) => apply(['request'], { operation: 'Echo', input })

async function mint(name: unknown): Promise<RawPort> {
  const { port1, port2 } = new MessageChannel()
  const reply = await admin.send(apply(['mint'], name), [port2])
  expect(reply.value.ok).toBe(true)
  return rawPort(port1)
}

async function expectAlive(port: RawPort = admin): Promise<void> {
  expect((await port.send(echo({ A: 1 }))).value).toEqual({ ok: true, output: { A: 1 } })
}

describe('a well-formed call', () => {
  test('is answered with a RAW value under its id', async () => {
    const call = echo({ Text: 'x', List: [1, true, null], When: new Date(7), Blob: Uint8Array.of(1, 2) })
    expect(await admin.send(call)).toEqual({
      id: call.id,
      type: 'RAW',
      value: { ok: true, output: { Text: 'x', List: [1, true, null], When: new Date(7), Blob: Uint8Array.of(1, 2) } },
    })
  })

  test('keeps a member named __proto__', async () => {
    const { value } = await admin.send(echo(JSON.parse('{"__proto__": "z"}')))
    expect(Object.entries(value.output as object)).toEqual([['__proto__', 'z']])
  })

  test('answers refusals by name and hides everything else', async () => {
    const refused = await admin.send(apply(['request'], { operation: 'Refuse' }))
    expect(refused.value).toEqual({ ok: false, error: { name: 'NotFoundException', message: 'No such key.' } })
    for (const operation of ['Break', 'Uncloneable', 'Unknown']) {
      const { value } = await admin.send(apply(['request'], { operation }))
      expect(value.error?.name).toMatch(/Exception$/)
      expect(JSON.stringify(value)).not.toMatch(/secret|stack|at /)
    }
    await expectAlive()
  })

  test('is not accompanied by the neighbours of its blobs', async () => {
    const { value } = await admin.send(apply(['request'], { operation: 'Pooled' }))
    expect((value.output as Uint8Array).buffer.byteLength).toBe(5)
  })
})

describe('a hostile message', () => {
  test.each(refused(echo))('%s is refused with an error', async (_, message) => {
    const { type, value } = await admin.send(message)
    expect(type).toBe('RAW')
    expect(value).toEqual({
      ok: false,
      error: { name: expect.stringMatching(/Exception$/), message: expect.any(String) },
    })
    await expectAlive()
  })

  test.each(dropped(echo))('%s is dropped', async (_, message) => {
    admin.post(message)
    await expectAlive()
    expect(admin.received).toHaveLength(1)
  })

  test.skipIf(typeof SharedArrayBuffer === 'undefined')('shared memory is refused', async () => {
    const { value } = await admin.send(echo({ Blob: new Uint8Array(new SharedArrayBuffer(8)) }))
    expect(value.error).toEqual({ name: 'ValidationException', message: 'Shared memory is not accepted.' })
    expect((await admin.send(echo(new SharedArrayBuffer(8)))).value.ok).toBe(false)
    await expectAlive()
  })
})

describe('calls in flight', () => {
  test('are bounded for each port', async () => {
    const neighbour = await mint({})
    const waiting = Array.from({ length: MAX_IN_FLIGHT }, () => admin.send(apply(['request'], { operation: 'Wait' })))
    expect((await admin.send(echo({}))).value.error?.name).toBe('ThrottlingException')
    await expectAlive(neighbour)
    occupant.release()
    expect((await Promise.all(waiting)).every(({ value }) => value.ok)).toBe(true)
    await expectAlive()
  })
})

describe('RELEASE', () => {
  test('accepts nothing more and finishes what runs', async () => {
    const port = await mint({})
    const running = port.send(apply(['request'], { operation: 'Wait' }))
    const released = port.send({ id: 'release', type: 'RELEASE' })
    port.post(echo({}))
    occupant.release()
    expect((await running).value.ok).toBe(true)
    expect((await released).value.ok).toBe(true)
    expect(port.received).toHaveLength(2)
    await expectAlive()
    expect(occupant.closed).toBe(false)
  })

  test('of the last port closes the box', async () => {
    const port = await mint({})
    await admin.send({ id: 'release', type: 'RELEASE' })
    await expectAlive(port)
    await port.send({ id: 'release', type: 'RELEASE' })
    await expect.poll(() => abandoned).toBe(1)
    expect(occupant.closed).toBe(true)
  })
})

describe("a caller's port", () => {
  test('has its facts bound when it is minted', async () => {
    const port = await mint({
      principal: 'arn:aws:iam::111122223333:role/Reader',
      region: 'eu-west-1',
      session: 's',
      tags: JSON.parse('{"__proto__":"x"}'),
    })
    const { value } = await port.send(apply(['request'], { operation: 'Facts' }))
    expect(value.output).toEqual({
      principal: 'arn:aws:iam::111122223333:role/Reader',
      account: '111122223333',
      region: 'eu-west-1',
      session: 's',
      tags: JSON.parse('{"__proto__":"x"}'),
    })
    expect(occupant.introduced).toEqual(['arn:aws:iam::111122223333:role/Reader'])
  })

  test('cannot state facts, mint, administer or close', async () => {
    const port = await mint({})
    const facts = { principal: 'arn:aws:iam::000000000000:root' }
    expect((await port.send(apply(['request'], { facts, operation: 'Echo', input: {} }))).value.ok).toBe(false)
    for (const method of ['mint', 'close', 'usage']) expect((await port.send(apply([method]))).value.ok).toBe(false)
    expect(occupant.closed).toBe(false)
    await expectAlive(port)
  })

  test.each([
    ['a text', 'arn:aws:iam::000000000000:root'],
    ['no ARN', { principal: 'alice' }],
    ['an account of 11 digits', { principal: 'arn:aws:iam::00000000000:root' }],
    ['a wildcard', { principal: '*' }],
    ['a made-up Region', { region: 'the moon' }],
    ['an unknown member', { account: '111122223333' }],
    ['tags that are no text', { tags: { a: 1 } }],
    ['a session that is no text', { session: ['x'] }],
  ])('is not minted for %s', async (_, name) => {
    const { port2 } = new MessageChannel()
    const { value } = await admin.send(apply(['mint'], name), [port2])
    expect(value.error?.name).toBe('ValidationException')
    await expectAlive()
  })

  test('is not minted when two ports come', async () => {
    const ports = [new MessageChannel().port2, new MessageChannel().port2]
    expect((await admin.send(apply(['mint'], {}), ports)).value.error?.name).toBe('ValidationException')
  })

  test('is not minted without a port', async () => {
    expect((await admin.send(apply(['mint'], {}))).value.error?.name).toBe('ValidationException')
  })
})

describe('the administrative port', () => {
  test('asks as the root of the account, or as whom it says', async () => {
    const root = await admin.send(apply(['request'], { operation: 'Facts' }))
    expect(root.value.output).toEqual({
      principal: 'arn:aws:iam::000000000000:root',
      account: '000000000000',
      region: 'us-east-1',
    })
    const facts = { principal: 's3.amazonaws.com', sourceIp: '192.0.2.1', context: { 'aws:SourceArn': ['a', 'b'] } }
    const service = await admin.send(apply(['request'], { facts, operation: 'Facts' }))
    expect(service.value.output).toEqual({ ...facts, account: '', region: 'us-east-1' })
  })

  test('administers and closes; then every port is silent', async () => {
    expect((await admin.send(apply(['usage']))).value).toEqual({ ok: true, output: { Keys: 0 } })
    const running = admin.send(apply(['request'], { operation: 'Wait' }))
    const closing = admin.send(apply(['close']))
    expect((await admin.send(echo({}))).value.error?.message).toBe('The enclave is closing.')
    expect(occupant.closed).toBe(false)
    occupant.release()
    expect((await running).value.ok).toBe(true)
    expect((await closing).value.ok).toBe(true)
    expect(occupant.closed).toBe(true)
    expect(abandoned).toBe(0)
  })
})
