/** The JSON 1.1 codec against KMS.md §17, and against what a hostile client writes. */
import { describe, expect, it } from 'vitest'
import { text, utf8 } from '../../bindings/bytes.ts'
import { KmsError } from '../../bindings/errors.ts'
import { parseJson } from '../../bindings/protocol/json.ts'
import { decodeRequest, encodeError, encodeOutput, MAX_REQUEST_BYTES } from '../../bindings/protocol/json11.ts'

const decode = (operation: string, body: string) =>
  decodeRequest({ target: `TrentService.${operation}`, body: utf8(body) }).input

function refusal(target: string | undefined, body: Uint8Array): string {
  try {
    decodeRequest({ target, body })
  } catch (error) {
    if (error instanceof KmsError) return error.name
    throw error
  }
  return 'accepted'
}

describe('a request', () => {
  it('becomes bytes and dates where the table says so', () => {
    const body = '{"KeyId":"k","ImportToken":"AP8=","EncryptedKeyMaterial":"","ValidTo":1700000000.123}'
    expect(decode('ImportKeyMaterial', body)).toEqual({
      KeyId: 'k',
      ImportToken: Uint8Array.of(0, 255),
      EncryptedKeyMaterial: new Uint8Array(0),
      ValidTo: new Date(1_700_000_000_123),
    })
  })

  it('may have no body', () => expect(decode('ListKeys', '')).toEqual({}))

  it('keeps unknown members and wrong types for the validator', () => {
    expect(decode('Encrypt', '{"Plaintext":7,"__proto__":{"a":1}}')).toEqual(
      Object.assign(Object.create(null), { Plaintext: 7, ['__proto__']: Object.assign(Object.create(null), { a: 1 }) }),
    )
  })

  it.each([
    ['no target', undefined],
    ['another service', 'AWSCognitoIdentityService.Encrypt'],
    ['no operation', 'TrentService.'],
    ['an unknown operation', 'TrentService.Frobnicate'],
    ['a member of Object.prototype', 'TrentService.constructor'],
    ['other letters', 'TrentService.encrypt'],
  ])('with %s is an unknown operation', (_, target) => {
    expect(refusal(target, utf8('{}'))).toBe('UnknownOperationException')
  })

  it.each([
    ['a member twice', '{"KeyId":"a","KeyId":"b"}'],
    ['a member twice, once escaped', '{"KeyId":"a","\\u004beyId":"b"}'],
    ['a context key twice', '{"EncryptionContext":{"a":"1","a":"2"}}'],
    ['no end', '{"KeyId":"a"'],
    ['a trailing comma', '{"KeyId":"a",}'],
    ['two values', '{}{}'],
    ['a comment', '{/**/}'],
    ['single quotes', "{'KeyId':'a'}"],
    ['a bare word', 'undefined'],
    ['a leading zero', '{"Limit":01}'],
    ['NaN', '{"Limit":NaN}'],
    ['a control character', '{"KeyId":"a\nb"}'],
    ['a bad escape', '{"KeyId":"\\x41"}'],
    ['an unfinished escape', '{"KeyId":"\\'],
    ['deep nesting', `{"a":${'['.repeat(100_000)}`],
    ['nesting over the limit', `{"a":${'['.repeat(10)}${']'.repeat(10)}}`],
    ['a blob that is not base64', '{"CiphertextBlob":"é"}'],
    ['unpadded base64', '{"CiphertextBlob":"AA"}'],
  ])('with %s is malformed', (_, body) => {
    expect(refusal('TrentService.Decrypt', utf8(body))).toBe('SerializationException')
  })

  it('that is not UTF-8 is malformed', () => {
    expect(refusal('TrentService.ListKeys', Uint8Array.of(0x7b, 0xff, 0x7d))).toBe('SerializationException')
  })

  it('has at most 1 MiB', () => {
    const largest = utf8(`{"Marker":"${'x'.repeat(MAX_REQUEST_BYTES - 13)}"}`)
    expect(largest.length).toBe(MAX_REQUEST_BYTES)
    expect(refusal('TrentService.ListKeys', largest)).toBe('accepted')
    expect(refusal('TrentService.ListKeys', new Uint8Array(MAX_REQUEST_BYTES + 1))).toBe(
      'RequestEntityTooLargeException',
    )
  })
})

describe('the reader of JSON', () => {
  it('reads what JSON.parse reads', () => {
    const values = [
      { a: [1, -0.5, 1e3, 2.5e-3, true, false, null, {}, []], 'é"\\': '\u2028\\"\\\\', '': 'x\ty' },
      'just text',
      -0,
      [[['deep']]],
    ]
    for (const value of values) {
      for (const space of [undefined, '\t']) {
        const json = JSON.stringify(value, null, space)
        expect(JSON.stringify(parseJson(json, 10))).toBe(JSON.stringify(value))
      }
    }
  })

  it('refuses what JSON.parse refuses, whatever byte of a request is changed', () => {
    const json = '{"a":[1.5e+3,"x\\u0041\\n",true,null],"b":{"c":-7}}'
    const alphabet = ['"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', 't', ' ', '\n', '']
    for (let at = 0; at < json.length; at++) {
      for (const replacement of alphabet) {
        const changed = json.slice(0, at) + replacement + json.slice(at + 1)
        expect(
          outcome(() => parseJson(changed, 10)),
          changed,
        ).toBe(outcome(() => JSON.parse(changed)))
      }
    }
  })
})

function outcome(read: () => unknown): string {
  try {
    return JSON.stringify(read())
  } catch {
    return 'refused'
  }
}

describe('an answer', () => {
  it('has base64 blobs, epoch seconds, and nothing that the table does not name', () => {
    const output = {
      KeyId: 'k',
      ImportToken: Uint8Array.of(0, 255),
      ParametersValidTo: new Date(1_700_000_000_120),
      Secret: 's',
    }
    const { status, body } = encodeOutput('GetParametersForImport', output)
    expect([status, text(body)]).toEqual([200, '{"KeyId":"k","ImportToken":"AP8=","ParametersValidTo":1700000000.12}'])
  })

  it('has no body where AWS sends none', () => {
    expect(encodeOutput('EnableKey', {})).toEqual({ status: 200, body: new Uint8Array(0) })
  })
})

describe('an error', () => {
  it.each([
    ['NotFoundException', 'Invalid keyId', 400, '{"__type":"NotFoundException","message":"Invalid keyId"}'],
    ['InvalidCiphertextException', '', 400, '{"__type":"InvalidCiphertextException"}'],
    ['KMSInternalException', 'x', 500, '{"__type":"KMSInternalException","message":"x"}'],
    ['KeyUnavailableException', '', 500, '{"__type":"KeyUnavailableException"}'],
    ['DependencyTimeoutException', '', 503, '{"__type":"DependencyTimeoutException"}'],
    ['RequestEntityTooLargeException', '', 413, '{"__type":"RequestEntityTooLargeException"}'],
  ])('%s, as AWS answers it', (name, message, status, json) => {
    const reply = encodeError({ name, message })
    expect([reply.status, text(reply.body)]).toEqual([status, json])
  })
})
