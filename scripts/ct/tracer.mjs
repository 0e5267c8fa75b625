/** An instance of an instrumented binary that can be put back to how it began, and runs scenarios on secrets. */
import { instrument, MARKS } from './instrument.mjs'

export class Tracer {
  #memory
  #marks
  #began
  #globals

  constructor(build, { event } = {}) {
    const { bytes, places, blocks } = instrument(build, { logs: event !== undefined })
    this.places = places
    this.blocks = blocks
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { trace: { event } })
    this.exports = instance.exports
    this.#memory = new Uint8Array(this.exports.memory.buffer)
    if (this.exports.ARENA_END.value > MARKS || blocks.length > this.#memory.length - MARKS)
      throw new Error('no room for marks')
    this.#marks = this.#memory.subarray(MARKS, MARKS + blocks.length)
    this.#began = this.#memory.slice(0, MARKS)
    const states = Object.keys(this.exports).filter((name) => name.startsWith('state '))
    this.#globals = states.map((name) => [this.exports[name], this.exports[name].value])
  }

  /** Runs a scenario from the beginning; the hash of all that could be observed. */
  run({ calls, reach = 16_384 }, secret, random) {
    const end = this.exports.DATA.value + reach
    this.#memory.set(this.#began.subarray(0, end))
    for (const [global, value] of this.#globals) global.value = value
    if (this.exports.trace) this.exports.trace.value = 0n
    calls(new Arena(this.exports, this.#memory), secret, random)
    return this.exports.trace?.value
  }

  /** @returns the blocks that no run has reached */
  unreached() {
    return this.blocks.filter((_, i) => this.#marks[i] === 0)
  }
}

/** What scenarios see: exports under `core`, and a way to put bytes into windows. */
class Arena {
  constructor(exports, memory) {
    this.core = exports
    this.memory = memory
  }

  /** Puts byte strings one behind the other into a window; how many bytes. */
  put(window, ...strings) {
    let at = this.core[window].value
    const start = at
    for (const bytes of strings) {
      this.memory.set(bytes, at)
      at += bytes.length
    }
    return at - start
  }

  read(window, length, offset = 0) {
    const at = this.core[window].value + offset
    return this.memory.slice(at, at + length)
  }

  flip(window, offset, bit = 1) {
    this.memory[this.core[window].value + offset] ^= bit
  }

  /** A slot with these bytes; its handle. */
  slot(bytes) {
    return this.core.slotImport(this.put('DATA', bytes))
  }

  expect(status, expected) {
    if (status !== expected) throw new Error(`a call answered ${status}, not ${expected}`)
  }
}
