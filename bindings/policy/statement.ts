/** Whether one statement applies to one request, element by element. */
import { and, type Truth } from './conditions.ts'
import type { Effect, ResourcePattern, Statement } from './document.ts'
import type { RequestFacts } from './facts.ts'
import { type Identity, identityOf } from './principals.ts'
import { Pattern, Subject } from './wildcard.ts'

/** A request with what every statement asks of it, worked out once. */
export interface Question {
  readonly facts: RequestFacts
  readonly who: Identity
  /** In lower case: actions are compared without regard to case. */
  readonly action: Subject
  readonly resource: Subject
}

export const questionOf = (facts: RequestFacts): Question => ({
  facts,
  who: identityOf(facts.caller),
  action: new Subject(facts.action.toLowerCase()),
  resource: new Subject(facts.resource),
})

/**
 * How a statement reaches the caller: as itself, or, for an Allow, through its account, whose IAM policies then decide.
 * Statements of identity policies always reach the caller itself.
 */
export type Reach = 'itself' | 'account' | undefined

export function reach(statement: Statement, who: Identity): Reach {
  const { principals, notPrincipal, effect } = statement
  if (!principals) return 'itself'
  const named = principals.names(who)
  const account = principals.namesAccountOf(who)
  if (notPrincipal) {
    const spared = effect === 'Deny' ? principals.excepts(who) : named || account
    return spared ? undefined : 'itself'
  }
  if (named) return 'itself'
  return account ? 'account' : undefined
}

export function actionMatches(statement: Statement, question: Question): boolean {
  if (statement.actions.length === 0) return false
  return statement.actions.some((pattern) => pattern.matchesSubject(question.action)) !== statement.notAction
}

function resourcePatternMatches(one: ResourcePattern, { facts, resource }: Question): Truth {
  if (one.pattern) return one.pattern.matchesSubject(resource)
  const pieces = one.template.resolve(facts.values)
  return pieces ? new Pattern(pieces).matchesSubject(resource) : 'unclear'
}

/**
 * A variable without a value makes Resource match nothing, as AWS documents, and NotResource impossible to judge: an
 * Allow must not widen because a tag is missing.
 */
export function resourceMatches(statement: Statement, question: Question): Truth {
  if (statement.resources.length === 0) return false
  let truth: Truth = false
  for (const one of statement.resources) {
    const matched = resourcePatternMatches(one, question)
    if (matched === true) return !statement.notResource
    if (matched === 'unclear') truth = 'unclear'
  }
  if (truth === 'unclear') return statement.notResource ? 'unclear' : false
  return statement.notResource
}

function conditionsHold(statement: Statement, question: Question): Truth {
  let truth: Truth = true
  for (const condition of statement.conditions) {
    truth = and(truth, condition.holds(question.facts.values))
    if (truth === false) return false
  }
  return truth
}

/** What cannot be judged never allows and always denies. */
const applies = (effect: Effect, truth: Truth): boolean => truth === true || (truth === 'unclear' && effect === 'Deny')

/** How the statement takes part in the decision; undefined if it does not apply. */
export function takesPart(statement: Statement, question: Question): Reach {
  const reached = reach(statement, question.who)
  if (!reached || !actionMatches(statement, question)) return undefined
  const resource = resourceMatches(statement, question)
  if (resource === false) return undefined
  return applies(statement.effect, and(resource, conditionsHold(statement, question))) ? reached : undefined
}
