/** What a condition, once it is known to hold or not, says about the locals in it. */
import { add, constant, equal, NONE, subtract } from './values.mjs'

const opposite = {
  Eq: 'Ne',
  Ne: 'Eq',
  LtU: 'GeU',
  GeU: 'LtU',
  LeU: 'GtU',
  GtU: 'LeU',
  LtS: 'GeS',
  GeS: 'LtS',
  LeS: 'GtS',
  GtS: 'LeS',
}
const mirrored = {
  Eq: 'Eq',
  Ne: 'Ne',
  LtU: 'GtU',
  GtU: 'LtU',
  LeU: 'GeU',
  GeU: 'LeU',
  LtS: 'GtS',
  GtS: 'LtS',
  LeS: 'GeS',
  GeS: 'LeS',
}

const HALF = 2 ** 31

/** Narrows `locals` in place. False when the condition cannot come out like that. */
export function refine(condition, holds, locals) {
  return decide(condition, holds, locals, uses(condition))
}

/** The nodes of a condition that read or set locals, in order of evaluation, which is the order of a node's members. */
function uses(node) {
  if (Array.isArray(node)) return node.flatMap(uses)
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(uses)
  return node.kind === 'local.get' || node.kind === 'local.set' ? [...inner, node] : inner
}

function decide(condition, holds, locals, used) {
  if (condition.kind === 'unary' && condition.op === 'EqZ') return decide(condition.Value, !holds, locals, used)
  if (
    condition.kind === 'binary' &&
    condition.op === (holds ? 'And' : 'Or') &&
    isBoolean(condition.Left) &&
    isBoolean(condition.Right)
  ) {
    return decide(condition.Left, holds, locals, used) && decide(condition.Right, holds, locals, used)
  }
  // `a && b` as the compiler writes it without a branch.
  if (condition.kind === 'select' && condition.IfFalse.value === 0 && holds) {
    return decide(condition.IfTrue, true, locals, used) && decide(condition.Condition, true, locals, used)
  }
  if (condition.kind === 'binary' && opposite[condition.op]) {
    const { op, Left, Right } = condition
    const relation = holds ? op : opposite[op]
    return (
      narrow(Left, relation, peek(Right, locals, used), locals, used) &&
      narrow(Right, mirrored[relation], peek(Left, locals, used), locals, used)
    )
  }
  return narrow(condition, holds ? 'Ne' : 'Eq', constant(0), locals, used)
}

const isBoolean = ({ kind, op }) =>
  (kind === 'unary' && op === 'EqZ') || (kind === 'binary' && opposite[op] !== undefined)

/** Whether a local still has the value that this node of the condition read or set. */
function isCurrent(node, used) {
  return !used.slice(used.indexOf(node) + 1).some(({ kind, index }) => kind === 'local.set' && index === node.index)
}

/** The value of a simple expression whose operands have been evaluated. */
function peek(node, locals, used) {
  if (node.kind === 'const') return node.value === undefined ? undefined : constant(node.value)
  if (node.kind === 'local.get' || node.kind === 'local.set')
    return isCurrent(node, used) ? locals[node.index] : undefined
  if (node.kind !== 'binary' || (node.op !== 'Add' && node.op !== 'Sub')) return undefined
  const left = peek(node.Left, locals, used)
  const right = peek(node.Right, locals, used)
  if (!left || !right || left.secret || right.secret) return undefined
  return node.op === 'Add' ? add(left, right) : subtract(left, right)
}

function narrow(node, relation, bound, locals, used) {
  if (!bound || bound.secret) return true
  if (node.kind === 'local.set' && !narrow(node.Value, relation, bound, locals, used)) return false
  if (node.kind === 'binary' && (node.op === 'Add' || node.op === 'Sub') && node.Right.kind === 'const') {
    const shift = constant(node.Right.value)
    // x - 1 ≥ 5 does not say x ≥ 6: x may be 0, and x - 1 very large.
    if (relation[0] === 'G' && (node.op === 'Sub' || node.Right.value >= HALF)) return true
    return narrow(node.Left, relation, node.op === 'Add' ? subtract(bound, shift) : add(bound, shift), locals, used)
  }
  if ((node.kind !== 'local.get' && node.kind !== 'local.set') || !isCurrent(node, used)) return true
  const before = locals[node.index]
  if (before.secret || before === NONE) return true
  const after = narrowed(before, relation, bound)
  if (!equal(before, after)) locals[node.index] = after
  return after.parts.size > 0
}

function narrowed(value, relation, bound) {
  const parts = new Map()
  for (const [base, stretch] of value.parts) {
    const limit = bound.parts.get(base)
    // A pointer is not a small number, nor in another table: nothing is known of such a comparison but that it is unequal.
    if (!limit && relation === 'Eq' && bound.parts.size === 1) continue
    const rest = limit && (bound.parts.size === 1 || base !== 'number') ? cut(stretch, relation, limit) : stretch
    if (rest) parts.set(base, rest)
  }
  return { secret: false, parts }
}

/** Cuts a stretch down to what stands in the relation to some number of the limit; undefined when nothing is left. */
function cut(stretch, relation, limit) {
  if (relation === 'Ne') return limit.low === limit.high ? without(stretch, limit.low) : stretch
  if (relation === 'Eq') return limit.low >= 0 ? within(stretch, limit.low, limit.high) : stretch
  if (relation.endsWith('S')) return signedCut(stretch, relation, limit)
  // An unsigned number below a natural one is no negative one.
  if (relation[0] === 'L' && limit.low >= 0) return within(stretch, 0, upTo(relation, limit))
  if (relation[0] === 'G' && limit.low >= 0 && stretch.low >= 0)
    return within(stretch, from(relation, limit), Number.POSITIVE_INFINITY)
  return stretch
}

const upTo = (relation, { high }) => (relation[1] === 't' ? high - 1 : high)
const from = (relation, { low }) => (relation[1] === 't' ? low + 1 : low)

/** Numbers from 2^31 on are negative here; stretches that have some are only cut by comparisons that rule them all out. */
function signedCut(stretch, relation, limit) {
  if (limit.high >= HALF) return stretch
  if (relation[0] === 'G' && from(relation, limit) >= 0) return within(stretch, from(relation, limit), HALF - 1)
  if (stretch.high >= HALF) return stretch
  return relation[0] === 'L'
    ? within(stretch, Number.NEGATIVE_INFINITY, upTo(relation, limit))
    : within(stretch, from(relation, limit), Number.POSITIVE_INFINITY)
}

function within({ low, high, step }, from, to) {
  const first = low >= from || step === 0 ? low : low + Math.ceil((from - low) / step) * step
  const last = high <= to || step === 0 ? high : low + Math.floor((to - low) / step) * step
  if (first > last || first > to || last < from) return undefined
  return { low: first, high: last, step: first === last ? 0 : step }
}

function without({ low, high, step }, n) {
  const modulo = (m) => (m < 0 ? m + 2 ** 32 : m)
  if (modulo(low) === modulo(n))
    return low === high ? undefined : { low: low + step, high, step: low + step === high ? 0 : step }
  if (modulo(high) === modulo(n)) return { low, high: high - step, step: high - step === low ? 0 : step }
  return { low, high, step }
}
