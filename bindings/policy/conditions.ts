/**
 * The Condition element: operators, set operators and …IfExists. [IAM User Guide, "Condition operators", "Creating a
 * condition with multiple keys or values"]
 *
 * A condition is true, false, or cannot be judged: a number, date, truth value, address or ARN that is none, or several
 * values without a set operator. One that cannot be judged never lets an Allow apply and always lets a Deny apply.
 */
import type { ConditionValues } from './facts.ts'
import { type Comparison, comparisons } from './operators.ts'

/** Whether something holds; `unclear` if that cannot be judged. */
export type Truth = true | false | 'unclear'

/** Kleene's conjunction. */
export const and = (a: Truth, b: Truth): Truth =>
  a === false || b === false ? false : a === true && b === true ? true : 'unclear'

/** Kleene's negation. */
const not = (a: Truth): Truth => (a === 'unclear' ? a : !a)

/** Whether one value of the request matches at least one value of the policy. */
export type ValueTest = (actual: string, values: ConditionValues) => Truth

/** One operator applied to one condition key. */
export interface Condition {
  /** As the policy writes it: `ForAnyValue:StringLike`. */
  readonly operator: string
  /** As the policy writes it. */
  readonly writtenKey: string
  /** In lower case. */
  readonly key: string
  readonly expected: readonly string[]
  /** True, false or `unclear` for the values of the request. */
  readonly holds: (values: ConditionValues) => Truth
}

type SetOperator = 'ForAnyValue' | 'ForAllValues'

interface ParsedOperator {
  readonly set: SetOperator | undefined
  readonly ifExists: boolean
  readonly comparison: Comparison
}

const operatorSyntax = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/

/** Undefined if there is no such operator. */
function parseOperator(text: string): ParsedOperator | undefined {
  const found = operatorSyntax.exec(text)
  const name = found?.[2] ?? ''
  if (!found || !Object.hasOwn(comparisons, name)) return undefined
  return {
    set: found[1] as SetOperator | undefined,
    ifExists: found[3] !== undefined,
    comparison: comparisons[name] as Comparison,
  }
}

const nothing: readonly string[] = []

/** A set whose members are all empty counts as no set. */
const isNullSet = (actual: readonly string[]): boolean => actual.every((value) => value === '')

function holdsForSet(set: SetOperator, test: ValueTest, actual: readonly string[], values: ConditionValues): Truth {
  const decisive = set === 'ForAnyValue'
  let truth: Truth = !decisive
  for (const value of actual) {
    const one = test(value, values)
    if (one === decisive) return decisive
    if (one === 'unclear') truth = one
  }
  return truth
}

function judge(operator: ParsedOperator, key: string, test: ValueTest): (values: ConditionValues) => Truth {
  const { set, ifExists } = operator
  const { negated } = operator.comparison
  const whenAbsent = ifExists || (set ? set === 'ForAllValues' : negated)
  const one: ValueTest = negated ? (actual, values) => not(test(actual, values)) : test
  return (values) => {
    const actual = values[key] ?? nothing
    if (set) return isNullSet(actual) ? whenAbsent : holdsForSet(set, one, actual, values)
    if (actual.length === 0) return whenAbsent
    return actual.length === 1 ? one(actual[0] as string, values) : 'unclear'
  }
}

/** `Null`: "true" asks that the key be absent, "false" that it be there. */
function judgeNull(key: string, expected: readonly string[]): (values: ConditionValues) => Truth {
  if (!expected.every((text) => text === 'true' || text === 'false')) return () => 'unclear'
  return (values) => expected.includes((values[key] ?? nothing).length === 0 ? 'true' : 'false')
}

/**
 * Compiles one operator and key. `variables` says whether `${…}` is a variable.
 * Undefined if the operator is unknown or a value holds a malformed variable.
 */
export function compileCondition(
  operator: string,
  writtenKey: string,
  expected: readonly string[],
  variables: boolean,
): Condition | undefined {
  const key = writtenKey.toLowerCase()
  const described = { operator, writtenKey, key, expected }
  if (operator === 'Null') return { ...described, holds: judgeNull(key, expected) }
  const parsed = parseOperator(operator)
  if (!parsed) return undefined
  const test = parsed.comparison.compile(expected, variables)
  if (test === 'malformed') return undefined
  return { ...described, holds: test === 'unclear' ? () => 'unclear' : judge(parsed, key, test) }
}
