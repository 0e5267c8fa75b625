/**
 * Rewrites a binary so that it tells everything a bystander could observe of it: each condition, address, length,
 * divisor and dividend goes, with the number of its place, through a function that hashes them into one exported global,
 * or, to find where two runs part, hands them to the import `trace.event`. Every basic block marks that it was reached.
 */
import binaryen from 'binaryen'
import { describe, observableOperands, rewrite } from './expressions.mjs'

const B = binaryen
const { i32, i64, none } = B

/** Marks of basic blocks, one byte each, in memory that the core leaves unused: its last 256 KiB. */
export const MARKS = 0x3c0000

/**
 * @returns {{ bytes: Uint8Array, places: string[], blocks: { name: string, first: number, last: number }[] }} what each
 * event and each mark belongs to; a block by its function and the numbers of its nodes (those of blocks inside it too)
 */
export function instrument({ bytes, functions }, { logs = false } = {}) {
  const m = B.readBinary(bytes)
  m.setFeatures(B.Features.All)
  const places = []
  const blocks = []
  for (const [i, name] of functions.entries()) {
    const id = m.getFunctionByIndex(i)
    const place = (what) => places.push(`${name}: ${what}`) - 1
    const marker = new BlockMarker(m, (span) => blocks.push({ name, ...span }) - 1)
    const body = rewrite(B.Function.getBody(id), (e, span) => marker.visit(watch(m, e, place), span))
    B.Function.setBody(id, marker.marked(body))
  }
  if (logs) addLog(m)
  else addHash(m)
  exportGlobals(m)
  if (!m.validate()) throw new Error('the instrumented binary is not valid')
  const instrumented = m.emitBinary()
  m.dispose()
  return { bytes: instrumented, places, blocks }
}

/** Sends the observable operands through a tracer. */
function watch(m, expression, place) {
  const { kind, api } = describe(expression)
  for (const operand of observableOperands(expression)) {
    const value = api[`get${operand}`](expression)
    const type = value && B.getExpressionType(value)
    if (type !== i32 && type !== i64) continue
    const where = m.i32.const(place(`${operand.toLowerCase()} of ${kind}`))
    api[`set${operand}`](expression, m.call(type === i32 ? 'trace i32' : 'trace i64', [where, value], type))
  }
  return expression
}

/** A basic block begins with each arm of an if, with each body of a loop, and behind whatever may have branched. */
class BlockMarker {
  #spans = new Map()
  #branching = new Set()

  constructor(m, addBlock) {
    this.m = m
    this.addBlock = addBlock
  }

  visit(expression, span) {
    const { kind, api, list } = describe(expression)
    this.#spans.set(expression, span)
    if (kind === 'if') {
      api.setIfTrue(expression, this.marked(api.getIfTrue(expression)))
      if (api.getIfFalse(expression)) api.setIfFalse(expression, this.marked(api.getIfFalse(expression)))
    }
    if (kind === 'loop') api.setBody(expression, this.marked(api.getBody(expression)))
    if (kind === 'block') this.#markList(expression, api, list)
    if (/^(br|br_table|return|if)$/.test(kind)) for (let at = span.first; at <= span.last; at++) this.#branching.add(at)
    return expression
  }

  /** What follows a branch in a list, up to the next one that may branch, is one block. */
  #markList(block, api, list) {
    const children = Array.from({ length: api[list.count](block) }, (_, i) => api[list.get](block, i))
    for (let i = 1; i < children.length; i++) {
      if (!this.#mayBranch(children[i - 1])) continue
      let end = i
      while (end + 1 < children.length && !this.#mayBranch(children[end])) end++
      const span = { first: this.#spans.get(children[i]).first, last: this.#spans.get(children[end]).last }
      api[list.set](block, i, this.marked(children[i], span))
    }
  }

  #mayBranch(expression) {
    const { first, last } = this.#spans.get(expression)
    for (let at = first; at <= last; at++) if (this.#branching.has(at)) return true
    return false
  }

  marked(expression, span = this.#spans.get(expression)) {
    const { m } = this
    const mark = m.i32.store8(0, 1, m.i32.const(MARKS + this.addBlock(span)), m.i32.const(1))
    return m.block(null, [mark, expression], B.getExpressionType(expression))
  }
}

/** h ← (rotl(h ⊕ place · c ⊕ value, 29)) · d, with odd 64-bit constants. */
function addHash(m) {
  m.addGlobal('trace', i64, true, m.i64.const(0n))
  m.addGlobalExport('trace', 'trace')
  for (const type of [i32, i64]) {
    const value = m.local.get(1, type)
    const place = m.i64.mul(m.i64.extend_u(m.local.get(0, i32)), m.i64.const(-0x61c8864680b583ebn))
    const event = m.i64.xor(place, type === i64 ? value : m.i64.extend_u(value))
    const mixed = m.i64.rotl(m.i64.xor(m.global.get('trace', i64), event), m.i64.const(29n))
    const set = m.global.set('trace', m.i64.mul(mixed, m.i64.const(-0xae502812aa7333n)))
    const body = m.block(null, [set, m.local.get(1, type)], type)
    m.addFunction(type === i32 ? 'trace i32' : 'trace i64', B.createType([i32, type]), type, [], body)
  }
}

function addLog(m) {
  m.addFunctionImport('trace event', 'trace', 'event', B.createType([i32, i64]), none)
  for (const type of [i32, i64]) {
    const value = m.local.get(1, type)
    const call = m.call('trace event', [m.local.get(0, i32), type === i64 ? value : m.i64.extend_u(value)], none)
    const body = m.block(null, [call, m.local.get(1, type)], type)
    m.addFunction(type === i32 ? 'trace i32' : 'trace i64', B.createType([i32, type]), type, [], body)
  }
}

/** So that every run can start from the same state. */
function exportGlobals(m) {
  for (let i = 0; i < m.getNumGlobals(); i++) {
    const { name, mutable, type } = B.getGlobalInfo(m.getGlobalByIndex(i))
    if (mutable && name !== 'trace' && type !== B.v128) m.addGlobalExport(name, `state ${name}`)
  }
}
