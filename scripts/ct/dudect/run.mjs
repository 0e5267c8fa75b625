/** Times controls and core; the same in Node and in browsers. */
import { clockStep, measure } from './measure.mjs'
import { controls, coreSubjects } from './subjects.mjs'

/** Above this |t| the two classes are told apart beyond doubt. */
export const CERTAIN = 10
const ATTEMPTS = 3

/** A result above the limit must repeat itself with new secrets; the weakest attempt counts. */
function persistent(subject, options) {
  let weakest
  for (let attempt = 0; attempt < (subject.leaks ? 1 : ATTEMPTS); attempt++) {
    const result = measure(subject, options)
    if (!weakest || Math.abs(result.t) < Math.abs(weakest.t)) weakest = result
    if (Math.abs(weakest.t) < CERTAIN) break
  }
  return weakest
}

/** A control that was missed gets more time: the machine may have been busy. */
function control(subject, options) {
  let result = persistent(subject, options)
  for (let more = 2; subject.leaks && Math.abs(result.t) < CERTAIN && more <= 4; more *= 2) {
    result = persistent(subject, { ...options, milliseconds: more * options.milliseconds })
  }
  return { build: 'control', name: subject.name, leaks: subject.leaks ?? false, ...result }
}

/** @param {{ controlsBytes: Uint8Array, builds: { target: string, bytes: Uint8Array }[], milliseconds: number }} options */
export function runAll({ controlsBytes, builds, milliseconds }) {
  const options = { milliseconds, step: clockStep() }
  const rows = controls(controlsBytes).map((subject) => control(subject, options))
  for (const { target, bytes } of builds) {
    if (!WebAssembly.validate(bytes)) continue
    for (const subject of coreSubjects(bytes)) {
      rows.push({ build: target, name: subject.name, leaks: false, ...persistent(subject, options) })
    }
  }
  return { clockStep: options.step, rows }
}
