/** Random choices that can be repeated: xorshift32 (Marsaglia 2003), seeded. For tests, never for keys. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 1
  }

  /** 0 to `sides` - 1. */
  roll(sides: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % sides
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.roll(items.length)]!
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.roll(256))
  }

  /** A JSON value of any kind, at most `depth` levels deep. */
  json(depth: number): unknown {
    const scalars = [null, true, -1, 0.5, 1e300, '', 'x', '\ud800', '__proto__', 'alias/é', 2 ** 53]
    if (depth === 0 || this.roll(3) > 0) return this.pick(scalars)
    const values = Array.from({ length: this.roll(4) }, () => this.json(depth - 1))
    if (this.roll(2) === 0) return values
    return Object.fromEntries(
      values.map((value) => [this.pick(['KeyId', 'Tags', '__proto__', 'constructor', 'a', '']), value]),
    )
  }
}
