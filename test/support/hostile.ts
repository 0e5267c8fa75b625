/** Messages that no client of an enclave sends, and what must become of them (CRYPTO.md §6). */
import { apply } from './ports.ts'

/** A request that is answered with its own input, or with an error of the operation: never with silence. */
export type Wrap = (input: unknown) => object

/** Each is answered with a RAW refusal. `wrap` puts an input into a well-formed call. */
export const refused = (wrap: Wrap): readonly (readonly [string, unknown])[] => [
  ['GET', { id: 'a', type: 'GET', path: ['request', 'constructor'] }],
  ['SET', { id: 'a', type: 'SET', path: ['request'], value: { type: 'RAW', value: 1 } }],
  ['CONSTRUCT', { id: 'a', type: 'CONSTRUCT', path: ['request', 'constructor'], argumentList: [] }],
  ['ENDPOINT', { id: 'a', type: 'ENDPOINT' }],
  ['an unknown type', { id: 'a', type: 'apply', path: ['request'], argumentList: [] }],
  ['no type', { id: 'a' }],
  ['a long path', apply(['request', 'constructor'])],
  ['an empty path', apply([])],
  ['a path of another type', apply('request')],
  ['a name in an array', apply([['request']])],
  ['an inherited name', apply(['constructor'])],
  ['__proto__', apply(['__proto__'])],
  ['a member more', { ...wrap({}), extra: 1 }],
  ['no list of arguments', { ...wrap({}), argumentList: undefined }],
  ['two arguments', apply(['request'], {}, {})],
  ['a HANDLER', { ...apply(['request']), argumentList: [{ type: 'HANDLER', name: 'throw', value: {} }] }],
  ['an argument that is no wire value', { ...apply(['request']), argumentList: ['x'] }],
  ['no operation', apply(['request'], {})],
  ['a member of a request more', apply(['request'], { operation: 'Echo', input: {}, principal: 'x' })],
  ['a Map', wrap(new Map())],
  ['an Error', wrap(new Error('x'))],
  ['a regular expression', wrap(/x/)],
  ['a bigint', wrap(1n)],
  ['a bare ArrayBuffer', wrap(new ArrayBuffer(1))],
  ['a view of other elements', wrap(new Float64Array(1))],
  ['a blob over the limit', wrap(new Uint8Array(512 * 1024 + 1))],
  ['a small view of a large buffer', wrap(new Uint8Array(1024 * 1024).subarray(0, 1))],
  ['a text over the limit', wrap('x'.repeat(512 * 1024 + 1))],
  ['a sparse array of 2^32 - 1 elements', wrap(new Array(2 ** 32 - 1))],
  ['nesting without end', wrap(nested(1000))],
  ['a cycle', wrap(cyclic())],
  ['a tree of shared references', wrap(bush())],
]

/** Each is dropped without an answer. */
export const dropped = (wrap: Wrap): readonly (readonly [string, unknown])[] => [
  ['null', null],
  ['a text', 'APPLY'],
  ['an array', [1]],
  ['a Map', new Map([['id', 'x']])],
  ['no id', { type: 'APPLY', path: ['request'], argumentList: [] }],
  ['a number for an id', { ...wrap({}), id: 7 }],
  ['an empty id', { ...wrap({}), id: '' }],
  ['an id of 129 characters', { ...wrap({}), id: 'x'.repeat(129) }],
  ['GET without id', { type: 'GET', path: ['request'] }],
]

function nested(depth: number): unknown {
  let value: unknown = {}
  for (let i = 0; i < depth; i++) value = { A: value }
  return value
}

function cyclic(): unknown {
  const value: Record<string, unknown> = {}
  value.Self = value
  return value
}

/** 2^25 values when unfolded, 25 objects on the wire. */
function bush(): unknown {
  let value: unknown = {}
  for (let i = 0; i < 25; i++) value = [value, value]
  return value
}
