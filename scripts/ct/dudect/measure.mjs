/** Takes timings of a subject on secrets of two classes in random order: one fixed secret, and random ones. */
import { strongest } from './statistics.mjs'

const POOL = 256
const WARM_UP = 3000
/** Most measurements of one test, to keep the run short; ten times as many say the same. */
const MOST = 200_000

/** Milliseconds, as fine as the engine tells them. */
const now = globalThis.process?.hrtime
  ? () => Number(process.hrtime.bigint() % 1_000_000_000_000n) / 1e6
  : () => performance.now()

/** The least step of the clock, in milliseconds. */
export function clockStep() {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < 200; i++) {
    const start = now()
    let end = start
    while (end === start) end = now()
    least = Math.min(least, end - start)
  }
  return least
}

/**
 * Places for secrets in one buffer, each now of this class, now of that: what a place costs to read must not pass for
 * what a secret costs.
 */
class Pool {
  constructor({ length, fixed, bothRandom }) {
    this.bytes = new Uint8Array(POOL * length)
    this.places = Array.from({ length: POOL }, (_, i) => this.bytes.subarray(i * length, (i + 1) * length))
    this.classes = new Uint8Array(POOL)
    this.fixed = bothRandom ? undefined : (fixed ?? new Uint8Array(length))
  }

  refill() {
    crypto.getRandomValues(this.classes)
    for (const [i, place] of this.places.entries()) {
      this.classes[i] &= 1
      crypto.getRandomValues(place)
      if (this.classes[i] === 0 && this.fixed) place.set(this.fixed)
    }
  }
}

/**
 * @param {{ length: number, fixed?: Uint8Array, bothRandom?: boolean, before?: () => void, run: (secret: Uint8Array) => void }} subject
 * @param {{ milliseconds: number, step: number }} options a measurement lasts at least eight steps of the clock
 */
export function measure(subject, { milliseconds, step }) {
  const pool = new Pool(subject)
  pool.refill()
  const repeats = calibrate(subject, pool.places[0], 8 * step)
  const times = []
  const classes = []
  const end = now() + milliseconds
  for (let i = 0; i < WARM_UP || (now() < end && times.length < MOST); i++) {
    if (i % (8 * POOL) === 0) pool.refill()
    const place = pool.places[i % POOL]
    subject.before?.()
    const start = now()
    for (let repeat = 0; repeat < repeats; repeat++) subject.run(place)
    const time = now() - start
    if (i < WARM_UP) continue
    times.push((time * 1e6) / repeats)
    classes.push(pool.classes[i % POOL])
  }
  return { ...strongest(times, classes), measurements: times.length, repeats }
}

function calibrate({ run }, secret, least) {
  for (let i = 0; i < WARM_UP; i++) run(secret)
  for (let repeats = 1; ; repeats *= 2) {
    const start = now()
    for (let i = 0; i < repeats; i++) run(secret)
    if (now() - start >= least || repeats >= 65_536) return repeats
  }
}
