// Transpositions between blocks as they travel and bitsliced states, as straight-line code.
import { file, range } from './text.mjs'

const vectors = (names, from, step, indent = '  ') =>
  names.map((name, i) => `${indent}const ${name} = v128.load(${from}, ${step * i})`)

/**
 * An 8 × 8 transposition of bits in log2(8) steps: at distance d, bits that lie d apart in the byte change places between
 * vectors that lie d apart.
 */
function bits(names, indent = '  ') {
  const lines = []
  let current = names
  for (const [distance, mask] of [
    [1, 'ODD'],
    [2, 'PAIRS'],
    [4, 'NIBBLES'],
  ]) {
    const next = []
    for (const i of range(8)) {
      if (i & distance) continue
      const [low, high] = [current[i], current[i + distance]]
      const [swap, newLow, newHigh] = ['x', 'a', 'b'].map((letter) => `${letter}${distance}_${i}`)
      lines.push(
        `${indent}const ${swap} = v128.and(v128.xor(i64x2.shr_u(${low}, ${distance}), ${high}), ${mask})`,
        `${indent}const ${newLow} = v128.xor(${low}, i64x2.shl(${swap}, ${distance}))`,
        `${indent}const ${newHigh} = v128.xor(${high}, ${swap})`,
      )
      next[i] = newLow
      next[i + distance] = newHigh
    }
    current = next
  }
  return { lines, result: current }
}

/** A 16 × 16 transposition of bytes: interleaving vector i with vector i + 8 is a rotation of the index bits; four of them. */
function bytes(names, indent = '  ') {
  const lines = []
  let current = names
  for (const step of range(4)) {
    const next = []
    for (const i of range(8))
      for (const half of ['Low', 'High']) {
        const name = `t${step}_${next.length}`
        lines.push(`${indent}const ${name} = interleave${half}8(${current[i]}, ${current[i + 8]})`)
        next.push(name)
      }
    current = next
  }
  return { lines, result: current }
}

/** The interleavings that are one instruction each: of the low or high halves of two vectors, by lanes of `width` bits. */
function interleavings() {
  return [8, 16, 32, 64].flatMap((width) =>
    ['Low', 'High'].flatMap((half) => {
      const lanes = 128 / width
      const first = half === 'Low' ? 0 : lanes / 2
      const order = range(lanes).map((i) => first + (i >> 1) + (i & 1) * lanes)
      return [
        '',
        '// @ts-ignore: decorator',
        '@inline',
        `function interleave${half}${width}(a: v128, b: v128): v128 {`,
        `  return v128.shuffle<u${width}>(a, b, ${order.join(', ')})`,
        '}',
      ]
    }),
  )
}

const masks = [
  '  const ODD = i8x16.splat(0x55)',
  '  const PAIRS = i8x16.splat(0x33)',
  '  const NIBBLES = i8x16.splat(0x0f)',
]

export const transpositions = () => {
  const planes = range(8).map((b) => `plane${b}`)
  const turned = bits(planes)
  const rows = range(16).map((i) => `row${i}`)
  const flipped = bytes(rows)
  const at = (base, offset) => (offset === 0 ? base : `${base}, ${offset}`)
  const blocks = ['interleaveLow64(a, b)', 'interleaveHigh64(a, b)', 'interleaveLow64(c, d)', 'interleaveHigh64(c, d)']
  const storeSum = (block, y) =>
    `  v128.store(dst, v128.xor(v128.xor(v128.load(${at('text', 16 * y)}), added), ${block}), ${16 * y})`
  return file(
    [
      'Transpositions between bitsliced states and blocks as they travel. Constant time: no branch, no secret address.',
      'Interleavings, and shifts of whole 64-bit lanes, are what x64 does in one instruction each.',
    ],
    'transpose.mjs',
    [
      ...interleavings(),
      '',
      '/** Planes to bytes: bit z of byte y of plane b becomes bit b of byte y of vector z, which goes to `to` + z · `step`. */',
      'export function planesToBytes(planes: usize, to: usize, step: usize): void {',
      ...masks,
      ...vectors(planes, 'planes', 16),
      ...turned.lines,
      ...turned.result.map((vector, z) => `  v128.store(to${['', ' + step'][z] ?? ` + ${z} * step`}, ${vector})`),
      '}',
      '',
      '/**',
      ' * Byte y of vector x becomes byte x of vector y, for 16 vectors at `from`; those at `text`, and to each the vector at',
      ' * `constant`, are added on the way to `dst`. `dst` may be `text`.',
      ' */',
      'export function transposeBytes(from: usize, text: usize, constant: usize, dst: usize): void {',
      '  const added = v128.load(constant)',
      ...vectors(rows, 'from', 16),
      ...flipped.lines,
      ...flipped.result.map(storeSum),
      '}',
      '',
      '/**',
      ' * Four blocks from four rows `step` bytes apart, after ShiftRows, which takes column c of row r from column c + r: byte',
      ' * 4 · (c + r) + y of row r becomes byte 4c + r of block y. `text` and `constant` are added on the way to `dst`.',
      ' */',
      'export function rowsToBlocks(rows: usize, step: usize, text: usize, constant: usize, dst: usize): void {',
      '  const added = v128.load(constant)',
      '  const row0 = v128.load(rows)',
      ...[1, 2, 3].flatMap((r) => [
        `  let row${r} = v128.load(rows + ${r === 1 ? '' : `${r} * `}step)`,
        `  row${r} = v128.shuffle<u32>(row${r}, row${r}, ${range(4)
          .map((c) => (c + r) & 3)
          .join(', ')})`,
      ]),
      '  // Columns: word y of column c is column c of block y.',
      '  const low01 = interleaveLow8(row0, row1)',
      '  const low23 = interleaveLow8(row2, row3)',
      '  const high01 = interleaveHigh8(row0, row1)',
      '  const high23 = interleaveHigh8(row2, row3)',
      '  const column0 = interleaveLow16(low01, low23)',
      '  const column1 = interleaveHigh16(low01, low23)',
      '  const column2 = interleaveLow16(high01, high23)',
      '  const column3 = interleaveHigh16(high01, high23)',
      '  // Blocks: a 4 × 4 transposition of words.',
      '  const a = interleaveLow32(column0, column1)',
      '  const b = interleaveLow32(column2, column3)',
      '  const c = interleaveHigh32(column0, column1)',
      '  const d = interleaveHigh32(column2, column3)',
      ...blocks.map(storeSum),
      '}',
    ],
  )
}
