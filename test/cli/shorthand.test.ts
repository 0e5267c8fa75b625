/** The AWS CLI's shorthand for structures, lists and maps. */
import { describe, expect, it } from 'vitest'
import { parseShorthand } from '../../bindings/cli/shorthand.ts'

const parsed = (written: string): unknown => JSON.parse(JSON.stringify(parseShorthand(written)))

describe('shorthand', () => {
  it.each([
    ['TagKey=a,TagValue=b', { TagKey: 'a', TagValue: 'b' }],
    ['a=1', { a: '1' }],
    ['a=', { a: '' }],
    ['', {}],
    ['a=1,2,3,b=x', { a: ['1', '2', '3'], b: 'x' }],
    ['a=[1,2],b={c=d,e=[f]}', { a: ['1', '2'], b: { c: 'd', e: ['f'] } }],
    ['EncryptionContextEquals={tenant=7,stage=test}', { EncryptionContextEquals: { tenant: '7', stage: 'test' } }],
    ["a=\"x,y=[z]\",b='it\\'s'", { a: 'x,y=[z]', b: "it's" }],
    ['aws:s3:arn=arn:aws:s3:::bucket/key', { 'aws:s3:arn': 'arn:aws:s3:::bucket/key' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=two words , b = c', { a: 'two words', b: 'c' }],
    ['"a key"=v', { 'a key': 'v' }],
    ['a=[]', { a: [] }],
  ])('%s', (written, meant) => expect(parsed(written)).toEqual(meant))

  it.each(['a', '=b', 'a=1,a=2', 'a={b=c', 'a=[1', 'a="open', 'a=1}', '{a=1}', 'a=1,,b=2,]'])('refuses %s', (written) =>
    expect(() => parseShorthand(written)).toThrow(SyntaxError),
  )

  it('keeps a key named __proto__', () => {
    expect(Object.entries(parseShorthand('__proto__=x'))).toEqual([['__proto__', 'x']])
  })
})
