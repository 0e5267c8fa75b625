// The nibble tables of the vector-permute kernel (assembly/simd/permute.ts), computed from their definitions.
//
// Inversion in GF(2^8) by nibbles: M. Hamburg, "Accelerating AES with Vector Permute Instructions", CHES 2009.
// Write x = k + i·ζ with k, i in GF(2^4) and ζ^2 = a·ζ + a. Its norm is N = k^2 + a·i·k + a·i^2, and with j = i + k
//
//     io = 1/(1/i + a/k) + j = N/(k + a·i)          jo = 1/(1/j + a/k) + i = N/(k + a·i + a·k)
//     u  = 1/io                                     v  = 1/jo
//     k/N = (u + v)/a       i/N = (u + k/N)/a       1/x = u + (i/N)·ζ
//
// so five lookups of 1/n or a/n lead to (io, jo), and any linear function of 1/x is the sum of a function of io and one
// of jo: two more. Where a nibble is zero its inverse is infinity, written 80: a swizzle answers 0 to such an index, as
// 1/infinity should be, and adding anything finite leaves it infinite.

import { file } from './text.mjs'

const INFINITY = 0x80

/** Multiplication in AES's GF(2^8), x^8 + x^4 + x^3 + x + 1. */
export function multiply(left, right) {
  let product = 0
  for (let bit = 0; bit < 8; bit++) {
    if ((right >> bit) & 1) product ^= left << bit
  }
  for (let bit = 14; bit >= 8; bit--) if ((product >> bit) & 1) product ^= 0x11b << (bit - 8)
  return product
}

const bytes = [...Array(256).keys()]
const nibbles = [...Array(16).keys()]
const inverse = bytes.map((x) => bytes.find((y) => multiply(x, y) === 1) ?? 0)
const affine = (x) => bytes.slice(0, 8).reduce((sum, n) => sum ^ (n < 5 ? ((x << n) | (x >> (8 - n))) & 0xff : 0), 0)
const invAffine = (y) => bytes.find((x) => affine(x) === y)

/** The S-box of FIPS 197, 5.1.1, from its definition. */
export const sbox = bytes.map((x) => affine(inverse[x]) ^ 0x63)

// GF(2^4) inside GF(2^8): ω with ω^4 = ω + 1; nibble n stands for the sum of its bits' powers of ω.
const power = (x, n) => (n === 0 ? 1 : multiply(x, power(x, n - 1)))
const omega = bytes.find((x) => x > 1 && power(x, 4) === (x ^ 1))
const embed = nibbles.map((n) => [0, 1, 2, 3].reduce((sum, bit) => sum ^ ((n >> bit) & 1 ? power(omega, bit) : 0), 0))
// ζ outside of it with ζ^2 = a·ζ + a for an a of GF(2^4): the first there is.
const zeta = bytes.find((z) => !embed.includes(z) && embed.includes(multiply(multiply(z, z), inverse[z ^ 1])))
const a = multiply(multiply(zeta, zeta), inverse[zeta ^ 1])

/** A byte from nibbles k (low) and i (high), and back. */
const fromTower = bytes.map((x) => embed[x & 15] ^ multiply(embed[x >> 4], zeta))
const toTower = bytes.map((x) => fromTower.indexOf(x))

/** Halves of a linear function on 1/x: on io, and on jo. */
function onInverse(linear) {
  const u = (n) => (n === 0 ? 0 : inverse[embed[n]])
  const join = (u, v) => {
    const k = multiply(u ^ v, inverse[a])
    return u ^ multiply(multiply(u ^ k, inverse[a]), zeta)
  }
  return [nibbles.map((io) => linear(join(u(io), 0))), nibbles.map((jo) => linear(join(0, u(jo))))]
}

/** Halves of a linear function on a byte: on its low nibble, and on its high one. */
const onNibbles = (linear) => [nibbles.map((n) => linear(n)), nibbles.map((n) => linear(n << 4))]

const divideInto = (numerator) =>
  nibbles.map((n) => (n === 0 ? INFINITY : embed.indexOf(multiply(numerator, inverse[embed[n]]))))

/** Every table is 16 bytes; pairs are written one after the other. "Tower" is the basis (k, i) above. */
export const permuteTables = [
  ['INVERSE', 'one divided by each n', [divideInto(1)]],
  ['A_OVER', 'the constant a divided by each n', [divideInto(a)]],
  ['TO_TOWER', 'a byte into the tower basis', onNibbles((x) => toTower[x])],
  ['SBOX', 'the S-box but for 63, left in the tower basis', onInverse((x) => toTower[affine(x)])],
  ['SBOX_2', 'the same, times 02', onInverse((x) => toTower[multiply(2, affine(x))])],
  ['SBOX_OUT', 'the S-box but for 63, out of the tower basis', onInverse(affine)],
  [
    'INV_TO_TOWER',
    'a byte through the inverse of the affine map, then into the tower basis',
    onNibbles((x) => toTower[invAffine(x)]),
  ],
  [
    'INV_9',
    '09/x on its way through the next round’s INV_TO_TOWER, for InvMixColumns',
    onInverse((x) => toTower[invAffine(multiply(9, x))]),
  ],
  ['INV_B', 'the same for 0b/x', onInverse((x) => toTower[invAffine(multiply(11, x))])],
  ['INV_D', 'the same for 0d/x', onInverse((x) => toTower[invAffine(multiply(13, x))])],
  ['INV_E', 'the same for 0e/x', onInverse((x) => toTower[invAffine(multiply(14, x))])],
  ['INV_OUT', '1/x, out of the tower basis', onInverse((x) => x)],
]

/** The kernel's way through the tables, on one byte: SubBytes without 63, in the given table's basis. */
export function lookUp(x, table, entry = 'TO_TOWER') {
  const of = (name) => permuteTables.find((row) => row[0] === name)[2]
  const swizzle = (t, n) => (n & 0x80 ? 0 : t[n & 15])
  const [inv, over] = [of('INVERSE')[0], of('A_OVER')[0]]
  const [low, high] = of(entry)
  const t = low[x & 15] ^ high[x >> 4]
  const [k, i] = [t & 15, t >> 4]
  const j = i ^ k
  const io = swizzle(inv, swizzle(inv, i) ^ swizzle(over, k)) ^ j
  const jo = swizzle(inv, swizzle(inv, j) ^ swizzle(over, k)) ^ i
  const [onIo, onJo] = of(table)
  return swizzle(onIo, io) ^ swizzle(onJo, jo)
}

// ShiftRows is left undone: after round r a state is kept in the order that r ShiftRows would bring right. Byte n of it is
// byte `at(r)[n]` of the state. The order comes back every four rounds, ShiftRows being a permutation of order 4.
const shiftRows = bytes.slice(0, 16).map((n) => (n & 3) + ((n + 4 * (n & 3)) & 12))
const compose = (outer, inner) => outer.map((n) => inner[n])
const invert = (order) => order.map((_, n) => order.indexOf(n))
const at = (r) => (r === 0 ? bytes.slice(0, 16) : compose(invert(shiftRows), at(r - 1)))
const nextRow = (step) => bytes.slice(0, 16).map((n) => (n & 12) + ((n + step) & 3))
/** For each byte in the order after round r, where in that order the byte `step` rows on is. */
const neighbour = (r, step) => compose(compose(at(r), nextRow(step)), invert(at(r)))
const rounds = [0, 1, 2, 3]

const shuffleMasks = [
  ['ORDER', 'the order of bytes after round r, for r mod 4', rounds.map(at)],
  ['RESTORE', 'its inverse', rounds.map((r) => invert(at(r)))],
  [
    'NEIGHBOURS',
    'the next byte of the column, the second, the third, in the order after round r, for r mod 4',
    rounds.flatMap((r) => [neighbour(r, 1), neighbour(r, 2), neighbour(r, 3)]),
  ],
  [
    'INV_SHIFT_ROWS',
    'InvShiftRows, then the bytes one, two and three rows on',
    rounds.map((step) => compose(nextRow(step), invert(shiftRows))),
  ],
]

export const permuteTablesFile = () => {
  const text = (table) => table.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')
  return file(
    ['Tables of the vector-permute kernel (permute.ts), 16 bytes each. They are read whole into registers.'],
    'permute-tables.mjs',
    [...permuteTables, ...shuffleMasks].flatMap(([name, about, tables]) => [
      '',
      `/** ${about[0].toUpperCase()}${about.slice(1)}. */`,
      `export const ${name}: usize = memory.data<u8>([`,
      ...tables.map((table) => `  ${text(table)},`),
      '])',
    ]),
  )
}
