/** The timing test's statistics, on made-up timings and on code that is known to leak. */
import { describe, expect, it } from 'vitest'
import { controlsBinary } from '../../scripts/ct/dudect/controls.mjs'
import { clockStep, measure } from '../../scripts/ct/dudect/measure.mjs'
import { strongest, welch } from '../../scripts/ct/dudect/statistics.mjs'
import { controls } from '../../scripts/ct/dudect/subjects.mjs'
import { generator } from '../../scripts/ct/secrets.mjs'

/** Timings of two classes, 100 to 110 ns, the first `shift` ns longer; every hundredth is interrupted for a while. */
function timings(shift: number): { times: number[]; classes: number[] } {
  const next = generator(5)
  const classes = Array.from({ length: 20_000 }, () => next() & 1)
  const times = classes.map(
    (which) => 100 + (next() % 1000) / 100 + (which === 0 ? shift : 0) + (next() % 100 === 0 ? next() % 100_000 : 0),
  )
  return { times, classes }
}

describe('Welch’s t-test', () => {
  it('agrees with a calculation by hand', () => {
    const times = [
      ...Array.from({ length: 600 }, (_, i) => 10 + (i % 2)),
      ...Array.from({ length: 600 }, (_, i) => 12 + (i % 2)),
    ]
    const classes = times.map((_, i) => (i < 600 ? 0 : 1))
    // Means 10.5 and 12.5, both variances 0.25 · 600 / 599.
    expect(welch(times, classes).t).toBeCloseTo(-2 / Math.sqrt((2 * 0.25) / 599), 6)
  })

  it('sees a nanosecond through interrupts once they are cropped, and nothing where there is nothing', () => {
    const apart = timings(1)
    expect(Math.abs(welch(apart.times, apart.classes).t)).toBeLessThan(5)
    expect(Math.abs(strongest(apart.times, apart.classes).t)).toBeGreaterThan(10)
    const alike = timings(0)
    expect(Math.abs(strongest(alike.times, alike.classes).t)).toBeLessThan(5)
  })

  it('tells apart what an early-exit comparison compares', () => {
    const subject = controls(controlsBinary()).find(({ name }) => name === 'early-exit comparison')!
    expect(Math.abs(measure(subject, { milliseconds: 1000, step: clockStep() }).t)).toBeGreaterThan(10)
  })
})
