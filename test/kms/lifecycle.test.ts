/** CreateKey to deletion, aliases, tags, policies, paging. Expectations: KMS.md §2, §3, §9, §10, §16. */
import type { Kms } from 'kmsbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACCOUNT, bytes, days, newKey, openBox, ROOT, refused } from './box.ts'

let kms: Kms
beforeAll(async () => {
  kms = await openBox()
})
afterAll(() => kms.close())

const stateOf = async (id: string) => (await kms.describeKey({ KeyId: id })).KeyMetadata?.KeyState

describe('CreateKey', () => {
  it('answers the metadata that AWS answers', async () => {
    const { KeyMetadata } = await kms.createKey({})
    expect(KeyMetadata).toEqual({
      AWSAccountId: ACCOUNT,
      Arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KeyMetadata?.KeyId}`,
      CreationDate: new Date('2026-01-01T00:00:00Z'),
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: '',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    })
  })

  it.each([
    ['RSA_2048', 'SIGN_VERIFY', 'SigningAlgorithms', 6],
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'EncryptionAlgorithms', 2],
    ['ECC_NIST_P256', 'SIGN_VERIFY', 'SigningAlgorithms', 1],
    ['ECC_NIST_P521', 'KEY_AGREEMENT', 'KeyAgreementAlgorithms', 1],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY', 'SigningAlgorithms', 1],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', 'SigningAlgorithms', 2],
    ['HMAC_384', 'GENERATE_VERIFY_MAC', 'MacAlgorithms', 1],
    ['ML_DSA_65', 'SIGN_VERIFY', 'SigningAlgorithms', 1],
    ['ML_KEM_1024', 'ENCAPSULATE_DECAPSULATE', 'EncapsulationAlgorithms', 1],
  ] as const)('makes %s for %s', async (KeySpec, KeyUsage, member, count) => {
    const { KeyMetadata } = await kms.createKey({ KeySpec, KeyUsage })
    expect(KeyMetadata?.[member]).toHaveLength(count)
    const lists = Object.keys(KeyMetadata ?? {}).filter((name) => name.endsWith('Algorithms'))
    expect(lists).toEqual([member])
  })

  it.each([
    [{ KeySpec: 'RSA_2048' }, /^You must specify a KeyUsage value for all KMS keys except/],
    [
      { KeySpec: 'RSA_2048', KeyUsage: 'KEY_AGREEMENT' },
      /^KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048$/,
    ],
    [{ KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }, /^You cannot specify KeySpec and/],
    [{ CustomKeyStoreId: 'cks-1' }, /not valid with Origin AWS_KMS/],
  ] as const)('refuses %o', (input, message) => refused(kms.createKey(input), 'ValidationException', message))

  it('refuses SM2 outside China', () =>
    refused(kms.createKey({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }), 'UnsupportedOperationException'))

  it('refuses a spec that does not exist in AWS’s words', () =>
    refused(
      kms.createKey({ KeySpec: 'AES_256' as never }),
      'ValidationException',
      /^1 validation error detected: Value 'AES_256' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: \[/,
    ))

  it('refuses tags as AWS does', async () => {
    const tag = (TagKey: string) => ({ TagKey, TagValue: 'x' })
    const make = (...keys: string[]) => kms.createKey({ Tags: keys.map(tag) })
    await refused(make('a', 'a'), 'TagException', 'Duplicate tag keys')
    await refused(make('aws:a'), 'TagException', 'Tags beginning with aws: are reserved')
    await refused(make(...Array.from({ length: 51 }, (_, i) => `k${i}`)), 'TagException', 'Too many tags')
  })

  it('refuses a policy under which its author could not change it again, unless told to bypass the check', async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt', Resource: '*' },
    })
    await refused(
      kms.createKey({ Policy }),
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
    await kms.createKey({ Policy, BypassPolicyLockoutSafetyCheck: true })
    await refused(kms.createKey({ Policy: '{"Version":1}' }), 'MalformedPolicyDocumentException')
  })
})

describe('names of keys', () => {
  it('finds a key by id, ARN, alias and alias ARN', async () => {
    const key = await newKey(kms)
    await kms.createAlias({ AliasName: 'alias/named', TargetKeyId: key.id })
    for (const KeyId of [key.id, key.arn, 'alias/named', `arn:aws:kms:us-east-1:${ACCOUNT}:alias/named`]) {
      expect((await kms.describeKey({ KeyId })).KeyMetadata?.Arn).toBe(key.arn)
    }
    await refused(kms.enableKey({ KeyId: 'alias/named' }), 'NotFoundException', "Invalid keyId 'alias/named'")
  })

  it.each([
    [
      '00000000-0000-4000-8000-000000000000',
      /^Key 'arn:aws:kms:us-east-1:000000000000:key\/00000000.*' does not exist$/,
    ],
    ['fake-key-id', /^Invalid keyId 'fake-key-id'$/],
    [`arn:aws:kms:eu-west-1:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`, /^Invalid arn eu-west-1$/],
    ['alias/nobody', /^Alias arn:aws:kms:us-east-1:000000000000:alias\/nobody is not found\.$/],
  ])('says what is wrong with %s', (KeyId, message) =>
    refused(kms.describeKey({ KeyId }), 'NotFoundException', message),
  )
})

describe('enabling, disabling, deletion', () => {
  it('uses a disabled key for nothing', async () => {
    const { id, arn } = await newKey(kms)
    await kms.disableKey({ KeyId: id })
    expect(await stateOf(id)).toBe('Disabled')
    await refused(kms.encrypt({ KeyId: id, Plaintext: bytes('x') }), 'DisabledException', `${arn} is disabled.`)
    await kms.enableKey({ KeyId: id })
    await kms.encrypt({ KeyId: id, Plaintext: bytes('x') })
  })

  it('waits 7 to 30 days, 30 unless told otherwise', async () => {
    const { id, arn } = await newKey(kms)
    for (const PendingWindowInDays of [6, 31]) {
      await refused(kms.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays }), 'ValidationException')
    }
    const scheduled = await kms.scheduleKeyDeletion({ KeyId: id })
    expect(scheduled).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 30 })
    await refused(kms.scheduleKeyDeletion({ KeyId: id }), 'KMSInvalidStateException', `${arn} is pending deletion.`)
    expect(await kms.cancelKeyDeletion({ KeyId: id })).toEqual({ KeyId: arn })
    expect(await stateOf(id)).toBe('Disabled')
    await refused(kms.cancelKeyDeletion({ KeyId: id }), 'KMSInvalidStateException', `${arn} is not pending deletion.`)
  })

  it('deletes the key, its aliases and its grants when the day has come', async () => {
    const own = await openBox()
    const key = await newKey(own)
    await own.createAlias({ AliasName: 'alias/doomed', TargetKeyId: key.id })
    await own.createGrant({
      KeyId: key.id,
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/Bob`,
      Operations: ['Decrypt'],
    })
    const { CiphertextBlob } = await own.encrypt({ KeyId: key.id, Plaintext: bytes('x') })
    await own.scheduleKeyDeletion({ KeyId: key.id, PendingWindowInDays: 7 })
    await own.clock.advance(days(7) - 1)
    expect((await own.describeKey({ KeyId: key.id })).KeyMetadata?.KeyState).toBe('PendingDeletion')
    await own.clock.advance(1)
    await refused(own.describeKey({ KeyId: key.id }), 'NotFoundException')
    await refused(own.decrypt({ CiphertextBlob }), 'AccessDeniedException')
    expect((await own.listAliases({})).Aliases).toEqual([])
    expect((await own.listKeys({})).Keys).toEqual([])
    await own.createAlias({ AliasName: 'alias/doomed', TargetKeyId: (await newKey(own)).id })
    const events: string[] = []
    for await (const event of own.audit.events()) events.push((event as { eventName: string }).eventName)
    expect(events).toContain('DeleteKey')
    await own.close()
  })
})

describe('aliases', () => {
  it('are unique, prefixed and not AWS’s', async () => {
    const { id } = await newKey(kms)
    const make = (AliasName: string) => kms.createAlias({ AliasName, TargetKeyId: id })
    await make('alias/one')
    await refused(make('alias/one'), 'AlreadyExistsException')
    await refused(make('one'), 'ValidationException', /^Alias must start with the prefix "alias\/"\./)
    await refused(make('alias/aws/s3'), 'NotAuthorizedException')
    await refused(make('alias/a:b'), 'InvalidAliasNameException')
  })

  it('move between keys of the same kind only', async () => {
    const [a, b, mac] = [
      await newKey(kms),
      await newKey(kms),
      await newKey(kms, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    ]
    await kms.createAlias({ AliasName: 'alias/moves', TargetKeyId: a.id })
    await kms.updateAlias({ AliasName: 'alias/moves', TargetKeyId: b.id })
    expect((await kms.describeKey({ KeyId: 'alias/moves' })).KeyMetadata?.KeyId).toBe(b.id)
    await refused(kms.updateAlias({ AliasName: 'alias/moves', TargetKeyId: mac.id }), 'ValidationException')
    await kms.deleteAlias({ AliasName: 'alias/moves' })
    await refused(kms.deleteAlias({ AliasName: 'alias/moves' }), 'NotFoundException')
    expect((await kms.listAliases({ KeyId: b.id })).Aliases).toEqual([])
  })

  it('end at 50 on a key', async () => {
    const { id } = await newKey(kms)
    for (let i = 0; i < 50; i++) await kms.createAlias({ AliasName: `alias/many-${i}`, TargetKeyId: id })
    await refused(kms.createAlias({ AliasName: 'alias/many-50', TargetKeyId: id }), 'LimitExceededException')
  })
})

describe('lists', () => {
  it('give every key once, page by page, and know their own markers only', async () => {
    const own = await openBox()
    const made = await Promise.all(Array.from({ length: 25 }, () => newKey(own)))
    const seen: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await own.listKeys({ Limit: 10, Marker })
      expect(page.Keys?.length).toBeLessThanOrEqual(10)
      seen.push(...(page.Keys ?? []).map(({ KeyId }) => KeyId))
      Marker = page.NextMarker
      expect(page.Truncated).toBe(Marker !== undefined)
    } while (Marker !== undefined)
    expect(seen.sort()).toEqual(made.map(({ id }) => id).sort())
    await refused(own.listKeys({ Marker: 'nonsense' }), 'InvalidMarkerException')
    await refused(own.listAliases({ Limit: 101 }), 'ValidationException')
    await own.close()
  })

  it('pages tags in their order', async () => {
    const Tags = ['c', 'a', 'b'].map((TagKey) => ({ TagKey, TagValue: TagKey }))
    const { id } = await newKey(kms, { Tags })
    const first = await kms.listResourceTags({ KeyId: id, Limit: 2 })
    expect(first.Tags?.map(({ TagKey }) => TagKey)).toEqual(['a', 'b'])
    const second = await kms.listResourceTags({ KeyId: id, Marker: first.NextMarker })
    expect(second).toEqual({ Tags: [{ TagKey: 'c', TagValue: 'c' }], Truncated: false })
    await kms.untagResource({ KeyId: id, TagKeys: ['a', 'nobody'] })
    expect((await kms.listResourceTags({ KeyId: id })).Tags).toHaveLength(2)
  })
})

describe('key policies', () => {
  it('are AWS’s default document unless given', async () => {
    const { id } = await newKey(kms)
    const { Policy, PolicyName } = await kms.getKeyPolicy({ KeyId: id })
    expect(PolicyName).toBe('default')
    expect(JSON.parse(Policy as string)).toEqual({
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: ROOT },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    })
    expect(await kms.listKeyPolicies({ KeyId: id })).toEqual({ PolicyNames: ['default'], Truncated: false })
    await refused(kms.getKeyPolicy({ KeyId: id, PolicyName: 'other' }), 'NotFoundException')
  })

  it('rule even the account root', async () => {
    const bob = `arn:aws:iam::${ACCOUNT}:user/Bob`
    const { id } = await newKey(kms)
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: bob }, Action: 'kms:*', Resource: '*' }],
    })
    await kms.putKeyPolicy({ KeyId: id, Policy, BypassPolicyLockoutSafetyCheck: true })
    await refused(kms.encrypt({ KeyId: id, Plaintext: bytes('x') }), 'AccessDeniedException')
    await kms.as(bob).encrypt({ KeyId: id, Plaintext: bytes('x') })
  })
})

describe('a locked box', () => {
  it('refuses everything', async () => {
    const own = await openBox()
    await own.lock()
    await refused(own.listKeys({}), 'KeyUnavailableException', /locked/)
    await own.close()
  })
})

describe('strangers', () => {
  const eve = `arn:aws:iam::${ACCOUNT}:user/Eve`
  const foreign = 'arn:aws:iam::999999999999:user/Mallory'
  const missing = '00000000-0000-4000-8000-000000000000'

  it.each([eve, foreign])('cannot tell whether a key exists: %s', async (stranger) => {
    const { id } = await newKey(kms)
    const arn = (key: string) => `arn:aws:kms:us-east-1:${ACCOUNT}:key/${key}`
    const ask = async (KeyId: string) =>
      kms
        .as(stranger)
        .encrypt({ KeyId, Plaintext: bytes('x') })
        .then(
          () => expect.unreachable(),
          (error: Error) => `${error.name}: ${error.message}`.replaceAll(KeyId, 'KEY'),
        )
    expect(await ask(arn(id))).toBe(await ask(arn(missing)))
  })
})

describe('under load', () => {
  it('stays consistent under 1,000 concurrent calls on one key', async () => {
    const own = await openBox()
    const key = await newKey(own)
    const calls = Array.from({ length: 1000 }, (_, i) => {
      if (i % 10 === 0) return own.tagResource({ KeyId: key.id, Tags: [{ TagKey: `t${i % 40}`, TagValue: `${i}` }] })
      if (i % 25 === 1)
        return own
          .rotateKeyOnDemand({ KeyId: key.id })
          .catch((error) => expect(error.name).toBe('LimitExceededException'))
      return own
        .encrypt({ KeyId: key.id, Plaintext: bytes(`${i}`) })
        .then(({ CiphertextBlob }) => own.decrypt({ CiphertextBlob }))
        .then(({ Plaintext }) => expect(new TextDecoder().decode(Plaintext)).toBe(`${i}`))
    })
    await Promise.all(calls)
    expect((await own.listKeyRotations({ KeyId: key.id })).Rotations).toHaveLength(25)
    expect((await own.listResourceTags({ KeyId: key.id })).Tags).toHaveLength(4)
    expect(await own.audit.verify()).toMatchObject({ ok: true })
    await own.close()
  }, 60_000)
})
