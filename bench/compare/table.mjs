/** Results as text: a line for each contender, a column for each size. */

const NAME = 35
const CELL = 15

export const size = (length) =>
  length >= 1 << 20 ? `${length / (1 << 20)} MiB` : length >= 1024 ? `${length / 1024} KiB` : `${length} B`

const three = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function cell(length, { nanoseconds, ratio }) {
  return three((length / nanoseconds) * 1e3).padStart(6) + `×${three(ratio)}`.padStart(CELL - 6)
}

/** `results`: { length, times: name → { nanoseconds, ratio } }[]. */
export function describe(title, results, contenders) {
  const heading = results.map(({ length }) => size(length).padStart(CELL)).join('')
  const lines = contenders.map(({ name, tables }) => {
    const cells = results.map(({ length, times }) => cell(length, times[name]))
    return `${name.padEnd(NAME)}${cells.join('')}   ${tables}`
  })
  return [`\n${title}`, `${''.padEnd(NAME)}${heading}   tables by secrets?`, ...lines].join('\n')
}

export function describeNotes(contenders) {
  const noted = contenders.filter(({ note }) => note !== undefined)
  return ['\nNotes', ...noted.map(({ name, note }) => `${name.padEnd(NAME)}${note}`)].join('\n')
}
