/** The comparisons behind the condition operators. [IAM User Guide, "Condition operators"] */
import type { Truth, ValueTest } from './conditions.ts'
import type { ConditionValues } from './facts.ts'
import { contains, parseAddressRange, parseBinary, parseBoolean, parseDate, parseNumber } from './scalars.ts'
import { parseTemplate, type Template } from './template.ts'
import { MANY, Pattern, type Piece, Subject } from './wildcard.ts'

/**
 * A compiled list of policy values; `malformed` if one is not even text of the language, `unclear` if one is no value
 * of the operator's type: then the condition can never be judged.
 */
type Compiled = ValueTest | 'malformed' | 'unclear'

export interface Comparison {
  /** StringNotEquals and its kin: true where the plain operator is false. */
  readonly negated: boolean
  readonly compile: (expected: readonly string[], variables: boolean) => Compiled
}

const fold = (text: string): string => text.toLowerCase()
const same = (text: string): string => text

/** Whether a text matches a template; a variable without a value matches nothing. */
type TextTest = (subject: Subject, values: ConditionValues) => boolean

function templateTest(template: Template, build: (pieces: readonly Piece[]) => Pattern): TextTest {
  if (template.fixed) {
    const pattern = build(template.fixed)
    return (subject) => pattern.matchesSubject(subject)
  }
  return (subject, values) => {
    const pieces = template.resolve(values)
    return pieces !== undefined && build(pieces).matchesSubject(subject)
  }
}

function parseTemplates(expected: readonly string[], wildcards: boolean, variables: boolean): Template[] | undefined {
  const templates = expected.map((text) => parseTemplate(text, { wildcards, variables }))
  return templates.includes(undefined) ? undefined : (templates as Template[])
}

/** Strings: exact or with wildcards, with or without regard to case. */
function strings(options: { wildcards?: boolean; ignoreCase?: boolean }): Comparison['compile'] {
  const { wildcards = false, ignoreCase = false } = options
  const shape = ignoreCase ? fold : same
  const build = (pieces: readonly Piece[]) =>
    new Pattern(pieces.map((piece) => (typeof piece === 'string' ? shape(piece) : piece)))
  return (expected, variables) => {
    const templates = parseTemplates(expected, wildcards, variables)
    if (!templates) return 'malformed'
    const plain = templates.every((template) => template.fixed?.every((piece) => typeof piece === 'string'))
    if (plain) {
      const literals = new Set(templates.map((template) => shape((template.fixed as string[]).join(''))))
      return (actual) => literals.has(shape(actual))
    }
    const tests = templates.map((template) => templateTest(template, build))
    return (actual, values) => {
      const subject = new Subject(shape(actual))
      return tests.some((test) => test(subject, values))
    }
  }
}

/** Values of one type: a policy value that is none spoils the condition, so does a request value. */
function typed<T>(
  parse: (text: string) => T | undefined,
  matches: (actual: T, expected: T) => boolean,
): Comparison['compile'] {
  return (expected) => {
    const wanted = expected.map(parse)
    if (wanted.includes(undefined)) return 'unclear'
    return (actual) => {
      const value = parse(actual)
      return value === undefined ? 'unclear' : wanted.some((one) => matches(value, one as T))
    }
  }
}

/** Splits pieces at the first five colons of their literal text; undefined if there are fewer. */
function arnComponents(pieces: readonly Piece[]): Piece[][] | undefined {
  const components: Piece[][] = [[]]
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      components.at(-1)!.push(piece)
      continue
    }
    let rest = piece
    for (let colon = rest.indexOf(':'); colon !== -1 && components.length < 6; colon = rest.indexOf(':')) {
      if (colon > 0) components.at(-1)!.push(rest.slice(0, colon))
      components.push([])
      rest = rest.slice(colon + 1)
    }
    if (rest) components.at(-1)!.push(rest)
  }
  return components.length === 6 ? components : undefined
}

/** The six components of an ARN; undefined if the text is none. */
function arnParts(text: string): string[] | undefined {
  const parts = text.split(':')
  return parts.length < 6 || parts[0] !== 'arn' ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

const anyOf =
  (tests: readonly ValueTest[]): ValueTest =>
  (actual, values) => {
    let truth: Truth = false
    for (const test of tests) {
      const one = test(actual, values)
      if (one === true) return true
      if (one === 'unclear') truth = one
    }
    return truth
  }

/** ARNs: each of the six components is matched by itself, so that no wildcard reaches over a colon. */
const arns: Comparison['compile'] = (expected, variables) => {
  const templates = parseTemplates(expected, true, variables)
  if (!templates) return 'malformed'
  const compiled = templates.map((template) => template.fixed && compileArn(template.fixed))
  if (templates.some((template, i) => template.fixed && !compiled[i])) return 'unclear'
  const tests = templates.map<ValueTest>((template, i) => (actual, values) => {
    const pieces = compiled[i] ?? template.resolve(values)
    if (pieces === undefined) return false
    const pattern = compiled[i] ?? compileArn(pieces as readonly Piece[])
    return pattern ? matchesArn(pattern, actual) : 'unclear'
  })
  return anyOf(tests)
}

function compileArn(pieces: readonly Piece[]): Pattern[] | undefined {
  const components = arnComponents(pieces)
  const [first] = components ?? []
  const isArn = first !== undefined && (first.join('') === 'arn' || (first.length === 1 && first[0] === MANY))
  return isArn ? components!.map((component) => new Pattern(component)) : undefined
}

function matchesArn(pattern: readonly Pattern[], actual: string): Truth {
  const parts = arnParts(actual)
  if (!parts) return 'unclear'
  return pattern.every((component, i) => component.matches(parts[i] as string))
}

const plain = (compile: Comparison['compile']): Comparison => ({ negated: false, compile })
const inverse = (compile: Comparison['compile']): Comparison => ({ negated: true, compile })

const text = strings({})
const folded = strings({ ignoreCase: true })
const like = strings({ wildcards: true })
const addresses = typed(parseAddressRange, (actual, expected) => contains(expected, actual))

/** Numbers and dates share six operators. */
function ordered(prefix: string, parse: (text: string) => number | undefined): Record<string, Comparison> {
  const equals = typed(parse, (a, b) => a === b)
  return {
    [`${prefix}Equals`]: plain(equals),
    [`${prefix}NotEquals`]: inverse(equals),
    [`${prefix}LessThan`]: plain(typed(parse, (a, b) => a < b)),
    [`${prefix}LessThanEquals`]: plain(typed(parse, (a, b) => a <= b)),
    [`${prefix}GreaterThan`]: plain(typed(parse, (a, b) => a > b)),
    [`${prefix}GreaterThanEquals`]: plain(typed(parse, (a, b) => a >= b)),
  }
}

/** Every operator but Null, by name. */
export const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: plain(text),
  StringNotEquals: inverse(text),
  StringEqualsIgnoreCase: plain(folded),
  StringNotEqualsIgnoreCase: inverse(folded),
  StringLike: plain(like),
  StringNotLike: inverse(like),
  ...ordered('Numeric', parseNumber),
  ...ordered('Date', parseDate),
  Bool: plain(typed(parseBoolean, (a, b) => a === b)),
  BinaryEquals: plain(typed(parseBinary, (a, b) => a === b)),
  IpAddress: plain(addresses),
  NotIpAddress: inverse(addresses),
  ArnEquals: plain(arns),
  ArnLike: plain(arns),
  ArnNotEquals: inverse(arns),
  ArnNotLike: inverse(arns),
}
