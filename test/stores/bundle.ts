/** Makes programs of test files, for child processes and for pages that the test runner does not serve. */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Within the repository, so that what a Node program imports is found. */
const outputs = join(root, 'node_modules', '.kmsbox-tests')

const made: string[] = []
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
})

/** Bundles a file beside this one; removed after the test file's tests. @returns path of the program */
export async function bundle(name: string, target: 'node' | 'browser'): Promise<string> {
  await mkdir(outputs, { recursive: true })
  const outDir = mkdtempSync(join(outputs, 'run-'))
  made.push(outDir)
  const entry = fileURLToPath(new URL(name, import.meta.url))
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ...(target === 'node' ? { ssr: true } : {}),
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { input: entry, output: { format: 'es', entryFileNames: 'program.mjs' } },
    },
  })
  return join(outDir, 'program.mjs')
}
