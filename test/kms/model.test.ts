/** The operation table against AWS's own model, and the validator against AWS's words. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type * as Sdk from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { type OperationName, type Output, operationNames, operations } from '../../bindings/kms/model.ts'
import type { Members, Shape } from '../../bindings/kms/shapes.ts'
import { validate } from '../../bindings/kms/validate.ts'

/** What the SDK's command of an operation answers, less what describes the transport. */
type SdkOutput<Name extends OperationName> =
  InstanceType<(typeof Sdk)[`${Name}Command`]> extends { resolveMiddleware(...given: never[]): infer Handler }
    ? Handler extends (...given: never[]) => Promise<{ output: infer Answer }>
      ? Omit<Answer, '$metadata'>
      : never
    : never

type NotAssignable = { [Name in OperationName]: Output<Name> extends SdkOutput<Name> ? never : Name }[OperationName]

const facts = fileURLToPath(new URL('../../../shared/kms/operations.json', import.meta.url))
if (!existsSync(facts))
  console.log('skipped: the model is not compared with AWS’s, ../shared/kms/operations.json is absent')

interface FactMember {
  name: string
  required?: boolean
  type: string
}
interface Facts {
  operations: Record<string, { request: FactMember[]; response: FactMember[]; paginated: boolean }>
  structures: Record<string, FactMember[]>
  enums: Record<string, string[]>
}

/** Lists where a shape departs from the type that AWS's model gives a member. */
function differences(known: Facts, at: string, shape: Shape, type: string): string[] {
  const item = /^(.+)\[\]$/.exec(type)?.[1]
  if (item) return shape.kind === 'list' ? differences(known, `${at}[]`, shape.of, item) : [`${at}: not a list`]
  const values = known.enums[type]
  if (values) {
    const own = shape.kind === 'enum' ? [...shape.values].sort() : []
    return own.join() === [...values].sort().join() ? [] : [`${at}: not ${type}`]
  }
  const members = known.structures[type]
  if (members) {
    return shape.kind === 'structure' ? memberDifferences(known, at, shape.members, members) : [`${at}: no structure`]
  }
  const kinds: Record<string, string> = {
    string: 'string',
    boolean: 'boolean',
    number: 'integer',
    Date: 'timestamp',
    Uint8Array: 'blob',
    'Record<string, string>': 'map',
  }
  return kinds[type] === shape.kind ? [] : [`${at}: ${shape.kind} is not ${type}`]
}

function memberDifferences(known: Facts, at: string, own: Members, theirs: FactMember[]): string[] {
  const names = theirs.map(({ name }) => name)
  const found = Object.keys(own).flatMap((name) => (names.includes(name) ? [] : [`${at}.${name}: unknown to AWS`]))
  for (const { name, type, required } of theirs) {
    const shape = own[name]
    if (!shape) found.push(`${at}.${name}: missing`)
    else {
      if (Boolean(shape.required) !== Boolean(required)) found.push(`${at}.${name}: required differs`)
      found.push(...differences(known, `${at}.${name}`, shape, type))
    }
  }
  return found
}

describe.skipIf(!existsSync(facts))('the operation table', () => {
  const known = existsSync(facts) ? (JSON.parse(readFileSync(facts, 'utf8')) as Facts) : undefined

  it('has every operation of AWS and no other', () => {
    expect([...operationNames].sort()).toEqual(Object.keys(known!.operations).sort())
  })

  it.each(operationNames)('%s has AWS’s members, types and enumerations', (name) => {
    const theirs = known!.operations[name]!
    expect(memberDifferences(known!, 'input', operations[name].input, theirs.request)).toEqual([])
    expect(memberDifferences(known!, 'output', operations[name].output, theirs.response)).toEqual([])
    expect('page' in operations[name]).toBe(theirs.paginated)
  })
})

it('answers what the AWS SDK’s types accept', () => {
  // Checked by the compiler: an operation whose output the SDK would refuse puts its name in place of never.
  const proof: [NotAssignable] extends [never] ? true : NotAssignable = true
  const sound: { KeyId?: string | undefined } extends SdkOutput<'CancelKeyDeletion'> ? true : false = true
  const sharp: { KeyId: number } extends SdkOutput<'CancelKeyDeletion'> ? true : false = false
  expect([proof, sound, sharp]).toEqual([true, true, false])
})

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
