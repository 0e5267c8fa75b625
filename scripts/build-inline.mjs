/** Makes dist/inline.bundle.js, one self-contained file: the page's half, the worker's script and the three builds of the core. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** The core is carried as base64: nothing is left to fetch, so the addresses that bundlers would follow are cut. */
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

const wasm = (name) => readFileSync(join(dist, `core.${name}.wasm`)).toString('base64')
const script = await bundle('enclave/worker.js', 'iife')
const code = await bundle('inline.js', 'es', {
  ENCLAVE_SCRIPT: JSON.stringify(script),
  CORE_BUILDS: JSON.stringify({ scalar: wasm('scalar'), simd: wasm('simd'), relaxed: wasm('relaxed') }),
})
writeFileSync(join(dist, 'inline.bundle.js'), code)
console.log(`inline.bundle.js   ${code.length} bytes, of which the worker ${script.length}`)
