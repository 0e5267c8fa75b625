/** The built package with its real worker: the same suites in Node and in Chromium. */
import { type CallerKms, type Kms, openKms } from 'kmsbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dropped, refused } from '../support/hostile.ts'
import { apply, capturePorts, type RawPort, rawPort } from '../support/ports.ts'

describe.each(['worker', 'inline'] as const)("isolation '%s'", (isolation) => {
  let kms: Kms
  /** Held on to: a handle that is collected releases its port. */
  let reader: CallerKms
  let admin: RawPort
  let caller: RawPort

  beforeAll(async () => {
    const [ofAdmin] = await capturePorts(async () => {
      kms = await openKms({ isolation })
    })
    const [ofCaller] = await capturePorts(() => {
      reader = kms.as('arn:aws:iam::000000000000:role/Reader')
    })
    admin = rawPort(ofAdmin as MessagePort)
    caller = rawPort(ofCaller as MessagePort)
  })

  afterAll(() => kms.close())

  const random = (input: unknown) => apply(['request'], { operation: 'GenerateRandom', input })

  async function expectAlive(): Promise<void> {
    const { Plaintext } = await kms.generateRandom({ NumberOfBytes: 7 })
    expect(Plaintext).toHaveLength(7)
  }

  test('encrypts and decrypts', async () => {
    const { KeyMetadata } = await kms.createKey({ Description: 'orders' })
    const Plaintext = new TextEncoder().encode('attack at dawn')
    const EncryptionContext = { tenant: '7' }
    const { CiphertextBlob } = await kms.encrypt({ KeyId: KeyMetadata!.KeyId!, Plaintext, EncryptionContext })
    const opened = await kms.decrypt({ CiphertextBlob: CiphertextBlob!, EncryptionContext })
    expect(opened.Plaintext).toEqual(Plaintext)
    await expect(kms.decrypt({ CiphertextBlob: CiphertextBlob! })).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
      message: '',
      status: 400,
    })
  })

  test('answers many calls at once', async () => {
    const calls = Array.from({ length: 200 }, (_, n) => kms.generateRandom({ NumberOfBytes: 1 + n }))
    expect((await Promise.all(calls)).map(({ Plaintext }) => Plaintext?.length)).toEqual(calls.map((_, n) => 1 + n))
  })

  test.each([
    ['a wrong type', { NumberOfBytes: '7' }],
    ['a size out of bounds', { NumberOfBytes: 1025 }],
    ['an unknown member', { NumberOfBytes: 7, Extra: 1 }],
    ['a missing member', {}],
  ])('%s gets an AWS-style error', async (_, input) => {
    await expect(kms.generateRandom(input as never)).rejects.toMatchObject({
      name: expect.stringMatching(/^(Validation|Serialization)Exception$/),
    })
    await expectAlive()
  })

  test.each(refused(random))("%s on a caller's port is refused", async (_, message) => {
    const { type, value } = await caller.send(message)
    expect(type).toBe('RAW')
    expect(value.error).toEqual({ name: expect.stringMatching(/Exception$/), message: expect.any(String) })
    await expectAlive()
  })

  test.each(dropped(random))("%s on a caller's port is dropped", async (_, message) => {
    const before = caller.received.length
    caller.post(message)
    const { value } = await caller.send(random({ NumberOfBytes: 1 }))
    expect(value.error?.name).toBe('AccessDeniedException')
    expect(caller.received).toHaveLength(before + 1)
  })

  test('hostile messages on the administrative port leave it alive', async () => {
    for (const [, message] of refused(random)) expect((await admin.send(message)).value.ok).toBe(false)
    for (const [, message] of dropped(random)) admin.post(message)
    await expectAlive()
  })

  test.skipIf(typeof SharedArrayBuffer === 'undefined')('shared memory is refused', async () => {
    const blob = new Uint8Array(new SharedArrayBuffer(8))
    const call = apply(['request'], { operation: 'Encrypt', input: { KeyId: 'alias/x', Plaintext: blob } })
    expect((await caller.send(call)).value.error?.message).toBe('Shared memory is not accepted.')
    await expectAlive()
  })

  test('a caller without a policy is refused', async () => {
    await expect(reader.createKey()).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  test('refused options say which and why', async () => {
    await expect(openKms({ regoin: 'us-east-1' } as never)).rejects.toMatchObject({
      name: 'ValidationException',
      message: "openKms has no option 'regoin'.",
    })
    await expect(openKms({ account: '7', isolation })).rejects.toThrow('account must be a text of twelve digits')
    await expect(openKms({ store: 'floppy:A', unlock: { passphrase: 'x' }, isolation })).rejects.toMatchObject({
      name: 'KeyUnavailableException',
    })
  })
})
