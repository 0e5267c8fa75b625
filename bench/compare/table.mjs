/** Results as text: a line for each contender, a column for each size. */

const NAME = 35
const CELL = 15

export const size = (length) =>
  length >= 1 << 20 ? `${length / (1 << 20)} MiB` : length >= 1024 ? `${length / 1024} KiB` : `${length} B`

const three = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function cell(length, nanoseconds, own) {
  if (nanoseconds === undefined) return '–'.padStart(CELL)
  const throughput = three((length / nanoseconds) * 1e3)
  return throughput.padStart(6) + `×${three(nanoseconds / own)}`.padStart(CELL - 6)
}

/** `results`: { length, nanoseconds: name → number }[]. The ratios are about `contenders[0]`. */
export function describe(title, results, contenders) {
  const heading = results.map(({ length }) => size(length).padStart(CELL)).join('')
  const lines = contenders.map(({ name, tables }) => {
    const cells = results.map(({ length, nanoseconds }) =>
      cell(length, nanoseconds[name], nanoseconds[contenders[0].name]),
    )
    return `${name.padEnd(NAME)}${cells.join('')}   ${tables}`
  })
  return [`\n${title}`, `${''.padEnd(NAME)}${heading}   tables by secrets?`, ...lines].join('\n')
}

export function describeNotes(contenders) {
  const noted = contenders.filter(({ note }) => note !== undefined)
  return ['\nNotes', ...noted.map(({ name, note }) => `${name.padEnd(NAME)}${note}`)].join('\n')
}
