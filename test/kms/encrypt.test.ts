/** Encrypt, Decrypt, ReEncrypt, data keys. Expectations: KMS.md §4, §5, recorded from AWS where it says so. */
import type { Kms } from 'kmsbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytes, type MadeKey, newKey, openBox, refused, text } from './box.ts'

let kms: Kms
let key: MadeKey
let other: MadeKey

beforeAll(async () => {
  kms = await openBox()
  key = await newKey(kms)
  other = await newKey(kms)
})
afterAll(() => kms.close())

const plain = bytes('attack at dawn')
const EncryptionContext = { tenant: '7', purpose: 'test' }

describe('Encrypt and Decrypt under a symmetric key', () => {
  it('gives the plaintext back, and names key, material and algorithm', async () => {
    const sealed = await kms.encrypt({ KeyId: key.id, Plaintext: plain, EncryptionContext })
    expect(sealed).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    const opened = await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext })
    expect(text(opened.Plaintext)).toBe('attack at dawn')
    expect(opened).toMatchObject({ KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
    expect(opened.KeyMaterialId).toMatch(/^[0-9a-f]{64}$/)
  })

  it('writes the header that FORMATS.md describes', async () => {
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain })
    const blob = CiphertextBlob as Uint8Array
    expect([...blob.subarray(0, 4)]).toEqual([1, 1, 0, 0])
    const hex = [...blob.subarray(4, 20)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(hex).toBe(key.id.replaceAll('-', ''))
    expect(blob.length).toBe(plain.length + 116)
  })

  it('differs from one call to the next', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => kms.encrypt({ KeyId: key.id, Plaintext: plain })))
    expect(a?.CiphertextBlob).not.toEqual(b?.CiphertextBlob)
  })

  it.each([1, 4095, 4096])('takes %d bytes', async (length) => {
    const Plaintext = new Uint8Array(length).fill(7)
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext })
    expect((await kms.decrypt({ CiphertextBlob })).Plaintext).toEqual(Plaintext)
  })

  it('refuses 4097 bytes in AWS’s words', () =>
    refused(
      kms.encrypt({ KeyId: key.id, Plaintext: new Uint8Array(4097) }),
      'ValidationException',
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    ))

  it.each([
    ['another value', { tenant: '8', purpose: 'test' }],
    ['a pair less', { tenant: '7' }],
    ['a pair more', { ...EncryptionContext, more: '1' }],
    ['another case', { Tenant: '7', purpose: 'test' }],
    ['none', undefined],
    ['pairs that join to the same text', { tenan: 't7', purpose: 'test' }],
  ])('refuses a wrong context (%s) with an empty message', async (_, wrong) => {
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain, EncryptionContext })
    await refused(kms.decrypt({ CiphertextBlob, EncryptionContext: wrong }), 'InvalidCiphertextException', '')
  })

  it('takes the pairs in any order, an absent context for an empty one, and a key named __proto__', async () => {
    const context = JSON.parse('{"b":"2","__proto__":"z","a":"1"}')
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain, EncryptionContext: context })
    const reordered = JSON.parse('{"a":"1","b":"2","__proto__":"z"}')
    await kms.decrypt({ CiphertextBlob, EncryptionContext: reordered })
    await refused(kms.decrypt({ CiphertextBlob, EncryptionContext: { a: '1', b: '2' } }), 'InvalidCiphertextException')
    const bare = await kms.encrypt({ KeyId: key.id, Plaintext: plain, EncryptionContext: {} })
    await kms.decrypt({ CiphertextBlob: bare.CiphertextBlob })
  })

  it('refuses every ciphertext with one bit flipped, and never with anything but its three refusals', async () => {
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: bytes('x') })
    const blob = CiphertextBlob as Uint8Array
    const names = new Set<string>()
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const flipped = blob.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7))
      await kms.decrypt({ CiphertextBlob: flipped }).then(
        () => expect.unreachable(`bit ${bit} was not noticed`),
        (error: Error) => names.add(error.name),
      )
    }
    expect([...names].sort()).toEqual(['AccessDeniedException', 'InvalidCiphertextException'])
  })

  it('names the wrong key that was asked for', async () => {
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain })
    await refused(
      kms.decrypt({ CiphertextBlob, KeyId: other.id }),
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  })

  it('answers a dry run that would succeed, and one that would not', async () => {
    const dry = kms.encrypt({ KeyId: key.id, Plaintext: plain, DryRun: true })
    await refused(dry, 'DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.')
    await refused(
      kms.decrypt({ KeyId: key.id, DryRun: true, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }),
      'DryRunOperationException',
    )
    await refused(kms.decrypt({ CiphertextBlob: new Uint8Array(130), DryRun: true }), 'InvalidCiphertextException')
  })

  it('says that it cannot attest a Recipient', () =>
    refused(
      kms.generateDataKey({ KeyId: key.id, KeySpec: 'AES_256', Recipient: { AttestationDocument: new Uint8Array(9) } }),
      'UnsupportedOperationException',
    ))
})

describe('ReEncrypt', () => {
  it('moves a ciphertext to another key and context, and names both materials', async () => {
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain, EncryptionContext })
    const moved = await kms.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: other.id,
      DestinationEncryptionContext: { new: 'one' },
    })
    expect(moved).toMatchObject({
      SourceKeyId: key.arn,
      KeyId: other.arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect(moved.SourceKeyMaterialId).not.toBe(moved.DestinationKeyMaterialId)
    const opened = await kms.decrypt({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { new: 'one' } })
    expect(text(opened.Plaintext)).toBe('attack at dawn')
  })

  it('needs ReEncryptFrom on the one and ReEncryptTo on the other', async () => {
    const bob = 'arn:aws:iam::000000000000:user/Bob'
    const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource })
    const policy = (...Statement: object[]) => [{ Version: '2012-10-17', Statement }]
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain })
    const move = () => kms.as(bob).reEncrypt({ CiphertextBlob, DestinationKeyId: other.id })
    await kms.iam.put(bob, policy(allow('kms:ReEncryptFrom', key.arn)))
    await refused(move(), 'AccessDeniedException', /kms:ReEncryptTo/)
    await kms.iam.put(bob, policy(allow('kms:ReEncryptTo', other.arn)))
    await refused(move(), 'AccessDeniedException', /^The ciphertext refers to a customer master key/)
    await kms.iam.put(bob, policy(allow('kms:ReEncryptFrom', key.arn), allow('kms:ReEncryptTo', other.arn)))
    expect((await move()).KeyId).toBe(other.arn)
  })

  it('moves between RSA and symmetric keys', async () => {
    const rsa = await newKey(kms, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const to = { DestinationKeyId: rsa.id, DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
    const { CiphertextBlob } = await kms.encrypt({ KeyId: key.id, Plaintext: plain })
    const moved = await kms.reEncrypt({ CiphertextBlob, ...to })
    const back = await kms.reEncrypt({
      CiphertextBlob: moved.CiphertextBlob,
      SourceKeyId: rsa.id,
      SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      DestinationKeyId: key.id,
    })
    expect(text((await kms.decrypt({ CiphertextBlob: back.CiphertextBlob })).Plaintext)).toBe('attack at dawn')
  })
})

describe('data keys', () => {
  it.each([
    [{ KeySpec: 'AES_128' }, 16],
    [{ KeySpec: 'AES_256' }, 32],
    [{ NumberOfBytes: 1 }, 1],
    [{ NumberOfBytes: 1024 }, 1024],
  ] as const)('%o', async (wanted, length) => {
    const made = await kms.generateDataKey({ KeyId: key.id, ...wanted, EncryptionContext })
    expect(made.Plaintext?.length).toBe(length)
    const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob, EncryptionContext })
    expect(opened.Plaintext).toEqual(made.Plaintext)
    const sealed = await kms.generateDataKeyWithoutPlaintext({ KeyId: key.id, ...wanted })
    expect(sealed).not.toHaveProperty('Plaintext')
    expect((await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob })).Plaintext?.length).toBe(length)
  })

  it.each([{}, { KeySpec: 'AES_256', NumberOfBytes: 32 }] as const)('refuses %o', (wanted) =>
    refused(kms.generateDataKey({ KeyId: key.id, ...wanted }), 'ValidationException'),
  )

  it('makes key pairs whose private half only Decrypt gives back', async () => {
    const made = await kms.generateDataKeyPair({ KeyId: key.id, KeyPairSpec: 'ECC_NIST_P256' })
    const opened = await kms.decrypt({ CiphertextBlob: made.PrivateKeyCiphertextBlob })
    expect(opened.Plaintext).toEqual(made.PrivateKeyPlaintext)
    const spki = made.PublicKey as Uint8Array<ArrayBuffer>
    await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify'])
    const sealed = await kms.generateDataKeyPairWithoutPlaintext({ KeyId: key.id, KeyPairSpec: 'ECC_NIST_P256' })
    expect(sealed).not.toHaveProperty('PrivateKeyPlaintext')
  })

  it('needs a symmetric key', async () => {
    const mac = await newKey(kms, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(kms.generateDataKey({ KeyId: mac.id, KeySpec: 'AES_256' }), 'InvalidKeyUsageException')
  })

  it('draws random bytes within AWS’s bounds', async () => {
    expect((await kms.generateRandom({ NumberOfBytes: 1024 })).Plaintext?.length).toBe(1024)
    await refused(kms.generateRandom({}), 'ValidationException', 'NumberOfBytes is required.')
    await refused(kms.generateRandom({ NumberOfBytes: 0 }), 'ValidationException', /greater than or equal to 1/)
    await refused(kms.generateRandom({ NumberOfBytes: 1025 }), 'ValidationException', /less than or equal to 1024/)
  })
})
