/** The machine code that V8 makes of the core jumps where the binary branches, and nowhere else. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const script = join(import.meta.dirname, '../../scripts/ct/v8-code.mjs')

it('has no conditional jump that the binary does not account for', () => {
  const report = execFileSync(process.execPath, [script], { encoding: 'utf8' })
  expect(report.match(/conditional jumps|skipped/g)).toHaveLength(6)
})
