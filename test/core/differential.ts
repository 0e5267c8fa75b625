/**
 * Random cases for the core, on every build, against independent implementations. A case follows from the seed and its
 * number alone, so that `KMSBOX_SEED` and `KMSBOX_CASE` bring it back. Failures name lengths, never bytes.
 */
import { type Core, type Hash, loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'
import { algorithms, Mismatch, same } from './differential-cases.ts'

type Bytes = Uint8Array<ArrayBuffer>
/** `undefined`: this peer does not do that. */
export type Answer = Uint8Array | undefined | Promise<Uint8Array | undefined>

/** Another implementation. What it lacks it leaves out. */
export interface Peer {
  readonly name: string
  /** Ciphertext ‖ tag. */
  gcmSeal?(key: Bytes, iv: Bytes, plaintext: Bytes, aad: Bytes, tagLength: number): Answer
  kwWrap?(kek: Bytes, data: Bytes): Answer
  kwpWrap?(kek: Bytes, data: Bytes): Answer
  sha2?(hash: Hash, message: Bytes): Answer
  hmac?(hash: Hash, key: Bytes, message: Bytes): Answer
  hkdf?(hash: Hash, ikm: Bytes, salt: Bytes, info: Bytes, length: number): Answer
}

/** One question, what a peer answers to it, and what the core must make of that answer. */
export interface Case {
  /** The lengths that matter. */
  readonly about: string
  ask(peer: Peer): Answer
  /** Throws {@link Mismatch} unless the core gives the answer, undoes it, and refuses it once tampered with. */
  check(core: Core, answer: Uint8Array): void
}

export interface Settings {
  readonly seed: number
  /** The number of the first case; what is behind `count` or `milliseconds` is left out. */
  readonly first: number
  readonly count: number
  readonly milliseconds: number
}

const setting = (name: string): number | undefined => {
  // To a page Vite shows only what starts with VITE_.
  const text = import.meta.env[`KMSBOX_${name}`] ?? import.meta.env[`VITE_KMSBOX_${name}`]
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,10}$/.test(text)) throw new RangeError(`KMSBOX_${name} must be a number`)
  return Number(text)
}

/** 10,000 cases, or as many as fit into half a minute; as many as `KMSBOX_FUZZ` says however long they take. */
export function settings(): Settings {
  const seed = setting('SEED') ?? crypto.getRandomValues(new Uint32Array(1))[0]!
  const only = setting('CASE')
  if (only !== undefined) return { seed, first: only, count: 1, milliseconds: Infinity }
  const count = setting('FUZZ')
  return { seed, first: 0, count: count ?? 10_000, milliseconds: count === undefined ? 30_000 : Infinity }
}

/** MurmurHash3's finalizer: the generator is linear, and would give neighbouring cases and seeds alike choices. */
function scramble(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

/** Where the choices and the bytes of one case come from. */
export class Draw {
  readonly #next: (length: number) => Bytes
  readonly #given: { readonly whole: Bytes; readonly copy: Bytes }[] = []

  constructor(seed: number, number: number) {
    this.#next = sequence(scramble(scramble(seed) + number))
  }

  integer(least: number, most: number): number {
    const [a, b, c, d] = this.#next(4) as unknown as [number, number, number, number]
    return least + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % (most - least + 1))
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!
  }

  /** An input: a view that starts anywhere in a larger buffer. */
  bytes(length: number): Bytes {
    const before = this.integer(0, 9)
    const whole = this.#next(before + length + this.integer(0, 9))
    this.#given.push({ whole, copy: whole.slice() })
    return whole.subarray(before, before + length)
  }

  /** A message's length: mostly where blocks, batches and windows end, now and then up to 70,000. */
  messageLength(): number {
    const kind = this.integer(0, 99)
    if (kind < 55) return this.pick(edges) + this.integer(-1, 1)
    if (kind < 88) return this.integer(0, 300)
    if (kind < 97) return this.integer(0, 5000)
    if (kind < 98) return this.integer(0, 70_000)
    return 65_536 + (kind === 98 ? this.integer(-1, 1) : this.integer(1, 4464)) // what streams through the window
  }

  /** Whether all inputs, and what lies around them, are what they were. */
  get unchanged(): boolean {
    return this.#given.every(({ whole, copy }) => same(whole, copy))
  }
}

const edges = [1, 16, 32, 64, 128, 1024, 2048, 4096]

/** How many cases each algorithm had, and how many answers each peer gave. */
export interface Report {
  readonly cases: number
  readonly seconds: number
  readonly algorithms: Readonly<Record<string, number>>
  readonly peers: Readonly<Record<string, number>>
}

/** Runs cases until one fails; every case on every build, against every peer that knows the algorithm. */
export async function compare(peers: readonly Peer[], { seed, first, count, milliseconds }: Settings): Promise<Report> {
  const cores = await Promise.all(builds.map((build) => loadCore({ build })))
  const tally = { algorithms: zeros(Object.keys(algorithms)), peers: zeros(peers.map(({ name }) => name)) }
  const started = performance.now()
  let cases = 0
  for (let number = first; number < first + count && performance.now() - started < milliseconds; number++) {
    const draw = new Draw(seed, number)
    const algorithm = draw.pick(mix)
    const one = algorithms[algorithm](draw)
    const answered = await confront(one, draw, peers, cores).catch((error: Mismatch) => {
      throw new Error(`KMSBOX_SEED=${seed} KMSBOX_CASE=${number}, ${algorithm} (${one.about}): ${error.message}`)
    })
    if (number % 500 === 0) await new Promise((resume) => setTimeout(resume)) // the runner wants to hear from us
    if (answered.length === 0) continue // what no peer can do is no case
    for (const peer of answered) tally.peers[peer]!++
    tally.algorithms[algorithm]!++
    cases++
  }
  return { cases, seconds: (performance.now() - started) / 1000, ...tally }
}

/** AES-GCM has most to vary. */
const mix = ['AES-GCM', 'AES-GCM', 'AES-GCM', 'AES-KW', 'AES-KWP', 'SHA-2', 'HMAC', 'HKDF'] as const

/** One case; the names of the peers that answered. Throws {@link Mismatch} only. */
async function confront(one: Case, draw: Draw, peers: readonly Peer[], cores: readonly Core[]): Promise<string[]> {
  const answered: string[] = []
  let agreed: Uint8Array | undefined
  for (const peer of peers) {
    const answer = await attempt(peer.name, () => one.ask(peer))
    if (answer === undefined) continue
    if (agreed !== undefined && !same(agreed, answer))
      throw new Mismatch(`${answered.at(-1)} and ${peer.name} disagree`)
    agreed = answer
    answered.push(peer.name)
  }
  if (!draw.unchanged) throw new Mismatch('a peer changed an input')
  if (agreed !== undefined) for (const core of cores) await checkOn(core, one, draw, agreed)
  return answered
}

async function checkOn(core: Core, one: Case, draw: Draw, answer: Uint8Array): Promise<void> {
  const build = `${core.build} build`
  await attempt(build, () => one.check(core, answer))
  if (!draw.unchanged) throw new Mismatch(`${build}: an input was changed`)
  if (core.slots.used !== 0) throw new Mismatch(`${build}: a slot is left`)
}

/** Says who threw and what kind of error, no more: what others throw might quote its arguments. */
async function attempt<T>(who: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Mismatch) throw new Mismatch(`${who}: ${error.message}`)
    throw new Mismatch(`${who} threw ${error instanceof Error ? error.name : 'what is no error'}`)
  }
}

function zeros(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, 0]))
}

/** What had no case or no answer, which with this many cases is no chance. */
export function missing({ cases, algorithms, peers }: Report): string[] {
  const counts = cases < 200 ? { cases } : { ...algorithms, ...peers }
  return Object.entries(counts)
    .filter(([, count]) => count === 0)
    .map(([name]) => name)
}

/** For people: what ran, and how to run it again. */
export function describeReport(report: Report, { seed, first }: Settings): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')
  const from = first === 0 ? '' : ` from KMSBOX_CASE=${first}`
  return [
    `KMSBOX_SEED=${seed}${from}: ${report.cases} cases on ${builds.join(', ')} in ${report.seconds.toFixed(1)} s`,
    `  ${list(report.algorithms)}; answers: ${list(report.peers)}`,
  ].join('\n')
}
