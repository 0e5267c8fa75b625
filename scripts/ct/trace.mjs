/**
 * `npm run ct:trace [-- --secrets 1000 --seed 1 --build simd]`: runs every export of the instrumented binaries on many
 * secrets with the same public input. Whatever a bystander could observe must be the same each time, and every basic
 * block must have been run.
 */
import './relaxed-simd.mjs'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readBuild, targets } from './binary.mjs'
import { deadBlocks } from './dead-blocks.mjs'
import { aesScenarios } from './scenarios/aes.mjs'
import { hashScenarios } from './scenarios/hashes.mjs'
import { slotScenarios } from './scenarios/slots.mjs'
import { cornerCases, sources } from './secrets.mjs'
import { analyse } from './static.mjs'
import { Tracer } from './tracer.mjs'

export const scenarios = [...hashScenarios, ...aesScenarios, ...slotScenarios]

/** Runs one scenario on the corner cases and `count` random secrets, or the scenario's share of them. */
export function compare(tracer, scenario, count, seed) {
  const runs = cornerCases + Math.ceil(count * (scenario.share ?? 1))
  let expected
  for (let run = 0; run < runs; run++) {
    const { secret, random } = sources(seed, run)
    const trace = tracer.run(scenario, secret, random)
    expected ??= trace
    if (trace !== expected) return { runs: run + 1, parted: run }
  }
  return { runs }
}

/** The first place where a run differs from run 0. */
export function whereTheyPart(build, scenario, run, seed) {
  let events = []
  const tracer = new Tracer(build, { event: (place, value) => events.push(place, value) })
  const [one, other] = [0, run].map((number) => {
    events = []
    const { secret, random } = sources(seed, number)
    tracer.run(scenario, secret, random)
    return events
  })
  const at = one.findIndex((value, i) => value !== other[i])
  return tracer.places[Number(one[at - (at % 2)] ?? other[one.length])]
}

/** Blocks that no scenario reached though they handle secrets; those that only count, wipe or refuse cannot leak any. */
export function uncovered(tracer, build) {
  const { secretNodes } = analyse(build)
  const handlesSecret = ({ name, first, last }) =>
    [...(secretNodes.get(name) ?? [])].some((node) => node >= first && node <= last)
  return tracer.unreached().filter(handlesSecret)
}

/** Takes away the blocks that are known to be dead, and no more of them than known. */
export function withoutDead(blocks) {
  const left = deadBlocks.map(({ count }) => count)
  return blocks.filter(({ name }) => {
    const i = deadBlocks.findIndex(({ inside }) => inside.test(name))
    return i < 0 || --left[i] < 0
  })
}

function proveBuild(build, count, seed) {
  const start = performance.now()
  const tracer = new Tracer(build)
  let runs = 0
  const failures = []
  for (const scenario of scenarios) {
    const result = compare(tracer, scenario, count, seed)
    runs += result.runs
    if (result.parted === undefined) continue
    failures.push(
      `${scenario.name}: secrets 0 and ${result.parted} part at ${whereTheyPart(build, scenario, result.parted, seed)}`,
    )
  }
  const { blocks } = tracer
  const unreached = uncovered(tracer, build)
  const missed = withoutDead(unreached)
  for (const { name, first, last } of missed)
    failures.push(`${name}: the block of nodes ${first} to ${last} was not reached`)
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(`core.${build.target}.wasm: ${runs} runs of ${scenarios.length} scenarios, ${seconds} s`)
  const rest = tracer.unreached().length - unreached.length
  console.log(
    `  ${blocks.length} basic blocks: all reached but ${missed.length}, ${rest} that handle no secret, and ${unreached.length - missed.length} dead ones`,
  )
  for (const failure of failures) console.log(`  ${failure}`)
  return failures.length === 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      secrets: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      build: { type: 'string', multiple: true, default: targets },
    },
  })
  const sound = values.build.map((target) => {
    const build = readBuild(target)
    if (WebAssembly.validate(build.bytes)) return proveBuild(build, Number(values.secrets), Number(values.seed))
    console.log(`core.${target}.wasm: skipped, this engine cannot run it`)
    return true
  })
  process.exitCode = sound.every(Boolean) ? 0 : 1
}
