/** The unmodified AWS SDK over the in-process handler. */
import * as sdk from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { requestHandler } from '../../bindings/aws-sdk.ts'
import { FakeKms } from './fake.ts'
import { samples } from './samples.ts'
import { clientOver, exceptions, send } from './sdk.ts'

const credentials = { accessKeyId: 'AKIDALICE', secretAccessKey: 'unused' }

describe('the AWS SDK over the handler', () => {
  it.each(samples)('%s: every member arrives, and every member comes back', async (operation, input, output) => {
    const kms = new FakeKms()
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    expect(await send(client, operation, input)).toEqual(output)
    expect(kms.asked).toHaveLength(1)
    expect(kms.asked[0]).toMatchObject({ operation })
    expect(kms.asked[0]!.input).toEqual(input)
  })

  it.each(exceptions)('%s is an instance of the SDK’s class', async (name) => {
    const kms = new FakeKms()
    kms.refuse(name, 'because')
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    const error = await client.send(new sdk.ListKeysCommand({})).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf((sdk as unknown as Record<string, new () => unknown>)[name])
    expect(error).toMatchObject({ name, message: 'because' })
    expect((error as sdk.KMSServiceException).$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('carries a context key named __proto__', async () => {
    const kms = new FakeKms()
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    const EncryptionContext = JSON.parse('{"__proto__":"x"}')
    await client.send(new sdk.DecryptCommand({ CiphertextBlob: Uint8Array.of(1), EncryptionContext }))
    const { input } = kms.asked[0] as { input: { EncryptionContext: object } }
    expect(Object.entries(input.EncryptionContext)).toEqual([['__proto__', 'x']])
  })

  it('pages through a list with the SDK’s paginator', async () => {
    const kms = new FakeKms()
    let page = 0
    kms.answer = () => {
      page++
      const Keys = [{ KeyId: `key-${page}`, KeyArn: 'arn' }]
      return {
        ok: true,
        output: page < 3 ? { Keys, Truncated: true, NextMarker: `m${page}` } : { Keys, Truncated: false },
      }
    }
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    const found: (string | undefined)[] = []
    for await (const { Keys = [] } of sdk.paginateListKeys({ client }, {}))
      found.push(...Keys.map(({ KeyId }) => KeyId))
    expect(found).toEqual(['key-1', 'key-2', 'key-3'])
    expect(kms.asked.map(({ input }) => (input as { Marker?: string }).Marker)).toEqual([undefined, 'm1', 'm2'])
  })

  it('lets the credentials choose the caller and the client’s Region the Region', async () => {
    const kms = new FakeKms()
    const principals = { AKIDALICE: 'arn:aws:iam::111122223333:user/alice' }
    const handler = requestHandler(kms, { principals })
    await clientOver({ region: 'eu-west-1', requestHandler: handler, credentials }).send(new sdk.ListKeysCommand({}))
    const facts = { principal: principals.AKIDALICE, region: 'eu-west-1', accessKeyId: 'AKIDALICE' }
    expect(kms.asked[0]!.facts).toEqual(facts)

    const stranger = { accessKeyId: 'AKIDMALLORY', secretAccessKey: 'unused' }
    const client = clientOver({ requestHandler: handler, credentials: stranger })
    await expect(client.send(new sdk.ListKeysCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
    expect(kms.asked).toHaveLength(1)
  })

  it('does not let Object.prototype name a caller', async () => {
    const client = clientOver({
      requestHandler: requestHandler(new FakeKms(), { principals: {} }),
      credentials: { accessKeyId: 'constructor', secretAccessKey: 'unused' },
    })
    await expect(client.send(new sdk.ListKeysCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
  })

  it('keeps the caller of a caller’s handle, and refuses to choose another with it', async () => {
    const kms = new FakeKms()
    const bob = kms.as({ principal: 'arn:aws:iam::111122223333:user/bob' })
    await clientOver({ requestHandler: requestHandler(bob), credentials }).send(new sdk.ListKeysCommand({}))
    expect(kms.asked[0]!.facts).toEqual({ principal: 'arn:aws:iam::111122223333:user/bob' })
    expect(() => requestHandler(bob, { principals: {} })).toThrow(TypeError)
  })

  it('gives up when the caller does', async () => {
    const kms = new FakeKms()
    kms.answer = (_, signal) =>
      new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason), { once: true }))
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    const controller = new AbortController()
    const sent = client.send(new sdk.ListKeysCommand({}), { abortSignal: controller.signal })
    setTimeout(() => controller.abort(), 5)
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('hides what was not expected', async () => {
    const kms = new FakeKms()
    kms.answer = () => {
      throw new Error('secret detail')
    }
    const client = clientOver({ requestHandler: requestHandler(kms), credentials })
    const error = await client.send(new sdk.ListKeysCommand({})).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(sdk.KMSInternalException)
    expect((error as Error).message).not.toContain('secret')
  })
})
