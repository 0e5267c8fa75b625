/**
 * Compiles the one source tree of assembly/ into the three shipped binaries and copies them beside the library.
 * The same sources and compiler give the same bytes: compare the printed hashes.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const asc = join(dirname(require.resolve('assemblyscript/package.json')), 'bin', 'asc.js')

mkdirSync(join(root, 'build'), { recursive: true })
mkdirSync(join(root, 'dist'), { recursive: true })

for (const target of ['scalar', 'simd', 'relaxed']) {
  const name = `core.${target}.wasm`
  execFileSync(process.execPath, [asc, '--config', 'asconfig.json', '--target', target], {
    cwd: root,
    stdio: 'inherit',
  })
  copyFileSync(join(root, 'build', name), join(root, 'dist', name))
  const bytes = readFileSync(join(root, 'build', name))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  console.log(
    `${name.padEnd(18)} ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} gzipped, SHA-256 ${sha256}`,
  )
}
