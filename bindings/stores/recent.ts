/**
 * A map that forgets what was not used for long. Two generations: what is used moves to the young one, and when that is
 * full it becomes the old one, whose rest is dropped. Cheaper than keeping an exact order.
 */
export class Recent<V> {
  private young = new Map<string, V>()
  private old = new Map<string, V>()
  private readonly limit: number

  /** @param limit entries in each generation */
  constructor(limit: number) {
    this.limit = limit
  }

  get(key: string): V | undefined {
    const young = this.young.get(key)
    if (young !== undefined) return young
    const old = this.old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: string, value: V): void {
    this.young.set(key, value)
    if (this.young.size < this.limit) return
    this.old = this.young
    this.young = new Map()
  }

  clear(): void {
    this.young.clear()
    this.old.clear()
  }
}
