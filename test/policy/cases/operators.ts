/** Condition operators: what they hold for. Sources: IAM User Guide, pages as named. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written so

export interface OperatorCase {
  readonly operator: string
  /** Values in the policy. */
  readonly policy: string | readonly string[]
  /** Values in the request; none: the key is absent. */
  readonly request: readonly string[]
  readonly holds: boolean | 'unclear'
  readonly source: string
}

type Row = readonly [
  policy: string | readonly string[],
  request: string | readonly string[] | null,
  holds: boolean | 'unclear',
]

const page = (name: string): string => `IAM User Guide: ${name}`

function table(operators: readonly string[], source: string, rows: readonly Row[]): OperatorCase[] {
  return operators.flatMap((operator) =>
    rows.map(([policy, request, holds]) => ({
      operator,
      policy,
      request: request === null ? [] : typeof request === 'string' ? [request] : request,
      holds,
      source,
    })),
  )
}

/** The same rows for the negated operator: everything but `unclear` turned around. */
function inverse(operators: readonly string[], source: string, rows: readonly Row[]): OperatorCase[] {
  const turned = rows.map<Row>(([policy, request, holds]) => [policy, request, holds === 'unclear' ? holds : !holds])
  return table(operators, source, turned)
}

const both = (
  plain: readonly string[],
  negated: readonly string[],
  source: string,
  rows: readonly Row[],
): OperatorCase[] => [...table(plain, source, rows), ...inverse(negated, source, rows)]

const strings: Row[] = [
  ['IT', 'IT', true],
  ['IT', 'it', false],
  ['IT', 'I', false],
  ['IT', '', false],
  ['', '', true],
  [['HR', 'IT'], 'IT', true],
  [['HR', 'IT'], 'Legal', false],
  ['I*', 'IT', false],
  ['I*', 'I*', true],
  ['I?', 'IT', false],
  ['${*}', '*', true],
  ['${?}', '?', true],
  ['${$}', '$', true],
  ['${$}{x}', '${x}', true],
  ['Straße', 'Straße', true],
  ['IT', null, false],
]

const folded: Row[] = [
  ['IT', 'it', true],
  ['it', 'IT', true],
  ['ÄRGER', 'ärger', true],
  ['IT', 'ITS', false],
  ['I*', 'IT', false],
  [['x', 'Y'], 'y', true],
  ['IT', null, false],
]

const like: Row[] = [
  ['I*', 'IT', true],
  ['I*', 'I', true],
  ['i*', 'IT', false],
  ['*T', 'IT', true],
  ['*', '', true],
  ['*', 'anything:at/all', true],
  ['?', 'I', true],
  ['?', '', false],
  ['?', 'IT', false],
  ['?', '😀', true],
  ['I?', 'IT', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'acb', false],
  ['a*b*c', 'abc', true],
  ['*a*a*a*', 'aa', false],
  ['*a*a*a*', 'aaa', true],
  ['a**b', 'ab', true],
  ['*?*', '', false],
  ['*?*', 'x', true],
  ['ab*ab', 'ab', false],
  ['ab*ab', 'abab', true],
  ['*b?d*', 'abcbcd', true],
  ['${*}', '*', true],
  ['${*}', 'x', false],
  ['a${?}*', 'a?b', true],
  ['a${?}*', 'axb', false],
  [['x*', 'I*'], 'IT', true],
  ['alias/*Test*', 'alias/myTestKey', true],
  ['RSA_*', 'RSA_4096', true],
  ['RSA_*', 'ECC_NIST_P256', false],
  ['I*', null, false],
]

const numbers: Record<string, readonly Row[]> = {
  Equals: [
    ['30', '30', true],
    ['30', '30.0', true],
    ['3e1', '30', true],
    ['30', '31', false],
    [['7', '30'], '30', true],
    ['-1.5', '-1.50', true],
    ['+5', '5', true],
    ['thirty', '30', 'unclear'],
    [['30', 'thirty'], '30', 'unclear'],
    ['', '30', 'unclear'],
    ['0x1e', '30', 'unclear'],
    ['NaN', '30', 'unclear'],
    ['Infinity', '30', 'unclear'],
    ['9007199254740993', '9007199254740992', 'unclear'],
    ['${aws:EpochTime}', '30', 'unclear'],
    ['30', 'thirty', 'unclear'],
    ['30', '', 'unclear'],
    ['30', null, false],
  ],
  LessThan: [
    ['30', '29', true],
    ['30', '30', false],
    [['5', '30'], '10', true],
    ['x', '29', 'unclear'],
    ['30', null, false],
  ],
  LessThanEquals: [
    ['30', '30', true],
    ['30', '30.1', false],
    ['x', '29', 'unclear'],
    ['30', null, false],
  ],
  GreaterThan: [
    ['30', '31', true],
    ['30', '30', false],
    ['x', '31', 'unclear'],
    ['30', null, false],
  ],
  GreaterThanEquals: [
    ['30', '30', true],
    ['30', '29', false],
    ['x', '31', 'unclear'],
    ['30', null, false],
  ],
}

const noon = '2025-06-15T12:00:00Z'
const dates: Record<string, readonly Row[]> = {
  Equals: [
    [noon, '2025-06-15T12:00:00.000Z', true],
    [noon, '2025-06-15T14:00:00+02:00', true],
    [noon, '2025-06-15T06:30:00-05:30', true],
    [noon, '1749988800', true],
    ['1749988800', noon, true],
    ['2025', '2025-01-01T00:00:00Z', true],
    ['2025-06', '2025-06-01', true],
    ['2025-06-15T12:00Z', noon, true],
    [noon, '2025-06-15T12:00:01Z', false],
    ['2025-02-30', noon, 'unclear'],
    ['2025-13-01', noon, 'unclear'],
    ['2025-06-15T24:00:00Z', noon, 'unclear'],
    ['2025-06-15T12:60:00Z', noon, 'unclear'],
    ['2025-06-15 12:00:00', noon, 'unclear'],
    ['2025-06-15T12:00:00', noon, 'unclear'],
    ['2025-06-15T12:00:00+25:00', noon, 'unclear'],
    ['tomorrow', noon, 'unclear'],
    ['2025-*', noon, 'unclear'],
    ['${aws:CurrentTime}', noon, 'unclear'],
    [noon, 'tomorrow', 'unclear'],
    [noon, null, false],
  ],
  LessThan: [
    [noon, '2025-06-15T11:59:59.999Z', true],
    [noon, noon, false],
    ['tomorrow', noon, 'unclear'],
    [noon, null, false],
  ],
  LessThanEquals: [
    [noon, noon, true],
    [noon, '2025-06-15T12:00:00.001Z', false],
    ['1546257599.0', '1546257599', true],
    ['tomorrow', noon, 'unclear'],
    [noon, null, false],
  ],
  GreaterThan: [
    [noon, '2025-06-15T12:00:00.001Z', true],
    [noon, noon, false],
    ['tomorrow', noon, 'unclear'],
    [noon, null, false],
  ],
  GreaterThanEquals: [
    [noon, noon, true],
    [noon, '2025-06-15T11:59:59Z', false],
    ['tomorrow', noon, 'unclear'],
    [noon, null, false],
  ],
}

const booleans: Row[] = [
  ['true', 'true', true],
  ['true', 'false', false],
  ['false', 'false', true],
  ['TRUE', 'true', true],
  [['true', 'false'], 'false', true],
  ['yes', 'true', 'unclear'],
  ['1', 'true', 'unclear'],
  ['true', 'yes', 'unclear'],
  ['true', null, false],
]

const binaries: Row[] = [
  ['QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
  ['AA==', 'AQ==', false],
  [['AA==', 'AQ=='], 'AQ==', true],
  ['not base64', 'AA==', 'unclear'],
  ['AA', 'AA==', 'unclear'],
  ['AA==', '%', 'unclear'],
  ['AA==', null, false],
]

const addresses: Row[] = [
  ['203.0.113.0/24', '203.0.113.7', true],
  ['203.0.113.0/24', '203.0.114.7', false],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['203.0.113.128/25', '203.0.113.127', false],
  ['203.0.113.200/25', '203.0.113.129', true],
  ['2001:DB8:1234:5678::/64', '2001:db8:1234:5678:9abc::1', true],
  ['2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
  ['::/0', '2001:db8::1', true],
  ['::/0', '203.0.113.7', false],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['::ffff:203.0.113.7', '::ffff:cb00:7107', true],
  [['10.0.0.0/8', '203.0.113.0/24'], '203.0.113.7', true],
  ['203.0.113.0/24', '203.0.113.0/16', false],
  ['203.0.113.0/24', '203.0.113.128/25', true],
  ['203.0.113.0/33', '203.0.113.7', 'unclear'],
  ['203.0.113/24', '203.0.113.7', 'unclear'],
  ['203.0.113.256', '203.0.113.7', 'unclear'],
  ['203.0.113.007', '203.0.113.7', 'unclear'],
  ['2001:db8::1::2', '2001:db8::1', 'unclear'],
  ['2001:db8:0:0:0:0:0:0:1', '2001:db8::1', 'unclear'],
  ['fe80::1%eth0', 'fe80::1', 'unclear'],
  ['office', '203.0.113.7', 'unclear'],
  ['203.0.113.0/24', 'office', 'unclear'],
  ['203.0.113.0/24', null, false],
]

const topic = 'arn:aws:sns:us-east-2:123456789012:topic'
const arns: Row[] = [
  [topic, topic, true],
  ['arn:aws:sns:*:123456789012:*', topic, true],
  ['arn:aws:sns:us-*-2:1234567890??:to*', topic, true],
  ['arn:aws:sns:*:topic', topic, 'unclear'],
  [topic, 'arn:aws:sns:us-east-2:123456789012:Topic', false],
  [
    'arn:aws:someservice:*:111122223333:finance/*',
    'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    false,
  ],
  ['arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:role/path/Name', true],
  ['arn:aws:iam::*:role/*', 'arn:aws:iam::111122223333:user/Name', false],
  ['arn:*:*:*:*:*', topic, true],
  ['arn:*:*:*:*:a:*', 'arn:aws:x:y:z:a:b:c', true],
  [['arn:aws:iam::1:root', topic], topic, true],
  ['not an arn', topic, 'unclear'],
  ['*', topic, 'unclear'],
  [topic, 'not an arn', 'unclear'],
  [topic, null, false],
]

const ifExists: OperatorCase[] = [
  ...table(
    [
      'StringEqualsIfExists',
      'StringNotEqualsIfExists',
      'StringLikeIfExists',
      'ArnLikeIfExists',
      'ArnNotEqualsIfExists',
      'StringEqualsIgnoreCaseIfExists',
    ],
    page('...IfExists'),
    [['arn:aws:x:y:z:a', null, true]],
  ),
  ...table(['NumericEqualsIfExists', 'NumericLessThanIfExists'], page('...IfExists'), [
    ['5', null, true],
    ['five', null, 'unclear'],
  ]),
  ...table(['DateGreaterThanIfExists', 'DateNotEqualsIfExists'], page('...IfExists'), [
    [noon, null, true],
    ['noon', null, 'unclear'],
  ]),
  ...table(['BoolIfExists'], page('...IfExists'), [
    ['true', null, true],
    ['true', 'false', false],
    ['maybe', null, 'unclear'],
  ]),
  ...table(['IpAddressIfExists', 'NotIpAddressIfExists'], page('...IfExists'), [
    ['10.0.0.0/8', null, true],
    ['ten', null, 'unclear'],
  ]),
  ...table(['BinaryEqualsIfExists'], page('...IfExists'), [['AA==', null, true]]),
  ...table(['StringEqualsIfExists'], page('...IfExists'), [
    ['IT', 'IT', true],
    ['IT', 'HR', false],
  ]),
  ...table(['StringNotEqualsIfExists'], page('...IfExists'), [
    ['IT', 'IT', false],
    ['IT', 'HR', true],
  ]),
]

const sets: OperatorCase[] = [
  ...table(['ForAnyValue:StringEquals'], page('Multiple keys or values'), [
    [['PostDateTime', 'Message', 'Tags'], ['PostDateTime', 'UserName'], true],
    [['PostDateTime', 'Message', 'Tags'], ['UserName'], false],
    ['x', [], false],
    ['', [''], false],
  ]),
  ...table(['ForAllValues:StringEquals'], page('Multiple keys or values'), [
    [['PostDateTime', 'Message', 'Tags'], ['PostDateTime', 'UserName'], false],
    [['PostDateTime', 'Message', 'Tags'], ['PostDateTime', 'Tags'], true],
    ['x', [], true],
    ['x', [''], true],
    ['x', ['', 'y'], false],
  ]),
  ...table(['ForAnyValue:StringNotEquals'], page('Multiple keys or values'), [
    ['a', ['a', 'b'], true],
    ['a', ['a'], false],
    ['a', [], false],
  ]),
  ...table(['ForAllValues:StringNotEquals'], page('Multiple keys or values'), [
    ['a', ['a', 'b'], false],
    ['a', ['b', 'c'], true],
    ['a', [], true],
  ]),
  ...table(['ForAllValues:StringLike'], page('Multiple keys or values'), [
    ['alias/*Test*', ['alias/Test1', 'alias/aTest'], true],
    ['alias/*Test*', ['alias/Test1', 'alias/prod'], false],
  ]),
  ...table(['ForAnyValue:StringLike'], page('Multiple keys or values'), [
    ['alias/*Test*', ['alias/prod', 'alias/aTest'], true],
    ['alias/*Test*', [], false],
  ]),
  ...table(['ForAnyValue:NumericLessThan', 'ForAllValues:NumericLessThan'], page('Multiple keys or values'), [
    ['10', ['5', '6'], true],
    ['ten', ['5'], 'unclear'],
    ['ten', [], 'unclear'],
  ]),
  ...table(['ForAnyValue:NumericLessThan'], page('Multiple keys or values'), [
    ['10', ['5', 'six'], true],
    ['10', ['15', 'six'], 'unclear'],
  ]),
  ...table(['ForAllValues:NumericLessThan'], page('Multiple keys or values'), [
    ['10', ['5', 'six'], 'unclear'],
    ['10', ['15', 'six'], false],
  ]),
  ...table(['ForAnyValue:StringEqualsIfExists', 'ForAllValues:StringEqualsIfExists'], page('...IfExists'), [
    ['x', [], true],
    ['x', ['x'], true],
    ['x', ['y'], false],
  ]),
  ...table(['ForAnyValue:Bool', 'ForAllValues:Bool'], page('Multiple keys or values'), [['true', ['true'], true]]),
  ...table(['ForAnyValue:IpAddress', 'ForAllValues:IpAddress'], page('Multiple keys or values'), [
    ['10.0.0.0/8', ['10.1.2.3'], true],
  ]),
  ...table(['ForAnyValue:ArnLike', 'ForAllValues:ArnEquals'], page('Multiple keys or values'), [
    [topic, [topic], true],
  ]),
  ...table(['ForAnyValue:DateLessThan', 'ForAllValues:DateLessThan'], page('Multiple keys or values'), [
    [noon, ['2020'], true],
  ]),
  ...table(['ForAnyValue:BinaryEquals', 'ForAllValues:BinaryEquals'], page('Multiple keys or values'), [
    ['AA==', ['AA=='], true],
  ]),
  // Several values need a set operator; without one the condition cannot be judged.
  ...table(
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringEqualsIgnoreCase'],
    page('Multiple keys or values'),
    [['a', ['a', 'b'], 'unclear']],
  ),
]

const nulls: OperatorCase[] = table(['Null'], page('Condition operator to check existence of condition keys'), [
  ['true', null, true],
  ['true', 'x', false],
  ['false', null, false],
  ['false', 'x', true],
  ['false', ['x', 'y'], true],
  [['true', 'false'], null, true],
  ['TRUE', null, 'unclear'],
  ['yes', null, 'unclear'],
  ['${aws:username}', null, 'unclear'],
])

export const operatorCases: readonly OperatorCase[] = [
  ...both(['StringEquals'], ['StringNotEquals'], page('String condition operators'), strings),
  ...both(['StringEqualsIgnoreCase'], ['StringNotEqualsIgnoreCase'], page('String condition operators'), folded),
  ...both(['StringLike'], ['StringNotLike'], page('String condition operators'), like),
  ...both(['NumericEquals'], ['NumericNotEquals'], page('Numeric condition operators'), numbers.Equals!),
  ...both(['DateEquals'], ['DateNotEquals'], page('Date condition operators'), dates.Equals!),
  ...['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].flatMap((order) => [
    ...table([`Numeric${order}`], page('Numeric condition operators'), numbers[order]!),
    ...table([`Date${order}`], page('Date condition operators'), dates[order]!),
  ]),
  ...table(['Bool'], page('Boolean condition operators'), booleans),
  ...table(['BinaryEquals'], page('Binary condition operators'), binaries),
  ...both(['IpAddress'], ['NotIpAddress'], page('IP address condition operators'), addresses),
  ...both(['ArnEquals', 'ArnLike'], ['ArnNotEquals', 'ArnNotLike'], page('ARN condition operators'), arns),
  ...ifExists,
  ...sets,
  ...nulls,
]
