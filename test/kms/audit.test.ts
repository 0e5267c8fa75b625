/** The audit trail: one event per request, in CloudTrail's shape, without secrets. Expectations: KMS.md §18. */
import type { Kms } from 'kmsbox'
import { expect, it } from 'vitest'
import { ACCOUNT, bytes, days, newKey, openBox, ROOT, refused } from './box.ts'

type Event = Readonly<Record<string, unknown>>

async function eventsOf(kms: Kms): Promise<Event[]> {
  const events: Event[] = []
  for await (const event of kms.audit.events()) events.push(event as Event)
  return events
}

it('tells of each request what CloudTrail tells', async () => {
  const kms = await openBox()
  const key = await newKey(kms)
  const EncryptionContext = { Department: 'Engineering' }
  const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: bytes('x'), EncryptionContext })
  await kms.decrypt({ CiphertextBlob, EncryptionContext })
  const [created, encrypted, decrypted] = await eventsOf(kms)
  expect(created).toMatchObject({
    eventName: 'CreateKey',
    readOnly: false,
    responseElements: { keyMetadata: { keyId: key.id, arn: key.arn } },
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: key.arn }],
  })
  expect(encrypted).toMatchObject({
    eventVersion: expect.stringMatching(/^1\./),
    userIdentity: { type: 'Root', arn: ROOT, accountId: ACCOUNT },
    eventTime: '2026-01-01T00:00:00.000Z',
    eventSource: 'kms.amazonaws.com',
    eventName: 'Encrypt',
    awsRegion: 'us-east-1',
    requestParameters: { keyId: key.id, encryptionContext: EncryptionContext },
    responseElements: null,
    requestID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
    readOnly: true,
    eventType: 'AwsApiCall',
    recipientAccountId: ACCOUNT,
    managementEvent: true,
    eventCategory: 'Management',
  })
  expect(decrypted).toMatchObject({
    requestParameters: {
      keyId: key.arn,
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: EncryptionContext,
    },
  })
  await kms.close()
})

it('tells of refused requests too, and of who was refused', async () => {
  const kms = await openBox()
  const key = await newKey(kms)
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/Reader/today`
  await refused(kms.as(session).encrypt({ KeyId: key.id, Plaintext: bytes('x') }), 'AccessDeniedException')
  await refused(kms.encrypt({ KeyId: key.id, Plaintext: new Uint8Array(5000) }), 'ValidationException')
  const [, denied, invalid] = await eventsOf(kms)
  expect(denied).toMatchObject({
    eventName: 'Encrypt',
    errorCode: 'AccessDenied',
    errorMessage: expect.stringMatching(/^User: .* is not authorized to perform: kms:Encrypt/),
    userIdentity: { type: 'AssumedRole', arn: session },
  })
  expect(invalid).toMatchObject({ errorCode: 'ValidationException' })
  await kms.close()
})

it('holds no plaintext, ciphertext, message, signature, policy or token', async () => {
  const kms = await openBox()
  const secret = 'do-not-log-this-anywhere'
  const key = await newKey(kms)
  const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: bytes(secret) })
  const { GrantToken } = await kms.createGrant({
    KeyId: key.id,
    GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/Bob`,
    Operations: ['Decrypt'],
  })
  await kms.decrypt({ CiphertextBlob, GrantTokens: [GrantToken as string] })
  const { Policy } = await kms.getKeyPolicy({ KeyId: key.id })
  await kms.putKeyPolicy({ KeyId: key.id, Policy: Policy as string })
  const log = JSON.stringify(await eventsOf(kms))
  const blob = btoa(String.fromCharCode(...(CiphertextBlob as Uint8Array)))
  for (const hidden of [secret, btoa(secret), blob.slice(0, 40), GrantToken as string, 'Enable IAM User Permissions']) {
    expect(log).not.toContain(hidden)
  }
  await kms.close()
})

it('goes on from a date or a cursor', async () => {
  const kms = await openBox()
  await newKey(kms)
  await kms.clock.advance(days(1))
  await kms.listKeys({})
  const all = await eventsOf(kms)
  const from = async (start: string, limit?: number) => {
    const names: unknown[] = []
    for await (const event of kms.audit.events({ from: start, limit })) names.push((event as Event).eventName)
    return names
  }
  expect(await from('2026-01-02')).toEqual(['SetClock', 'ListKeys'])
  expect(await from(all[0]?.cursor as string)).toEqual(all.slice(1).map(({ eventName }) => eventName))
  expect(await from('2026-01-01', 1)).toEqual(['CreateKey'])
  await kms.close()
})

it('still verifies after pruning', async () => {
  const kms = await openBox()
  const key = await newKey(kms)
  for (let i = 0; i < 20; i++) await kms.encrypt({ KeyId: key.id, Plaintext: bytes('x') })
  expect(await kms.audit.verify()).toEqual({ ok: true, checked: 21 })
  expect(await kms.audit.prune({ keep: 5 })).toBeGreaterThan(10)
  expect(await kms.audit.verify()).toMatchObject({ ok: true })
  const names = (await eventsOf(kms)).map(({ eventName }) => eventName)
  expect(names.at(-1)).toBe('PruneAudit')
  expect(names.length).toBeLessThan(10)
  await kms.close()
})
