/**
 * Makes the two files of dist that need nothing else: worker.bundle.js, the enclave for a browser's worker, so that no
 * bundler or development server has to find its way through our dependencies; and inline.bundle.js, which carries that
 * worker, the page's half and the three builds of the core.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** Neither file fetches the core: the page posts it or carries it. So the addresses that bundlers would follow are cut. */
const cutAddresses = {
  name: 'cut-addresses',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/core/load.js')) return undefined
    const cut = code.replaceAll(/new URL\('[^']*\/(core\.\w+\.wasm)', import\.meta\.url\)/g, "new URL('inline:$1')")
    if (cut === code) throw new Error('core/load.js no longer names its files as expected')
    return cut
  },
}

async function bundle(entry, format, define = {}) {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    define,
    plugins: [cutAddresses],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: join(dist, entry), formats: [format], name: 'enclave' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const chunks = [result].flat().flatMap(({ output }) => output)
  if (chunks.length !== 1) throw new Error(`${entry} became ${chunks.length} files`)
  return chunks[0].code
}

function write(name, code) {
  writeFileSync(join(dist, name), code)
  console.log(`${name.padEnd(18)} ${code.length} bytes`)
}

const wasm = (name) => readFileSync(join(dist, `core.${name}.wasm`)).toString('base64')
const worker = await bundle('enclave/worker.js', 'iife')
write('worker.bundle.js', worker)
const definitions = {
  ENCLAVE_SCRIPT: JSON.stringify(worker),
  CORE_BUILDS: JSON.stringify({ scalar: wasm('scalar'), simd: wasm('simd'), relaxed: wasm('relaxed') }),
}
write('inline.bundle.js', await bundle('inline.js', 'es', definitions))
