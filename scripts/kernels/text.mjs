// What the generators of kernels share.

/** 0, 1, … n - 1. */
export const range = (n) => [...Array(n).keys()]

/** A generated file: its opening comment, where it comes from, its text. */
export const file = (about, source, lines) =>
  `${[
    '/**',
    ...about.map((line) => (line === '' ? ' *' : ` * ${line}`)),
    ` * Written by scripts/kernels/${source}: edit that, then run scripts/generate-kernels.mjs.`,
    ' */',
    ...lines,
  ].join('\n')}\n`

/** The sum of expressions, balanced so that no long chain of additions forms. */
export function sum(terms) {
  if (terms.length === 1) return terms[0]
  const half = terms.length >> 1
  return `v128.xor(${sum(terms.slice(0, half))}, ${sum(terms.slice(half))})`
}
