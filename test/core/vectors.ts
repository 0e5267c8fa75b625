/** Runs official vectors against a core: every test in both directions, and every accepted one again with a bit flipped. */
import { concat, hex, unhex } from '../../bindings/bytes.ts'
import { AuthenticationError, type Core, type Hash } from '../../bindings/core.ts'

export interface VectorFile {
  readonly algorithm: string
  readonly tests: readonly VectorTest[]
}

interface VectorTest {
  readonly id: string
  readonly result?: 'valid' | 'invalid' | 'acceptable'
  readonly [member: string]: unknown
}

/** What happened: how many tests ran, and what was wrong in words. */
export interface Tally {
  cases: number
  readonly failures: string[]
}

type Check = (core: Core, test: VectorTest, place: number) => string | undefined

const text = (test: VectorTest, member: string): string => (test[member] as string | undefined) ?? ''

let shift = 0
/** The bytes as a view at an odd place in a larger buffer: a core that ignores offsets reads the wrong bytes. */
function bytes(digits: string): Uint8Array {
  const content = unhex(digits)
  shift = (shift + 3) % 16
  const around = new Uint8Array(content.length + 32).fill(0xa5)
  around.set(content, shift + 1)
  return around.subarray(shift + 1, shift + 1 + content.length)
}

function flipped(digits: string, bit: number): Uint8Array {
  const changed = bytes(digits)
  const place = bit % (8 * changed.length)
  changed[place >> 3]! ^= 1 << (place & 7)
  return changed
}

/** The result in hex, or undefined if the core refused. Any other error is thrown on. */
function attempt(work: () => Uint8Array): string | undefined {
  try {
    return hex(work())
  } catch (error) {
    if (error instanceof AuthenticationError) return undefined
    throw error
  }
}

function checkGcm(core: Core, test: VectorTest, place: number): string | undefined {
  const [key, iv, aad] = [bytes(text(test, 'key')), bytes(text(test, 'iv')), bytes(text(test, 'aad'))]
  const sealed = text(test, 'ct') + text(test, 'tag')
  const tagLength = text(test, 'tag').length / 2
  if (test.result === 'invalid') {
    // Some are invalid for what they ask, such as an empty IV: refusing the argument counts.
    try {
      core.gcmOpen(key, iv, bytes(sealed), aad, tagLength)
    } catch (error) {
      if (error instanceof AuthenticationError || error instanceof RangeError) return undefined
      throw error
    }
    return 'accepted an invalid message'
  }
  if (attempt(() => core.gcmOpen(key, iv, bytes(sealed), aad, tagLength)) !== text(test, 'pt')) return 'opened wrongly'
  if (hex(core.gcmSeal(key, iv, bytes(text(test, 'pt')), aad, tagLength)) !== sealed) return 'sealed wrongly'
  const changed = flipped(sealed, 7 * place + 1)
  if (attempt(() => core.gcmOpen(key, iv, changed, aad, tagLength)) !== undefined) return 'accepted a flipped bit'
}

function checkWrap(wrap: 'kwWrap' | 'kwpWrap', unwrap: 'kwUnwrap' | 'kwpUnwrap'): Check {
  return (core, test, place) => {
    const kek = bytes(text(test, 'kek'))
    const opened = attempt(() => core[unwrap](kek, bytes(text(test, 'ct'))))
    if (test.result === 'invalid') return opened === undefined ? undefined : 'accepted an invalid message'
    if (test.result === 'acceptable' && opened === undefined) return undefined
    if (opened !== text(test, 'pt')) return 'unwrapped wrongly'
    if (test.result === 'acceptable') return undefined
    if (hex(core[wrap](kek, bytes(text(test, 'pt')))) !== text(test, 'ct')) return 'wrapped wrongly'
    const changed = flipped(text(test, 'ct'), 11 * place + 1)
    if (attempt(() => core[unwrap](kek, changed)) !== undefined) return 'accepted a flipped bit'
  }
}

function checkHkdf(core: Core, test: VectorTest): string | undefined {
  const inputs = [bytes(text(test, 'ikm')), bytes(text(test, 'salt')), bytes(text(test, 'info'))] as const
  const length = test.outLen as number
  if (test.result === 'invalid' && text(test, 'okm') === '') {
    try {
      core.hkdf(test.hash as Hash, ...inputs, length)
    } catch (error) {
      if (error instanceof RangeError) return undefined
      throw error
    }
    return 'accepted an impossible length'
  }
  const same = hex(core.hkdf(test.hash as Hash, ...inputs, length)) === text(test, 'okm')
  return same === (test.result !== 'invalid') ? undefined : 'derived wrongly'
}

function checkHmac(core: Core, test: VectorTest): string | undefined {
  const mac = hex(core.hmac(test.hash as Hash, bytes(text(test, 'key')), bytes(text(test, 'msg'))))
  const same = mac.startsWith(text(test, 'tag'))
  return same === (test.result !== 'invalid') ? undefined : 'authenticated wrongly'
}

function checkSha2(core: Core, test: VectorTest): string | undefined {
  const hash = test.hash as Hash
  if (test.checkpoints === undefined) {
    return hex(core.sha2(hash, bytes(text(test, 'msg')))) === text(test, 'md') ? undefined : 'hashed wrongly'
  }
  // The Secure Hash Algorithm Validation System, 6.4: each digest is of the three before it.
  let seed = unhex(text(test, 'seed'))
  for (const checkpoint of test.checkpoints as string[]) {
    let [a, b, c] = [seed, seed, seed]
    for (let i = 0; i < 1000; i++) [a, b, c] = [b, c, core.sha2(hash, concat(a, b, c))]
    if (hex(c) !== checkpoint) return 'hashed wrongly'
    seed = c
  }
}

const checks: Readonly<Record<string, Check>> = {
  'AES-GCM': checkGcm,
  'AES-KW': checkWrap('kwWrap', 'kwUnwrap'),
  'AES-KWP': checkWrap('kwpWrap', 'kwpUnwrap'),
  HKDF: checkHkdf,
  HMAC: checkHmac,
  'SHA-2': checkSha2,
}

/** Runs all tests of a file. Throws if its algorithm is not one of the core's. */
export function runVectors(core: Core, file: VectorFile): Tally {
  const check = checks[file.algorithm]
  if (check === undefined) throw new Error(`no check for ${file.algorithm}`)
  const tally: Tally = { cases: file.tests.length, failures: [] }
  for (const [place, test] of file.tests.entries()) {
    const failure = check(core, test, place)
    if (failure !== undefined) tally.failures.push(`${test.id} ${failure}`)
  }
  return tally
}
