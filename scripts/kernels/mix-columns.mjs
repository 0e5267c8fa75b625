// ShiftRows, MixColumns and AddRoundKey on bitsliced states, as straight-line code.
//
//   s'[r] = 02·(s[r] ⊕ s[r+1]) ⊕ s[r+1] ⊕ (s[r+2] ⊕ s[r+3])          rows mod 4; FIPS 197, 5.1.3, with 03 = 02 + 01
//
// Multiplying by 02 moves bit b to bit b + 1 and adds bit 7 to bits 0, 1, 3 and 4 (x^8 = x^4 + x^3 + x + 1). Bit 7 of
// the pairs s[r] ⊕ s[r+1] is therefore read first, then bits 0 to 6, and each bit's pairs wait for the next one.
import { file, range, sum } from './text.mjs'

const rows = range(4)
const row = (r) => r & 3

/** One column, or four side by side. `load` and `key` are expressions for row r, bit b; `store` is a statement. */
function column({ load, key, store, indent }) {
  const lines = []
  const write = (b) =>
    rows.map((r) => {
      const terms = [`s${row(r + 1)}_${b}`, `p${row(r + 2)}_${b}`, `p${r}_${b === 0 ? 7 : b - 1}`, key(r, b)]
      if ([1, 3, 4].includes(b)) terms.push(`p${r}_7`)
      return store(r, b, sum(terms))
    })
  for (const b of [7, 0, 1, 2, 3, 4, 5, 6]) {
    lines.push(...rows.map((r) => `const s${r}_${b} = ${load(r, b)}`))
    lines.push(...rows.map((r) => `const p${r}_${b} = v128.xor(s${r}_${b}, s${row(r + 1)}_${b})`))
    if (b !== 7) lines.push(...write(b))
    if (b === 6) lines.push(...write(7))
  }
  return lines.map((line) => indent + line)
}

const rotated = (r, vector) => (r === 0 ? vector : `rotate${r}(${vector})`)

export const mixColumns = () =>
  file(
    [
      'ShiftRows, MixColumns and AddRoundKey (FIPS 197, 5.1.2 to 5.1.4) on the bitsliced states of bitslice32.ts and',
      'bitslice128.ts. Constant time: no branch, no secret address.',
      '',
      's_r_b is bit b of row r after ShiftRows, p_r_b the sum of rows r and r + 1: what is multiplied by 02.',
    ],
    'mix-columns.mjs',
    [
      ...[1, 2, 3].flatMap((r) => [
        '',
        `/** Row ${r}: column c from column c + ${r}. */`,
        '// @ts-ignore: decorator',
        '@inline',
        `function rotate${r}(x: v128): v128 {`,
        `  return v128.shuffle<u32>(x, x, ${rows.map((c) => (c + r) & 3).join(', ')})`,
        '}',
      ]),
      '',
      '/** 32 blocks, in place. `key`: the round key as 4 × 8 vectors. */',
      'export function mixColumns32(state: usize, key: usize): void {',
      ...column({
        load: (r, b) => rotated(r, `v128.load(state, ${128 * r + 16 * b})`),
        key: (r, b) => `v128.load(key, ${128 * r + 16 * b})`,
        store: (r, b, value) => `v128.store(state, ${value}, ${128 * r + 16 * b})`,
        indent: '  ',
      }),
      '}',
      '',
      '/** 128 blocks, from one state to another. `key`: the same round key, whose words are spread over vectors. */',
      'export function mixColumns128(from: usize, to: usize, key: usize): void {',
      '  for (let c: usize = 0; c < 4; c++) {',
      '    // ShiftRows: row r of column c comes from column c + r.',
      ...rows.map((r) => `    const from${r} = from + ${r === 0 ? '512 * c' : `512 * ((c + ${r}) & 3) + ${128 * r}`}`),
      ...column({
        load: (r, b) => `v128.load(from${r}, ${16 * b})`,
        key: (r, b) => `v128.load32_splat(key, ${128 * r + 16 * b})`,
        store: (r, b, value) => `v128.store(to, ${value}, ${128 * r + 16 * b})`,
        indent: '    ',
      }),
      '    to += 512',
      '    key += 4',
      '  }',
      '}',
    ],
  )
