/** One function, run on one list of abstract arguments. `locals` is undefined in code that is not reached. */
import { expressions } from './expressions.mjs'
import { refine } from './refine.mjs'
import { ANY, add, binary, constant, equal, exactly, join, NONE, onlyNumber, SECRET, unary, widen } from './values.mjs'

const observable = new Map(Object.values(expressions).map(({ kind, observable = [] }) => [kind, observable]))

/** Rounds of a loop after which values that still grow are widened. */
const PATIENCE = 2

export class FunctionRun {
  #result = NONE
  #labels = new Map()

  constructor(taint, { name, params, results, locals, body }, args) {
    this.taint = taint
    this.name = name
    this.body = body
    this.returns = results.length > 0
    this.locals = [...args, ...Array.from({ length: locals }, () => constant(0))]
    if (params.length !== args.length) throw new Error(`${name} takes ${params.length} arguments`)
  }

  run() {
    const value = this.evaluate(this.body)
    if (this.locals && this.returns) this.#result = join(this.#result, value)
    return this.#result
  }

  evaluate(node) {
    if (!node || !this.locals) return NONE
    const visit = this[node.kind]
    if (!visit) throw new Error(`${node.kind} in ${this.name} is not understood`)
    const value = visit.call(this, node)
    if (value.secret) this.taint.handlesSecret(this.name, node)
    if (/^f(32|64)$/.test(node.type)) this.found('floating point', node)
    return value
  }

  found(kind, node) {
    this.taint.findings.add(this.name, kind, node)
  }

  /** Evaluates operands in order, and notes the secrets among those that can be observed. */
  operands(node, ...names) {
    return names.map((name) => {
      const value = this.evaluate(node[name])
      const seen = observable.get(node.kind).includes(name) || node.divides
      if (value.secret && seen) this.found(`secret ${name.toLowerCase()} of ${node.kind}`, node)
      return value
    })
  }

  // ── Control ──

  nop() {
    return NONE
  }

  unreachable() {
    this.locals = undefined
    return NONE
  }

  block(node) {
    const target = { locals: undefined, value: NONE }
    this.#labels.set(node.label, target)
    let value = NONE
    for (const each of node.list) value = this.evaluate(each)
    this.arrive(target, this.locals, value)
    this.locals = target.locals
    return target.value
  }

  arrive(target, locals, value) {
    if (!locals) return
    target.locals = target.locals ? target.locals.map((local, i) => join(local, locals[i])) : [...locals]
    target.value = join(target.value, value)
  }

  loop(node) {
    let entry = this.locals
    for (let round = 0; ; round++) {
      const target = { locals: undefined, value: NONE }
      this.#labels.set(node.label, target)
      this.locals = [...entry]
      const value = this.evaluate(node.Body)
      const grow = round < PATIENCE ? (a, b) => this.taint.layout.rebase(join(a, b)) : widen
      const next = target.locals ? entry.map((local, i) => grow(local, target.locals[i])) : entry
      if (next.every((local, i) => equal(local, entry[i]))) return value
      entry = next
    }
  }

  /** The locals where the condition holds, or does not; undefined where that is impossible. */
  branch(condition, value, holds) {
    const known = exactly(value)
    if (known !== undefined && (known !== 0) !== holds) return undefined
    const locals = [...this.locals]
    return refine(condition, holds, locals) ? locals : undefined
  }

  if(node) {
    const [condition] = this.operands(node, 'Condition')
    if (!this.locals) return NONE
    const otherwise = this.branch(node.Condition, condition, false)
    const target = { locals: undefined, value: NONE }
    this.locals = this.branch(node.Condition, condition, true)
    const yes = this.evaluate(node.IfTrue)
    this.arrive(target, this.locals, yes)
    this.locals = otherwise
    const no = this.evaluate(node.IfFalse)
    this.arrive(target, this.locals, no)
    this.locals = target.locals
    return target.value
  }

  br(node) {
    const [value, condition] = this.operands(node, 'Value', 'Condition')
    if (!this.locals) return NONE
    const taken = node.Condition ? this.branch(node.Condition, condition, true) : this.locals
    this.arrive(this.#labels.get(node.label), taken, value)
    this.locals = node.Condition ? this.branch(node.Condition, condition, false) : undefined
    return value
  }

  br_table(node) {
    const [value] = this.operands(node, 'Value', 'Condition')
    for (const label of node.labels) this.arrive(this.#labels.get(label), this.locals, value)
    this.locals = undefined
    return NONE
  }

  return(node) {
    const value = this.evaluate(node.Value)
    if (this.locals) this.#result = join(this.#result, value)
    this.locals = undefined
    return NONE
  }

  call(node) {
    const args = node.list.map((operand) => this.evaluate(operand))
    return this.locals ? this.taint.call(node.target, args) : NONE
  }

  /** The core calls nothing through tables: which function it would be is not followed, so this is always a finding. */
  call_indirect(node) {
    for (const operand of node.list) this.evaluate(operand)
    const [target] = this.operands(node, 'Target')
    if (!target.secret) this.found('call_indirect', node)
    return SECRET
  }

  // ── Values ──

  const(node) {
    return node.value === undefined ? ANY : constant(node.value)
  }

  'local.get'(node) {
    return this.locals[node.index]
  }

  'local.set'(node) {
    const value = this.evaluate(node.Value)
    if (this.locals) this.locals[node.index] = value
    return value
  }

  'global.get'(node) {
    return this.taint.getGlobal(node.name)
  }

  'global.set'(node) {
    const value = this.evaluate(node.Value)
    if (this.locals) this.taint.setGlobal(node.name, value)
    return NONE
  }

  drop(node) {
    this.evaluate(node.Value)
    return NONE
  }

  select(node) {
    const [yes, no, condition] = this.operands(node, 'IfTrue', 'IfFalse', 'Condition')
    if (!/^i(32|64)$/.test(node.type)) this.found(`select on ${node.type}, which engines compile to a jump`, node)
    if (condition.secret) return SECRET
    const known = exactly(condition)
    return known === undefined ? join(yes, no) : known === 0 ? no : yes
  }

  unary(node) {
    return unary(node.op, ...this.operands(node, 'Value'))
  }

  binary(node) {
    const [left, right] = this.operands(node, 'Left', 'Right')
    return this.locals ? this.taint.layout.rebase(binary(node.op, node.type, left, right)) : NONE
  }

  /** The results of vector operations are secret if any operand is. */
  mixed(node, ...names) {
    return this.operands(node, ...names).some(({ secret }) => secret) ? SECRET : ANY
  }

  'v128.extract'(node) {
    return this.mixed(node, 'Vec')
  }

  'v128.replace'(node) {
    return this.mixed(node, 'Vec', 'Value')
  }

  'v128.shuffle'(node) {
    return this.mixed(node, 'Left', 'Right')
  }

  'v128.ternary'(node) {
    return this.mixed(node, 'A', 'B', 'C')
  }

  'v128.shift'(node) {
    return this.mixed(node, 'Vec', 'Shift')
  }

  // ── Memory ──

  'memory.size'() {
    return ANY
  }

  read(address, bytes) {
    if (address.secret) return SECRET
    let value = NONE
    for (const { field, inside } of this.taint.layout.touched(address, bytes)) {
      if (!field || !inside) return SECRET
      value = join(value, bytes === field.length ? field.values : ANY)
    }
    return value
  }

  /** Holds what is written to what layout.mjs says of the place. */
  write(node, address, bytes, value) {
    if (address.secret) return
    for (const { field, inside } of this.taint.layout.touched(address, bytes)) {
      if (!field) continue
      if (field.readonly) this.found('store into constants', node)
      else if (field.published && inside && (value.secret || exactly(value) !== 0)) this.publish(field, node)
      else if (value.secret) this.found('secret stored into public fields', node)
      else if (!equal(join(field.values, value), field.values))
        this.found('unexpected number stored into public fields', node)
    }
  }

  publish({ name, by }, node) {
    this.taint.publish(name, this.name)
    if (!by.test(this.name)) this.found(`publishes ${name}, which is not for it to do`, node)
  }

  load(node) {
    const [at] = this.operands(node, 'Ptr')
    if (!this.locals) return NONE
    const value = this.read(this.address(at, node.offset), node.bytes)
    return node.wide && !value.secret ? ANY : value
  }

  address(at, offset) {
    return at.secret ? SECRET : this.taint.layout.rebase(add(at, constant(offset)))
  }

  store(node) {
    const [at, value] = this.operands(node, 'Ptr', 'Value')
    if (this.locals) this.write(node, this.address(at, node.offset), node.bytes, value)
    return NONE
  }

  'v128.load'(node) {
    return this.load(node)
  }

  'v128.lane'(node) {
    const [at, vector] = this.operands(node, 'Ptr', 'Vec')
    const address = this.address(at, node.offset)
    if (node.stores) this.write(node, address, node.bytes, vector)
    return node.stores ? NONE : join(vector, this.read(address, node.bytes))
  }

  /** The most bytes that this can be; at least one, so that the place itself is looked at. */
  most(size) {
    return Math.max(1, onlyNumber(size)?.high ?? 2 ** 32)
  }

  'memory.copy'(node) {
    const [to, from, size] = this.operands(node, 'Dest', 'Source', 'Size')
    if (!this.locals) return NONE
    const copied = this.read(from, this.most(size))
    if (copied.secret) this.taint.handlesSecret(this.name, node)
    this.write(node, to, this.most(size), copied)
    return NONE
  }

  'memory.fill'(node) {
    const [to, value, size] = this.operands(node, 'Dest', 'Value', 'Size')
    if (this.locals) this.write(node, to, this.most(size), value)
    return NONE
  }
}
