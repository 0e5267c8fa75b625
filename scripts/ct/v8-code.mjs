/**
 * `node scripts/ct/v8-code.mjs`: looks for jumps that V8 makes of code that has none, as it does of a `select` of vectors.
 * The static proof says that every branch of a binary depends on public values alone; here the conditional jumps in the
 * machine code of each function are counted against the places of the binary that account for one. Both compilers of V8
 * are asked, each for the whole binary. Says that it skipped where this engine cannot print its code.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import { readBuild, targets } from './binary.mjs'
import { describe, rewrite } from './expressions.mjs'

const compilers = {
  Liftoff: ['--liftoff-only'],
  TurboFan: ['--no-liftoff', '--no-wasm-loop-unrolling', '--no-wasm-loop-peeling', '--no-wasm-inlining'],
}

/** Conditional jumps on x64. */
const JUMP = /^0x[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +j(?!mp)[a-z]+ /

const compile = `const { readFileSync } = require('node:fs')
new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[1])))`

/** @returns {Map<number, number> | undefined} conditional jumps of each function */
function machineJumps(path, flags) {
  const relaxed = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-wasm-relaxed-simd'] : []
  const options = [...relaxed, ...flags, '--no-wasm-lazy-compilation', '--print-wasm-code', '-e', compile, path]
  const { status, stdout } = spawnSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0 || process.arch !== 'x64' || !stdout.includes('Instructions')) return undefined
  const jumps = new Map()
  let index = -1
  for (const line of stdout.split('\n')) {
    const opened = /^name: wasm-function\[(\d+)\]/.exec(line)
    if (opened) index = Number(opened[1])
    if (opened || JUMP.test(line)) jumps.set(index, opened ? 0 : jumps.get(index) + 1)
  }
  return jumps
}

/** Conditional jumps that a function accounts for: its branches, and guards of stack and memory. */
function expectedJumps(body) {
  let count = 1
  rewrite(body, (e) => {
    const { kind, api } = describe(e)
    if (/^(if|br_table|loop|memory\.copy|memory\.fill)$/.test(kind) || (kind === 'br' && api.getCondition(e))) count++
    return e
  })
  return count
}

function check(target) {
  const { bytes, functions } = readBuild(target)
  const path = fileURLToPath(new URL(`../../build/core.${target}.wasm`, import.meta.url))
  const module = binaryen.readBinary(bytes)
  const expected = functions.map((_, i) => expectedJumps(binaryen.Function.getBody(module.getFunctionByIndex(i))))
  module.dispose()
  let sound = true
  for (const [compiler, flags] of Object.entries(compilers)) {
    const jumps = machineJumps(path, flags)
    const surplus = [...(jumps ?? [])].filter(([i, count]) => count > expected[i])
    const total = [...(jumps?.values() ?? [])].reduce((sum, count) => sum + count, 0)
    const accounted = expected.reduce((sum, count) => sum + count, 0)
    console.log(
      `core.${target}.wasm, ${compiler}: ${jumps ? `${total} conditional jumps, ${accounted} accounted for` : 'skipped'}`,
    )
    for (const [i, count] of surplus) console.log(`  ${functions[i]}: ${count} jumps, ${expected[i]} accounted for`)
    sound &&= surplus.length === 0
  }
  return sound
}

process.exitCode = targets.map(check).every(Boolean) ? 0 : 1
