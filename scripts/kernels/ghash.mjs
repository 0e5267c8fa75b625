// GHASH's products as straight-line code: convolution of nibbles, one block or sixteen lanes at a time.
import { file, range, sum } from './text.mjs'

const BLOCK_TABLES = 544 // bytes of one power's tables: 17 vectors for low nibbles, 17 for high ones
const HIGH = 272

const look = (table, index) => `swizzle(${table}, ${index})`

/** Column m: a line for each block's product, named by block, then their sum. Block i meets power count - i. */
function column(m, count, onTop) {
  const names = range(count).map((i) => `c${m}_${i}`)
  const lines = names.map((name, i) => {
    const at = (count - 1 - i) * BLOCK_TABLES + 16 * m
    const low = look(`v128.load(tables, ${at})`, `low${i}`)
    const high = look(`v128.load(tables, ${at + HIGH})`, `high${i}`)
    return `  const ${name} = v128.xor(${low}, ${high})`
  })
  const terms = (onTop ? [`v128.load(more, ${16 * m})`] : []).concat(names)
  return [...lines, `  v128.store(columns, ${sum(terms)}, ${16 * m})`]
}

/** Columns of `count` products, Y going along with the first block. Four of them are added to columns made before. */
function sumColumns(count) {
  const onTop = count === 4
  return [
    '',
    `/** columns ← ${onTop ? 'more ⊕ ' : ''}(Y ⊕ X1) · H^${count}${count > 1 ? ` ⊕ … ⊕ X${count} · H` : ''}. */`,
    `export function sumColumns${count}(Y: usize, src: usize, tables: usize, ${onTop ? 'more: usize, ' : ''}columns: usize): void {`,
    '  const nibble = v128.load(NIBBLE)',
    ...range(count).flatMap((i) => [
      `  const x${i} = ${i === 0 ? 'v128.xor(v128.load(src), v128.load(Y))' : `v128.load(src, ${16 * i})`}`,
      `  const low${i} = v128.and(x${i}, nibble)`,
      `  const high${i} = highNibbles(x${i}, nibble)`,
    ]),
    ...range(17).flatMap((m) => column(m, count, onTop)),
    '}',
  ]
}

/** Adds columns up, each one byte further than the one before: two Horner schemes whose chains of shifts run side by side. */
function addColumns() {
  const lines = []
  for (const [half, first, last] of [
    ['b', 16, 8],
    ['a', 7, 0],
  ]) {
    for (let m = first; m >= last; m--) {
      const column = `v128.load(columns, ${16 * m})`
      if (m === first) lines.push(`  let ${half}Low = ${column}`, `  let ${half}High = zero`)
      else
        lines.push(
          `  ${half}High = carryByte(${half}Low, ${half}High)`,
          `  ${half}Low = v128.xor(carryByte(zero, ${half}Low), ${column})`,
        )
    }
  }
  return lines
}

/** x^128 = 1 + x + x^2 + x^7: what a nibble in byte 16 + m adds to bytes m and m + 1. GCM's first bit is a byte's top bit. */
function reductionTable(shift, byte) {
  return range(16).map((nibble) => {
    let value = 0
    for (const bit of range(4))
      if ((nibble >> bit) & 1) for (const power of [0, 1, 2, 7]) value ^= 0x8000 >> (shift - bit + power)
    return byte === 0 ? value >> 8 : value & 0xff
  })
}

const hex = (table) => table.map((value) => `0x${value.toString(16).padStart(2, '0')}`).join(', ')

export const products = () =>
  file(
    [
      'GHASH (SP 800-38D, 6.4) by nibble tables in registers: products of a few blocks with powers of H.',
      'Constant time: a secret is only ever the index of a swizzle, never an address.',
      '',
      'A power P of H has 34 tables. Table m of the low nibbles holds byte m of n·P for each nibble n, table m of the high',
      'nibbles likewise, n·P being a polynomial of 17 bytes that is not reduced yet. A block is split in its nibbles, and',
      '',
      '    column m = low table m [low nibbles]  ⊕  high table m [high nibbles]',
      '',
      'has in lane j what byte j of the block adds to byte j + m of the product. The columns of several blocks, each with',
      'its own power, are summed before they are added up along the diagonals and reduced once.',
    ],
    'ghash.mjs',
    [
      "import { highNibbles, NIBBLE, swizzle } from './swizzle'",
      '',
      '/** Reduction: what a low or high nibble of byte 16 + m adds to byte m, and to byte m + 1. */',
      'const REDUCTION: usize = memory.data<u8>([',
      ...[
        [7, 0],
        [3, 0],
        [7, 1],
        [3, 1],
      ].map(([shift, byte]) => `  ${hex(reductionTable(shift, byte))},`),
      '])',
      '',
      '/** `high` moved up by a byte, its first byte the last one of `low`. */',
      '// @ts-ignore: decorator',
      '@inline',
      'function carryByte(low: v128, high: v128): v128 {',
      `  return v128.shuffle<u8>(low, high, ${range(16)
        .map((i) => i + 15)
        .join(', ')})`,
      '}',
      '',
      '/** The same by eight bytes. */',
      '// @ts-ignore: decorator',
      '@inline',
      'function carryHalf(low: v128, high: v128): v128 {',
      '  return v128.shuffle<u64>(low, high, 1, 2)',
      '}',
      '',
      '/** Y ← the polynomial whose columns these are, reduced. */',
      'export function reduceColumns(columns: usize, Y: usize): void {',
      '  const zero = i64x2.splat(0)',
      ...addColumns(),
      '  // The upper nine columns weigh eight bytes more.',
      '  const low = v128.xor(aLow, carryHalf(zero, bLow))',
      '  const high = v128.xor(aHigh, carryHalf(bLow, bHigh))',
      '',
      '  // Bytes 16 to 31 folded into bytes 0 to 15; then the byte that this pushes out again.',
      '  const nibble = v128.load(NIBBLE)',
      ...range(4).map(
        (i) => `  const ${['thisLow', 'thisHigh', 'nextLow', 'nextHigh'][i]} = v128.load(REDUCTION, ${16 * i})`,
      ),
      '  let l = v128.and(high, nibble)',
      '  let h = highNibbles(high, nibble)',
      '  let sum = v128.xor(low, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))',
      '  let next = v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h))',
      '  const pushedOut = carryByte(next, zero)',
      '  l = v128.and(pushedOut, nibble)',
      '  h = highNibbles(pushedOut, nibble)',
      '  sum = v128.xor(sum, v128.xor(swizzle(thisLow, l), swizzle(thisHigh, h)))',
      '  next = v128.xor(next, v128.xor(swizzle(nextLow, l), swizzle(nextHigh, h)))',
      '  v128.store(Y, v128.xor(sum, carryByte(zero, next)))',
      '}',
      ...[1, 2, 3, 4].flatMap(sumColumns),
    ],
  )

export const lanes = () =>
  file(
    [
      'GHASH (SP 800-38D, 6.4) on sixteen lanes: block i of a message goes to lane i mod 16, every lane is multiplied by',
      'H^16, and the lanes are joined at the end. Constant time: a secret is only ever the index of a swizzle.',
      '',
      'Lanes are transposed: vector j holds byte j of all sixteen. For each j there are 2 × 16 tables: table k of the low',
      'nibbles holds byte k of n·x^(8j)·H^16, reduced, for each nibble n of byte j, table k of the high nibbles likewise.',
      '',
      '    tables + 4096 · (k div 8) + 256 · j + 128 · (high nibble?) + 16 · (k mod 8)',
    ],
    'ghash.mjs',
    [
      "import { highNibbles, NIBBLE, swizzle } from './swizzle'",
      '',
      '/** product ← lanes · H^16. */',
      'export function multiplyLanes(lanes: usize, product: usize, tables: usize): void {',
      '  multiplyHalf(lanes, product, tables)',
      '  multiplyHalf(lanes, product + 128, tables + 4096)',
      '}',
      '',
      '/** Eight bytes of the product: as many as there are registers to sum them in. */',
      'function multiplyHalf(lanes: usize, product: usize, tables: usize): void {',
      '  const nibble = v128.load(NIBBLE)',
      ...range(8).map((k) => `  let sum${k} = i64x2.splat(0)`),
      '  for (const end = lanes + 256; lanes < end; lanes += 32) {',
      ...range(2).flatMap((j) => [
        `    const x${j} = v128.load(lanes, ${16 * j})`,
        `    const low${j} = v128.and(x${j}, nibble)`,
        `    const high${j} = highNibbles(x${j}, nibble)`,
        ...range(8).map((k) => {
          const tables = [0, 128].map((at) => `v128.load(tables, ${256 * j + at + 16 * k})`)
          return `    sum${k} = v128.xor(sum${k}, v128.xor(${look(tables[0], `low${j}`)}, ${look(tables[1], `high${j}`)}))`
        }),
      ]),
      '    tables += 512',
      '  }',
      ...range(8).map((k) => `  v128.store(product, sum${k}, ${16 * k})`),
      '}',
    ],
  )
