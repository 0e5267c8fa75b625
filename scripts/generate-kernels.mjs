// Writes the kernels that AssemblyScript cannot unroll by itself. `node scripts/generate-kernels.mjs` rewrites them,
// `--check` fails when a committed file differs from what would be written.
import { readFileSync, writeFileSync } from 'node:fs'
import { sboxCircuit } from './sbox-circuit.mjs'

const banner = (about) =>
  `${about.map((line) => `// ${line}\n`).join('')}// Written by scripts/generate-kernels.mjs from scripts/sbox-circuit.mjs; edit those, not this.\n`

/** The circuit's gates as declarations, section by section. `gate` maps an operator and two names to an expression. */
function circuitLines(gate, indent = '  ') {
  const lines = []
  for (const { title, gates } of sboxCircuit) {
    lines.push(`${indent}// ${title}`)
    for (const { result, left, operator, right } of gates)
      lines.push(`${indent}const ${result} = ${gate(operator, left, right)}`)
  }
  return lines
}

function scalarSbox() {
  const planes = [...Array(8).keys()]
  return [
    banner([
      'SubBytes (FIPS 197, 5.1.1) on 64 bytes at once, without its constant 0x63: Boyar, Peralta and Çalık’s circuit.',
      'Constant time: no branch, no table. State: eight 64-bit planes, plane b holds bit b of every byte.',
    ]),
    'export function subBytes(state: usize): void {',
    ...planes.map((i) => `  const U${i} = load<u64>(state, ${8 * (7 - i)})`),
    ...circuitLines((operator, left, right) => `${left} ${operator} ${right}`),
    ...planes.map((i) => `  store<u64>(state, S${i}, ${8 * (7 - i)})`),
    '}',
    '',
  ].join('\n')
}

const kernels = {
  'assembly/scalar/sbox.ts': scalarSbox,
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
