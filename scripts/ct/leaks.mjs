/**
 * Ways to leak a secret, one for each kind of finding: each makes, from an expression of type i32 with a secret value,
 * code that betrays it and has no value. `found` is what the static proof must say.
 */
import binaryen from 'binaryen'

const { i32, none, v128 } = binaryen

/** Anything in the compiler's constants; reading it harms nobody. */
const TABLE = 1024

const bit = (m, secret) => m.i32.and(secret, m.i32.const(1))
const index = (m, secret) => m.i32.add(m.i32.const(TABLE), m.i32.and(secret, m.i32.const(0xff)))
const scratch = (m, name) => m.i32.add(m.global.get(`mutant ${name}`, i32), m.i32.const(0))
const zeros = (m) => m.v128.const(new Uint8Array(16))

export const leaks = {
  if: { found: 'secret condition of if', leak: (m, s) => m.if(bit(m, s), m.drop(m.i32.const(1))) },
  br_if: {
    found: 'secret condition of br',
    leak: (m, s) => m.block('mutant', [m.br('mutant', bit(m, s)), m.nop()], none),
  },
  br_table: {
    found: 'secret condition of br_table',
    leak: (m, s) => m.block('mutant', [m.block('inner', [m.switch(['inner'], 'mutant', bit(m, s))], none)], none),
  },
  select: {
    found: 'secret condition of select',
    leak: (m, s) => m.drop(m.select(bit(m, s), scratch(m, 'i32'), m.i32.const(7))),
  },
  'select of vectors': {
    found: 'select on v128, which engines compile to a jump',
    leak: (m) => m.drop(m.select(scratch(m, 'public'), zeros(m), zeros(m))),
  },
  load: { found: 'secret ptr of load', leak: (m, s) => m.drop(m.i32.load8_u(0, 1, index(m, s))) },
  store: {
    found: 'secret ptr of store',
    leak: (m, s) => m.i32.store8(0, 1, m.i32.add(m.i32.const(0x100000), s), m.i32.const(0)),
  },
  'v128.load': { found: 'secret ptr of load', leak: (m, s) => m.drop(m.v128.load(0, 1, index(m, s))) },
  'v128.load8_splat': {
    found: 'secret ptr of v128.load',
    leak: (m, s) => m.drop(m.v128.load8_splat(0, 1, index(m, s))),
  },
  'v128.load8_lane': {
    found: 'secret ptr of v128.lane',
    leak: (m, s) => m.drop(m.v128.load8_lane(0, 1, 0, index(m, s), zeros(m))),
  },
  'memory.fill': {
    found: 'secret size of memory.fill',
    leak: (m, s) => m.memory.fill(m.i32.const(0x180000), m.i32.const(0), m.i32.and(s, m.i32.const(0xff))),
  },
  'memory.copy': {
    found: 'secret size of memory.copy',
    leak: (m, s) => m.memory.copy(m.i32.const(0x180000), m.i32.const(TABLE), m.i32.and(s, m.i32.const(0xff))),
  },
  'memory.copy from': {
    found: 'secret source of memory.copy',
    leak: (m, s) => m.memory.copy(m.i32.const(0x180000), index(m, s), m.i32.const(8)),
  },
  div: {
    found: 'secret right of binary',
    leak: (m, s) => m.drop(m.i32.div_u(m.i32.const(1000), m.i32.or(s, m.i32.const(1)))),
  },
  rem: { found: 'secret left of binary', leak: (m, s) => m.drop(m.i32.rem_u(s, m.i32.const(251))) },
  'div of 64 bits': {
    found: 'secret left of binary',
    leak: (m, s) => m.drop(m.i64.div_u(m.i64.extend_u(s), m.i64.const(1000003n))),
  },
  'shift into an address': {
    found: 'secret ptr of load',
    leak: (m, s) => m.drop(m.i32.load8_u(0, 1, m.i32.shl(m.i32.const(1), m.i32.and(s, m.i32.const(7))))),
  },
  call_indirect: {
    found: 'secret target of call_indirect',
    leak: (m, s) => m.drop(m.call_indirect('mutants', bit(m, s), [m.i32.const(0)], i32, i32)),
  },
  'floating point': {
    found: 'floating point',
    leak: (m, s) => m.drop(m.f64.div(m.f64.const(1), m.f64.convert_u.i32(s))),
  },
  'public field': {
    found: 'secret stored into public fields',
    leak: (m, s, { ARENA }) => m.i32.store(4, 4, m.i32.const(ARENA), s),
  },
  verdict: {
    found: 'publishes KW_ACCEPTED, which is not for it to do',
    leak: (m, s, { KW_ACCEPTED }) => m.i32.store(0, 4, m.i32.const(KW_ACCEPTED), s),
  },
  'through a verdict': {
    found: 'publishes SAME_BYTES, which is not for it to do',
    leak: (m, s, { SAME_BYTES }) =>
      m.block(null, [
        m.i32.store(0, 4, m.i32.const(SAME_BYTES), s),
        m.if(m.i32.load(0, 4, m.i32.const(SAME_BYTES)), m.drop(m.i32.const(1))),
      ]),
  },
}

/** What leaks need beside themselves: scratch values of each type, and a table to call through. */
export function prepare(m) {
  m.setFeatures(binaryen.Features.All)
  m.addGlobal('mutant i32', i32, true, m.i32.const(0))
  m.addGlobal('mutant i64', binaryen.i64, true, m.i64.const(0n))
  m.addGlobal('mutant v128', v128, true, zeros(m))
  m.addGlobal('mutant public', i32, true, m.i32.const(0))
  m.addFunction('mutant callee', i32, i32, [], m.local.get(0, i32))
  m.addTable('mutants', 2, 2)
  m.addActiveElementSegment('mutants', 'mutants', ['mutant callee', 'mutant callee'])
}
