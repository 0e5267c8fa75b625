/**
 * A strict JSON reader (RFC 8259) for policies. Unlike JSON.parse it refuses repeated member names and deep nesting,
 * and keeps numbers as they were written, so that what was reviewed is what is judged.
 */

import { isWellFormed } from '../bytes.ts'

/** A number's text, as written. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Node = string | boolean | null | NumberText | Node[] | Map<string, Node>

/** The text is not the JSON of a policy. The message never quotes the text. */
export class JsonError extends Error {
  override name = 'JsonError'
}

/** A policy needs 7 levels. */
const maxDepth = 16
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const numberSyntax = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const hexSyntax = /^[0-9a-fA-F]{4}$/

class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  fail(what: string): never {
    throw new JsonError(`${what} at character ${this.at}`)
  }

  skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  accept(token: string): boolean {
    this.skipSpace()
    if (!this.text.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }

  expect(token: string): void {
    if (!this.accept(token)) this.fail(`expected ${token}`)
  }

  value(depth: number): Node {
    if (depth > maxDepth) this.fail('nested too deeply')
    this.skipSpace()
    const first = this.text[this.at]
    if (first === '{') return this.object(depth)
    if (first === '[') return this.list(depth)
    if (first === '"') return this.string()
    if (this.accept('true')) return true
    if (this.accept('false')) return false
    if (this.accept('null')) return null
    return this.number()
  }

  object(depth: number): Map<string, Node> {
    const members = new Map<string, Node>()
    this.expect('{')
    if (this.accept('}')) return members
    do {
      this.skipSpace()
      const name = this.string()
      if (members.has(name)) this.fail('repeated member name')
      this.expect(':')
      members.set(name, this.value(depth + 1))
    } while (this.accept(','))
    this.expect('}')
    return members
  }

  list(depth: number): Node[] {
    const items: Node[] = []
    this.expect('[')
    if (this.accept(']')) return items
    do items.push(this.value(depth + 1))
    while (this.accept(','))
    this.expect(']')
    return items
  }

  number(): NumberText {
    numberSyntax.lastIndex = this.at
    const found = numberSyntax.exec(this.text)
    if (!found) return this.fail('expected a value')
    this.at += found[0].length
    return new NumberText(found[0])
  }

  string(): string {
    if (this.text[this.at] !== '"') this.fail('expected a string')
    let out = ''
    for (this.at++; this.text[this.at] !== '"'; ) {
      const unit = this.text[this.at]
      if (unit === undefined || unit < ' ') return this.fail('unfinished string')
      out += unit === '\\' ? this.escape() : unit
      if (unit !== '\\') this.at++
    }
    this.at++
    if (!isWellFormed(out)) this.fail('lone surrogate')
    return out
  }

  escape(): string {
    const letter = this.text[this.at + 1] ?? ''
    if (letter === 'u') {
      const code = this.text.slice(this.at + 2, this.at + 6)
      if (!hexSyntax.test(code)) this.fail('bad escape')
      this.at += 6
      return String.fromCharCode(Number.parseInt(code, 16))
    }
    const meaning = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
    if (meaning === undefined) return this.fail('bad escape')
    this.at += 2
    return meaning
  }
}

/** Reads one JSON value. Throws {@link JsonError}. */
export function readJson(text: string): Node {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.skipSpace()
  if (reader.at !== text.length) reader.fail('unexpected text')
  return value
}
