/** Policy documents: which are accepted and which refused. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so
import type { PolicyKind } from '../../../bindings/policy/document.ts'
import { allow, aws, documentOf, home, roleArn, rootArn, sessionArn, userArn } from '../scene.ts'

export interface DocumentCase {
  readonly title: string
  readonly kind: PolicyKind
  readonly json: string
  readonly source: string
}

const grammar = 'IAM User Guide: Grammar of the IAM JSON policy language'
const principals = 'IAM User Guide: AWS JSON policy elements: Principal'
const keyPolicies = 'AWS KMS Developer Guide: Key policies'
const operators = 'IAM User Guide: Condition operators; Variables and tags'
const json = 'RFC 8259'

type Row = readonly [title: string, json: string]

const table = (kind: PolicyKind, source: string, rows: readonly Row[]): DocumentCase[] =>
  rows.map(([title, text]) => ({ title, kind, json: text, source }))

const statement = allow(aws(rootArn()))
const key = (more: object) => documentOf({ ...statement, ...more })
const principal = (Principal: unknown) => key({ Principal })
const condition = (Condition: unknown) => key({ Condition })
const document = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement], ...more })
const text = JSON.stringify
const inside = (elements: string) => `{"Version":"2012-10-17","Statement":[{${elements}}]}`
const whole = '"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"'

export const accepted: readonly DocumentCase[] = [
  ...table('key', grammar, [
    ['the default policy', key({ Sid: 'Enable IAM User Permissions' })],
    ['one statement without a list', document({ Statement: statement })],
    ['an older Version', document({ Version: '2008-10-17' })],
    ['no Version', text({ Statement: [statement] })],
    ['an Id', document({ Id: 'key-default-1' })],
    ['members in any order', inside('"Resource":"*","Action":"kms:*","Principal":"*","Effect":"Deny","Sid":""')],
    ['white space', ` \n\t\r${key({})}\n`],
    ['an empty Condition', condition({})],
    ['an empty operator', condition({ StringEquals: {} })],
    ['a number without quotes', condition({ NumericEquals: { 'aws:EpochTime': 5 } })],
    ['a truth value without quotes', condition({ Bool: { 'kms:MultiRegion': true } })],
    ['a list of both', condition({ StringEquals: { 'aws:username': ['a', 1, false] } })],
    ['an unknown condition key', condition({ StringEquals: { 'app:anything': 'x' } })],
    ['actions of other services', key({ Action: ['s3:GetObject', '*'] })],
    ['wildcards in actions', key({ Action: 'kms:*Key?' })],
    ['NotAction', inside('"Effect":"Deny","Principal":"*","NotAction":"kms:Decrypt","Resource":"*"')],
    ['NotResource', inside('"Effect":"Deny","Principal":"*","Action":"kms:*","NotResource":"arn:aws:kms:*:*:key/*"')],
    ['NotPrincipal', inside('"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"')],
  ]),
  ...table('key', keyPolicies, [
    ['no Resource', inside('"Effect":"Allow","Principal":"*","Action":"kms:*"')],
    ['no Action', inside('"Effect":"Allow","Principal":"*","Resource":"*"')],
    ['a Sid with spaces', key({ Sid: 'Allow use of the key' })],
    ['equal Sids', documentOf({ ...statement, Sid: 'a' }, { ...statement, Sid: 'a' })],
    ['Latin-1', key({ Sid: 'clé' })],
    ['32,768 bytes', key({}).padEnd(32_768, ' ')],
    [
      'ForAllValues over a list of keys',
      condition({ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'a' } }),
    ],
  ]),
  ...table('key', principals, [
    ['everyone', principal('*')],
    ['every AWS principal', principal({ AWS: '*' })],
    ['an account id', principal({ AWS: home })],
    ['a user', principal({ AWS: userArn('path/Alice') })],
    ['a role', principal({ AWS: roleArn('service-role/R') })],
    ['a session', principal({ AWS: sessionArn('R', 'alice@example.com') })],
    ['a federated user', principal({ AWS: `arn:aws:sts::${home}:federated-user/Fay` })],
    ['another partition', principal({ AWS: 'arn:aws-cn:iam::111122223333:root' })],
    ['a service', principal({ Service: 's3.amazonaws.com' })],
    ['a regional service', principal({ Service: ['logs.us-west-2.amazonaws.com', 'ec2.amazonaws.com.cn'] })],
    [
      'an identity provider',
      principal({ Federated: ['accounts.google.com', `arn:aws:iam::${home}:saml-provider/ADFS`] }),
    ],
    ['a deleted user', principal({ AWS: 'AIDAJQABLZS4A3QDU576Q' })],
    ['several types', principal({ AWS: [home, '*'], Service: 's3.amazonaws.com' })],
  ]),
  ...table('key', operators, [
    ['a variable', condition({ StringLike: { 'aws:username': '${aws:PrincipalTag/a}*' } })],
    ['a default value', condition({ StringLike: { 'aws:username': "${aws:PrincipalTag/a, 'none'}" } })],
    ['a brace in a default value', condition({ StringLike: { 'aws:username': "${aws:PrincipalTag/a, '}'}" } })],
    ['special characters', condition({ StringLike: { 'aws:username': '${*}${?}${$}' } })],
    ['dollar signs', condition({ StringLike: { 'aws:username': '$x$ {}' } })],
    [
      'an unclosed variable before variables were',
      text({
        Version: '2008-10-17',
        Statement: [{ ...statement, Condition: { StringLike: { 'aws:username': '${x' } } }],
      }),
    ],
    ['a date that is none', condition({ DateLessThan: { 'aws:CurrentTime': 'tomorrow' } })],
    ['an address that is none', condition({ IpAddress: { 'aws:SourceIp': 'office' } })],
  ]),
  ...table('identity', grammar, [
    ['a statement', documentOf(allow({ Sid: 'A1' }))],
    ['two Sids', documentOf(allow({ Sid: 'A1' }), allow({ Sid: 'A2' }), allow(), allow())],
    ['a list of resources', documentOf(allow({ Resource: ['*', 'arn:aws:kms:*:*:key/${aws:username}'] }))],
    ['beyond Latin-1', documentOf(allow({ Condition: { StringEquals: { 'aws:username': '名' } } }))],
  ]),
]

export const refused: readonly DocumentCase[] = [
  ...table('key', json, [
    ['no text', ''],
    ['no JSON', 'Allow everything'],
    ['a comment', `/* */${key({})}`],
    ['text after the end', `${key({})}x`],
    ['a second document', key({}) + key({})],
    ['an unfinished document', key({}).slice(0, -1)],
    ['a trailing comma', inside(`${whole},`)],
    ['single quotes', inside(whole.replaceAll('"', "'"))],
    ['an unfinished string', '{"Version":"2012'],
    ['a bad escape', inside(`${whole},"Sid":"\\x"`)],
    ['an escape of the prototype', inside(`${whole},"Sid":"\\constructor"`)],
    ['a bad Unicode escape', inside(`${whole},"Sid":"\\u12G4"`)],
    ['a lone surrogate', inside(`${whole},"Sid":"\\ud800"`)],
    ['a control character', inside(`${whole},"Sid":"\u0001"`)],
    ['a byte order mark', `\ufeff${key({})}`],
    ['a number with a leading zero', condition({ NumericEquals: { 'aws:EpochTime': '?' } }).replace('"?"', '05')],
    ['NaN', condition({ NumericEquals: { 'aws:EpochTime': '?' } }).replace('"?"', 'NaN')],
    ['depth', `${'['.repeat(20_000)}`],
    ['depth of objects', '{"a":'.repeat(6000)],
  ]),
  ...table('key', grammar, [
    ['null', 'null'],
    ['a list', `[${key({})}]`],
    ['a string', '"Allow"'],
    ['no Statement', '{"Version":"2012-10-17"}'],
    ['no statements', document({ Statement: [] })],
    ['null for a statement', document({ Statement: [null] })],
    ['a string for a statement', document({ Statement: 'Allow' })],
    ['another Version', document({ Version: '2012-10-18' })],
    ['a Version that is a number', document({ Version: 2012 })],
    ['an Id that is a number', document({ Id: 1 })],
    ['an unknown element of the policy', document({ Statements: [] })],
    ['the prototype as an element', `{"__proto__":{},${document({}).slice(1)}`],
    ['an unknown element of a statement', key({ Effects: 'Allow' })],
    ['the prototype as an element of a statement', inside(`${whole},"__proto__":{}`)],
    ['an element in lower case', inside(whole.replace('Effect', 'effect'))],
    ['no Effect', inside('"Principal":"*","Action":"kms:*","Resource":"*"')],
    ['another Effect', key({ Effect: 'Audit' })],
    ['an Effect in lower case', key({ Effect: 'allow' })],
    ['a list of Effects', key({ Effect: ['Allow'] })],
    ['a Sid that is a number', key({ Sid: 1 })],
    ['Effect twice', inside(`${whole},"Effect":"Deny"`)],
    ['Action twice', inside(`${whole},"Action":"kms:Decrypt"`)],
    ['Effect twice, once escaped', inside(`${whole},"\\u0045ffect":"Deny"`)],
    ['Version twice', `{"Version":"2012-10-17",${document({}).slice(1)}`],
    ['Action and NotAction', key({ NotAction: 'kms:Decrypt' })],
    ['Resource and NotResource', key({ NotResource: 'arn:aws:kms:*:*:key/*' })],
    ['Principal and NotPrincipal', key({ NotPrincipal: '*' })],
    ['no actions', key({ Action: [] })],
    ['null for Action', key({ Action: null })],
    ['an object for Action', key({ Action: { kms: '*' } })],
    ['a number among actions', key({ Action: ['kms:*', 1] })],
    ['an action without a service', key({ Action: 'Encrypt' })],
    ['an action with a wildcard service', key({ Action: 'k*:Encrypt' })],
    ['an empty action', key({ Action: '' })],
    ['an action with a variable', key({ Action: 'kms:${aws:username}' })],
    ['no resources', key({ Resource: [] })],
    ['a resource that is no ARN', key({ Resource: 'key/1234' })],
    ['a number for Resource', key({ Resource: 1 })],
    ['a list for Condition', condition([])],
    ['a string for Condition', condition('StringEquals')],
    ['a string for an operator', condition({ StringEquals: 'x' })],
    ['an object for a value', condition({ StringEquals: { 'aws:username': {} } })],
    ['null for a value', condition({ StringEquals: { 'aws:username': null } })],
    ['null among values', condition({ StringEquals: { 'aws:username': ['a', null] } })],
    ['no values', condition({ StringEquals: { 'aws:username': [] } })],
    ['a condition key without prefix', condition({ StringEquals: { username: 'x' } })],
    ['an empty condition key', condition({ StringEquals: { '': 'x' } })],
    ['a condition key twice', inside(`${whole},"Condition":{"StringEquals":{"aws:username":"a","aws:username":"b"}}`)],
    [
      'an operator twice',
      inside(`${whole},"Condition":{"StringEquals":{"aws:username":"a"},"StringEquals":{"aws:userid":"b"}}`),
    ],
  ]),
  ...table('key', keyPolicies, [
    ['32,769 bytes', key({}).padEnd(32_769, ' ')],
    ['32,769 bytes of two-byte characters', key({ Sid: 'é'.repeat(16_400) })],
    ['beyond Latin-1', key({ Sid: '名' })],
    ['no Principal', inside('"Effect":"Allow","Action":"kms:*","Resource":"*"')],
    [
      'ForAllValues over an encryption context pair',
      condition({ 'ForAllValues:StringEquals': { 'kms:EncryptionContext:a': 'b' } }),
    ],
    ['ForAllValues over a request tag', condition({ 'ForAllValues:StringLikeIfExists': { 'AWS:RequestTag/a': 'b' } })],
  ]),
  ...table('key', principals, [
    ['a name', principal('Alice')],
    ['null', principal(null)],
    ['a list', principal(['*'])],
    ['an empty object', principal({})],
    ['no names', principal({ AWS: [] })],
    ['an object of names', principal({ AWS: {} })],
    ['an unknown type', principal({ Azure: '*' })],
    [
      'a canonical user, which S3 alone knows',
      principal({ CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' }),
    ],
    ['a group', principal({ AWS: `arn:aws:iam::${home}:group/Admins` })],
    ['a wildcard user', principal({ AWS: `arn:aws:iam::${home}:user/*` })],
    ['a wildcard session', principal({ AWS: sessionArn('R', '*') })],
    ['a wildcard account', principal({ AWS: 'arn:aws:iam::*:root' })],
    ['a question mark', principal({ AWS: userArn('Alic?') })],
    ['a short account', principal({ AWS: '12345' })],
    ['an account ARN without account', principal({ AWS: 'arn:aws:iam:::root' })],
    ['a user without a name', principal({ AWS: userArn('') })],
    ['a user ARN of STS', principal({ AWS: `arn:aws:sts::${home}:user/Alice` })],
    ['a session without a name', principal({ AWS: `arn:aws:sts::${home}:assumed-role/R` })],
    ['a service as an AWS principal', principal({ AWS: 's3.amazonaws.com' })],
    ['a service that is none', principal({ Service: 's3' })],
    ['every service', principal({ Service: '*' })],
    ['every identity provider', principal({ Federated: '*' })],
    ['a variable', principal({ AWS: 'arn:aws:iam::111122223333:user/${aws:username}*' })],
    ['a key as a principal', principal({ AWS: 'arn:aws:kms:us-west-2:111122223333:key/1' })],
    ['an empty name', principal({ AWS: '' })],
  ]),
  ...table('key', operators, [
    ['an unknown operator', condition({ StringMatches: { 'aws:username': 'x' } })],
    ['an operator in lower case', condition({ stringequals: { 'aws:username': 'x' } })],
    ['an unknown set operator', condition({ 'ForSomeValues:StringEquals': { 'aws:username': 'x' } })],
    ['IfExists of Null', condition({ NullIfExists: { 'aws:username': 'true' } })],
    ['the prototype as an operator', inside(`${whole},"Condition":{"__proto__":{"aws:username":"a"}}`)],
    ['an unclosed variable', condition({ StringLike: { 'aws:username': '${aws:username' } })],
    ['an empty variable', condition({ StringLike: { 'aws:username': '${}' } })],
    ['a variable without prefix', condition({ StringLike: { 'aws:username': '${username}' } })],
    ['a variable in a variable', condition({ StringLike: { 'aws:username': '${aws:${aws:username}}' } })],
    ['a default value without quotes', condition({ StringLike: { 'aws:username': '${aws:username, none}' } })],
    ['an unclosed default value', condition({ StringLike: { 'aws:username': "${aws:username, 'none}" } })],
    ['a malformed variable in a resource', key({ Resource: 'arn:aws:kms:*:*:key/${' })],
  ]),
  ...table('identity', grammar, [
    ['a Principal', documentOf({ ...allow(), Principal: '*' })],
    ['a NotPrincipal', documentOf({ ...allow(), NotPrincipal: '*' })],
    ['an Id', text({ Version: '2012-10-17', Id: 'x', Statement: [allow()] })],
    ['no Action', documentOf({ Effect: 'Allow', Resource: '*' })],
    ['no Resource', documentOf({ Effect: 'Allow', Action: '*' })],
    ['a Sid with spaces', documentOf(allow({ Sid: 'Allow all' }))],
    ['equal Sids', documentOf(allow({ Sid: 'a' }), allow({ Sid: 'a' }))],
    ['a lone surrogate', `{"Version":"\ud800"}`],
  ]),
]
