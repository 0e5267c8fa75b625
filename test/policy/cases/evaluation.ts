/** The evaluation order: one case or more for every branch. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import type { Because } from '../../../bindings/policy/evaluate.ts'
import type { Grant } from '../../../bindings/policy/grants.ts'
import {
  type Ask,
  abroad,
  alice,
  allow,
  as,
  aws,
  bob,
  delegating,
  deny,
  developer,
  home,
  key,
  type Rules,
  roleArn,
  root,
  rootArn,
  service,
  sessionArn,
  stranger,
  strangerRoot,
  userArn,
} from '../scene.ts'

export interface EvaluationCase {
  readonly branch: Branch
  readonly title: string
  readonly ask: Ask
  readonly rules: Rules
  readonly because: Because
  readonly missing?: 'key-policy' | 'identity-policy'
  readonly source: string
}

export const branches = [
  'explicit deny in the key policy',
  'explicit deny in an IAM policy',
  'explicit deny over a grant',
  'no key: IAM allows',
  'no key: IAM is silent',
  'no key: account root',
  'no key: service',
  'key policy allows the caller itself',
  'key policy allows everyone',
  'key policy names the caller by NotPrincipal',
  'account delegation with IAM',
  'account delegation without IAM',
  'IAM without account delegation',
  'account root by the key policy',
  'account root without the key policy',
  'assumed-role session',
  'service principal',
  'cross-account: both agree',
  'cross-account: IAM is silent',
  'cross-account: key policy is silent',
  'cross-account: operation is not offered',
  'grant to the caller',
  'grant to the account',
  'grant across accounts',
  'grant to somebody else',
  'retiring a grant',
  'nothing allows',
  'action elements',
  'resource elements',
  'statement without effect',
  'condition that cannot be judged',
  'deleted principal',
] as const

export type Branch = (typeof branches)[number]

const order = 'AWS KMS Developer Guide: Troubleshooting key access; KMS.md §12'
const defaultPolicy = 'AWS KMS Developer Guide: Default key policy'
const overview = 'AWS KMS Developer Guide: Key policies, elements'
const external = 'AWS KMS Developer Guide: Allowing users in other accounts to use a KMS key'
const grantsPage = 'AWS KMS Developer Guide: Grants; Managing grants'
const principalPage = 'IAM User Guide: AWS JSON policy elements: Principal'
const notPrincipalPage = 'IAM User Guide: AWS JSON policy elements: NotPrincipal'
const logic = 'IAM User Guide: Policy evaluation logic'
const actionPage = 'IAM User Guide: IAM JSON policy elements: Action, NotAction'
const resourcePage = 'IAM User Guide: IAM JSON policy elements: Resource, NotResource, Variables'

type Row = readonly [title: string, ask: Ask, rules: Rules, because: Because, missing?: EvaluationCase['missing']]

const table = (branch: Branch, source: string, rows: readonly Row[]): EvaluationCase[] =>
  rows.map(([title, ask, rules, because, missing]) => ({ branch, title, ask, rules, because, missing, source }))

const grant = (more: Partial<Grant> = {}): Grant => ({
  GrantId: 'g1',
  GranteePrincipal: alice.principal,
  Operations: ['Encrypt', 'Decrypt'],
  ...more,
})

const mine = allow(aws(alice.principal))
const everyone = allow({ Principal: '*' })

const denies = [
  ...table('explicit deny in the key policy', logic, [
    ['names the caller', {}, { key: [mine, deny(aws(alice.principal))] }, 'explicit-deny'],
    ['before the allow', {}, { key: [deny(aws(alice.principal)), mine] }, 'explicit-deny'],
    ['names the account', {}, { key: [mine, deny(aws(rootArn()))] }, 'explicit-deny'],
    ['names the account by its id', {}, { key: [mine, deny(aws(home))] }, 'explicit-deny'],
    ['names everyone', {}, { key: [mine, deny({ Principal: '*' })] }, 'explicit-deny'],
    ['names every AWS principal', {}, { key: [mine, deny(aws('*'))] }, 'explicit-deny'],
    ['names another', {}, { key: [mine, deny(aws(bob.principal))] }, 'key-policy'],
    ['names another account', {}, { key: [mine, deny(aws(abroad))] }, 'key-policy'],
    ['of another action', {}, { key: [mine, deny({ ...aws(alice.principal), Action: 'kms:Decrypt' })] }, 'key-policy'],
    ['stops the account root', { caller: root }, { key: [delegating, deny(aws(rootArn()))] }, 'explicit-deny'],
    [
      'stops a service',
      { caller: service },
      { key: [everyone, deny({ Principal: { Service: 'dynamodb.amazonaws.com' } })] },
      'explicit-deny',
    ],
    [
      'by NotPrincipal',
      {},
      { key: [mine, deny({ NotPrincipal: { AWS: [bob.principal, rootArn()] } })] },
      'explicit-deny',
    ],
    [
      'spares by NotPrincipal',
      {},
      { key: [mine, deny({ NotPrincipal: { AWS: [alice.principal, rootArn()] } })] },
      'key-policy',
    ],
    [
      'NotPrincipal without the account',
      {},
      { key: [mine, deny({ NotPrincipal: { AWS: alice.principal } })] },
      'explicit-deny',
    ],
    [
      'NotPrincipal with the account only',
      {},
      { key: [mine, deny({ NotPrincipal: { AWS: rootArn() } })] },
      'explicit-deny',
    ],
    [
      'NotPrincipal spares the root',
      { caller: root },
      { key: [delegating, deny({ NotPrincipal: { AWS: rootArn() } })] },
      'key-policy',
    ],
    [
      'NotPrincipal spares a service',
      { caller: service },
      { key: [everyone, deny({ NotPrincipal: { Service: 'dynamodb.amazonaws.com' } })] },
      'key-policy',
    ],
    [
      'NotPrincipal of another service',
      { caller: service },
      { key: [everyone, deny({ NotPrincipal: { Service: 's3.amazonaws.com' } })] },
      'explicit-deny',
    ],
    ['NotPrincipal of everyone', {}, { key: [mine, deny({ NotPrincipal: '*' })] }, 'key-policy'],
    [
      'NotPrincipal needs session, role and account',
      { caller: developer },
      { key: [allow(aws(roleArn('Developer'))), deny({ NotPrincipal: { AWS: [roleArn('Developer'), rootArn()] } })] },
      'explicit-deny',
    ],
    [
      'NotPrincipal with all three',
      { caller: developer },
      {
        key: [
          allow(aws(roleArn('Developer'))),
          deny({ NotPrincipal: { AWS: [developer.principal, roleArn('Developer'), rootArn()] } }),
        ],
      },
      'key-policy',
    ],
  ]),
  ...table('explicit deny in an IAM policy', defaultPolicy, [
    ['over a direct allow', {}, { key: [mine], iam: [deny()] }, 'explicit-deny'],
    ['over delegation', {}, { key: [delegating], iam: [allow(), deny({ Action: 'kms:Encrypt' })] }, 'explicit-deny'],
    [
      'without a key',
      { action: 'kms:ListKeys', keyless: true },
      { iam: [allow(), deny({ Action: 'kms:List*' })] },
      'explicit-deny',
    ],
    ['from abroad', { caller: stranger }, { key: [everyone], iam: [allow(), deny()] }, 'explicit-deny'],
    [
      'of another resource',
      {},
      { key: [delegating], iam: [allow(), deny({ Resource: `${key.arn}0` })] },
      'account-delegation',
    ],
    ['does not bind the account root', { caller: root }, { key: [delegating], iam: [deny()] }, 'key-policy'],
  ]),
  ...table('explicit deny over a grant', grantsPage, [
    ['in the key policy', {}, { key: [deny(aws(alice.principal))], grants: [grant()] }, 'explicit-deny'],
    ['in an IAM policy', {}, { key: [delegating], iam: [deny()], grants: [grant()] }, 'explicit-deny'],
  ]),
]

const keyless: Ask = { action: 'kms:CreateKey', keyless: true }
const withoutKey = [
  ...table('no key: IAM allows', 'AWS KMS Developer Guide: Permissions reference', [
    ['CreateKey', keyless, { iam: [allow({ Action: 'kms:CreateKey' })] }, 'identity-policy'],
    [
      'ListKeys',
      { action: 'kms:ListKeys', keyless: true },
      { iam: [allow({ Action: 'kms:List*' })] },
      'identity-policy',
    ],
    ['GenerateRandom', { action: 'kms:GenerateRandom', keyless: true }, { iam: [allow()] }, 'identity-policy'],
    [
      'an alias',
      { action: 'kms:CreateAlias', keyless: true, resource: `arn:aws:kms:us-west-2:${home}:alias/a` },
      { iam: [allow({ Resource: `arn:aws:kms:*:${home}:alias/*` })] },
      'identity-policy',
    ],
    ['a session, by its role', { ...keyless, caller: developer }, { iam: [allow()] }, 'identity-policy'],
    ['every service', keyless, { iam: [allow({ Action: '*' })] }, 'identity-policy'],
  ]),
  ...table('no key: IAM is silent', 'AWS KMS Developer Guide: Permissions reference', [
    ['no policy', keyless, {}, 'implicit-deny', 'identity-policy'],
    ['another action', keyless, { iam: [allow({ Action: 'kms:ListKeys' })] }, 'implicit-deny', 'identity-policy'],
    [
      'a key is not every resource',
      keyless,
      { iam: [allow({ Resource: 'arn:aws:kms:*:*:key/*' })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'another alias',
      { action: 'kms:CreateAlias', keyless: true, resource: `arn:aws:kms:us-west-2:${home}:alias/b` },
      { iam: [allow({ Resource: `arn:aws:kms:*:${home}:alias/a` })] },
      'implicit-deny',
      'identity-policy',
    ],
  ]),
  ...table('no key: account root', logic, [['needs no policy', { ...keyless, caller: root }, {}, 'identity-policy']]),
  ...table('no key: service', logic, [
    ['has no IAM policies', { ...keyless, caller: service }, { iam: [allow()] }, 'implicit-deny', 'identity-policy'],
  ]),
]

const direct = [
  ...table('key policy allows the caller itself', order, [
    ['a user', {}, { key: [mine] }, 'key-policy'],
    ['one of several', { caller: bob }, { key: [allow(aws(alice.principal, bob.principal))] }, 'key-policy'],
    [
      'a federated user',
      { caller: as(`arn:aws:sts::${home}:federated-user/Fay`) },
      { key: [allow(aws(`arn:aws:sts::${home}:federated-user/Fay`))] },
      'key-policy',
    ],
    [
      'a user with a path',
      { caller: as(userArn('team/Alice')) },
      { key: [allow(aws(userArn('team/Alice')))] },
      'key-policy',
    ],
    ['the path counts', { caller: as(userArn('team/Alice')) }, { key: [mine] }, 'implicit-deny', 'key-policy'],
    ['case counts', { caller: as(userArn('alice')) }, { key: [mine] }, 'implicit-deny', 'key-policy'],
    ['before delegation', {}, { key: [delegating, mine], iam: [allow()] }, 'key-policy'],
  ]),
  ...table('key policy allows everyone', overview, [
    ['*', {}, { key: [everyone] }, 'key-policy'],
    ['AWS: *', {}, { key: [allow(aws('*'))] }, 'key-policy'],
    [
      'limited by kms:CallerAccount',
      {},
      { key: [allow({ Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': home } } })] },
      'key-policy',
    ],
    [
      'beyond kms:CallerAccount',
      { caller: stranger },
      { key: [allow({ Principal: '*', Condition: { StringEquals: { 'kms:CallerAccount': home } } })], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'an AWS managed key, through its service',
      { caller: { ...alice, viaService: 'ec2.us-west-2.amazonaws.com' } },
      {
        key: [
          allow({
            ...aws('*'),
            Condition: { StringEquals: { 'kms:CallerAccount': home, 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } },
          }),
        ],
      },
      'key-policy',
    ],
    [
      'an AWS managed key, directly',
      {},
      {
        key: [
          allow({
            ...aws('*'),
            Condition: { StringEquals: { 'kms:CallerAccount': home, 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } },
          }),
        ],
      },
      'implicit-deny',
      'key-policy',
    ],
  ]),
  ...table('key policy names the caller by NotPrincipal', notPrincipalPage, [
    ['everyone but Bob', {}, { key: [allow({ NotPrincipal: { AWS: bob.principal } })] }, 'key-policy'],
    ['Bob', { caller: bob }, { key: [allow({ NotPrincipal: { AWS: bob.principal } })] }, 'implicit-deny', 'key-policy'],
    [
      'everyone but an account',
      {},
      { key: [allow({ NotPrincipal: { AWS: rootArn() } })] },
      'implicit-deny',
      'key-policy',
    ],
    ['everyone but everyone', {}, { key: [allow({ NotPrincipal: '*' })] }, 'implicit-deny', 'key-policy'],
  ]),
]

const delegation = [
  ...table('account delegation with IAM', defaultPolicy, [
    ['the default policy', {}, { key: [delegating], iam: [allow()] }, 'account-delegation'],
    ['by account id', {}, { key: [allow(aws(home))], iam: [allow()] }, 'account-delegation'],
    ['on this key', {}, { key: [delegating], iam: [allow({ Resource: key.arn })] }, 'account-delegation'],
    [
      'one of two actions on both sides',
      {},
      {
        key: [allow({ ...aws(home), Action: ['kms:Encrypt', 'kms:Decrypt'] })],
        iam: [allow({ Action: ['kms:Encrypt', 'kms:Sign'] })],
      },
      'account-delegation',
    ],
    ['a session by its role', { caller: developer }, { key: [delegating], iam: [allow()] }, 'account-delegation'],
  ]),
  ...table('account delegation without IAM', order, [
    ['Alice in example 1', {}, { key: [delegating] }, 'implicit-deny', 'identity-policy'],
    [
      'IAM allows other actions',
      {},
      { key: [delegating], iam: [allow({ Action: 'kms:Decrypt' })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'IAM allows other keys',
      {},
      { key: [delegating], iam: [allow({ Resource: 'arn:aws:kms:*:*:key/other' })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'IAM allows an alias of the key',
      {},
      { key: [delegating], iam: [allow({ Resource: `arn:aws:kms:*:${home}:alias/finance-key` })] },
      'implicit-deny',
      'identity-policy',
    ],
  ]),
  ...table('IAM without account delegation', defaultPolicy, [
    [
      'the policy names another user',
      {},
      { key: [allow(aws(bob.principal))], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'delegation of other actions',
      {},
      { key: [allow({ ...aws(rootArn()), Action: 'kms:Describe*' })], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'delegation under a condition that fails',
      {},
      { key: [allow({ ...aws(rootArn()), Condition: { Bool: { 'kms:MultiRegion': true } } })], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    ['delegation to another account', {}, { key: [allow(aws(abroad))], iam: [allow()] }, 'implicit-deny', 'key-policy'],
  ]),
  ...table('account root by the key policy', defaultPolicy, [
    ['the default policy', { caller: root }, { key: [delegating] }, 'key-policy'],
    ['everyone', { caller: root }, { key: [everyone] }, 'key-policy'],
  ]),
  ...table('account root without the key policy', overview, [
    ['has no access', { caller: root }, { key: [mine] }, 'implicit-deny', 'key-policy'],
  ]),
]

const named = as(roleArn('team/Developer'), { session: 'carol' })
const callers = [
  ...table('assumed-role session', principalPage, [
    ['by its role', { caller: developer }, { key: [allow(aws(roleArn('Developer')))] }, 'key-policy'],
    ['by its session', { caller: developer }, { key: [allow(aws(sessionArn('Developer', 'carol')))] }, 'key-policy'],
    [
      'another session',
      { caller: developer },
      { key: [allow(aws(sessionArn('Developer', 'dave')))] },
      'implicit-deny',
      'key-policy',
    ],
    ['another role', { caller: developer }, { key: [allow(aws(roleArn('Admin')))] }, 'implicit-deny', 'key-policy'],
    [
      'a role of the same name elsewhere',
      { caller: developer },
      { key: [allow(aws(roleArn('Developer', abroad)))], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'a role with a path, known by its session',
      { caller: developer },
      { key: [allow(aws(roleArn('team/Developer')))] },
      'key-policy',
    ],
    [
      'a role with a path and a session',
      { caller: named },
      { key: [allow(aws(roleArn('team/Developer')))] },
      'key-policy',
    ],
    [
      'a role with another path',
      { caller: named },
      { key: [allow(aws(roleArn('Developer')))] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'by the session that a role and a name make',
      { caller: named },
      { key: [allow(aws(sessionArn('Developer', 'carol')))] },
      'key-policy',
    ],
    [
      'denied by its role',
      { caller: developer },
      { key: [everyone, deny(aws(roleArn('Developer')))] },
      'explicit-deny',
    ],
    [
      'denied by its session',
      { caller: developer },
      { key: [everyone, deny(aws(developer.principal))] },
      'explicit-deny',
    ],
    [
      'a user named like the role',
      { caller: as(userArn('Developer')) },
      { key: [allow(aws(roleArn('Developer')))] },
      'implicit-deny',
      'key-policy',
    ],
  ]),
  ...table('service principal', principalPage, [
    [
      'by its name',
      { caller: service },
      { key: [allow({ Principal: { Service: 'dynamodb.amazonaws.com' } })] },
      'key-policy',
    ],
    [
      'another service',
      { caller: service },
      { key: [allow({ Principal: { Service: 's3.amazonaws.com' } })] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'by aws:SourceAccount',
      { caller: { ...service, context: { 'aws:SourceAccount': home } } },
      {
        key: [
          allow({
            Principal: { Service: ['dynamodb.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': home } },
          }),
        ],
      },
      'key-policy',
    ],
    [
      'of another aws:SourceAccount',
      { caller: { ...service, context: { 'aws:SourceAccount': abroad } } },
      {
        key: [
          allow({
            Principal: { Service: ['dynamodb.amazonaws.com'] },
            Condition: { StringEquals: { 'aws:SourceAccount': home } },
          }),
        ],
      },
      'implicit-deny',
      'key-policy',
    ],
    [
      'the account is not its account',
      { caller: service },
      { key: [delegating], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'an identity provider is nobody',
      { caller: developer },
      { key: [allow({ Principal: { Federated: 'accounts.google.com' } })] },
      'implicit-deny',
      'key-policy',
    ],
  ]),
  ...table('deleted principal', principalPage, [
    [
      'a unique id names nobody',
      {},
      { key: [allow(aws('AIDAJQABLZS4A3QDU576Q'))], iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    ['nor in a deny', {}, { key: [mine, deny(aws('AROAJQABLZS4A3QDU576Q'))] }, 'key-policy'],
  ]),
]

const both = {
  key: [delegating, allow({ ...aws(abroad), Action: ['kms:Encrypt', 'kms:DescribeKey', 'kms:PutKeyPolicy'] })],
}
const foreign: Ask = { caller: stranger }
const crossAccount = [
  ...table('cross-account: both agree', external, [
    [
      'the key policy names the account',
      foreign,
      { ...both, iam: [allow({ Resource: key.arn })] },
      'account-delegation',
    ],
    ['the key policy names the user', foreign, { key: [allow(aws(stranger.principal))], iam: [allow()] }, 'key-policy'],
    ['the key policy names everyone', foreign, { key: [everyone], iam: [allow()] }, 'key-policy'],
    ['the root of the other account', { caller: strangerRoot }, both, 'key-policy'],
    [
      'a role of the other account',
      { caller: as(sessionArn('Engineering', 'bob', abroad)) },
      { key: [allow(aws(roleArn('Engineering', abroad)))], iam: [allow()] },
      'key-policy',
    ],
  ]),
  ...table('cross-account: IAM is silent', external, [
    ['the key policy names the account', foreign, both, 'implicit-deny', 'identity-policy'],
    [
      'the key policy names the user',
      foreign,
      { key: [allow(aws(stranger.principal))] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'the key policy names everyone',
      foreign,
      { key: [everyone], iam: [allow({ Resource: 'arn:aws:kms:*:*:key/other' })] },
      'implicit-deny',
      'identity-policy',
    ],
  ]),
  ...table('cross-account: key policy is silent', external, [
    ['IAM alone', foreign, { key: [delegating], iam: [allow()] }, 'implicit-deny', 'key-policy'],
    [
      'another action',
      { ...foreign, action: 'kms:Decrypt' },
      { ...both, iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    ['root of the other account', { caller: strangerRoot }, { key: [delegating] }, 'implicit-deny', 'key-policy'],
  ]),
  ...table('cross-account: operation is not offered', 'AWS API reference: Cross-account use', [
    [
      'PutKeyPolicy',
      { ...foreign, action: 'kms:PutKeyPolicy' },
      { ...both, iam: [allow()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'ScheduleKeyDeletion',
      { caller: strangerRoot, action: 'kms:ScheduleKeyDeletion' },
      { key: [everyone] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'DescribeKey is offered',
      { ...foreign, action: 'kms:DescribeKey' },
      { ...both, iam: [allow()] },
      'account-delegation',
    ],
  ]),
]

const retiring: Ask = { action: 'kms:RetireGrant' }
const byGrants = [
  ...table('grant to the caller', grantsPage, [
    ['needs no policy', {}, { key: [allow(aws(bob.principal))], grants: [grant()] }, 'grant'],
    [
      'a role, to its session',
      { caller: developer },
      { key: [delegating], grants: [grant({ GranteePrincipal: roleArn('Developer') })] },
      'grant',
    ],
    [
      'a session',
      { caller: developer },
      { key: [delegating], grants: [grant({ GranteePrincipal: developer.principal })] },
      'grant',
    ],
    [
      'a service',
      { caller: service },
      {
        key: [delegating],
        grants: [grant({ GranteePrincipal: undefined, GranteeServicePrincipal: 'dynamodb.amazonaws.com' })],
      },
      'grant',
    ],
    [
      'a service in GranteePrincipal',
      { caller: service },
      { key: [delegating], grants: [grant({ GranteePrincipal: 'dynamodb.amazonaws.com' })] },
      'grant',
    ],
    ['after policies', {}, { key: [mine], grants: [grant()] }, 'key-policy'],
    [
      'one of two grants',
      {},
      { key: [delegating], grants: [grant({ Operations: ['Decrypt'] }), grant({ GrantId: 'g2' })] },
      'grant',
    ],
  ]),
  ...table('grant to the account', grantsPage, [
    [
      'with IAM',
      {},
      { key: [allow(aws(bob.principal))], iam: [allow()], grants: [grant({ GranteePrincipal: rootArn() })] },
      'grant',
    ],
    [
      'without IAM',
      {},
      { key: [allow(aws(bob.principal))], grants: [grant({ GranteePrincipal: rootArn() })] },
      'implicit-deny',
      'key-policy',
    ],
    ['its root', { caller: root }, { key: [mine], grants: [grant({ GranteePrincipal: rootArn() })] }, 'grant'],
  ]),
  ...table('grant across accounts', grantsPage, [
    [
      'to a user abroad',
      foreign,
      { key: [delegating], grants: [grant({ GranteePrincipal: stranger.principal })] },
      'grant',
    ],
    [
      'to an account abroad, with IAM',
      foreign,
      { key: [delegating], iam: [allow()], grants: [grant({ GranteePrincipal: rootArn(abroad) })] },
      'grant',
    ],
    [
      'to an account abroad, without IAM',
      foreign,
      { key: [delegating], grants: [grant({ GranteePrincipal: rootArn(abroad) })] },
      'implicit-deny',
      'key-policy',
    ],
  ]),
  ...table('grant to somebody else', grantsPage, [
    ['another user', { caller: bob }, { key: [delegating], grants: [grant()] }, 'implicit-deny', 'identity-policy'],
    [
      'another operation',
      { action: 'kms:GenerateDataKey' },
      { key: [allow(aws(bob.principal))], grants: [grant()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'another role',
      { caller: developer },
      { key: [delegating], grants: [grant({ GranteePrincipal: roleArn('Admin') })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'nobody at all',
      {},
      { key: [delegating], grants: [grant({ GranteePrincipal: undefined })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'everyone is no grantee',
      {},
      { key: [delegating], grants: [grant({ GranteePrincipal: '*' })] },
      'implicit-deny',
      'identity-policy',
    ],
  ]),
  ...table('retiring a grant', grantsPage, [
    [
      'the retiring principal',
      retiring,
      { key: [delegating], grants: [grant({ GranteePrincipal: bob.principal, RetiringPrincipal: alice.principal })] },
      'grant',
    ],
    [
      'the grantee, with RetireGrant',
      retiring,
      { key: [delegating], grants: [grant({ Operations: ['Decrypt', 'RetireGrant'] })] },
      'grant',
    ],
    [
      'the grantee, without RetireGrant',
      retiring,
      { key: [delegating], grants: [grant()] },
      'implicit-deny',
      'key-policy',
    ],
    ['the account of the key', { ...retiring, caller: root }, { key: [mine], grants: [grant()] }, 'grant'],
    [
      'a user of that account, with IAM',
      { ...retiring, caller: bob },
      { key: [mine], iam: [allow({ Action: 'kms:RetireGrant' })], grants: [grant()] },
      'grant',
    ],
    [
      'a user of that account, without IAM',
      { ...retiring, caller: bob },
      { key: [mine], grants: [grant()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'the key policy cannot allow it',
      { ...retiring, caller: bob },
      { key: [everyone], grants: [grant()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'a retiring account abroad, with IAM',
      { ...retiring, caller: stranger },
      { key: [mine], iam: [allow()], grants: [grant({ RetiringPrincipal: rootArn(abroad) })] },
      'grant',
    ],
    [
      'a retiring service',
      { ...retiring, caller: service },
      { key: [mine], grants: [grant({ RetiringServicePrincipal: 'dynamodb.amazonaws.com' })] },
      'grant',
    ],
    [
      'a stranger',
      { ...retiring, caller: stranger },
      { key: [mine], iam: [allow()], grants: [grant()] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'an explicit deny',
      retiring,
      {
        key: [delegating],
        iam: [deny({ Action: 'kms:RetireGrant' })],
        grants: [grant({ RetiringPrincipal: alice.principal })],
      },
      'explicit-deny',
    ],
  ]),
  ...table('nothing allows', order, [
    ['no policy names the caller', {}, { key: [allow(aws(bob.principal))] }, 'implicit-deny', 'key-policy'],
    ['an unknown kind of principal', { caller: as('alice') }, { key: [everyone] }, 'implicit-deny', 'identity-policy'],
    [
      'a principal with wildcards',
      { caller: as(`arn:aws:iam::${home}:user/*`) },
      { key: [mine] },
      'implicit-deny',
      'key-policy',
    ],
  ]),
]

const acting = (Action: unknown, Effect = 'Allow') => ({
  key: [{ Effect, ...aws(alice.principal), Action, Resource: '*' }],
})
const elements = [
  ...table('action elements', actionPage, [
    ['exact', {}, acting('kms:Encrypt'), 'key-policy'],
    ['without regard to case', {}, acting('KMS:encrypt'), 'key-policy'],
    ['a list', {}, acting(['kms:Sign', 'kms:Encrypt']), 'key-policy'],
    ['a wildcard', {}, acting('kms:*crypt'), 'key-policy'],
    ['ReEncrypt* covers ReEncryptFrom', { action: 'kms:ReEncryptFrom' }, acting('kms:ReEncrypt*'), 'key-policy'],
    ['ReEncrypt* covers ReEncryptTo', { action: 'kms:ReEncryptTo' }, acting('kms:ReEncrypt*'), 'key-policy'],
    [
      'GenerateDataKey does not cover GenerateDataKeyPair',
      { action: 'kms:GenerateDataKeyPair' },
      acting('kms:GenerateDataKey'),
      'implicit-deny',
      'key-policy',
    ],
    ['GenerateDataKey* does', { action: 'kms:GenerateDataKeyPair' }, acting('kms:GenerateDataKey*'), 'key-policy'],
    ['one character', {}, acting('kms:Encryp?'), 'key-policy'],
    ['another service', {}, acting('s3:*'), 'implicit-deny', 'key-policy'],
    ['everything', {}, acting('*'), 'key-policy'],
    [
      'NotAction of others',
      {},
      { key: [{ Effect: 'Allow', ...aws(alice.principal), NotAction: 'kms:Decrypt', Resource: '*' }] },
      'key-policy',
    ],
    [
      'NotAction of this',
      {},
      { key: [{ Effect: 'Allow', ...aws(alice.principal), NotAction: ['kms:En*'], Resource: '*' }] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'a Deny by NotAction',
      {},
      { key: [mine, { Effect: 'Deny', Principal: '*', NotAction: 'kms:Decrypt', Resource: '*' }] },
      'explicit-deny',
    ],
    [
      'a Deny spared by NotAction',
      {},
      { key: [mine, { Effect: 'Deny', Principal: '*', NotAction: 'kms:Encrypt', Resource: '*' }] },
      'key-policy',
    ],
  ]),
  ...table('resource elements', resourcePage, [
    ['this key by its ARN', {}, { key: [allow({ ...aws(alice.principal), Resource: key.arn })] }, 'key-policy'],
    [
      'another key',
      {},
      { key: [allow({ ...aws(alice.principal), Resource: 'arn:aws:kms:us-west-2:111122223333:key/other' })] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'wildcards',
      {},
      { key: [delegating], iam: [allow({ Resource: `arn:aws:kms:*:${home}:key/1234abcd-*` })] },
      'account-delegation',
    ],
    [
      'one character',
      {},
      { key: [delegating], iam: [allow({ Resource: key.arn.replace('1234', '????') })] },
      'account-delegation',
    ],
    [
      'case counts',
      {},
      { key: [delegating], iam: [allow({ Resource: key.arn.toUpperCase().replace('ARN', 'arn') })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'NotResource of another',
      {},
      { key: [delegating], iam: [{ Effect: 'Allow', Action: 'kms:*', NotResource: 'arn:aws:kms:*:*:key/other' }] },
      'account-delegation',
    ],
    [
      'NotResource of this',
      {},
      { key: [delegating], iam: [{ Effect: 'Allow', Action: 'kms:*', NotResource: key.arn }] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'a Deny by NotResource',
      {},
      {
        key: [delegating],
        iam: [allow(), { Effect: 'Deny', Action: 'kms:*', NotResource: 'arn:aws:kms:*:*:key/other' }],
      },
      'explicit-deny',
    ],
    [
      'a variable',
      { caller: { ...alice, tags: { key: '1234abcd-12ab-34cd-56ef-1234567890ab' } } },
      { key: [delegating], iam: [allow({ Resource: `arn:aws:kms:*:${home}:key/\${aws:PrincipalTag/key}` })] },
      'account-delegation',
    ],
    [
      'a variable, its value taken literally',
      { caller: { ...alice, tags: { key: '*' } } },
      { key: [delegating], iam: [allow({ Resource: `arn:aws:kms:*:${home}:key/\${aws:PrincipalTag/key}` })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'a variable without a value',
      {},
      { key: [delegating], iam: [allow({ Resource: `arn:aws:kms:*:${home}:key/\${aws:PrincipalTag/key}` })] },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'a default value',
      {},
      {
        key: [delegating],
        iam: [
          allow({
            Resource: `arn:aws:kms:*:${home}:key/\${aws:PrincipalTag/key, '1234abcd-12ab-34cd-56ef-1234567890ab'}`,
          }),
        ],
      },
      'account-delegation',
    ],
    [
      'NotResource with a variable without a value',
      {},
      {
        key: [delegating],
        iam: [{ Effect: 'Allow', Action: 'kms:*', NotResource: 'arn:aws:kms:*:*:key/${aws:PrincipalTag/key}' }],
      },
      'implicit-deny',
      'identity-policy',
    ],
    [
      'a Deny with it',
      {},
      {
        key: [delegating],
        iam: [allow(), { Effect: 'Deny', Action: 'kms:*', NotResource: 'arn:aws:kms:*:*:key/${aws:PrincipalTag/key}' }],
      },
      'explicit-deny',
    ],
  ]),
  ...table('statement without effect', overview, [
    [
      'no Resource',
      {},
      { key: [{ Effect: 'Allow', ...aws(alice.principal), Action: 'kms:*' }] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'no Action',
      {},
      { key: [{ Effect: 'Allow', ...aws(alice.principal), Resource: '*' }] },
      'implicit-deny',
      'key-policy',
    ],
    ['a Deny without Action', {}, { key: [mine, { Effect: 'Deny', Principal: '*', Resource: '*' }] }, 'key-policy'],
  ]),
  ...table('condition that cannot be judged', 'KMS.md §12; DESIGN.md: fail closed', [
    [
      'an Allow does not apply',
      {},
      { key: [allow({ ...aws(alice.principal), Condition: { NumericLessThan: { 'aws:EpochTime': 'soon' } } })] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'nor when negated',
      {},
      { key: [allow({ ...aws(alice.principal), Condition: { NumericNotEquals: { 'aws:EpochTime': 'soon' } } })] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'nor when the key is absent',
      {},
      { key: [allow({ ...aws(alice.principal), Condition: { IpAddressIfExists: { 'aws:SourceIp': 'office' } } })] },
      'implicit-deny',
      'key-policy',
    ],
    [
      'a Deny applies',
      {},
      { key: [mine, deny({ Principal: '*', Condition: { DateGreaterThan: { 'aws:CurrentTime': 'tomorrow' } } })] },
      'explicit-deny',
    ],
    [
      'a Deny does not, if another condition is false',
      {},
      {
        key: [
          mine,
          deny({
            Principal: '*',
            Condition: { DateGreaterThan: { 'aws:CurrentTime': 'tomorrow' }, Bool: { 'kms:MultiRegion': true } },
          }),
        ],
      },
      'key-policy',
    ],
    [
      'a variable without a value matches nothing',
      {},
      {
        key: [
          allow({
            ...aws(alice.principal),
            Condition: { StringEquals: { 'aws:username': '${aws:PrincipalTag/Team}' } },
          }),
        ],
      },
      'implicit-deny',
      'key-policy',
    ],
    [
      'a variable with several values matches nothing',
      { key: { ...key, aliases: ['Alice', 'Bob'] } },
      {
        key: [
          allow({ ...aws(alice.principal), Condition: { StringEquals: { 'aws:username': '${kms:ResourceAliases}' } } }),
        ],
      },
      'implicit-deny',
      'key-policy',
    ],
    [
      'and is not equal to anything',
      {},
      {
        key: [
          mine,
          deny({ Principal: '*', Condition: { StringNotEquals: { 'aws:username': '${aws:PrincipalTag/Team}' } } }),
        ],
      },
      'explicit-deny',
    ],
  ]),
]

export const evaluationCases: readonly EvaluationCase[] = [
  ...denies,
  ...withoutKey,
  ...direct,
  ...delegation,
  ...callers,
  ...crossAccount,
  ...byGrants,
  ...elements,
]
