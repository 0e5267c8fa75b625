/**
 * The AWS CLI's shorthand for structures, lists and maps: `a=1,b=2`, `a=1,2,b=[x,y],c={d=e}`, with values in single or
 * double quotes where they hold a comma or a bracket. Everything in it is text; the operation table says what it means.
 */

export type Shorthand = string | Shorthand[] | { [key: string]: Shorthand }

/** @throws SyntaxError that names the place */
export function parseShorthand(written: string): Shorthand {
  return new Reader(written).pairs(undefined)
}

const bareKey = /[^\s=,[\]{}'"]+/y
const bareValue = /[^,[\]{}]*/y

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Pairs up to the closing bracket, or to the end. */
  pairs(close: '}' | undefined): Shorthand {
    const found: Record<string, Shorthand> = Object.create(null)
    if (this.#closes(close)) return found
    do {
      const key = this.#key()
      if (Object.hasOwn(found, key)) throw this.#error(`only one ${key}`)
      this.#expect('=')
      found[key] = this.#valueOrSeveral()
    } while (this.#take(','))
    if (!this.#closes(close)) throw this.#error(close ?? 'a comma')
    return found
  }

  #key(): string {
    this.#skipBlank()
    const quoted = this.#quoted()
    if (quoted !== undefined) return quoted
    // Encryption contexts and tags may have keys such as aws:s3:arn.
    return this.#match(bareKey) || this.#fail('a key')
  }

  /** `a=1,2,b=3`: what follows a comma without a key of its own belongs to the list of `a`. */
  #valueOrSeveral(): Shorthand {
    const values = [this.#value()]
    while (this.#text[this.#at] === ',' && !this.#pairFollows()) {
      this.#at++
      values.push(this.#value())
    }
    return values.length === 1 ? values[0]! : values
  }

  #pairFollows(): boolean {
    return /^,\s*(?:'[^']*'|"[^"]*"|[^\s=,[\]{}'"]+)\s*=/.test(this.#text.slice(this.#at))
  }

  #value(): Shorthand {
    this.#skipBlank()
    if (this.#take('[')) return this.#list()
    if (this.#take('{')) return this.pairs('}')
    return this.#quoted() ?? this.#match(bareValue).trim()
  }

  #list(): Shorthand[] {
    const values: Shorthand[] = []
    this.#skipBlank()
    if (this.#take(']')) return values
    do values.push(this.#value())
    while (this.#take(','))
    this.#expect(']')
    return values
  }

  #quoted(): string | undefined {
    const quote = this.#text[this.#at]
    if (quote !== "'" && quote !== '"') return undefined
    let value = ''
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      if (this.#at >= this.#text.length) throw this.#error(quote)
      if (this.#text[this.#at] === '\\' && [quote, '\\'].includes(this.#text[this.#at + 1]!)) this.#at++
      value += this.#text[this.#at]
    }
    this.#at++
    return value
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #closes(close: string | undefined): boolean {
    this.#skipBlank()
    return close === undefined ? this.#at === this.#text.length : this.#take(close)
  }

  #skipBlank(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #take(token: string): boolean {
    this.#skipBlank()
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#error(token)
  }

  #fail(expected: string): never {
    throw this.#error(expected)
  }

  #error(expected: string): SyntaxError {
    return new SyntaxError(`expected ${expected} at character ${this.#at + 1}`)
  }
}
