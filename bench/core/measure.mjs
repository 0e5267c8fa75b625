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

/** `contenders`: name → { run, awaited? }. Returns name → median nanoseconds of one call. */
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
  return Object.fromEntries(names.map((name) => [name, samples[name].sort((a, b) => a - b)[rounds >> 1]]))
}
