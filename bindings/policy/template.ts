/**
 * Policy texts with variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}` `${?}` `${$}` for the
 * characters themselves. [IAM User Guide, "Variables and tags"]
 */
import type { ConditionValues } from './facts.ts'
import { type Piece, wildcardPieces } from './wildcard.ts'

interface Variable {
  /** Condition key, in lower case. */
  readonly key: string
  readonly fallback: string | undefined
}

type Part = Piece | Variable

/** A policy text whose pieces are known, or known once the request is. */
export class Template {
  readonly #parts: readonly Part[]
  /** The pieces, when no variable is among them. */
  readonly fixed: readonly Piece[] | undefined

  constructor(parts: readonly Part[]) {
    this.#parts = parts
    this.fixed = parts.some(isVariable) ? undefined : (parts as Piece[])
  }

  /** Pieces with each variable replaced by its value, literally; undefined if one has no value or several. */
  resolve(values: ConditionValues): readonly Piece[] | undefined {
    if (this.fixed) return this.fixed
    const pieces: Piece[] = []
    for (const part of this.#parts) {
      const piece = isVariable(part) ? valueFor(part, values) : part
      if (piece === undefined) return undefined
      pieces.push(piece)
    }
    return pieces
  }
}

const isVariable = (part: Part): part is Variable => typeof part === 'object'

function valueFor(variable: Variable, values: ConditionValues): string | undefined {
  const found = values[variable.key]
  if (found === undefined || found.length === 0) return variable.fallback
  return found.length === 1 ? found[0] : undefined
}

const variableSyntax = /^\s*([A-Za-z0-9-]+:[^\s,'"{}$*?][^,'"{}$*?]*?)\s*(?:,\s*'([^']*)'\s*)?$/

/** What stands between the braces; undefined if it is no variable. */
function parseVariable(inside: string): Part | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside
  const found = variableSyntax.exec(inside)
  return found ? { key: (found[1] as string).toLowerCase(), fallback: found[2] } : undefined
}

/** Where the variable that opens at `open` closes, quotes apart; -1 if it does not. */
function closing(text: string, open: number): number {
  let quoted = false
  for (let at = open; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted
    if (text[at] === '}' && !quoted) return at
  }
  return -1
}

export interface TemplateOptions {
  /** `*` and `?` are wildcards. */
  readonly wildcards: boolean
  /** `${…}` is a variable: policies of Version 2012-10-17. */
  readonly variables: boolean
}

/** Undefined if the text holds `${` that opens no variable. */
export function parseTemplate(text: string, options: TemplateOptions): Template | undefined {
  const parts: Part[] = []
  const literal = (piece: string) => {
    if (piece) parts.push(...(options.wildcards ? wildcardPieces(piece) : [piece]))
  }
  let at = 0
  while (at < text.length) {
    const open = options.variables ? text.indexOf('${', at) : -1
    if (open === -1) break
    const close = closing(text, open)
    const variable = close === -1 ? undefined : parseVariable(text.slice(open + 2, close))
    if (variable === undefined) return undefined
    literal(text.slice(at, open))
    parts.push(variable)
    at = close + 1
  }
  literal(text.slice(at))
  return new Template(parts)
}
