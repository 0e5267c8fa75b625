/** The validator against AWS's words, and against what a hostile caller hands over. */
import { describe, expect, it } from 'vitest'
import type { OperationName } from '../../bindings/kms/model.ts'
import { validate } from '../../bindings/kms/validate.ts'

/** What `validate` throws, as `Name: message`. */
function refusal(operation: OperationName, input: unknown): string {
  try {
    validate(operation, input)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'accepted'
}

const one = (rest: string): string => `ValidationException: 1 validation error detected: ${rest}`
const must = 'failed to satisfy constraint: Member must'

describe('validate refuses, in AWS’s words,', () => {
  it.each<[string, OperationName, unknown, string]>([
    ['a missing member', 'DescribeKey', {}, one(`Value null at 'keyId' ${must} not be null`)],
    ['null for a required member', 'DescribeKey', { KeyId: null }, one(`Value null at 'keyId' ${must} not be null`)],
    [
      'an empty string',
      'DescribeKey',
      { KeyId: '' },
      one(`Value '' at 'keyId' ${must} have length greater than or equal to 1`),
    ],
    [
      'bytes over the limit, unprinted',
      'Encrypt',
      { KeyId: 'k', Plaintext: new Uint8Array(4097) },
      one(`Value at 'plaintext' ${must} have length less than or equal to 4096`),
    ],
    [
      'an integer below its range',
      'GenerateRandom',
      { NumberOfBytes: 0 },
      one(`Value '0' at 'numberOfBytes' ${must} have value greater than or equal to 1`),
    ],
    [
      'an integer above its range',
      'GenerateRandom',
      { NumberOfBytes: 1025 },
      one(`Value '1025' at 'numberOfBytes' ${must} have value less than or equal to 1024`),
    ],
    [
      'a broken pattern',
      'CreateAlias',
      { AliasName: 'alias/a b', TargetKeyId: 'k' },
      one(`Value 'alias/a b' at 'aliasName' ${must} satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$`),
    ],
    [
      'a member of a structure in a list',
      'TagResource',
      {
        KeyId: 'k',
        Tags: [
          { TagKey: 'a', TagValue: '' },
          { TagKey: '', TagValue: '' },
        ],
      },
      one(`Value '' at 'tags.2.member.tagKey' ${must} have length greater than or equal to 1`),
    ],
    [
      'several errors at once',
      'GenerateMac',
      { KeyId: '', MacAlgorithm: 'MD5' },
      `ValidationException: 3 validation errors detected: Value null at 'message' ${must} not be null; ` +
        `Value '' at 'keyId' ${must} have length greater than or equal to 1; ` +
        `Value 'MD5' at 'macAlgorithm' ${must} satisfy enum value set: [HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384, HMAC_SHA_512]`,
    ],
    [
      'items of a list in one error',
      'DescribeKey',
      { KeyId: 'k', GrantTokens: ['', ''] },
      one(
        `Value '[, ]' at 'grantTokens' ${must} satisfy constraint: [Member must have length less than or equal to 8192, ` +
          'Member must have length greater than or equal to 1]',
      ),
    ],
    [
      'too many items',
      'DescribeKey',
      { KeyId: 'k', GrantTokens: Array(11).fill('t') },
      one(`Value '[t, t, t, t, t, t, t, t, t, t, t]' at 'grantTokens' ${must} have length less than or equal to 10`),
    ],
    [
      'a misspelt member',
      'DescribeKey',
      { KeyId: 'k', GrantToken: 'x' },
      one(`Value at 'GrantToken' ${must} be one of the members: [KeyId, GrantTokens]`),
    ],
    [
      'a lone surrogate',
      'DescribeKey',
      { KeyId: '\ud800' },
      one(`Value '\ufffd' at 'keyId' ${must} be well-formed Unicode`),
    ],
    [
      'an encryption context over 8,192 bytes',
      'Encrypt',
      { KeyId: 'k', Plaintext: Uint8Array.of(1), EncryptionContext: { ключ: 'é'.repeat(4093) } },
      one(`Value at 'encryptionContext' ${must} have at most 8192 bytes of keys and values`),
    ],
  ])('%s', (_, operation, input, message) => {
    expect(refusal(operation, input)).toBe(message)
  })

  it('an unknown key specification, listing the known ones', () => {
    const message = refusal('CreateKey', { KeySpec: 'RSA_1024' })
    expect(message).toContain(
      `Value 'RSA_1024' at 'keySpec' ${must} satisfy enum value set: [RSA_2048, ECC_NIST_P384, `,
    )
  })

  it.each<[string, OperationName, unknown]>([
    ['a request that is no object', 'ListKeys', 'all'],
    ['a request that is a list', 'ListKeys', []],
    ['a number for a string', 'DescribeKey', { KeyId: 7 }],
    ['a string for a number', 'GenerateRandom', { NumberOfBytes: '7' }],
    ['a fraction for an integer', 'GenerateRandom', { NumberOfBytes: 1.5 }],
    ['a string for bytes', 'Encrypt', { KeyId: 'k', Plaintext: 'secret' }],
    ['shared memory', 'Encrypt', { KeyId: 'k', Plaintext: new Uint8Array(new SharedArrayBuffer(4)) }],
    ['bare shared memory', 'Encrypt', { KeyId: 'k', Plaintext: new SharedArrayBuffer(4) }],
    ['a string for a list', 'DescribeKey', { KeyId: 'k', GrantTokens: 't' }],
    ['numbers in a context', 'Decrypt', { EncryptionContext: { a: 1 } }],
    ['a list for a context', 'Decrypt', { EncryptionContext: ['a'] }],
    ['an invalid date', 'ImportKeyMaterial', { KeyId: 'k', ValidTo: new Date(Number.NaN) }],
    ['a string for a boolean', 'CreateKey', { MultiRegion: 'true' }],
  ])('%s as SerializationException', (_, operation, input) => {
    expect(refusal(operation, input)).toMatch(/^SerializationException: /)
  })

  it('an unknown operation', () => {
    expect(refusal('toString' as OperationName, {})).toMatch(/^UnknownOperationException: /)
  })

  it('secrets without repeating them', () => {
    const message = refusal('CreateCustomKeyStore', { CustomKeyStoreName: 's', KeyStorePassword: 'hunter' })
    expect(message).toBe(one(`Value at 'keyStorePassword' ${must} have length greater than or equal to 7`))
  })
})

describe('validate returns', () => {
  it('copies that later changes do not reach', () => {
    const Plaintext = Uint8Array.of(1, 2, 3)
    const GrantTokens = ['t']
    const input = { KeyId: 'k', Plaintext, EncryptionContext: { a: 'b' }, GrantTokens }
    const checked = validate('Encrypt', input)
    Plaintext.fill(0)
    GrantTokens.push('u')
    input.EncryptionContext.a = 'c'
    expect(checked).toEqual({
      KeyId: 'k',
      Plaintext: Uint8Array.of(1, 2, 3),
      EncryptionContext: { a: 'b' },
      GrantTokens: ['t'],
    })
  })

  it('only the part of a buffer that a view shows, in a buffer of its own', () => {
    const pool = Uint8Array.of(9, 9, 1, 2, 9)
    for (const Plaintext of [pool.subarray(2, 4), new DataView(pool.buffer, 2, 2), Uint8Array.of(1, 2).buffer]) {
      const checked = validate('Encrypt', { KeyId: 'k', Plaintext })
      expect(checked.Plaintext).toEqual(Uint8Array.of(1, 2))
      expect(checked.Plaintext.buffer.byteLength).toBe(2)
    }
  })

  it('contexts without a prototype, in which __proto__ is a key', () => {
    const EncryptionContext = JSON.parse('{"__proto__":"x","constructor":"y"}')
    const checked = validate('Decrypt', { EncryptionContext }).EncryptionContext!
    expect(Object.getPrototypeOf(checked)).toBeNull()
    expect(Object.entries(checked)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
  })

  it('nothing for members that are null, undefined or inherited', () => {
    expect(validate('ListKeys', Object.create({ Limit: 5 }, {}))).toEqual({})
    expect(validate('ListKeys', { Limit: null, Marker: undefined })).toEqual({})
    expect(validate('ListKeys', undefined)).toEqual({})
  })

  it('a context of exactly 8,192 bytes', () => {
    const EncryptionContext = { '🔑': 'x'.repeat(8188) }
    expect(validate('Decrypt', { EncryptionContext }).EncryptionContext).toEqual(EncryptionContext)
  })
})
