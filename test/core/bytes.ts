/** Test bytes: reproducible, and never a pattern that could hide a shift. */

/** A small generator (xorshift32) for tests: the same seed gives the same bytes everywhere. */
export function sequence(seed: number): (length: number) => Uint8Array<ArrayBuffer> {
  let state = seed | 0 || 1
  return (length) => {
    const out = new Uint8Array(length)
    for (let i = 0; i < length; i++) {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      out[i] = state >>> 11
    }
    return out
  }
}

/** Whether `part` occurs anywhere in `whole`. */
export function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let at = whole.indexOf(part[0]!); at >= 0; at = whole.indexOf(part[0]!, at + 1)) {
    if (part.every((byte, i) => whole[at + i] === byte)) return true
  }
  return false
}
