/** A value for every shape of the operation table, with every member present. */
import { type OperationName, operationNames, operations } from '../../bindings/kms/model.ts'
import type { Members, Shape, StringShape } from '../../bindings/kms/shapes.ts'

const candidates = [
  'alias/orders',
  'us-east-1',
  '0'.repeat(64),
  '123456789012',
  'arn:aws:s3:us-east-1:123456789012:bucket',
  'service.amazonaws.com',
  'cluster-abcdefghijk',
  'A'.repeat(20),
  `${'a'.repeat(42)}=`,
  'https://xks.example.com',
  '/example/kms/xks/v1',
  'com.amazonaws.vpce.us-east-1.vpce-svc-0123abcd',
  '{"Version":"2012-10-17"}',
]

function sampleString({ min, max, pattern }: StringShape): string {
  const fits = (text: string): boolean =>
    text.length >= min && text.length <= max && (!pattern || new RegExp(`^(?:${pattern})$`).test(text))
  const found = pattern ? candidates.find(fits) : 'é🔑"\\\n'.padEnd(min + 1, 'x').slice(0, max)
  if (found === undefined || !fits(found)) throw new Error(`no sample for ${pattern}`)
  return found
}

export function sample(shape: Shape): unknown {
  switch (shape.kind) {
    case 'string':
      return sampleString(shape)
    case 'enum':
      return shape.values.at(-1)
    case 'blob':
      return Uint8Array.of(0, 255, 1, 254, 2).subarray(0, Math.max(shape.min, 5))
    case 'integer':
      return shape.min
    case 'boolean':
      return true
    case 'timestamp':
      return new Date(1_700_000_000_123)
    case 'list':
      return [sample(shape.of), sample(shape.of)]
    case 'map':
      return { tenant: 'é', '': 'empty', constructor: 'c' }
    case 'structure':
      return sampleMembers(shape.members)
  }
}

export const sampleMembers = (members: Members): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).map(([name, shape]) => [name, sample(shape)]))

export const samples = operationNames.map(
  (operation): [OperationName, Record<string, unknown>, Record<string, unknown>] => [
    operation,
    sampleMembers(operations[operation].input),
    sampleMembers(operations[operation].output),
  ],
)
