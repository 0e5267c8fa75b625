/** Secrets to run on: corner cases first, then random ones, the same in every run of the same seed. */

/** SplitMix-like 32-bit generator: this is about variety, not secrecy. */
export function generator(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
}

/** @returns {(length: number) => Uint8Array} */
export function randomBytes(next) {
  return (length) => {
    const words = new Uint32Array(Math.ceil(length / 4))
    for (let i = 0; i < words.length; i++) words[i] = next()
    return new Uint8Array(words.buffer, 0, length)
  }
}

const filled = (value) => (length) => new Uint8Array(length).fill(value)

const singleBit = (bit) => (length) => {
  const bytes = new Uint8Array(length)
  if (length > 0) bytes[(bit >> 3) % length] = 1 << (bit & 7)
  return bytes
}

const corners = [filled(0), filled(0xff), ...[0, 1, 7, 8, 63, 64, 100, 127, 128, 200, 255].map(singleBit)]

export const cornerCases = corners.length

/** What run number `run` of a seed takes its secrets from, and its random bytes, which are secret but never special. */
export function sources(seed, run) {
  const random = randomBytes(generator(seed ^ Math.imul(run + 1, 0x27d4eb2f)))
  const secret = corners[run] ?? randomBytes(generator(seed ^ Math.imul(run + 1, 0x165667b1)))
  return { secret, random }
}
