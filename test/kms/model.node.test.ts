/** The operation table against AWS's own model and the SDK's types. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type * as Sdk from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { type OperationName, type Output, operationNames, operations } from '../../bindings/kms/model.ts'
import type { Members, Shape } from '../../bindings/kms/shapes.ts'

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
