/** How a transcript looks in a terminal: headings, one line per step with its time, tables. Colours only where wanted. */
const coloured = process.stdout.isTTY && !process.env.NO_COLOR
const style = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text)

export const bold = style(1)
export const dim = style(2)
const green = style(32)
const red = style(31)

const NAME_WIDTH = 18
const TEXT_WIDTH = 78

export const heading = (text) => console.log(`\n${bold(text)}`)

/** @param {number} [time] milliseconds */
export function line(name, text, time) {
  const spent = time === undefined ? '' : dim(milliseconds(time).padStart(10))
  console.log(`  ${green('✓')} ${name.padEnd(NAME_WIDTH)}${text.padEnd(TEXT_WIDTH)}${spent}`.trimEnd())
}

/** What a step answers, and the milliseconds that it took. */
export async function timed(step) {
  const start = performance.now()
  const result = await step()
  return [result, performance.now() - start]
}

export function table(names, rows) {
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column].length)))
  const spaced = (row) => row.map((cell, column) => cell.padEnd(widths[column]))
  console.log(dim(`    ${spaced(names).join('  ')}`.trimEnd()))
  for (const row of rows) {
    const refused = row[2] !== 'ok'
    const cells = spaced(row).map((cell, column) => (column === 2 ? (refused ? red : green)(cell) : cell))
    console.log(`    ${cells.join('  ')}`.trimEnd())
  }
}

export const milliseconds = (time) =>
  time < 100 ? `${time.toFixed(1)} ms` : time < 10_000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(1)} s`

export const quantity = (bytes) =>
  bytes < 1e3 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

export const rate = (bytes, time) => `${Math.round(bytes / 1000 / time)} MB/s`
