/** A set of texts that can be paged through in order; sorted only when somebody pages after a disturbance. */
export class SortedIds {
  private readonly ids = new Set<string>()
  private sorted: string[] | undefined = []

  get size(): number {
    return this.ids.size
  }

  add(id: string): void {
    if (this.ids.has(id)) return
    this.ids.add(id)
    if (this.sorted !== undefined && id > (this.sorted.at(-1) ?? '')) this.sorted.push(id)
    else this.sorted = undefined
  }

  delete(id: string): void {
    if (this.ids.delete(id)) this.sorted = undefined
  }

  /** At most `limit` texts strictly after `id`, ascending. */
  after(id: string | undefined, limit: number): string[] {
    this.sorted ??= [...this.ids].sort()
    const start = id === undefined ? 0 : firstAfter(this.sorted, id)
    return this.sorted.slice(start, start + limit)
  }
}

/** Index of the first of the sorted texts that is greater than `text`. */
function firstAfter(sorted: readonly string[], text: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as string) <= text) low = middle + 1
    else high = middle
  }
  return low
}
