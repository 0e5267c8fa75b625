/** Random policies, requests and grants, sensible and not. */
import fc from 'fast-check'
import type { Grant } from '../../bindings/policy/grants.ts'
import {
  type Ask,
  abroad,
  alice,
  as,
  bob,
  developer,
  home,
  key,
  type PlainStatement,
  type Rules,
  roleArn,
  root,
  rootArn,
  service,
  stranger,
  userArn,
} from './scene.ts'

const callers = [alice, bob, developer, root, service, stranger, as(roleArn('Developer'), { session: 'carol' })]
const names = [
  ...callers.map(({ principal }) => principal),
  rootArn(abroad),
  home,
  abroad,
  '*',
  roleArn('Developer'),
  'AIDAJQABLZS4A3QDU576Q',
]
const awsNames = names.filter((name) => !name.endsWith('.com'))

const someOf = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1, maxLength: 3 })

const principal = fc.oneof(
  fc.constant('*'),
  fc.record({ AWS: someOf(awsNames) }),
  fc.record({ Service: fc.constantFrom('dynamodb.amazonaws.com', 's3.amazonaws.com') }),
)
const action = someOf(['kms:*', 'kms:Encrypt', 'kms:Dec*', 'kms:*crypt', '*', 's3:*', 'kms:?ncrypt', 'kms:CreateKey'])
const resource = someOf([
  '*',
  key.arn,
  'arn:aws:kms:*:*:key/*',
  'arn:aws:kms:*:*:key/other',
  `arn:aws:kms:us-west-2:${home}:key/\${aws:PrincipalTag/key}`,
])

const operator = fc
  .tuple(
    fc.constantFrom('', 'ForAnyValue:', 'ForAllValues:'),
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotEqualsIgnoreCase',
      'NumericLessThan',
      'NumericNotEquals',
      'DateGreaterThan',
      'DateNotEquals',
      'Bool',
      'BinaryEquals',
      'IpAddress',
      'NotIpAddress',
      'ArnLike',
      'ArnNotEquals',
    ),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''))
const conditionKey = fc.constantFrom(
  'aws:username',
  'aws:EpochTime',
  'aws:CurrentTime',
  'kms:MultiRegion',
  'aws:SourceIp',
  'aws:PrincipalArn',
  'kms:EncryptionContextKeys',
  'kms:ResourceAliases',
  'aws:PrincipalTag/Team',
  'app:None',
)
const conditionValue = someOf([
  'Alice',
  '*',
  'true',
  'false',
  '1750000000',
  '2025-06-15',
  '203.0.113.0/24',
  alice.principal,
  'AA==',
  '',
  'zzz',
  `\${aws:username}`,
  `\${aws:PrincipalTag/Team, 'none'}`,
])
export const condition = fc.dictionary(
  operator,
  fc.dictionary(conditionKey, conditionValue, { maxKeys: 2, minKeys: 1, noNullPrototype: true }),
  { maxKeys: 2, noNullPrototype: true },
)

const effect = fc.constantFrom('Allow', 'Deny')
const either = (name: string, values: fc.Arbitrary<unknown>) =>
  fc.tuple(values, fc.boolean()).map(([value, negated]) => ({ [(negated ? 'Not' : '') + name]: value }))

const parts = (principals: boolean) =>
  fc
    .tuple(
      fc.record({ Effect: effect }),
      either('Action', action),
      either('Resource', resource),
      fc.option(fc.record({ Condition: condition }), { nil: {} }),
      principals ? either('Principal', principal) : fc.constant({}),
    )
    .map((members): PlainStatement => Object.assign({}, ...members))

export const keyStatement = parts(true)
export const identityStatement = parts(false)

const context = fc.dictionary(fc.constantFrom('Department', 'Team'), fc.constantFrom('IT', 'HR'), {
  noNullPrototype: true,
})

export const grant: fc.Arbitrary<Grant> = fc.record({
  GrantId: fc.constant('g1'),
  GranteePrincipal: fc.constantFrom(...names, userArn('Nobody')),
  Operations: someOf(['Encrypt', 'Decrypt', 'CreateGrant', 'RetireGrant', 'DescribeKey']),
  Constraints: fc.constantFrom(
    {},
    { EncryptionContextEquals: { Department: 'IT' } },
    { EncryptionContextSubset: { Team: 'HR' } },
  ),
})

export const ask: fc.Arbitrary<Ask> = fc
  .record({
    caller: fc.constantFrom(
      ...callers,
      { ...alice, tags: { Team: 'HR', key: '*' } },
      { ...alice, sourceIp: '203.0.113.7' },
    ),
    action: fc.constantFrom(
      'kms:Encrypt',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:CreateKey',
      'kms:PutKeyPolicy',
      'kms:RetireGrant',
    ),
    input: fc.record({ EncryptionContext: context }),
  })
  .map((one): Ask => ({ ...one, keyless: one.action === 'kms:CreateKey' }))

export const rules: fc.Arbitrary<Rules> = fc.record({
  key: fc.array(keyStatement, { minLength: 1, maxLength: 4 }),
  iam: fc.option(fc.array(identityStatement, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  grants: fc.option(fc.array(grant, { maxLength: 2 }), { nil: undefined }),
})
