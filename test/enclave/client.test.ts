import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { administer, type Kms } from '../../bindings/client.ts'
import { openEnclaveIn, type Spawn } from '../../bindings/enclave/connect.ts'
import { MAX_IN_FLIGHT } from '../../bindings/enclave/dispatcher.ts'
import { openEnclave } from '../../bindings/enclave/enclave.ts'
import { Parents } from '../../bindings/enclave/parents.ts'
import { KmsError } from '../../bindings/errors.ts'
import { type Probe, probe } from '../support/occupant.ts'

let occupant: Probe
let kms: Kms
/** Ends the enclave as a crash would. */
let die: (why: string) => void

beforeEach(async () => {
  occupant = probe()
  const spawn: Spawn = (died) => {
    die = died
    return {
      start: (start) =>
        openEnclave(
          start,
          async () => occupant,
          () => {},
        ),
      end() {},
    }
  }
  const options = { store: 'memory:', region: 'us-east-1', account: '000000000000', clock: 'system' as const }
  kms = administer(await openEnclaveIn(spawn, options, {} as WebAssembly.Module, {}), new Parents())
})

afterEach(async () => {
  occupant.release()
  await kms.close()
})

const echo = (input: unknown) => kms.request({ operation: 'Echo', input })
const wait = (signal?: AbortSignal) => kms.request({ operation: 'Wait', input: {} }, { signal })

describe('what leaves the page', () => {
  test('is a view exactly, not the buffer around it', async () => {
    const pool = new Uint8Array(8192).fill(7)
    const view = pool.subarray(100, 105)
    const reply = await echo({ Blob: view })
    expect(reply).toEqual({ ok: true, output: { Blob: Uint8Array.of(7, 7, 7, 7, 7) } })
    expect(occupant.seen.map(({ Blob }) => (Blob as Uint8Array).buffer.byteLength)).toEqual([5])
  })

  test('is a copy: the buffers of the caller stay usable', async () => {
    const whole = new Uint8Array(16).fill(1)
    await echo({ Blob: whole })
    expect(whole.byteLength).toBe(16)
  })

  test('is what the input was when the call was made', async () => {
    const input = { Text: 'before', Blob: Uint8Array.of(1) }
    const reply = kms.as('s3.amazonaws.com').request({ operation: 'Echo', input })
    input.Text = 'after'
    input.Blob.fill(2)
    expect(await reply).toEqual({ ok: true, output: { Text: 'before', Blob: Uint8Array.of(1) } })
  })

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['a Map', new Map()],
    ['a promise', Promise.resolve()],
    ['a cycle', cyclic()],
  ])('is refused on the spot if it holds %s', async (_, value) => {
    await expect(kms.encrypt({ KeyId: 'x', Plaintext: value as never })).rejects.toMatchObject({
      name: 'ValidationException',
    })
    expect(occupant.seen).toHaveLength(0)
  })
})

describe('a handle', () => {
  test('throws refusals as KmsError', async () => {
    const error = await kms.createKey().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(KmsError)
    expect(error).toMatchObject({ name: 'KMSInternalException', status: 500 })
  })

  test("of a caller has the operations only, and its caller's facts", async () => {
    const caller = kms.as({ principal: 'arn:aws:iam::111122223333:user/ann', sourceIp: '192.0.2.7' })
    expect(Object.keys(caller).filter((name) => !(name in kms))).toEqual([])
    for (const name of ['as', 'iam', 'audit', 'lock', 'export', 'close']) expect(caller).not.toHaveProperty(name)
    expect(await caller.request({ operation: 'Facts', input: {} })).toEqual({
      ok: true,
      output: {
        principal: 'arn:aws:iam::111122223333:user/ann',
        account: '111122223333',
        region: 'us-east-1',
        sourceIp: '192.0.2.7',
      },
    })
  })

  test('of another Region keeps the caller, and its callers the Region', async () => {
    const ireland = kms.region('eu-west-1')
    const facts = { operation: 'Facts', input: {} }
    expect(await ireland.request(facts)).toMatchObject({
      output: { principal: 'arn:aws:iam::000000000000:root', region: 'eu-west-1' },
    })
    expect(await ireland.as('s3.amazonaws.com').request(facts)).toMatchObject({
      output: { principal: 's3.amazonaws.com', region: 'eu-west-1' },
    })
  })

  test('under a name that is refused says so at its first call', async () => {
    const nobody = kms.as('nobody')
    expect(await nobody.request({ operation: 'Echo', input: {} })).toMatchObject({
      error: { name: 'ValidationException' },
    })
    await expect(nobody.listKeys()).rejects.toMatchObject({ name: 'ValidationException' })
  })

  test('throttles what is more than a port holds', async () => {
    const calls = Array.from({ length: MAX_IN_FLIGHT + 5 }, () => wait())
    await calls.at(-1)
    occupant.release()
    const replies = await Promise.all(calls)
    const throttled = replies.filter((reply) => !reply.ok && reply.error.name === 'ThrottlingException')
    expect(throttled).toHaveLength(5)
  })

  test('administers', async () => {
    expect(await kms.usage()).toEqual({ Keys: 0 })
  })
})

describe('an AbortSignal', () => {
  test('aborted before keeps the call at home', async () => {
    await expect(wait(AbortSignal.abort(new Error('mine')))).rejects.toThrow('mine')
    expect(occupant.seen).toHaveLength(0)
  })

  test('gives up waiting, and the enclave lives on', async () => {
    const controller = new AbortController()
    const call = wait(controller.signal)
    controller.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect((await echo({})).ok).toBe(true)
  })
})

describe('the end of an enclave', () => {
  test('rejects what waits, and says so to the next call', async () => {
    const calls = [wait(), kms.as('s3.amazonaws.com').request({ operation: 'Wait', input: {} })]
    die("The enclave's worker ended unexpectedly.")
    for (const call of calls) {
      await expect(call).rejects.toMatchObject({ name: 'KMSInternalException', message: /ended unexpectedly/ })
    }
    await expect(echo({})).rejects.toMatchObject({ message: /ended unexpectedly/ })
    await kms.close()
  })

  test('by close() lets what runs finish, and is final', async () => {
    const running = wait()
    const closing = kms.close()
    occupant.release()
    expect((await running).ok).toBe(true)
    await closing
    expect(occupant.closed).toBe(true)
    await expect(echo({})).rejects.toMatchObject({ message: /closed/ })
    await kms.close()
  })
})

function cyclic(): unknown {
  const value: Record<string, unknown> = {}
  value.Self = value
  return value
}
