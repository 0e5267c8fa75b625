/** Grants: constraints, grants made through grants. Sources: AWS KMS Developer Guide, "Creating grants"; KMS.md §11. */
import { describe, expect, it } from 'vitest'
import type { EncryptionContext, GrantConstraints } from '../../bindings/policy/facts.ts'
import { atLeastAsStrict, type Grant, mayHandOn } from '../../bindings/policy/grants.ts'
import { isPrincipal } from '../../bindings/policy/principals.ts'
import { alice, as, decide, delegating, home, roleArn, rootArn, sessionArn, userArn } from './scene.ts'

const IT = { Department: 'IT' }
const ITTest = { Department: 'IT', Purpose: 'Test' }
const equals = (EncryptionContextEquals: EncryptionContext): GrantConstraints => ({ EncryptionContextEquals })
const subset = (EncryptionContextSubset: EncryptionContext): GrantConstraints => ({ EncryptionContextSubset })

const grant = (more: Partial<Grant>): Grant => ({
  GrantId: 'g1',
  GranteePrincipal: alice.principal,
  Operations: ['Encrypt', 'Decrypt', 'DescribeKey', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant'],
  ...more,
})

const constraintCases: readonly (readonly [
  title: string,
  constraints: GrantConstraints,
  context: EncryptionContext | undefined,
  allowed: boolean,
])[] = [
  ['equality holds', equals(IT), IT, true],
  ['equality refuses more', equals(IT), ITTest, false],
  ['equality refuses less', equals(ITTest), IT, false],
  ['equality refuses none', equals(IT), undefined, false],
  ['equality takes any order', equals({ a: '1', b: '2' }), { b: '2', a: '1' }, true],
  ['equality compares names by case', equals(IT), { department: 'IT' }, false],
  ['equality compares values by case', equals(IT), { Department: 'it' }, false],
  ['equality to nothing', equals({}), undefined, true],
  ['equality to nothing refuses something', equals({}), IT, false],
  ['a subset holds', subset(IT), ITTest, true],
  ['a subset is enough', subset(IT), IT, true],
  ['a subset refuses less', subset(ITTest), IT, false],
  ['a subset refuses other values', subset(IT), { Department: 'HR' }, false],
  ['a subset refuses none', subset(IT), undefined, false],
  ['the prototype is not in a context', subset({ constructor: 'x' }), {}, false],
  ['no constraint', {}, ITTest, true],
]

describe('grant constraints', () => {
  it.each(constraintCases)('%s', (_, Constraints, EncryptionContext, allowed) => {
    const { because } = decide(
      { input: { EncryptionContext } },
      { key: [delegating], grants: [grant({ Constraints })] },
    )
    expect(because).toBe(allowed ? 'grant' : 'implicit-deny')
  })

  it.each(['DescribeKey', 'RetireGrant'])('do not concern %s', (operation) => {
    const grants = [grant({ Constraints: equals(IT), Operations: [operation] })]
    expect(decide({ action: `kms:${operation}` }, { key: [delegating], grants }).because).toBe('grant')
  })

  it('look at the context of each side of ReEncrypt', () => {
    const grants = [grant({ Constraints: equals(IT) })]
    const input = { SourceEncryptionContext: IT, DestinationEncryptionContext: ITTest }
    expect(decide({ action: 'kms:ReEncryptFrom', input }, { key: [delegating], grants }).because).toBe('grant')
    expect(decide({ action: 'kms:ReEncryptTo', input }, { key: [delegating], grants }).because).toBe('implicit-deny')
  })

  it('bind a service to its source', () => {
    const source = 'arn:aws:dynamodb:us-west-2:111122223333:table/Books'
    const grants = [
      grant({
        GranteePrincipal: undefined,
        GranteeServicePrincipal: 'dynamodb.amazonaws.com',
        Constraints: { SourceArn: source },
      }),
    ]
    const from = (context: Record<string, string>) =>
      decide({ caller: { ...as('dynamodb.amazonaws.com'), context } }, { key: [delegating], grants }).because
    expect(from({ 'aws:SourceArn': source })).toBe('grant')
    expect(from({ 'aws:SourceArn': `${source}2` })).toBe('implicit-deny')
    expect(from({})).toBe('implicit-deny')
  })
})

const stricter: readonly (readonly [
  title: string,
  child: GrantConstraints,
  parent: GrantConstraints,
  holds: boolean,
])[] = [
  ['none of none', {}, {}, true],
  ['some of none', subset(IT), {}, true],
  ['none of some', {}, subset(IT), false],
  ['the same subset', subset(IT), subset(IT), true],
  ['a larger subset', subset(ITTest), subset(IT), true],
  ['a smaller subset', subset(IT), subset(ITTest), false],
  ['a subset becomes equality', equals(ITTest), subset(IT), true],
  ['equality to less', equals({}), subset(IT), false],
  ['the same equality', equals(IT), equals(IT), true],
  ['equality becomes a subset', subset(IT), equals(IT), false],
  ['another equality', equals(ITTest), equals(IT), false],
  ['the same source', { SourceArn: 'a' }, { SourceArn: 'a' }, true],
  ['another source', { SourceArn: 'b' }, { SourceArn: 'a' }, false],
  ['a source is dropped', {}, { SourceArn: 'a' }, false],
]

describe('grants made through grants', () => {
  it.each(stricter)('%s', (_, child, parent, holds) => {
    expect(atLeastAsStrict(child, parent)).toBe(holds)
  })

  it('hand on operations that are held, no others', () => {
    const parent = grant({ Operations: ['Decrypt', 'CreateGrant'] })
    expect(mayHandOn(parent, { Operations: ['Decrypt'] })).toBe(true)
    expect(mayHandOn(parent, { Operations: ['Decrypt', 'CreateGrant'] })).toBe(true)
    expect(mayHandOn(parent, { Operations: ['Encrypt'] })).toBe(false)
  })

  it('are decided on what is asked for', () => {
    const rules = { key: [delegating], grants: [grant({ Constraints: subset(IT) })] }
    const create = (newGrant?: Parameters<typeof mayHandOn>[1]) =>
      decide({ action: 'kms:CreateGrant', newGrant }, rules).because
    expect(create({ Operations: ['Decrypt'], Constraints: equals(IT) })).toBe('grant')
    expect(create({ Operations: ['Decrypt'] })).toBe('implicit-deny')
    expect(create({ Operations: ['Sign'], Constraints: equals(IT) })).toBe('implicit-deny')
    expect(create()).toBe('implicit-deny')
  })
})

it.each([
  [rootArn(), true],
  [userArn('a/b'), true],
  [roleArn('R'), true],
  [sessionArn('R', 's'), true],
  [`arn:aws:sts::${home}:federated-user/F`, true],
  ['dynamodb.us-west-2.amazonaws.com', true],
  ['*', false],
  [`arn:aws:iam::${home}:group/G`, false],
  [`arn:aws:iam::${home}:user/*`, false],
  ['Alice', false],
  ['', false],
])('a grant may name %j: %s', (text, valid) => {
  expect(isPrincipal(text)).toBe(valid)
})
