/**
 * Wildcard matching: `*` is any run of characters, `?` any one character. No regular expression is built from input and
 * nothing backtracks: literal runs are found by Knuth-Morris-Pratt in O(text), runs with `?` by Shift-And in
 * O(text × run / 32) or, within that bound, by a character that the text has little of. Characters are code points.
 */

/** `*` in a list of {@link Piece}s. */
export const MANY = 0
/** `?` in a list of {@link Piece}s. */
const ONE = 1
/** Literal text, or a wildcard. */
export type Piece = string | typeof MANY | typeof ONE

/** Splits a pattern as users write it. */
export function wildcardPieces(pattern: string): Piece[] {
  const pieces: Piece[] = []
  let literal = ''
  for (const unit of pattern) {
    if (unit !== '*' && unit !== '?') {
      literal += unit
      continue
    }
    if (literal) pieces.push(literal)
    literal = ''
    pieces.push(unit === '*' ? MANY : ONE)
  }
  if (literal) pieces.push(literal)
  return pieces
}

/** Runs up to this length are tried at every place: cheaper than the tables that the better ways need. */
const shortRun = 8
/** A character that makes up less than one part in this many of a text is rare: places without it are passed over. */
const rareShare = 32
/** A position that any character fits. */
const anyPoint = -1

/** Code points of a text; a typed array, because long texts meet many patterns. */
function pointsOf(text: string): Int32Array {
  const points = new Int32Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) as number
    points[length++] = point
    if (point > 0xffff) at++
  }
  return points.subarray(0, length)
}

function countsOf(points: Int32Array): Map<number, number> {
  const counts = new Map<number, number>()
  for (const point of points) counts.set(point, (counts.get(point) ?? 0) + 1)
  return counts
}

/** A text to be matched against several patterns. */
export class Subject {
  readonly text: string
  #points: Int32Array | undefined
  #counts: Map<number, number> | undefined

  constructor(text: string) {
    this.text = text
  }

  get points(): Int32Array {
    this.#points ??= pointsOf(this.text)
    return this.#points
  }

  /** How often a character occurs. */
  count(point: number): number {
    this.#counts ??= countsOf(this.points)
    return this.#counts.get(point) ?? 0
  }
}

/** A stretch of a pattern between two `*`. */
class Run {
  readonly points: readonly number[]
  readonly #literal: boolean
  #borders: Int32Array | undefined
  #masks: Map<number, Int32Array> | undefined

  constructor(points: number[]) {
    this.points = points
    this.#literal = !points.includes(anyPoint)
  }

  fitsAt(text: Int32Array, at: number): boolean {
    for (let i = 0; i < this.points.length; i++) {
      const wanted = this.points[i]
      if (wanted !== anyPoint && wanted !== text[at + i]) return false
    }
    return true
  }

  /** End of the first occurrence that starts at or after `from` and ends at or before `to`; -1 if there is none. */
  find(subject: Subject, from: number, to: number): number {
    const text = subject.points
    if (to - from < this.points.length) return -1
    if (this.points.length <= shortRun) return this.#findByTrial(text, from, to)
    const rarest = this.#rarest(subject)
    const few = this.#literal ? 0 : text.length / rareShare
    if (subject.count(this.points[rarest] as number) <= few) {
      return this.#findByTrial(text, from, to, rarest)
    }
    return this.#literal ? this.#findLiteral(text, from, to) : this.#findLoose(text, from, to)
  }

  /** Place in the run of the character that the text has least of. */
  #rarest(subject: Subject): number {
    let rarest = 0
    let fewest = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.points.length && fewest > 0; i++) {
      const point = this.points[i] as number
      const count = point === anyPoint ? fewest : subject.count(point)
      if (count < fewest) [rarest, fewest] = [i, count]
    }
    return rarest
  }

  /** Tries every place, or those only where the character at place `first` of the run fits. */
  #findByTrial(text: Int32Array, from: number, to: number, first = 0): number {
    const wanted = this.points[first] as number
    for (let at = from; at <= to - this.points.length; at++) {
      if ((wanted === anyPoint || wanted === text[at + first]) && this.fitsAt(text, at)) return at + this.points.length
    }
    return -1
  }

  /** Knuth, Morris, Pratt (1977). */
  #findLiteral(text: Int32Array, from: number, to: number): number {
    const { points } = this
    this.#borders ??= borders(points)
    let matched = 0
    for (let at = from; at < to; at++) {
      while (matched > 0 && text[at] !== points[matched]) matched = this.#borders[matched - 1] as number
      if (text[at] === points[matched]) matched++
      if (matched === points.length) return at + 1
    }
    return -1
  }

  /**
   * Shift-And (Baeza-Yates, Gonnet 1992): bit i of `state` is set while the last i + 1 characters fit the run's start.
   * Words that no character reached yet are zero, and those too far behind to finish before `to` are left alone.
   */
  #findLoose(text: Int32Array, from: number, to: number): number {
    this.#masks ??= masks(this.points)
    const others = this.#masks.get(anyPoint) as Int32Array
    const state = new Int32Array(others.length)
    const last = this.points.length - 1
    for (let at = from; at < to; at++) {
      const mask = this.#masks.get(text[at] as number) ?? others
      const first = Math.max(0, last - (to - 1 - at)) >>> 5
      const end = Math.min(state.length, ((at - from) >>> 5) + 1)
      let carry = first === 0 ? 1 : (state[first - 1] as number) >>> 31
      for (let word = first; word < end; word++) {
        const bits = state[word] as number
        state[word] = ((bits << 1) | carry) & (mask[word] as number)
        carry = bits >>> 31
      }
      if (((state[last >>> 5] as number) >>> (last & 31)) & 1) return at + 1
    }
    return -1
  }
}

/** For each prefix, the length of its longest border. */
function borders(points: readonly number[]): Int32Array {
  const out = new Int32Array(points.length)
  let length = 0
  for (let i = 1; i < points.length; i++) {
    while (length > 0 && points[i] !== points[length]) length = out[length - 1] as number
    if (points[i] === points[length]) length++
    out[i] = length
  }
  return out
}

/** For each character, the positions that it fits; under {@link anyPoint} those that fit every other character. */
function masks(points: readonly number[]): Map<number, Int32Array> {
  const empty = () => new Int32Array((points.length + 31) >>> 5)
  const out = new Map<number, Int32Array>([[anyPoint, empty()]])
  for (const point of points) if (!out.has(point)) out.set(point, empty())
  points.forEach((point, i) => {
    const fitting = point === anyPoint ? [...out.values()] : [out.get(point) as Int32Array]
    for (const mask of fitting) mask[i >>> 5] = (mask[i >>> 5] as number) | (1 << (i & 31))
  })
  return out
}

/** A compiled pattern. */
export class Pattern {
  /** The text, of a pattern without wildcards. */
  readonly #exact: string | undefined
  /** What comes before a pattern's only wildcard, a final `*`. */
  readonly #prefix: string | undefined
  readonly #runs: readonly Run[]
  readonly #shortest: number

  constructor(pieces: readonly Piece[]) {
    const runs: number[][] = [[]]
    for (const piece of pieces) {
      if (piece === MANY) runs.push([])
      else if (piece === ONE) runs.at(-1)!.push(anyPoint)
      else for (const point of pointsOf(piece)) runs.at(-1)!.push(point)
    }
    const literal = pieces.filter((piece) => typeof piece === 'string').join('')
    const wild = pieces.findIndex((piece) => typeof piece === 'number')
    this.#exact = wild === -1 ? literal : undefined
    this.#prefix = wild === pieces.length - 1 && pieces[wild] === MANY ? literal : undefined
    // `**` is `*`: empty runs in the middle match nothing.
    this.#runs = runs.filter((run, i) => run.length > 0 || i === 0 || i === runs.length - 1).map((run) => new Run(run))
    this.#shortest = runs.reduce((sum, run) => sum + run.length, 0)
  }

  static of(pattern: string): Pattern {
    return new Pattern(wildcardPieces(pattern))
  }

  matches(text: string): boolean {
    return this.matchesSubject(new Subject(text))
  }

  matchesSubject(subject: Subject): boolean {
    if (this.#exact !== undefined) return subject.text === this.#exact
    if (this.#prefix !== undefined) return subject.text.startsWith(this.#prefix)
    if (subject.text.length < this.#shortest) return false
    const { points } = subject
    const [first, ...rest] = this.#runs as [Run, ...Run[]]
    const last = rest.pop()
    if (!last) return points.length === first.points.length && first.fitsAt(points, 0)
    const to = points.length - last.points.length
    if (to < first.points.length || !first.fitsAt(points, 0) || !last.fitsAt(points, to)) return false
    let at = first.points.length
    for (const run of rest) {
      at = run.find(subject, at, to)
      if (at === -1) return false
    }
    return true
  }
}
