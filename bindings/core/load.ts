/** Which build an engine can run, and where its bytes are. */
import type { Build } from '../core.ts'

/** `i8x16.popcnt` of a splat: a module that validates where the SIMD build does. */
const SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]
/** `i8x16.relaxed_swizzle` of two splats. */
const RELAXED = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]

/** The fastest build that this engine validates. */
export function bestBuild(): Build {
  if (WebAssembly.validate(Uint8Array.from(RELAXED))) return 'relaxed'
  return WebAssembly.validate(Uint8Array.from(SIMD)) ? 'simd' : 'scalar'
}

/** Written out literally, one per build, so that bundlers see the files and take them along. */
function location(build: Build): URL {
  if (build === 'relaxed') return new URL('../../dist/core.relaxed.wasm', import.meta.url)
  if (build === 'simd') return new URL('../../dist/core.simd.wasm', import.meta.url)
  return new URL('../../dist/core.scalar.wasm', import.meta.url)
}

/** The compiled module of a build: read from beside this file in Node, fetched elsewhere. */
export async function compileBuild(build: Build): Promise<WebAssembly.Module> {
  const url = location(build)
  if (url.protocol === 'file:') {
    return WebAssembly.compile(process.getBuiltinModule('node:fs').readFileSync(url))
  }
  const response = await fetch(url)
  if (!response.ok) throw new Error(`the core's ${build} build could not be fetched: HTTP ${response.status}`)
  return WebAssembly.compile(await response.arrayBuffer())
}
