/** The official vectors kept in this repository, on every build. */
import { describe, expect, it } from 'vitest'
import { loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { runVectors, type VectorFile } from './vectors.ts'

const files = import.meta.glob<VectorFile>('../vectors/**/*.json', { import: 'default' })
const folders = ['aes-gcm', 'aes-kw', 'aes-kwp', 'hkdf', 'hmac', 'sha2']

describe.each(builds)('official vectors, %s build', { timeout: 60_000 }, (build) => {
  it.each(folders)('%s', async (folder) => {
    const core = await loadCore({ build })
    let cases = 0
    const failures: string[] = []
    for (const [path, load] of Object.entries(files)) {
      if (!path.startsWith(`../vectors/${folder}/`)) continue
      const tally = runVectors(core, await load())
      cases += tally.cases
      failures.push(...tally.failures)
    }
    console.info(`${build} ${folder}: ${cases} cases`)
    expect(failures).toEqual([])
    expect(cases).toBeGreaterThan(0)
  })
})
