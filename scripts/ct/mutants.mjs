/**
 * Tests the test: plants leaks into the shipped binaries, in the midst of the real functions, behind a load of theirs
 * that brings a secret, and asks the static proof for each. `node scripts/ct/mutants.mjs` prints what it found.
 */
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import { readBuild } from './binary.mjs'
import { describe, rewrite } from './expressions.mjs'
import { readConstants } from './layout.mjs'
import { leaks, prepare } from './leaks.mjs'
import { analyse } from './static.mjs'

const B = binaryen

/** `inside` matches functions; `behind` counts their loads, from 0 or, negative, from the end. The first function that has such a load is taken. */
const mutant = (target, inside, behind, leak) => ({ target, inside, behind, leak })

export const mutants = [
  // AES
  mutant('scalar', /sbox\/subBytes/, 0, 'load'),
  mutant('scalar', /aes\/(roundKeyPlanes|toPlanes|cipher)/, 1, 'shift into an address'),
  mutant('scalar', /aes\/aesSetKey/, 0, 'if'),
  mutant('simd', /simd\/permute\/encryptBlock/, -1, 'v128.load8_splat'),
  mutant('simd', /simd\/sbox\/subBytes/, 2, 'select of vectors'),
  mutant('simd', /simd\/permute\/addKeyStream4/, -1, 'v128.load8_lane'),
  mutant('relaxed', /simd\/mix-columns/, 1, 'v128.load'),
  mutant('relaxed', /simd\/transpose/, 3, 'br_table'),
  // GHASH
  mutant('scalar', /ghash\/ghashBlocks/, 0, 'br_if'),
  mutant('simd', /ghash-products\/sumColumns/, 1, 'select'),
  mutant('simd', /ghash-tables\/powerTables/, 0, 'memory.copy from'),
  mutant('relaxed', /ghash-lanes/, 2, 'call_indirect'),
  mutant('relaxed', /ghash-products\/reduceColumns/, 0, 'floating point'),
  // GCM: key stream, tag
  mutant('scalar', /gctr\/gctrStep/, 0, 'rem'),
  mutant('simd', /gcm\/gcmTag/, 0, 'div of 64 bits'),
  mutant('scalar', /gcmOpen$/, 0, 'if'),
  mutant('simd', /gcmVerify$/, 0, 'br_if'),
  mutant('scalar', /gcm\/gcmTag/, 0, 'verdict'),
  // SHA-2, HMAC, HKDF
  mutant('scalar', /sha256\/sha256Blocks/, 3, 'div'),
  mutant('simd', /sha512\/sha512Blocks/, 3, 'store'),
  mutant('scalar', /hmac\/padState/, 0, 'memory.fill'),
  mutant('simd', /hmac\/padState/, 0, 'if'),
  mutant('scalar', /hkdf\/hkdfExpand/, 0, 'memory.copy'),
  mutant('relaxed', /sha2\/hashFinish/, 0, 'through a verdict'),
  // KW and KWP
  mutant('scalar', /keywrap\/unwrapRegisters/, 0, 'select'),
  mutant('simd', /kwpUnwrap$/, 0, 'if'),
  mutant('simd', /kwUnwrap$/, 0, 'br_if'),
  // Seals and slots
  mutant('scalar', /\/open$/, -2, 'if'),
  mutant('simd', /seal\/sealContent/, 0, 'memory.fill'),
  mutant('scalar', /slots\/slotEqual$/, -2, 'br_if'),
  mutant('scalar', /slots\/slotEqual$/, -3, 'public field'),
  mutant('simd', /draw\/drawAccept/, 0, 'load'),
]

export const title = ({ target, inside, leak }) => `${leak} in ${inside.source} of core.${target}.wasm`

const isLoad = (expression) => describe(expression).kind === 'load'

/** The secret that a load brought, as an i32, and put aside for the function to go on with. */
function putAside(m, load) {
  const type = B.getExpressionType(load)
  const name = `mutant ${type === B.i32 ? 'i32' : type === B.i64 ? 'i64' : 'v128'}`
  const value = () => m.global.get(name, type)
  const asI32 = { [B.i32]: value, [B.i64]: () => m.i32.wrap(value()), [B.v128]: () => m.i32x4.extract_lane(value(), 0) }
  return { save: m.global.set(name, load), secret: asI32[type](), value: value(), type }
}

/** @returns {{ bytes: Uint8Array, place: string }} the binary with one leak in it, and the function's name */
export function plant({ inside, behind, leak }, build) {
  const m = B.readBinary(build.bytes)
  prepare(m)
  const addresses = readConstants(build.target !== 'scalar')
  for (const [i, name] of build.functions.entries()) {
    if (!inside.test(name)) continue
    const id = m.getFunctionByIndex(i)
    const loads = []
    B.Function.setBody(
      id,
      rewrite(B.Function.getBody(id), (e) => {
        if (isLoad(e)) loads.push(e)
        return e
      }),
    )
    const chosen = loads.at(behind)
    if (!chosen) continue
    B.Function.setBody(
      id,
      rewrite(B.Function.getBody(id), (e) => {
        if (e !== chosen) return e
        const { save, secret, value, type } = putAside(m, e)
        return m.block(null, [save, leaks[leak].leak(m, secret, addresses), value], type)
      }),
    )
    if (!m.validate()) throw new Error(`${leak} in ${name} is not valid`)
    const bytes = m.emitBinary()
    m.dispose()
    return { bytes, place: name }
  }
  throw new Error(`no function ${inside} with ${behind} loads`)
}

/** Whether the static proof names the very leak, in the very function. */
export function isFound(mutation, build) {
  const { bytes, place } = plant(mutation, build)
  const findings = analyse({ ...build, bytes }).findings.list()
  return {
    place,
    found: findings.some(({ function: name, kind }) => name === place && kind === leaks[mutation.leak].found),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let missed = 0
  for (const mutation of mutants) {
    const { place, found } = isFound(mutation, readBuild(mutation.target))
    console.log(`${found ? 'found ' : 'MISSED'}  ${mutation.target.padEnd(7)}  ${mutation.leak.padEnd(21)}  ${place}`)
    if (!found) missed++
  }
  console.log(`\n${mutants.length - missed} of ${mutants.length} planted leaks found`)
  process.exitCode = missed === 0 ? 0 : 1
}
