// Writes the kernels that AssemblyScript cannot unroll by itself. `node scripts/generate-kernels.mjs` rewrites them,
// `--check` fails when a committed file differs from what would be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { lanes, products } from './kernels/ghash.mjs'
import { mixColumns } from './kernels/mix-columns.mjs'
import { permuteTablesFile } from './kernels/permute-tables.mjs'
import { scalarSbox, simdSbox } from './kernels/sbox.mjs'
import { transpositions } from './kernels/transpose.mjs'

const kernels = {
  'assembly/scalar/sbox.ts': scalarSbox,
  'assembly/simd/sbox.ts': simdSbox,
  'assembly/simd/mix-columns.ts': mixColumns,
  'assembly/simd/transpose.ts': transpositions,
  'assembly/simd/permute-tables.ts': permuteTablesFile,
  'assembly/simd/ghash-products.ts': products,
  'assembly/simd/ghash-lanes.ts': lanes,
}

const check = process.argv.includes('--check')
const stale = []
for (const [path, write] of Object.entries(kernels)) {
  const url = new URL(`../${path}`, import.meta.url)
  const text = write()
  if (!check) writeFileSync(url, text)
  else if (readFileSync(url, 'utf8') !== text) stale.push(path)
}
if (stale.length > 0) {
  console.error(`not what scripts/generate-kernels.mjs writes: ${stale.join(', ')}`)
  process.exit(1)
}
