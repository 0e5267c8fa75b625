/// <reference types="vite/client" />
/**
 * The official vectors beside this repository (`../shared/vectors/asym`), if they are there, and a count of what was
 * run and what was passed over, and why.
 */

export interface Vector {
  readonly id: string
  readonly keyRef?: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags?: readonly string[]
  readonly comment?: string
  readonly [field: string]: unknown
}

export interface VectorFile {
  readonly kind: string
  readonly keys: { readonly [ref: string]: { readonly [field: string]: unknown } }
  readonly tests: readonly Vector[]
}

const texts = import.meta.glob<string>('../../../shared/vectors/asym/**/*.json', { query: '?raw', import: 'default' })

/** Names of the vector files, such as `ecdh/ecdh_secp256r1.json`. */
export const vectorFiles = Object.keys(texts).map((path) => path.split('/').slice(-2).join('/'))

/** Undefined where the page's server does not serve files outside the repository. */
export async function readVectors(name: string): Promise<VectorFile | undefined> {
  const load = Object.entries(texts).find(([path]) => path.endsWith(`/${name}`))![1]
  try {
    return JSON.parse(await load()) as VectorFile
  } catch {
    return undefined
  }
}

/** Counts what ran; what was skipped carries its reason. */
export class Tally {
  ran = 0
  readonly skipped = new Map<string, number>()

  skip(reason: string, count = 1): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + count)
  }

  add(other: Tally): void {
    this.ran += other.ran
    for (const [reason, count] of other.skipped) this.skip(reason, count)
  }

  toString(): string {
    const reasons = [...this.skipped].map(([reason, count]) => `${count} skipped: ${reason}`)
    return [`${this.ran} ran`, ...reasons].join('\n    ')
  }
}
