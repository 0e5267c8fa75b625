/**
 * `npm run ct:dudect [-- --milliseconds 1500 --no-browser]`: a smoke test on the clock. Times the core on a fixed secret
 * and on random ones, asks Welch's t-test whether the two can be told apart, and shows by controls what it would have
 * seen. Fails when the core is told apart beyond doubt, again and again, or when Node misses code that is known to leak.
 */
import './relaxed-simd.mjs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readBuild, root, targets } from './binary.mjs'
import { runInChromium } from './dudect/chromium.mjs'
import { controlsBinary } from './dudect/controls.mjs'
import { CERTAIN, runAll } from './dudect/run.mjs'

const { values } = parseArgs({
  options: { milliseconds: { type: 'string', default: '1500' }, 'no-browser': { type: 'boolean', default: false } },
})

const verdict = ({ leaks, t }) => {
  const apart = Math.abs(t) >= CERTAIN
  if (leaks) return apart ? 'leak seen' : 'leak NOT seen'
  return apart ? 'TOLD APART' : 'not told apart'
}

function print({ engine, clockStep, rows }) {
  console.log(`\n${engine}, clock in steps of ${(clockStep * 1e6).toFixed(0)} ns`)
  console.log(
    `${'build'.padEnd(9)}${'what'.padEnd(44)}${'|t|'.padStart(8)}${'apart, ns'.padStart(11)}${'timings'.padStart(9)}`,
  )
  for (const row of rows) {
    const numbers = [
      Math.abs(row.t).toFixed(1).padStart(8),
      Math.abs(row.difference).toFixed(1).padStart(11),
      `${row.measurements}`.padStart(9),
    ]
    console.log(`${row.build.padEnd(9)}${row.name.padEnd(44)}${numbers.join('')}  ${verdict(row)}`)
  }
}

const milliseconds = Number(values.milliseconds)
const builds = targets.map((target) => readBuild(target))
const controlsBytes = controlsBinary()
const results = [{ engine: `Node ${process.versions.node}`, ...runAll({ controlsBytes, builds, milliseconds }) }]
print(results[0])
if (!values['no-browser']) {
  results.push(await runInChromium({ controlsBytes, builds: builds.slice(-1), milliseconds: milliseconds / 2 }))
  print(results[1])
}

const directory = join(root, 'bench/results')
mkdirSync(directory, { recursive: true })
const record = { date: new Date().toISOString(), processor: cpus()[0].model, certain: CERTAIN, results }
writeFileSync(join(directory, 'dudect.json'), `${JSON.stringify(record, null, 2)}\n`)

const failed = [
  ...results[0].rows.filter(({ leaks, t }) => leaks && Math.abs(t) < CERTAIN),
  ...results.flatMap(({ rows }) => rows.filter(({ build, t }) => build !== 'control' && Math.abs(t) >= CERTAIN)),
]
for (const row of failed) console.error(`FAILED: ${row.build}, ${row.name}: ${verdict(row)}`)
process.exitCode = failed.length === 0 ? 0 : 1
