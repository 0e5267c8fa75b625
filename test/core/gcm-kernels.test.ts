/** The kernels against each other: lengths around their batches, counters that start anywhere and wrap, keys of all lengths. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Core, loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'

/** Bytes around batches of 4, 32 and 128 blocks, the lanes' 256 bytes and what is encrypted between two hashings. */
const edges = [48, 64, 304, 320, 480, 496, 512, 992, 1024, 1760, 1776, 1792, 2016, 2032, 2048, 4064, 8160, 8192, 10_240]
const lengths = [0, 1, 15, 16, 17, 33, ...edges.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 16])]

const toInteger = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
const toBytes = (value: bigint): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: 16 }, (_, i) => Number((value >> BigInt(8 * (15 - i))) & 255n))

/** SP 800-38D, 6.3, algorithm 1: blocks as big-endian integers, the first bit the most significant. */
function multiply(x: bigint, y: bigint): bigint {
  let [z, v] = [0n, y]
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) z ^= v
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n
  }
  return z
}

/** x^(2^128 - 2). */
function invert(x: bigint): bigint {
  let [result, square] = [1n << 127n, x]
  for (let i = 1; i < 128; i++) {
    square = multiply(square, square)
    result = multiply(result, square)
  }
  return result
}

/** The IV of 16 bytes whose pre-counter block is J0: GHASH of (IV, 0^64 ‖ 128) turned back. H is CIPH_K(0^128). */
function ivFor(J0: bigint, H: bigint): Uint8Array<ArrayBuffer> {
  const inverse = invert(H)
  return toBytes(multiply(multiply(J0, inverse) ^ 128n, inverse))
}

/** H = CIPH_K(0^128), by another implementation's counter mode. */
async function firstBlock(raw: Uint8Array<ArrayBuffer>): Promise<bigint> {
  const key = await crypto.subtle.importKey('raw', raw, 'AES-CTR', false, ['encrypt'])
  const zeros = new Uint8Array(16)
  return toInteger(
    new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CTR', counter: zeros, length: 128 }, key, zeros)),
  )
}

describe.each(builds.slice(1))('%s build', { timeout: 60_000 }, (build) => {
  let core: Core
  let scalar: Core
  beforeAll(async () => {
    core = await loadCore({ build })
    scalar = await loadCore({ build: 'scalar' })
  })

  function expectSame(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): void {
    const sealed = core.gcmSeal(key, iv, plaintext, aad)
    const about = `${key.length}, ${iv.length}, ${plaintext.length}, ${aad.length}`
    expect(core.equal(sealed, scalar.gcmSeal(key, iv, plaintext, aad)), about).toBe(true)
    expect(core.equal(core.gcmOpen(key, iv, sealed, aad), plaintext), about).toBe(true)
  }

  it.each([16, 24, 32])('seals like the scalar build under keys of %i bytes', (keyLength) => {
    const next = sequence(keyLength)
    for (const length of lengths) expectSame(next(keyLength), next(12), next(length), next((length * 5) % 70))
  })

  it('starts from any counter', () => {
    const next = sequence(5)
    for (const length of lengths) expectSame(next(32), next(1 + (length % 61)), next(length), next(length % 33))
  })

  it('counts modulo 2^32', async () => {
    const next = sequence(6)
    const raw = next(32)
    const H = await firstBlock(raw)
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
    for (const before of [0, 1, 2, 3, 5, 30, 31, 32, 100, 126, 127, 128, 129, 200]) {
      const J0 = (toInteger(next(12)) << 32n) | BigInt(0xffffffff - before)
      const iv = ivFor(J0, H)
      for (const length of [40, 600, 5000]) {
        const plaintext = next(length)
        const expected = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext))
        expect(core.equal(core.gcmSeal(raw, iv, plaintext), expected), `${before} before, ${length} bytes`).toBe(true)
      }
    }
  })
})
