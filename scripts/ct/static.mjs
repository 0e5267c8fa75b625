/**
 * `npm run ct:static`: proves that in the shipped binaries no secret reaches a branch, an address, a length, a division
 * or a select of vectors. SECURITY.md says what that means; layout.mjs and verdicts.mjs hold all that is assumed.
 */
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { readBuild, targets } from './binary.mjs'
import { decodeModule } from './decode.mjs'
import { Layout } from './layout.mjs'
import { Taint } from './taint.mjs'
import { verdicts } from './verdicts.mjs'

/** @returns {Taint} after its run */
export function analyse({ target, bytes, functions, globals }) {
  const layout = new Layout(target !== 'scalar', verdicts)
  return new Taint(decodeModule(bytes, { functions, globals }), layout).run()
}

/** Verdicts that nothing in the build publishes: the list must not outlive what it excuses. */
export const unusedVerdicts = ({ published }) => Object.keys(verdicts).filter((name) => !published.has(name))

function report(target) {
  const start = performance.now()
  const build = readBuild(target)
  const taint = analyse(build)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const places = taint.findings.list()
  console.log(`core.${target}.wasm: ${build.functions.length} functions, ${places.length} findings, ${seconds} s`)
  for (const { function: name, kind, times } of places)
    console.log(`  ${name}: ${kind}${times > 1 ? ` (${times} times)` : ''}`)
  for (const name of unusedVerdicts(taint)) console.log(`  ${name} is declared public but never published`)
  return { sound: places.length === 0 && unusedVerdicts(taint).length === 0, published: taint.published }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const reports = targets.map(report)
  console.log('\nMade public:')
  for (const [name, { reason }] of Object.entries(verdicts)) {
    const functions = new Set(reports.flatMap(({ published }) => [...(published.get(name) ?? [])]))
    console.log(`  ${name}: ${reason} (${[...functions].join(', ')})`)
  }
  process.exitCode = reports.every(({ sound }) => sound) ? 0 : 1
}
