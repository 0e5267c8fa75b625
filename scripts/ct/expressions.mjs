/**
 * Every kind of WebAssembly expression that the core may consist of: its operands, in order of evaluation, and which of
 * them a bystander can observe (by the time taken or through caches). Both proofs walk this one table. A kind that is
 * not in it stops them: what is not understood is not proved.
 */
import binaryen from 'binaryen'

const B = binaryen

/** How a list of operands is counted, read and replaced. */
const list = (count, get, set) => ({ count, get, set })

/** @type {Record<number, { kind: string, api?: object, operands?: string[], list?: object, observable?: string[] }>} */
export const expressions = {
  [B.NopId]: { kind: 'nop' },
  [B.UnreachableId]: { kind: 'unreachable' },
  [B.ConstId]: { kind: 'const' },
  [B.LocalGetId]: { kind: 'local.get' },
  [B.GlobalGetId]: { kind: 'global.get' },
  [B.MemorySizeId]: { kind: 'memory.size' },
  [B.BlockId]: { kind: 'block', api: B.Block, list: list('getNumChildren', 'getChildAt', 'setChildAt') },
  [B.LoopId]: { kind: 'loop', api: B.Loop, operands: ['Body'] },
  [B.IfId]: { kind: 'if', api: B.If, operands: ['Condition', 'IfTrue', 'IfFalse'], observable: ['Condition'] },
  [B.BreakId]: { kind: 'br', api: B.Break, operands: ['Value', 'Condition'], observable: ['Condition'] },
  [B.SwitchId]: { kind: 'br_table', api: B.Switch, operands: ['Value', 'Condition'], observable: ['Condition'] },
  [B.SelectId]: {
    kind: 'select',
    api: B.Select,
    operands: ['IfTrue', 'IfFalse', 'Condition'],
    observable: ['Condition'],
  },
  [B.ReturnId]: { kind: 'return', api: B.Return, operands: ['Value'] },
  [B.DropId]: { kind: 'drop', api: B.Drop, operands: ['Value'] },
  [B.CallId]: { kind: 'call', api: B.Call, list: list('getNumOperands', 'getOperandAt', 'setOperandAt') },
  [B.CallIndirectId]: {
    kind: 'call_indirect',
    api: B.CallIndirect,
    list: list('getNumOperands', 'getOperandAt', 'setOperandAt'),
    operands: ['Target'],
    observable: ['Target'],
  },
  [B.LocalSetId]: { kind: 'local.set', api: B.LocalSet, operands: ['Value'] },
  [B.GlobalSetId]: { kind: 'global.set', api: B.GlobalSet, operands: ['Value'] },
  [B.UnaryId]: { kind: 'unary', api: B.Unary, operands: ['Value'] },
  [B.BinaryId]: { kind: 'binary', api: B.Binary, operands: ['Left', 'Right'] },
  [B.LoadId]: { kind: 'load', api: B.Load, operands: ['Ptr'], observable: ['Ptr'] },
  [B.StoreId]: { kind: 'store', api: B.Store, operands: ['Ptr', 'Value'], observable: ['Ptr'] },
  [B.SIMDLoadId]: { kind: 'v128.load', api: B.SIMDLoad, operands: ['Ptr'], observable: ['Ptr'] },
  [B.SIMDLoadStoreLaneId]: {
    kind: 'v128.lane',
    api: B.SIMDLoadStoreLane,
    operands: ['Ptr', 'Vec'],
    observable: ['Ptr'],
  },
  [B.SIMDExtractId]: { kind: 'v128.extract', api: B.SIMDExtract, operands: ['Vec'] },
  [B.SIMDReplaceId]: { kind: 'v128.replace', api: B.SIMDReplace, operands: ['Vec', 'Value'] },
  [B.SIMDShuffleId]: { kind: 'v128.shuffle', api: B.SIMDShuffle, operands: ['Left', 'Right'] },
  [B.SIMDTernaryId]: { kind: 'v128.ternary', api: B.SIMDTernary, operands: ['A', 'B', 'C'] },
  [B.SIMDShiftId]: { kind: 'v128.shift', api: B.SIMDShift, operands: ['Vec', 'Shift'] },
  [B.MemoryCopyId]: {
    kind: 'memory.copy',
    api: B.MemoryCopy,
    operands: ['Dest', 'Source', 'Size'],
    observable: ['Dest', 'Source', 'Size'],
  },
  [B.MemoryFillId]: {
    kind: 'memory.fill',
    api: B.MemoryFill,
    operands: ['Dest', 'Value', 'Size'],
    observable: ['Dest', 'Size'],
  },
}

const divisions = ['Div', 'Rem'].flatMap((op) => ['SInt32', 'UInt32', 'SInt64', 'UInt64'].map((type) => B[op + type]))

/** The operations of a binary expression that take longer for some operands than for others. */
export const isDivision = (op) => divisions.includes(op)

/** What a bystander can observe of this expression. */
export function observableOperands(expression) {
  const { kind, api, observable = [] } = describe(expression)
  return kind === 'binary' && isDivision(api.getOp(expression)) ? ['Left', 'Right'] : observable
}

export function describe(expression) {
  const id = B.getExpressionId(expression)
  const description = expressions[id]
  if (!description) throw new Error(`expressions of kind ${id} are not understood, so nothing can be proved about them`)
  return description
}

/**
 * Rebuilds an expression from the inside out: each subexpression is replaced by what `visit` makes of it. Subexpressions
 * are numbered as they are left, as decode.mjs does, so that those of one that was numbered n are those from `first` to n.
 */
export function rewrite(expression, visit, counter = { next: 0 }) {
  const { api, operands = [], list } = describe(expression)
  const first = counter.next
  for (let i = 0; list && i < api[list.count](expression); i++) {
    api[list.set](expression, i, rewrite(api[list.get](expression, i), visit, counter))
  }
  for (const operand of operands) {
    const child = api[`get${operand}`](expression)
    if (child) api[`set${operand}`](expression, rewrite(child, visit, counter))
  }
  return visit(expression, { first, last: counter.next++ })
}
