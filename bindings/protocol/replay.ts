/**
 * Signatures that were seen, so that a recorded request cannot be sent again while its signature is valid.
 *
 * Bounded: when it is full, the signatures that end soonest are forgotten, and whatever ends no later than they did
 * is refused from then on. Under load the time in which a signature is accepted shrinks; no replay gets through.
 */

/** A client that signs no nonce signs equal requests of one second equally: those are no replays. */
const SAME_MOMENT_MS = 2000

export class SeenSignatures {
  readonly #capacity: number
  /** First arrival of each signature, by the second in which its validity ends. */
  readonly #bySecond = new Map<number, Map<string, number>>()
  #size = 0
  #forgottenUntil = 0
  #sweptAt = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#size
  }

  /**
   * Records a verified signature.
   * @param validUntil milliseconds of the epoch at which the signature ends
   * @param unique whether the signature covers a nonce, so that even at once it may not come twice
   * @returns false if it was seen before or can no longer be told
   */
  admit(signature: string, validUntil: number, now: number, unique: boolean): boolean {
    const second = Math.ceil(validUntil / 1000)
    if (second <= this.#forgottenUntil) return false
    this.#forgetEnded(now)
    const seen = this.#bySecond.get(second)?.get(signature)
    if (seen !== undefined) return !unique && now - seen <= SAME_MOMENT_MS
    if (this.#size >= this.#capacity) this.#forgetSoonest()
    if (second <= this.#forgottenUntil) return false
    this.#remember(second, signature, now)
    return true
  }

  #remember(second: number, signature: string, now: number): void {
    const signatures = this.#bySecond.get(second) ?? new Map<string, number>()
    this.#bySecond.set(second, signatures.set(signature, now))
    this.#size++
  }

  #forgetEnded(now: number): void {
    if (now - this.#sweptAt < 1000) return
    this.#sweptAt = now
    for (const second of this.#bySecond.keys()) {
      if (second * 1000 < now) this.#forget(second)
    }
  }

  #forgetSoonest(): void {
    const soonest = Math.min(...this.#bySecond.keys())
    this.#forget(soonest)
    this.#forgottenUntil = soonest
  }

  #forget(second: number): void {
    this.#size -= this.#bySecond.get(second)?.size ?? 0
    this.#bySecond.delete(second)
  }
}
