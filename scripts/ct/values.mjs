/**
 * What the analysis knows of a value: that it is secret, or, if public, which numbers or addresses it may be.
 *
 * A public value is a union of at most one stretch for each base. A stretch { low, high, step } stands for low, low + step,
 * … high: plain numbers (base `number`) or offsets from the beginning of some record of a table (see layout.mjs; the
 * analysis need not know which record, only where in it). Values that are not 32-bit integers are just public.
 *
 * Numbers are taken modulo 2^32 and kept between -2^31 and 2^32. ASSUMPTION, stated in SECURITY.md: adding a public
 * offset to an address does not wrap around; a loop that came so far would have left the memory, and trapped, before.
 */
const FULL = 0x100000000
const HALF = 0x80000000

/** Fewer than this many elements are looked at one by one. */
const FEW = 4096

export const SECRET = Object.freeze({ secret: true, parts: new Map() })
/** No value: of code that is not reached. */
export const NONE = Object.freeze({ secret: false, parts: new Map() })
export const ANY = publicValue('number', { low: 0, high: FULL - 1, step: 1 })
export const BIT = publicValue('number', { low: 0, high: 1, step: 1 })

export function publicValue(base, stretch) {
  return { secret: false, parts: new Map([[base, stretch]]) }
}

export const range = (low, high) => publicValue('number', { low, high, step: 1 })
export const constant = (n) => publicValue('number', { low: n, high: n, step: 0 })

const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b))

/** The stretch's elements, or undefined when they are many. */
export function elements({ low, high, step }) {
  if (step === 0) return [low]
  const count = Math.floor((high - low) / step) + 1
  return count > FEW ? undefined : Array.from({ length: count }, (_, i) => low + i * step)
}

export function onlyNumber({ secret, parts }) {
  return !secret && parts.size === 1 ? parts.get('number') : undefined
}

/** The number, if there is but one, from 0 on. */
export function exactly(value) {
  const number = onlyNumber(value)
  if (number?.low !== number?.high) return undefined
  return number?.low < 0 ? number.low + FULL : number?.low
}

/** The least stretch with both in it. Numbers from 2^31 on may as well be negative ones: the shorter stretch is taken. */
function hull(base, a, b) {
  if (base !== 'number') return span(a, b)
  const spans = [
    span(a, b),
    ...(a.low >= HALF ? [span(lowered(a), b)] : []),
    ...(b.low >= HALF ? [span(a, lowered(b))] : []),
  ]
  return spans.reduce((least, each) => (each.high - each.low < least.high - least.low ? each : least))
}

const lowered = ({ low, high, step }) => ({ low: low - FULL, high: high - FULL, step })

function span(a, b) {
  const low = Math.min(a.low, b.low)
  const high = Math.max(a.high, b.high)
  return { low, high, step: gcd(gcd(a.step, b.step), Math.abs(a.low - b.low)) }
}

const equalStretch = (a, b) => a.low === b.low && a.high === b.high && a.step === b.step

export function equal(a, b) {
  if (a === b) return true
  if (a.secret !== b.secret || a.parts.size !== b.parts.size) return false
  return [...a.parts].every(([base, stretch]) => b.parts.has(base) && equalStretch(stretch, b.parts.get(base)))
}

export function join(a, b) {
  if (a === b) return a
  if (a.secret || b.secret) return SECRET
  if (a.parts.size === 0) return b
  if (b.parts.size === 0) return a
  const parts = new Map(a.parts)
  for (const [base, stretch] of b.parts)
    parts.set(base, parts.has(base) ? hull(base, parts.get(base), stretch) : stretch)
  return { secret: false, parts }
}

/** Like join, but what has grown grows as far as it can, so that loops come to an end. */
export function widen(before, after) {
  const joined = join(before, after)
  if (joined.secret) return joined
  const parts = new Map()
  for (const [base, stretch] of joined.parts) {
    const old = before.parts.get(base)
    parts.set(base, old ? widenStretch(old, stretch) : stretch)
  }
  return { secret: false, parts }
}

function widenStretch(old, { low, high, step }) {
  let reach = low
  if (low < old.low) reach = low >= 0 ? ((low % step) + step) % step : -HALF + ((((low + HALF) % step) + step) % step)
  return { low: reach, high: high > old.high ? FULL - 1 : high, step }
}

/** Brings a number's stretch back into its bounds. */
function number(low, high, step) {
  if (low >= FULL) return number(low - FULL, high - FULL, step)
  if (high < -HALF) return number(low + FULL, high + FULL, step)
  if (low < -HALF || (low < 0 && high - low >= FULL)) return ANY
  return publicValue('number', { low, high: Math.min(high, FULL - 1), step: low === high ? 0 : step })
}

const signed = ({ low, high, step }) =>
  low === high && low >= HALF ? { low: low - FULL, high: high - FULL, step } : { low, high, step }

function addStretches(baseA, a, baseB, b) {
  const base = baseA === 'number' ? baseB : baseA
  if (base !== 'number' && baseA !== 'number' && baseB !== 'number') return ANY
  const x = baseA === 'number' ? signed(a) : a
  const y = baseB === 'number' ? signed(b) : b
  const low = x.low + y.low
  const high = x.high + y.high
  const step = gcd(x.step, y.step)
  return base === 'number' ? number(low, high, step) : publicValue(base, { low, high: Math.min(high, FULL - 1), step })
}

const negated = ({ low, high, step }) => ({ low: -high, high: -low, step })

function subtractStretches(baseA, a, baseB, b) {
  if (baseB === 'number') return addStretches(baseA, a, 'number', negated(signed(b)))
  if (baseA !== baseB) return ANY
  return number(a.low - b.high, a.high - b.low, gcd(a.step, b.step))
}

function combine(a, b, operation) {
  let result = NONE
  for (const [baseA, x] of a.parts)
    for (const [baseB, y] of b.parts) result = join(result, operation(baseA, x, baseB, y))
  return result
}

export const add = (a, b) => combine(a, b, addStretches)
export const subtract = (a, b) => combine(a, b, subtractStretches)

function multiply(a, b) {
  const factor = exactly(b) ?? exactly(a)
  const x = onlyNumber(exactly(b) === undefined ? b : a)
  if (factor === undefined || !x || x.low < 0) return ANY
  if (x.high * factor < FULL) return number(x.low * factor, x.high * factor, x.step * factor)
  const power = factor & -factor
  return power > 0 ? number(0, FULL - power, power) : ANY
}

function and(a, b) {
  const x = onlyNumber(a)
  const y = onlyNumber(b)
  if (!x || !y) return ANY
  const mask = exactly(b) ?? exactly(a)
  if (mask === undefined) return x.low < 0 || y.low < 0 ? ANY : range(0, Math.min(x.high, y.high))
  const value = exactly(b) === undefined ? y : x
  if (value.low === value.high) return constant((value.low & mask) >>> 0)
  const power = mask & -mask
  if (value.low >= 0 && value.high <= mask && power === 1 && (mask & (mask + 1)) === 0)
    return number(value.low, value.high, value.step)
  const aligns = power > 0 && mask >>> 0 === FULL - power // clears low bits and nothing else
  if (aligns && value.low >= 0) return number(value.low - (value.low % power), value.high, power)
  return power > 0 ? number(0, mask, power) : range(0, mask)
}

function or(a, b) {
  const x = onlyNumber(a)
  const y = onlyNumber(b)
  if (!x || !y || x.low < 0 || y.low < 0) return ANY
  if (x.low === x.high && y.low === y.high) return constant((x.low | y.low) >>> 0)
  return range(0, 2 ** Math.ceil(Math.log2(Math.max(x.high, y.high) + 1)) - 1)
}

function shiftRight(a, b) {
  const by = exactly(b)
  const x = onlyNumber(a)
  if (by === undefined || !x) return ANY
  const power = 2 ** (by & 31)
  return x.low < 0
    ? range(0, Math.floor((FULL - 1) / power))
    : range(Math.floor(x.low / power), Math.floor(x.high / power))
}

function remainder(_, b) {
  const y = onlyNumber(b)
  return y && y.low > 0 ? range(0, y.high - 1) : ANY
}

function divide(a, b) {
  const x = onlyNumber(a)
  const y = exactly(b)
  return x && y > 0 && x.low >= 0 ? range(Math.floor(x.low / y), Math.floor(x.high / y)) : ANY
}

/** Decides a comparison of plain numbers when all of their pairs agree. */
function compare(decide) {
  return (a, b) => {
    const x = onlyNumber(a)
    const y = onlyNumber(b)
    const answer = x && y ? decide(x, y) : undefined
    return answer === undefined ? BIT : constant(answer ? 1 : 0)
  }
}

const disjoint = (x, y) => x.high < y.low || y.high < x.low
const natural = (decide) => (x, y) => (x.low < 0 || y.low < 0 ? undefined : decide(x, y))
const less = natural((x, y) => (x.high < y.low ? true : x.low >= y.high ? false : undefined))
const lessOrEqual = natural((x, y) => (x.high <= y.low ? true : x.low > y.high ? false : undefined))
const same = natural((x, y) => (disjoint(x, y) ? false : x.low === x.high && y.low === y.high ? true : undefined))
const not = (decide) => (x, y) => {
  const answer = decide(x, y)
  return answer === undefined ? undefined : !answer
}

const binaries = {
  Add: add,
  Sub: subtract,
  Mul: multiply,
  And: and,
  Or: or,
  ShrU: shiftRight,
  RemU: remainder,
  DivU: divide,
  Shl: (a, b) => (exactly(b) === undefined ? ANY : multiply(a, constant(2 ** (exactly(b) & 31)))),
  Eq: compare(same),
  Ne: compare(not(same)),
  LtU: compare(less),
  GeU: compare(not(less)),
  LeU: compare(lessOrEqual),
  GtU: compare(not(lessOrEqual)),
  LtS: () => BIT,
  LeS: () => BIT,
  GtS: () => BIT,
  GeS: () => BIT,
}

export function binary(op, type, a, b) {
  if (a.secret || b.secret) return SECRET
  if (a === NONE || b === NONE) return NONE
  return type === 'i32' && op ? binaries[op](a, b) : ANY
}

export function unary(op, a) {
  if (a.secret || a === NONE) return a
  return op === 'EqZ' ? binaries.Eq(a, constant(0)) : ANY
}

export const key = ({ secret, parts }) =>
  secret
    ? 'secret'
    : [...parts]
        .sort()
        .map(([base, { low, high, step }]) => `${base}:${low}..${high}/${step}`)
        .join('|')
