/**
 * A strict reader of JSON (RFC 8259) for requests from outside.
 *
 * `JSON.parse` accepts an object that names a member twice and lets the last one win, so that two readers of one
 * request may see two requests, and it recurses as deep as the text says. This reader refuses both. Objects come
 * without a prototype: a member named `__proto__` is a member.
 */

const blank = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON wants escaped
const escapedOrControl = /[\\\u0000-\u001f]/
const literals: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/** @throws SyntaxError on anything but one JSON value of at most `maxDepth` levels and no member named twice */
export function parseJson(text: string, maxDepth: number): unknown {
  const reader = new Reader(text)
  const value = reader.value(maxDepth)
  reader.end()
  return value
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): unknown {
    this.#skipBlank()
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '{') return this.#object(depth)
    if (first === '[') return this.#array(depth)
    for (const [literal, value] of literals) if (this.#take(literal)) return value
    return this.#number()
  }

  end(): void {
    this.#skipBlank()
    if (this.#at !== this.#text.length) throw this.#error('the end')
  }

  #object(depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = Object.create(null)
    this.#items('{', '}', depth, () => {
      this.#skipBlank()
      if (this.#text[this.#at] !== '"') throw this.#error('a member')
      const name = this.#string()
      if (Object.hasOwn(members, name)) throw new SyntaxError('A member is given twice')
      this.#skipBlank()
      if (!this.#take(':')) throw this.#error('a colon')
      members[name] = this.value(depth - 1)
    })
    return members
  }

  #array(depth: number): unknown[] {
    const values: unknown[] = []
    this.#items('[', ']', depth, () => values.push(this.value(depth - 1)))
    return values
  }

  #items(open: string, close: string, depth: number, item: () => void): void {
    if (depth === 0) throw new SyntaxError('The nesting is too deep')
    this.#take(open)
    this.#skipBlank()
    if (this.#take(close)) return
    for (;;) {
      item()
      this.#skipBlank()
      if (this.#take(close)) return
      if (!this.#take(',')) throw this.#error(`a comma or ${close}`)
    }
  }

  #string(): string {
    const start = this.#at
    let end = start
    do {
      end = this.#text.indexOf('"', end + 1)
      if (end < 0) throw this.#error('the end of a string')
    } while (this.#isEscaped(end))
    this.#at = end + 1
    const raw = this.#text.slice(start + 1, end)
    return escapedOrControl.test(raw) ? JSON.parse(`"${raw}"`) : raw
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0
    while (this.#text[at - 1 - backslashes] === '\\') backslashes++
    return backslashes % 2 === 1
  }

  #number(): number {
    number.lastIndex = this.#at
    const found = number.exec(this.#text)
    if (!found) throw this.#error('a value')
    this.#at = number.lastIndex
    return Number(found[0])
  }

  #skipBlank(): void {
    blank.lastIndex = this.#at
    blank.test(this.#text)
    this.#at = blank.lastIndex
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #error(expected: string): SyntaxError {
    return new SyntaxError(`Expected ${expected} at position ${this.#at}`)
  }
}
