/** The static proof: nothing found in the shipped binaries, and every leak found that is planted into them. */
import { describe, expect, it } from 'vitest'
import { readBuild, targets } from '../../scripts/ct/binary.mjs'
import { leaks } from '../../scripts/ct/leaks.mjs'
import { isFound, mutants, title } from '../../scripts/ct/mutants.mjs'
import { analyse, unusedVerdicts } from '../../scripts/ct/static.mjs'
import { verdicts } from '../../scripts/ct/verdicts.mjs'

describe.each(targets)('core.%s.wasm', (target) => {
  const build = readBuild(target)

  it('lets no secret reach a branch, an address, a length, a division or a vector select', () => {
    const proof = analyse(build)
    expect(proof.findings.list()).toEqual([])
    expect(unusedVerdicts(proof)).toEqual([])
    expect([...proof.published.keys()].sort()).toEqual(Object.keys(verdicts).sort())
  })
})

describe('planted leaks', () => {
  it('are more than twenty, of every kind', () => {
    expect(mutants.length).toBeGreaterThan(20)
    expect(new Set(mutants.map(({ leak }) => leak))).toEqual(new Set(Object.keys(leaks)))
  })

  it.each(mutants.map((mutation) => [title(mutation), mutation] as const))('%s is found', (_, mutation) => {
    expect(isFound(mutation, readBuild(mutation.target))).toMatchObject({ found: true })
  })
})
