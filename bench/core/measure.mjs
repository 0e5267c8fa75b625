/** Times of contenders that take turns. */

const TURN = 1.5e6 // nanoseconds that a turn should last
const WARM_UP = 40e6 // nanoseconds of work before an engine has compiled what it runs

/** Nanoseconds by the clock on the wall. */
const wall = () => performance.now() * 1e6

/** Nanoseconds for `times` calls, one after the other. */
async function turn({ run, awaited }, times, clock) {
  const start = clock()
  if (awaited) for (let i = 0; i < times; i++) await run()
  else for (let i = 0; i < times; i++) run()
  return clock() - start
}

async function warmUp(contender, clock) {
  let times = 1
  let spent = 0
  let last = 0
  while (spent < WARM_UP) {
    last = (await turn(contender, times, clock)) / times
    spent += last * times
    if (last * times < TURN) times *= 2
  }
  return Math.max(1, Math.round(TURN / last))
}

const quantile = (values, share) => values[Math.floor((values.length - 1) * share)]

/**
 * `contenders`: name → { run, awaited? }, the first being the one to compare with. Returns name → { nanoseconds, median,
 * ratio }. `nanoseconds` is the lower quartile of the rounds, since whatever else a machine does can only add; `ratio`
 * says how many times as long as the first that is.
 */
export async function measure(contenders, rounds, clock = wall) {
  const names = Object.keys(contenders)
  const times = {}
  const samples = {}
  for (const name of names) {
    times[name] = await warmUp(contenders[name], clock)
    samples[name] = []
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push((await turn(contenders[name], times[name], clock)) / times[name])
  }
  for (const name of names) samples[name].sort((a, b) => a - b)
  const first = quantile(samples[names[0]], 0.25)
  return Object.fromEntries(
    names.map((name) => {
      const nanoseconds = quantile(samples[name], 0.25)
      return [name, { nanoseconds, median: quantile(samples[name], 0.5), ratio: nanoseconds / first }]
    }),
  )
}
