/** The lockout safety check. Source: AWS API reference, PutKeyPolicy, BypassPolicyLockoutSafetyCheck; KMS.md §12. */
import { expect, it } from 'vitest'
import { lockoutError, locksOut } from '../../bindings/policy/lockout.ts'
import {
  alice,
  allow,
  as,
  aws,
  bob,
  delegating,
  deny,
  developer,
  keyPolicy,
  type PlainStatement,
  question,
  roleArn,
  root,
  service,
  stranger,
} from './scene.ts'

const cases: readonly (readonly [
  title: string,
  caller: typeof alice,
  statements: readonly PlainStatement[],
  locked: boolean,
])[] = [
  ['the default policy, to the root', root, [delegating], false],
  ['the default policy, to a user', alice, [delegating], false],
  ['a policy that names the caller', alice, [allow(aws(alice.principal))], false],
  ['a policy that names its role', developer, [allow(aws(roleArn('Developer')))], false],
  ['a policy for everyone', alice, [allow({ Principal: '*' })], false],
  ['a policy for somebody else', alice, [allow(aws(bob.principal))], true],
  ['a policy for a user, to the root', root, [allow(aws(alice.principal))], true],
  ['other actions', alice, [allow({ ...aws(alice.principal), Action: 'kms:Encrypt' })], true],
  ['PutKeyPolicy alone', alice, [allow({ ...aws(alice.principal), Action: 'kms:PutKeyPolicy' })], false],
  ['a deny', alice, [delegating, deny({ ...aws(alice.principal), Action: 'kms:Put*' })], true],
  ['a deny for another', alice, [delegating, deny({ ...aws(bob.principal), Action: 'kms:Put*' })], false],
  ['no Action', alice, [{ Effect: 'Allow', Principal: '*', Resource: '*' }], true],
  ['no Resource', alice, [{ Effect: 'Allow', Principal: '*', Action: 'kms:*' }], true],
  [
    'a condition that fails',
    alice,
    [allow({ Principal: '*', Condition: { Bool: { 'kms:MultiRegion': true } } })],
    true,
  ],
  [
    'a condition that cannot be judged',
    alice,
    [allow({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': 'x' } } })],
    true,
  ],
  ['an author abroad', stranger, [allow({ Principal: '*' })], true],
  ['a service', service, [allow({ Principal: '*' })], true],
  ['nobody', as('nobody'), [allow({ Principal: '*' })], true],
]

it.each(cases)('%s', (_, caller, statements, locked) => {
  expect(locksOut(keyPolicy(...statements), question({ caller, action: 'kms:CreateKey' }))).toBe(locked)
})

it('is told in words of AWS', () => {
  expect(lockoutError().toPlain()).toEqual({
    name: 'MalformedPolicyDocumentException',
    message: 'The new key policy will not allow you to update the key policy in the future.',
  })
})
