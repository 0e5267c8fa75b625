/** Medians of contenders that take turns. */

const TURN = 1.5e6 // nanoseconds that a turn should last
const WARM_UP = 40e6 // nanoseconds of work before an engine has compiled what it runs

const now = () => performance.now() * 1e6

/** Nanoseconds for `times` calls, one after the other. */
async function turn({ run, awaited }, times) {
  const start = now()
  if (awaited) for (let i = 0; i < times; i++) await run()
  else for (let i = 0; i < times; i++) run()
  return now() - start
}

async function warmUp(contender) {
  let times = 1
  let spent = 0
  let last = 0
  while (spent < WARM_UP) {
    last = (await turn(contender, times)) / times
    spent += last * times
    if (last * times < TURN) times *= 2
  }
  return Math.max(1, Math.round(TURN / last))
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]

/**
 * `contenders`: name → { run, awaited? }, the first being the one to compare with. Returns name → { nanoseconds, ratio }:
 * the median time of a call, and the median over the rounds of how many times as long as the first it took there.
 */
export async function measure(contenders, rounds) {
  const names = Object.keys(contenders)
  const times = {}
  const samples = {}
  for (const name of names) {
    times[name] = await warmUp(contenders[name])
    samples[name] = []
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push((await turn(contenders[name], times[name])) / times[name])
  }
  const first = samples[names[0]]
  return Object.fromEntries(
    names.map((name) => [
      name,
      { nanoseconds: median(samples[name]), ratio: median(samples[name].map((sample, i) => sample / first[i])) },
    ]),
  )
}
