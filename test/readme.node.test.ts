/** The README's examples run as they stand. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code as string)

/** What a line says in its comment that it prints. */
const promised = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, words]) => words as string)

describe('README', () => {
  // Within the repository the package's name means the repository itself.
  const folder = mkdtempSync(join(root, 'build', 'readme-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has examples', () => expect(examples.length).toBeGreaterThan(3))

  it.each(examples.map((code, i) => [i + 1, code] as const))(
    'example %d prints what it promises',
    async (i, code) => {
      const file = join(folder, `example-${i}.mjs`)
      writeFileSync(file, code)
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder })
      for (const words of promised(code)) expect(stdout).toContain(words)
    },
    60_000,
  )
})
