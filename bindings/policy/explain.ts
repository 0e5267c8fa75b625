/** Why a request is decided as it is: every statement and grant that was looked at, element by element. */
import type { Condition, Truth } from './conditions.ts'
import type { Effect, Policy, Statement } from './document.ts'
import { type Decision, evaluate, type Policies, type Source } from './evaluate.ts'
import type { RequestFacts } from './facts.ts'
import { type Grant, grantReach } from './grants.ts'
import { actionMatches, type Question, questionOf, type Reach, reach, resourceMatches, takesPart } from './statement.ts'

/** One condition key under one operator. */
export interface ConditionReport {
  readonly operator: string
  readonly key: string
  /** Values in the policy. */
  readonly expected: readonly string[]
  /** Values in the request; empty: the request does not have the key. */
  readonly actual: readonly string[]
  /** `unclear`: cannot be judged; such a condition stops an Allow and lets a Deny apply. */
  readonly holds: Truth
}

export interface StatementReport {
  readonly source: Source
  /** Index among the identity policies. */
  readonly policy?: number
  readonly statement: number
  readonly sid?: string
  readonly effect: Effect
  readonly applies: boolean
  /** Whether the Principal element reaches the caller itself, its account, or neither. */
  readonly principal: 'itself' | 'account' | 'no'
  readonly action: boolean
  readonly resource: Truth
  readonly conditions: readonly ConditionReport[]
}

export interface GrantReport {
  readonly grantId: string
  readonly applies: boolean
  readonly reach: 'itself' | 'account' | 'no'
}

/** A decision with everything that was looked at. Plain values: it crosses the port. */
export interface Explanation extends Decision {
  readonly statements: readonly StatementReport[]
  readonly grants: readonly GrantReport[]
}

const orNo = (found: Reach): 'itself' | 'account' | 'no' => found ?? 'no'

const reportCondition = (condition: Condition, { facts }: Question): ConditionReport => ({
  operator: condition.operator,
  key: condition.writtenKey,
  expected: condition.expected,
  actual: facts.values[condition.key] ?? [],
  holds: condition.holds(facts.values),
})

const reportStatement = (
  statement: Statement,
  question: Question,
  source: Source,
  policy?: number,
): StatementReport => ({
  source,
  policy,
  statement: statement.index,
  sid: statement.sid,
  effect: statement.effect,
  applies: takesPart(statement, question) !== undefined,
  principal: orNo(reach(statement, question.who)),
  action: actionMatches(statement, question),
  resource: resourceMatches(statement, question),
  conditions: statement.conditions.map((condition) => reportCondition(condition, question)),
})

function reportGrant(grant: Grant, question: Question): GrantReport {
  const found = grantReach(grant, question)
  return { grantId: grant.GrantId, applies: found !== undefined, reach: orNo(found) }
}

/** Decides as `evaluate` does, and tells why. */
export function explain(facts: RequestFacts, policies: Policies): Explanation {
  const question = questionOf(facts)
  const report = (policy: Policy, source: Source, position?: number) =>
    policy.statements.map((statement) => reportStatement(statement, question, source, position))
  // IAM policies do not govern the account root, nor services.
  const governed = question.who.kind !== 'root' && question.who.kind !== 'service'
  const identity = governed ? policies.identityPolicies : []
  return {
    ...evaluate(facts, policies),
    statements: [
      ...(policies.keyPolicy ? report(policies.keyPolicy, 'key-policy') : []),
      ...identity.flatMap((policy, i) => report(policy, 'identity-policy', i)),
    ],
    grants: (policies.grants ?? []).map((grant) => reportGrant(grant, question)),
  }
}
