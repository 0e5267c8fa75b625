/** Reads a binary into plain trees that name what they hold, so that the analysis need not know Binaryen. */
import binaryen from 'binaryen'
import { describe, isDivision } from './expressions.mjs'

const B = binaryen
const typeNames = { [B.none]: 'none', [B.i32]: 'i32', [B.i64]: 'i64', [B.f32]: 'f32', [B.f64]: 'f64', [B.v128]: 'v128' }

/** Integer operations whose values the analysis follows; the others only carry secrecy. */
const operations = Object.fromEntries(
  [
    'Add',
    'Sub',
    'Mul',
    'And',
    'Or',
    'Shl',
    'ShrU',
    'RemU',
    'DivU',
    'Eq',
    'Ne',
    'LtU',
    'LeU',
    'GtU',
    'GeU',
    'LtS',
    'LeS',
    'GtS',
    'GeS',
  ].map((name) => [B[`${name}Int32`], name]),
)

const laneBytes = [8, 16, 32, 64].flatMap((bits) =>
  ['Load', 'Store'].map((op) => [B[`${op}${bits}LaneVec128`], bits / 8]),
)
const splatBytes = [8, 16, 32, 64].map((bits) => [B[`Load${bits}SplatVec128`], bits / 8])
const bytesOfLanes = new Map(laneBytes)
const bytesOfLoads = new Map([
  ...splatBytes,
  [B.Load32ZeroVec128, 4],
  [B.Load64ZeroVec128, 8],
  ...['8x8', '16x4', '32x2'].flatMap((shape) => ['S', 'U'].map((sign) => [B[`Load${shape}${sign}Vec128`], 8])),
])

/** What a node of each kind says beyond its operands. */
const details = {
  const: (e) => ({ value: constantOf(e) }),
  'local.get': (e) => ({ index: B.LocalGet.getIndex(e) }),
  'local.set': (e) => ({ index: B.LocalSet.getIndex(e) }),
  'global.get': (e) => ({ name: B.GlobalGet.getName(e) }),
  'global.set': (e) => ({ name: B.GlobalSet.getName(e) }),
  block: (e) => ({ label: B.Block.getName(e) }),
  loop: (e) => ({ label: B.Loop.getName(e) }),
  br: (e) => ({ label: B.Break.getName(e) }),
  br_table: (e) => ({ labels: [...B.Switch.getNames(e), B.Switch.getDefaultName(e)] }),
  call: (e) => ({ target: B.Call.getTarget(e) }),
  unary: (e) => ({ op: B.Unary.getOp(e) === B.EqZInt32 ? 'EqZ' : undefined }),
  binary: (e) => ({ op: operations[B.Binary.getOp(e)], divides: isDivision(B.Binary.getOp(e)) }),
  load: (e) => ({ offset: B.Load.getOffset(e), bytes: B.Load.getBytes(e), wide: B.getExpressionType(e) !== B.i32 }),
  store: (e) => ({ offset: B.Store.getOffset(e), bytes: B.Store.getBytes(e) }),
  'v128.load': (e) => ({
    offset: B.SIMDLoad.getOffset(e),
    bytes: widthOf(bytesOfLoads, B.SIMDLoad.getOp(e)),
    wide: true,
  }),
  'v128.lane': (e) => ({
    offset: B.SIMDLoadStoreLane.getOffset(e),
    bytes: widthOf(bytesOfLanes, B.SIMDLoadStoreLane.getOp(e)),
    stores: B.SIMDLoadStoreLane.isStore(e),
    wide: true,
  }),
}

/** An integer of 32 bits, or zero of any type; of other constants the value is not needed. */
function constantOf(e) {
  const type = B.getExpressionType(e)
  if (type === B.i32) return B.Const.getValueI32(e) >>> 0
  if (type === B.i64) return BigInt(B.Const.getValueI64(e)) === 0n ? 0 : undefined
  return type === B.v128 && B.Const.getValueV128(e).every((byte) => byte === 0) ? 0 : undefined
}

function widthOf(bytesOf, op) {
  const bytes = bytesOf.get(op)
  if (!bytes) throw new Error(`a vector load or store of unknown width: operation ${op}`)
  return bytes
}

/** Nodes are numbered as they are left, like {@link rewrite} does it. */
function decodeExpression(expression, counter) {
  if (!expression) return undefined
  const { kind, api, operands = [], list } = describe(expression)
  const type = typeNames[B.getExpressionType(expression)]
  const node = { kind, type, ...details[kind]?.(expression) }
  if (list) {
    const count = api[list.count](expression)
    node.list = Array.from({ length: count }, (_, i) => decodeExpression(api[list.get](expression, i), counter))
  }
  for (const operand of operands) node[operand] = decodeExpression(api[`get${operand}`](expression), counter)
  node.number = counter.next++
  return node
}

const typesOf = (types) => B.expandType(types).map((type) => typeNames[type])

/** @returns functions, globals and exports of a module; functions named as `names` says, in the module's order */
export function decodeModule(bytes, names) {
  const module = B.readBinary(bytes)
  const functions = new Map()
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name: id, params, results, vars, body, module: imported } = B.getFunctionInfo(module.getFunctionByIndex(i))
    if (imported) throw new Error(`imports ${id}`)
    const name = names.functions[i] ?? `function ${i}`
    functions.set(id, {
      id,
      name,
      params: typesOf(params),
      results: typesOf(results),
      locals: vars.length,
      body: decodeExpression(body, { next: 0 }),
    })
  }
  const globals = Array.from({ length: module.getNumGlobals() }, (_, i) => {
    const { name: id, init } = B.getGlobalInfo(module.getGlobalByIndex(i))
    return { id, name: names.globals[i] ?? id, init: decodeExpression(init, { next: 0 }) }
  })
  const exports = []
  for (let i = 0; i < module.getNumExports(); i++) {
    const { name, kind, value } = B.getExportInfo(module.getExportByIndex(i))
    if (kind === B.ExternalFunction) exports.push({ name, function: value })
  }
  module.dispose()
  return { functions, globals, exports }
}
