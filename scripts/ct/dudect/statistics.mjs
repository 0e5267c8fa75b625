/**
 * Welch's t-test on timings, after O. Reparaz, J. Balasch and I. Verbauwhede, "Dude, is my code constant time?" (2016).
 * Long measurements are mostly interrupts: the test is repeated with ever less of the slow end, cut off at percentiles of
 * both classes together, and the strongest result counts.
 */

const CROPS = 20

/** Fewest measurements of a class for a test to mean something. */
const ENOUGH = 500

/** @param {ArrayLike<number>} times @param {ArrayLike<number>} classes 0 or 1 */
export function welch(times, classes, limit = Number.POSITIVE_INFINITY) {
  const count = [0, 0]
  const mean = [0, 0]
  const squares = [0, 0]
  for (let i = 0; i < times.length; i++) {
    if (times[i] > limit) continue
    const which = classes[i]
    const delta = times[i] - mean[which]
    mean[which] += delta / ++count[which]
    squares[which] += delta * (times[i] - mean[which])
  }
  const error = [0, 1].map((which) => squares[which] / (count[which] - 1) / count[which])
  const spread = Math.sqrt(error[0] + error[1])
  const enough = Math.min(...count) >= ENOUGH
  return { t: enough && spread > 0 ? (mean[0] - mean[1]) / spread : 0, difference: mean[0] - mean[1], enough }
}

/** The strongest of the cropped tests, and how many nanoseconds the classes lie apart there. */
export function strongest(times, classes) {
  const sorted = Float64Array.from(times).sort()
  let best = { t: 0, difference: 0, kept: 1 }
  for (let crop = 0; crop <= CROPS; crop++) {
    const kept = crop === 0 ? 1 : 1 - 0.5 ** ((10 * crop) / CROPS)
    const limit = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * kept))]
    const { t, difference, enough } = welch(times, classes, limit)
    if (enough && Math.abs(t) > Math.abs(best.t)) best = { t, difference, kept }
  }
  return best
}
