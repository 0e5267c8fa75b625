/** All vectors for the core's algorithms in ../shared/vectors, a larger collection that may lie beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { runVectors, type VectorFile } from './vectors.ts'

const root = join(import.meta.dirname, '../../../shared/vectors')
const folders = ['aes-gcm', 'aes-kw', 'aes-kwp', 'hkdf', 'hmac', 'sha2']

describe.each(builds)('shared vectors, %s build', { timeout: 60_000 }, (build) => {
  for (const folder of folders) {
    it(folder, async ({ skip }) => {
      const path = join(root, folder)
      if (!existsSync(path)) {
        console.info(`${folder}: 0 cases, skipped because ${path} is not there`)
        skip(`${path} is not there`)
      }
      const core = await loadCore({ build })
      let cases = 0
      const failures: string[] = []
      for (const name of readdirSync(path)) {
        const tally = runVectors(core, JSON.parse(readFileSync(join(path, name), 'utf8')) as VectorFile)
        cases += tally.cases
        failures.push(...tally.failures)
      }
      console.info(`${build} ${folder}: ${cases} cases, none skipped`)
      expect(failures).toEqual([])
    })
  }
})
