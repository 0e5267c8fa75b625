/** Condition operators, alone and as they decide through Allow and Deny. */
import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../bindings/policy/conditions.ts'
import { comparisons } from '../../bindings/policy/operators.ts'
import { operatorCases } from './cases/operators.ts'
import { alice, allow, aws, decide, deny } from './scene.ts'

const list = (values: string | readonly string[]): readonly string[] => (typeof values === 'string' ? [values] : values)
const bare = (operator: string): string => operator.replace(/^For(?:Any|All)Values?:/, '').replace(/IfExists$/, '')

describe('condition operators', () => {
  it.each(operatorCases)(
    '$operator $policy holds for $request: $holds [$source]',
    ({ operator, policy, request, holds }) => {
      const condition = compileCondition(operator, 'aws:SourceIdentity', list(policy), true)
      expect(condition?.holds({ 'aws:sourceidentity': request })).toBe(holds)
    },
  )

  it.each(operatorCases)('$operator $policy decides for $request', ({ operator, policy, request, holds }) => {
    const caller = { ...alice, context: { 'aws:SourceIdentity': request } }
    const Condition = { [operator]: { 'aws:SourceIdentity': policy } }
    const alone = decide({ caller }, { key: [allow({ ...aws(alice.principal), Condition })] })
    expect(alone.decision).toBe(holds === true ? 'Allow' : 'Deny')
    const denied = decide(
      { caller },
      { key: [allow(aws(alice.principal)), deny({ ...aws(alice.principal), Condition })] },
    )
    expect(denied.because).toBe(holds === false ? 'key-policy' : 'explicit-deny')
  })

  it('covers every operator', () => {
    const known = [...Object.keys(comparisons), 'Null']
    const covered = new Set(operatorCases.map(({ operator }) => bare(operator)))
    console.log(
      `operators: ${covered.size} of ${known.length} in ${operatorCases.length} cases, each judged, allowing and denying`,
    )
    expect(known.filter((operator) => !covered.has(operator))).toEqual([])
  })

  it.each([
    'stringEquals',
    'StringEqual',
    'NullIfExists',
    'ForAnyValue:Null',
    'ForAnyValue:',
    'StringEqualsIfExistsIfExists',
    'ForAnyValue:ForAllValues:StringEquals',
    'constructor',
    '__proto__',
    '',
  ])('knows no operator %j', (operator) => {
    expect(compileCondition(operator, 'aws:username', ['x'], true)).toBeUndefined()
  })
})
