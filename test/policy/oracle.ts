/** Condition operators once more, written for plainness: a second opinion on single values of the usual shapes. */

type Parse = (text: string) => unknown
type Compare = (actual: never, expected: never) => boolean

const text: Parse = (value) => value
const folded: Parse = (value) => value.toUpperCase().toLowerCase()
const number: Parse = (value) => (/^\d+(\.\d+)?$/.test(value) ? Number.parseFloat(value) : undefined)
const date: Parse = (value) => (/^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) / 1000 : number(value))
const truth: Parse = (value) => (['true', 'false'].includes(value.toLowerCase()) ? value.toLowerCase() : undefined)
const binary: Parse = (value) =>
  value.length % 4 === 0 && /^[A-Za-z0-9+/]*=?=?$/.test(value) ? atob(value) : undefined
const address: Parse = (value) => (/^\d+\.\d+\.\d+\.\d+$/.test(value) ? value : undefined)
const arn: Parse = (value) => (/^arn(:[^:]*){4}:/.test(value) ? value : undefined)

const same: Compare = (a, b) => a === b
const less: Compare = (a, b) => a < b
const lessOrSame: Compare = (a, b) => a <= b
const more: Compare = (a, b) => a > b
const moreOrSame: Compare = (a, b) => a >= b

const kinds: readonly (readonly [operators: readonly string[], parse: Parse, compare: Compare])[] = [
  [['StringEquals', 'StringLike'], text, same],
  [['StringEqualsIgnoreCase'], folded, same],
  [['NumericEquals'], number, same],
  [['NumericLessThan'], number, less],
  [['NumericLessThanEquals'], number, lessOrSame],
  [['NumericGreaterThan'], number, more],
  [['NumericGreaterThanEquals'], number, moreOrSame],
  [['DateEquals'], date, same],
  [['DateLessThan'], date, less],
  [['DateLessThanEquals'], date, lessOrSame],
  [['DateGreaterThan'], date, more],
  [['DateGreaterThanEquals'], date, moreOrSame],
  [['Bool'], truth, same],
  [['BinaryEquals'], binary, same],
  [['IpAddress'], address, same],
  [['ArnEquals', 'ArnLike'], arn, same],
]

/** Whether a condition on these values of the request holds; undefined if that cannot be judged. */
export function opinion(operator: string, actual: readonly string[], expected: string): boolean | undefined {
  const [, set, name = ''] = /^(?:(\w+):)?(\w+)$/.exec(operator) ?? []
  const negated = name.includes('Not')
  const kind = kinds.find(([operators]) => operators.includes(name.replace('Not', '')))
  if (!kind) throw new Error(`no opinion on ${operator}`)
  const [, parse, compare] = kind
  const judged = actual.map((value) => {
    const [a, b] = [parse(value), parse(expected)]
    return a === undefined || b === undefined ? undefined : compare(a as never, b as never) !== negated
  })
  if (!set) return judged.length === 1 ? judged[0] : undefined
  const decisive = set === 'ForAnyValue'
  if (judged.includes(decisive)) return decisive
  return judged.includes(undefined) ? undefined : !decisive
}
