/** The evaluation order, branch by branch, and its explanation. */
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../bindings/policy/evaluate.ts'
import { explain } from '../../bindings/policy/explain.ts'
import { accessDenied, ciphertextDenied } from '../../bindings/policy/messages.ts'
import { branches, evaluationCases } from './cases/evaluation.ts'
import {
  alice,
  allow,
  aws,
  bob,
  decide,
  delegating,
  deny,
  developer,
  key,
  policiesOf,
  question,
  region,
  service,
} from './scene.ts'

describe('evaluation order', () => {
  it.each(evaluationCases)('$branch: $title [$source]', ({ ask, rules, because, missing }) => {
    const decision = decide(ask, rules)
    expect(decision.because).toBe(because)
    expect(decision.decision).toBe(because.endsWith('deny') ? 'Deny' : 'Allow')
    expect(decision.missing).toBe(missing)
  })

  it.each(evaluationCases)('explains $branch: $title', ({ ask, rules }) => {
    const facts = question(ask)
    const policies = policiesOf(rules)
    const explanation = explain(facts, policies)
    expect(explanation).toMatchObject(evaluate(facts, policies))
    const told = explanation.statements
      .filter(({ applies }) => applies)
      .map(({ source, policy, statement }) => [source, policy, statement])
    const took = explanation.reasons
      .filter(({ statement }) => statement !== undefined)
      .map(({ source, policy, statement }) => [source, policy, statement])
    expect(told).toEqual(took)
    expect(structuredClone(explanation)).toEqual(explanation)
  })

  it('covers every branch', () => {
    const covered = new Set(evaluationCases.map(({ branch }) => branch))
    console.log(
      `branches of the evaluation order: ${covered.size} of ${branches.length} in ${evaluationCases.length} cases`,
    )
    expect(branches.filter((branch) => !covered.has(branch))).toEqual([])
  })
})

describe('explanations', () => {
  it('tell each element and condition', () => {
    const Condition = { StringEquals: { 'kms:EncryptionContext:Tenant': ['7', '8'] } }
    const rules = { key: [delegating, allow({ Sid: 'Tenants', ...aws(alice.principal), Condition })] }
    const { statements } = explain(question({ input: { EncryptionContext: { tenant: '9' } } }), policiesOf(rules))
    expect(statements[0]).toMatchObject({
      applies: true,
      principal: 'account',
      action: true,
      resource: true,
      conditions: [],
    })
    expect(statements[1]).toEqual({
      source: 'key-policy',
      policy: undefined,
      statement: 1,
      sid: 'Tenants',
      effect: 'Allow',
      applies: false,
      principal: 'itself',
      action: true,
      resource: true,
      conditions: [
        {
          operator: 'StringEquals',
          key: 'kms:EncryptionContext:Tenant',
          expected: ['7', '8'],
          actual: ['9'],
          holds: false,
        },
      ],
    })
  })

  it('tell what could not be judged', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': 'office' } }
    const { statements } = explain(question(), policiesOf({ key: [deny({ Principal: '*', Condition })] }))
    expect(statements[0]).toMatchObject({ applies: true, conditions: [{ holds: 'unclear', actual: [] }] })
  })

  it('leave out IAM policies that do not govern the caller', () => {
    const rules = { key: [delegating], iam: [deny()] }
    expect(explain(question({ caller: service }), policiesOf(rules)).statements).toHaveLength(1)
    expect(explain(question({ caller: bob }), policiesOf(rules)).statements).toHaveLength(2)
  })
})

describe('AccessDeniedException', () => {
  const words = (ask: Parameters<typeof question>[0], rules: Parameters<typeof policiesOf>[0]) => {
    const facts = question(ask)
    const error = accessDenied(facts, evaluate(facts, policiesOf(rules)))
    expect(error.toPlain().name).toBe('AccessDeniedException')
    expect(error.status).toBe(400)
    return error.message
  }
  const start = `User: ${alice.principal} is not authorized to perform: kms:Encrypt on resource: ${key.arn} `

  it('says who may not do what on what, and why', () => {
    expect(words({}, { key: [delegating] })).toBe(
      `${start}because no identity-based policy allows the kms:Encrypt action`,
    )
    expect(words({}, { key: [allow(aws(bob.principal))] })).toBe(
      `${start}because no resource-based policy allows the kms:Encrypt action`,
    )
    expect(words({}, { key: [deny(aws(alice.principal))] })).toBe(
      `${start}with an explicit deny in a resource-based policy`,
    )
    expect(words({}, { key: [delegating], iam: [deny()] })).toBe(
      `${start}with an explicit deny in an identity-based policy`,
    )
  })

  it('names a session by its session', () => {
    const message = words({ caller: developer, action: 'kms:ListKeys', keyless: true }, {})
    expect(message).toBe(
      `User: ${developer.principal} is not authorized to perform: kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action`,
    )
  })

  it('tells strangers nothing of a blob', () => {
    expect(ciphertextDenied().message).not.toContain(region)
  })
})
