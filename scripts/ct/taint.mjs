/**
 * The static proof's engine: runs every export on abstract values (values.mjs) instead of numbers, and notes each place
 * where a secret would reach something observable.
 *
 * Calls are followed with their arguments, one analysis for each different list of them. Locals are followed through
 * branches and loops to a fixed point. Globals hold whatever any function ever put there; all exports are run again until
 * nothing new comes. Memory is what layout.mjs says of it, and stores are held to that.
 */
import { Findings } from './findings.mjs'
import { FunctionRun } from './function-run.mjs'
import { ANY, constant, equal, join, key, NONE, widen } from './values.mjs'

/** Rounds after which values that still grow are widened. */
const PATIENCE = 6

export class Taint {
  findings = new Findings()
  /** Verdicts that were published, with the functions that do so. */
  published = new Map()
  /** Numbers of the nodes whose values may be secret, by function. */
  secretNodes = new Map()
  #results = new Map()
  #globals = new Map()
  #changed = false
  #round = 0
  #stack = []

  constructor(module, layout) {
    this.module = module
    this.layout = layout
  }

  /** Analyses all exports, whose arguments are public and unknown. */
  run() {
    do {
      this.#changed = false
      this.#results.clear()
      for (const { name, function: id } of this.module.exports) this.#runExport(name, id)
      if (++this.#round > 1 && !this.#changed) this.#initialise()
    } while (this.#changed)
    return this
  }

  /**
   * Globals begin with their initial value, but for those that only ever hold addresses: they belong to streams, which
   * begin with an export that sets them.
   */
  #initialise() {
    for (const { id, init } of this.module.globals) {
      if (init.value !== 0 || !this.layout.isAddress(this.getGlobal(id)))
        this.setGlobal(id, init.type === 'i32' ? constant(init.value) : ANY)
    }
  }

  #runExport(name, id) {
    const { params } = this.module.functions.get(id)
    const result = this.call(
      id,
      params.map(() => ANY),
    )
    if (result.secret) this.findings.add(name, 'a secret is the result of an export', name)
  }

  call(id, args) {
    const callKey = `${id}(${args.map(key).join(', ')})`
    const known = this.#results.get(callKey)
    if (known) return known
    if (this.#stack.includes(id)) throw new Error(`recursion: ${[...this.#stack, id].join(' > ')}`)
    this.#stack.push(id)
    const result = new FunctionRun(this, this.module.functions.get(id), args).run()
    this.#stack.pop()
    this.#results.set(callKey, result)
    return result
  }

  getGlobal(id) {
    return this.#globals.get(id) ?? NONE
  }

  setGlobal(id, value) {
    const before = this.getGlobal(id)
    const after = this.#round > PATIENCE ? widen(before, value) : this.layout.rebase(join(before, value))
    if (equal(before, after)) return
    this.#globals.set(id, after)
    this.#changed = true
  }

  handlesSecret(functionName, { number }) {
    const nodes = this.secretNodes.get(functionName)
    if (nodes) nodes.add(number)
    else this.secretNodes.set(functionName, new Set([number]))
  }

  publish(verdict, functionName) {
    this.published.set(verdict, (this.published.get(verdict) ?? new Set()).add(functionName))
  }
}
