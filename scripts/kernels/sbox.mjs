// SubBytes as straight-line code, from the circuit.
import { sboxCircuit } from './sbox-circuit.mjs'
import { file, range } from './text.mjs'

/** The circuit's gates as declarations, section by section. `gate` turns an operator and two names into an expression. */
function gates(gate, indent) {
  return sboxCircuit.flatMap(({ title, gates }) => [
    `${indent}// ${title}`,
    ...gates.map(({ result, left, operator, right }) => `${indent}const ${result} = ${gate(operator, left, right)}`),
  ])
}

export const scalarSbox = () =>
  file(
    [
      'SubBytes (FIPS 197, 5.1.1) on 64 bytes at once, without its constant 0x63: Boyar, Peralta and Çalık’s circuit.',
      'Constant time: no branch, no table. State: eight 64-bit planes, plane b holds bit b of every byte.',
    ],
    'sbox.mjs',
    [
      'export function subBytes(state: usize): void {',
      ...range(8).map((i) => `  const U${i} = load<u64>(state, ${8 * (7 - i)})`),
      ...gates((operator, left, right) => `${left} ${operator} ${right}`, '  '),
      ...range(8).map((i) => `  store<u64>(state, S${i}, ${8 * (7 - i)})`),
      '}',
    ],
  )

export const simdSbox = () =>
  file(
    [
      'SubBytes (FIPS 197, 5.1.1) without its constant 0x63: Boyar, Peralta and Çalık’s circuit on vectors.',
      'Constant time: no branch, no table. State: groups of eight vectors, vector b of a group holds bit b of 128 bytes.',
    ],
    'sbox.mjs',
    [
      '/** In place, for the groups from `state` up to `end`. */',
      'export function subBytes(state: usize, end: usize): void {',
      '  for (let at = state; at < end; at += 128) {',
      ...range(8).map((i) => `    const U${i} = v128.load(at, ${16 * (7 - i)})`),
      ...gates((operator, left, right) => `v128.${operator === '^' ? 'xor' : 'and'}(${left}, ${right})`, '    '),
      ...range(8).map((i) => `    v128.store(at, S${i}, ${16 * (7 - i)})`),
      '  }',
      '}',
    ],
  )
