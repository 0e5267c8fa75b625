/** The same sources give the same bytes: what was built is what the sources in this tree compile to. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

it('the simd build is reproducible', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'core-'))
  try {
    const binary = join(folder, 'core.wasm')
    const asc = join(root, 'node_modules/assemblyscript/bin/asc.js')
    const files = ['--outFile', binary, '--textFile', join(folder, 'core.wat')]
    execFileSync(process.execPath, [asc, '--config', 'asconfig.json', '--target', 'simd', ...files], {
      cwd: root,
      stdio: 'pipe',
    })
    expect(readFileSync(binary).equals(readFileSync(join(root, `dist/core.simd.wasm`)))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
