/** The dynamic proof, on few secrets; `npm run ct:trace` takes a thousand and more. And it sees what is planted. */
import '../../scripts/ct/relaxed-simd.mjs'
import { describe, expect, it } from 'vitest'
import { readBuild, targets } from '../../scripts/ct/binary.mjs'
import { mutants, plant } from '../../scripts/ct/mutants.mjs'
import { compare, scenarios, uncovered, whereTheyPart, withoutDead } from '../../scripts/ct/trace.mjs'
import { Tracer } from '../../scripts/ct/tracer.mjs'

const SECRETS = 10

describe.each(targets.map((target) => readBuild(target)))('core.$target.wasm', (build) => {
  it.skipIf(!WebAssembly.validate(build.bytes))('behaves the same whatever the secrets, in every block', () => {
    const tracer = new Tracer(build)
    for (const scenario of scenarios)
      expect(compare(tracer, scenario, SECRETS, 7).parted, scenario.name).toBeUndefined()
    expect(withoutDead(uncovered(tracer, build))).toEqual([])
  })
})

describe('planted leaks', () => {
  const observable = /^(if|br_if|load|memory\.fill|rem|select)$/
  const some = mutants.filter(({ target, leak }) => target === 'scalar' && observable.test(leak))

  it.each(some.map((mutation) => [`${mutation.leak} in ${mutation.inside.source}`, mutation] as const))(
    '%s parts runs',
    (_, mutation) => {
      const build = readBuild(mutation.target)
      const { bytes, place } = plant(mutation, build)
      const changed = { ...build, bytes }
      const tracer = new Tracer(changed)
      const parting = scenarios.map((scenario) => ({ scenario, ...compare(tracer, scenario, SECRETS, 7) }))
      const first = parting.find(({ parted }) => parted !== undefined)
      expect(first).toBeDefined()
      expect(whereTheyPart(changed, first!.scenario, first!.parted!, 7)).toContain(place)
    },
  )
})
