/** What must hold of every policy, request and grant. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KmsError } from '../../bindings/errors.ts'
import { type PolicyKind, parsePolicy } from '../../bindings/policy/document.ts'
import { evaluate } from '../../bindings/policy/evaluate.ts'
import { Pattern } from '../../bindings/policy/wildcard.ts'
import { ask, condition, grant, identityStatement, keyStatement, rules } from './arbitrary.ts'
import { alice, allow, aws, decide, deny, documentOf, type PlainStatement, question, type Rules } from './scene.ts'

const runs = { numRuns: 1000 }
/** The machine may be busy. */
const patient = { timeout: 120_000 }
const isDeny = (statement: PlainStatement) => ({ ...statement, Effect: 'Deny' })
const permits = (...asked: Parameters<typeof decide>) => decide(...asked).decision === 'Allow'

/** Every way to leave out one Allow. */
function* lessOneAllow({ key = [], iam, grants }: Rules): Generator<Rules> {
  const without = <T>(list: readonly T[], at: number) => list.filter((_, i) => i !== at)
  for (const [i, { Effect }] of key.entries())
    if (Effect === 'Allow' && key.length > 1) yield { key: without(key, i), iam, grants }
  for (const [i, { Effect }] of (iam ?? []).entries()) {
    if (Effect === 'Allow') yield { key, grants, iam: iam!.length > 1 ? without(iam!, i) : undefined }
  }
  for (const i of (grants ?? []).keys()) yield { key, iam, grants: without(grants!, i) }
}

describe('properties', patient, () => {
  it('adding a Deny never allows more', () => {
    fc.assert(
      fc.property(ask, rules, keyStatement, identityStatement, (asked, given, more, moreIam) => {
        if (permits(asked, given)) return
        expect(permits(asked, { ...given, key: [...given.key!, isDeny(more)] })).toBe(false)
        expect(permits(asked, { ...given, iam: [...(given.iam ?? []), isDeny(moreIam)] })).toBe(false)
      }),
      runs,
    )
  })

  it('removing an Allow never allows more', () => {
    fc.assert(
      fc.property(ask, rules, (asked, given) => {
        if (permits(asked, given)) return
        for (const less of lessOneAllow(given)) expect(permits(asked, less)).toBe(false)
      }),
      runs,
    )
  })

  it('adding an Allow or a grant never denies more', () => {
    fc.assert(
      fc.property(ask, rules, keyStatement, grant, (asked, given, more, moreGrant) => {
        if (!permits(asked, given)) return
        expect(permits(asked, { ...given, key: [...given.key!, { ...more, Effect: 'Allow' }] })).toBe(true)
        expect(permits(asked, { ...given, grants: [...(given.grants ?? []), moreGrant] })).toBe(true)
      }),
      runs,
    )
  })

  it('statement order never matters', () => {
    const shuffled = rules.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given.key!], { minLength: given.key!.length }),
        fc.shuffledSubarray([...(given.iam ?? [])], { minLength: given.iam?.length ?? 0 }),
      ),
    )
    fc.assert(
      fc.property(ask, shuffled, (asked, [given, key, iam]) => {
        const other = decide(asked, { ...given, key, iam: given.iam && iam })
        const { decision, because, missing } = decide(asked, given)
        expect({ decision: other.decision, because: other.because, missing: other.missing }).toEqual({
          decision,
          because,
          missing,
        })
      }),
      runs,
    )
  })

  it('splitting a policy in two never matters', () => {
    fc.assert(
      fc.property(
        ask,
        fc.array(identityStatement, { minLength: 2, maxLength: 4 }),
        fc.array(keyStatement, { minLength: 1, maxLength: 3 }),
        (asked, iam, key) => {
          const facts = question(asked)
          const identityPolicies = iam.map((one) => parsePolicy(documentOf(one), 'identity'))
          const split = evaluate(facts, {
            identityPolicies,
            keyPolicy: asked.keyless ? undefined : parsePolicy(documentOf(...key), 'key'),
          })
          expect(split.decision).toBe(decide(asked, { iam, key: asked.keyless ? undefined : key }).decision)
        },
      ),
      runs,
    )
  })

  it('a condition that cannot be judged never allows, and never spares', () => {
    const broken = fc.constantFrom(
      ...['Numeric', 'Date'].flatMap((type) =>
        ['Equals', 'NotEquals', 'LessThan', 'GreaterThanEquals'].map((order) => type + order),
      ),
      'Bool',
      'IpAddress',
      'NotIpAddress',
      'BinaryEquals',
      'ArnLike',
      'ArnNotEquals',
      'Null',
    )
    const set = fc.constantFrom('', 'ForAnyValue:', 'ForAllValues:')
    const conditionKey = fc.constantFrom('aws:EpochTime', 'app:Absent', 'aws:SourceIp', 'kms:ResourceAliases')
    fc.assert(
      fc.property(
        broken,
        set,
        fc.boolean(),
        conditionKey,
        fc.constantFrom('neither', '-', '%%'),
        condition,
        (name, prefix, ifExists, key, value, more) => {
          const operator = name === 'Null' ? name : prefix + name + (ifExists ? 'IfExists' : '')
          const Condition = { ...more, [operator]: { [key]: value } }
          expect(permits({}, { key: [allow({ ...aws(alice.principal), Condition })] })).toBe(false)
          const only = { [operator]: { [key]: value } }
          expect(permits({}, { key: [allow(aws(alice.principal)), deny({ Principal: '*', Condition: only })] })).toBe(
            false,
          )
        },
      ),
      runs,
    )
  })
})

/** Backtracking, the plain way. */
function plainMatch(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return plainMatch(rest, text) || (text.length > 0 && plainMatch(pattern, text.slice(1)))
  return text.length > 0 && (first === '?' || first === text[0]) && plainMatch(rest, text.slice(1))
}

describe('wildcards', patient, () => {
  const letters = fc.constantFrom('a', 'b', '*', '?', '😀')
  it('match as the plain way does', () => {
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 9 }),
        fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 10 }),
        (pattern, text) => {
          expect(Pattern.of(pattern.join('')).matches(text.join(''))).toBe(plainMatch(pattern, text))
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('find long runs over word boundaries', () => {
    const run = fc.array(fc.constantFrom('a', 'b', '?'), { minLength: 30, maxLength: 100 })
    fc.assert(
      fc.property(run, fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (pattern, before, after) => {
        const text = before + pattern.map((one) => (one === '?' ? 'z' : one)).join('') + after
        expect(Pattern.of(`*${pattern.join('')}*`).matches(text)).toBe(true)
        expect(Pattern.of(`*${pattern.join('')}c*`).matches(text.replaceAll('c', 'd'))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

const whole = fc.array(keyStatement, { minLength: 1, maxLength: 3 }).map((list) => documentOf(...list))
const json = fc.oneof(
  fc.json({ maxDepth: 5 }),
  whole,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(fc.oneof(keyStatement, identityStatement, fc.object()), { maxLength: 3 })
    .map((list) => documentOf(...(list as PlainStatement[]))),
)

/** A document with a stretch cut out, doubled or overwritten. */
const damaged = fc
  .tuple(
    fc.array(keyStatement, { minLength: 1, maxLength: 2 }),
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.constantFrom('', '"', '{', '}', ',', ':', '[', ']', '\\', '*', '${', 'null', '\u0000', '__proto__'),
  )
  .map(([statements, seed, length, put]) => {
    const text = documentOf(...statements)
    const at = seed % text.length
    return text.slice(0, at) + put + text.slice(at + length)
  })

describe('fuzz', patient, () => {
  /** Compiles, or refuses in the one way there is. */
  const compile = (text: string, kind: PolicyKind) => {
    try {
      return parsePolicy(text, kind)
    } catch (error) {
      expect(error).toBeInstanceOf(KmsError)
      expect((error as KmsError).name).toBe('MalformedPolicyDocumentException')
      return undefined
    }
  }

  it('10,000 documents: nothing but MalformedPolicyDocumentException is thrown, and garbage allows nothing', () => {
    let read = 0
    fc.assert(
      fc.property(fc.oneof(json, damaged), fc.constantFrom<PolicyKind>('key', 'identity'), ask, (text, kind, asked) => {
        const policy = compile(text, kind)
        if (!policy) return
        read++
        const facts = question(asked)
        const identityPolicies = kind === 'identity' ? [policy] : []
        const { decision, reasons } = evaluate(facts, {
          keyPolicy: kind === 'key' ? policy : undefined,
          identityPolicies,
        })
        // Whoever is allowed is allowed by a statement that is there, or by being the account root.
        if (decision === 'Allow') expect(reasons.length).toBeGreaterThan(0)
        for (const { statement, effect } of reasons) {
          if (statement !== undefined)
            expect(JSON.parse(text).Statement.flat()[statement] ?? JSON.parse(text).Statement).toHaveProperty(
              'Effect',
              effect,
            )
        }
      }),
      { numRuns: 10_000 },
    )
    console.log(`fuzz: 10,000 documents, ${read} of them policies`)
  })
})
