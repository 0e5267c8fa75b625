/** Where secrets become observable, one entry for each place and kind. */
export class Findings {
  #found = new Map()

  add(functionName, kind, node) {
    const place = `${functionName}: ${kind}`
    const nodes = this.#found.get(place) ?? new Set()
    this.#found.set(place, nodes.add(node))
  }

  get size() {
    return this.list().length
  }

  /** @returns {{ function: string, kind: string, times: number }[]} */
  list() {
    return [...this.#found].map(([place, nodes]) => {
      const [name, kind] = place.split(/: (.*)/s)
      return { function: name, kind, times: nodes.size }
    })
  }
}
