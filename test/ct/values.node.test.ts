/** The abstract values stand for at least the numbers that WebAssembly computes: checked by computing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refine } from '../../scripts/ct/refine.mjs'
import { binary, constant, join, publicValue } from '../../scripts/ct/values.mjs'

interface Stretch {
  low: number
  high: number
  step: number
}

const FULL = 2 ** 32

/** A stretch of numbers as they occur, and one of them. */
const sample = fc
  .record({
    low: fc.oneof(fc.integer({ min: -64, max: 5000 }), fc.integer({ min: 0, max: 2 ** 31 })),
    step: fc.integer({ min: 1, max: 300 }),
    count: fc.integer({ min: 1, max: 50 }),
    pick: fc.nat(49),
  })
  .map(({ low, step, count, pick }) => ({
    value: publicValue('number', { low, high: low + (count - 1) * step, step: count === 1 ? 0 : step }),
    number: (low + (pick % count) * step) >>> 0,
  }))

function holds(value: { parts: Map<string, Stretch> }, number: number): boolean {
  const stretch = value.parts.get('number')
  if (!stretch) return false
  return [number, number - FULL].some((n) => {
    const inside = n >= stretch.low && n <= stretch.high
    return inside && (stretch.step === 0 || (n - stretch.low) % stretch.step === 0)
  })
}

const operations: Record<string, (a: number, b: number) => number> = {
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Shl: (a, b) => a << b,
  ShrU: (a, b) => a >>> b,
  Sub: (a, b) => a - b,
  Eq: (a, b) => Number(a === b),
  Ne: (a, b) => Number(a !== b),
  LtU: (a, b) => Number(a < b),
  LeU: (a, b) => Number(a <= b),
  GtU: (a, b) => Number(a > b),
  GeU: (a, b) => Number(a >= b),
  LtS: (a, b) => Number((a | 0) < (b | 0)),
  GeS: (a, b) => Number((a | 0) >= (b | 0)),
}

describe('abstract values', () => {
  it.each(Object.entries(operations))('%s of them holds the result', (op, compute) => {
    fc.assert(
      fc.property(sample, sample, (a, b) =>
        holds(binary(op, 'i32', a.value, b.value), compute(a.number, b.number) >>> 0),
      ),
      { numRuns: 2000 },
    )
  })

  it('sums and products hold the result unless it wraps around', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        if (a.number + b.number < FULL)
          expect(holds(binary('Add', 'i32', a.value, b.value), a.number + b.number)).toBe(true)
        const product = binary('Mul', 'i32', a.value, constant(b.number))
        expect(holds(product, Math.imul(a.number, b.number) >>> 0)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('a union holds both', () => {
    fc.assert(
      fc.property(
        sample,
        sample,
        (a, b) => holds(join(a.value, b.value), a.number) && holds(join(a.value, b.value), b.number),
      ),
      { numRuns: 2000 },
    )
  })

  it.each(['Eq', 'Ne', 'LtU', 'LeU', 'GtU', 'GeU', 'LtS', 'GeS'])('what %s cuts off does not fulfil it', (op) => {
    const local = (index: number) => ({ kind: 'local.get', type: 'i32', index })
    const condition = { kind: 'binary', type: 'i32', op, Left: local(0), Right: local(1) }
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const locals: [typeof a.value, typeof b.value] = [a.value, b.value]
        const outcome = operations[op]!(a.number, b.number) === 1
        expect(refine(condition, outcome, locals)).toBe(true)
        expect(holds(locals[0], a.number)).toBe(true)
        expect(holds(locals[1], b.number)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
