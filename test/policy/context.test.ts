/** Condition keys: the values that requests give them, and every operator over every key. */
import { describe, expect, it } from 'vitest'
import { conditionValues, foldKeys } from '../../bindings/policy/context.ts'
import { evaluate } from '../../bindings/policy/evaluate.ts'
import { comparisons } from '../../bindings/policy/operators.ts'
import { keyCases } from './cases/keys.ts'
import { opinion } from './oracle.ts'
import { alice, allow, aws, decide, deny, policiesOf, question } from './scene.ts'

describe('condition keys', () => {
  it.each(keyCases)('$key is $values [$source]', ({ key, ask, values }) => {
    expect(question(ask).values[key.toLowerCase()] ?? []).toEqual(values)
  })

  it.each(keyCases)('$key decides', ({ key, ask, values, multivalued }) => {
    const caller = ask.caller ?? alice
    const operator = multivalued ? 'ForAnyValue:StringEquals' : 'StringEquals'
    const matching = values.length > 0 ? values : ['anything']
    const under = (Condition: object) =>
      ask.keyless ? { iam: [allow({ Condition })] } : { key: [allow({ Principal: '*', Condition })], iam: [allow()] }
    const rules = (wanted: readonly string[]) => under({ [operator]: { [key]: wanted } })
    const expected = values.length > 0 ? 'Allow' : 'Deny'
    expect(decide({ ...ask, caller }, rules(matching)).decision).toBe(expected)
    expect(decide({ ...ask, caller }, rules(['something else'])).decision).toBe('Deny')
    const presence = under({ Null: { [key]: values.length === 0 } })
    expect(decide({ ...ask, caller }, presence).decision).toBe('Allow')
  })

  it('folds case: two names that differ only in case are two values of one key', () => {
    const { values } = question({ input: { EncryptionContext: { App: 'a', app: 'b' } } })
    expect(values['kms:encryptioncontext:app']).toEqual(['a', 'b'])
    const Condition = { StringEquals: { 'kms:EncryptionContext:app': 'b' } }
    const ask = { input: { EncryptionContext: { App: 'a', app: 'b' } } }
    expect(decide(ask, { key: [allow({ ...aws(alice.principal), Condition })] }).decision).toBe('Deny')
  })

  it('takes names of the prototype as names', () => {
    const pairs = JSON.parse('{"__proto__":"x","constructor":"y"}')
    const { values } = question({ input: { EncryptionContext: pairs } })
    expect(values['kms:encryptioncontext:__proto__']).toEqual(['x'])
    expect(values['kms:encryptioncontext:constructor']).toEqual(['y'])
    const folded = foldKeys(JSON.parse('{"__proto__":"x","Aws:UserName":["y"]}'))
    expect(folded['aws:username']).toEqual(['y'])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('gives no two requests the same record', () => {
    const facts = { caller: alice, action: 'kms:Encrypt', now: 0 }
    expect(conditionValues(facts)).not.toBe(conditionValues(facts))
  })
})

/** A policy value of each type. */
const samples = ['zzz', 'true', '31', '1999-01-01', 'arn:aws:iam::000000000000:root', '192.0.2.1', '//8=']

describe('every operator over every condition key', { timeout: 120_000 }, () => {
  const keys = new Map(keyCases.filter(({ values }) => values.length > 0).map((one) => [one.key.toLowerCase(), one]))
  const operators = Object.keys(comparisons)
  let decisions = 0

  it.each([...keys.values()])('$key', ({ key, ask, values }) => {
    const facts = question({ ...ask, keyless: false })
    const actual = facts.values[key.toLowerCase()] ?? []
    for (const operator of operators) {
      for (const set of ['', 'ForAnyValue:', 'ForAllValues:']) {
        // Key policies refuse this pair; see documents.test.ts.
        if (set === 'ForAllValues:' && /EncryptionContext:|RequestTag/i.test(key)) continue
        for (const sample of [...values, ...samples]) {
          const statement = { Principal: '*', Condition: { [set + operator]: { [key]: sample } } }
          const holds = actual.length === 0 ? undefined : opinion(set + operator, actual, sample)
          const allowing = evaluate(facts, policiesOf({ key: [allow(statement)], iam: [allow()] }))
          const denying = evaluate(
            facts,
            policiesOf({ key: [allow({ Principal: '*' }), deny(statement)], iam: [allow()] }),
          )
          if (actual.length === 0) continue
          decisions += 2
          const told = `${set}${operator} ${sample} over ${actual}`
          expect([told, allowing.decision]).toEqual([told, holds === true ? 'Allow' : 'Deny'])
          expect([told, denying.decision]).toEqual([told, holds === false ? 'Allow' : 'Deny'])
        }
      }
    }
  })

  it('is printed', () => {
    const all = `${operators.length} operators × ${keys.size} keys × 3 set operators`
    console.log(`condition keys: ${keys.size} in ${keyCases.length} cases; ${all}: ${decisions} decisions`)
    expect(keys.size).toBeGreaterThan(70)
  })
})
