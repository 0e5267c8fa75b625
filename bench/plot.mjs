#!/usr/bin/env node
/**
 * Throughput against message size, drawn from the JSON that bench/core.mjs, bench/core-browser.mjs and
 * bench/compare/run.mjs write:
 *
 *     node bench/plot.mjs RESULTS.json [DIRECTORY]
 *
 * Writes an SVG for each title that was measured at three sizes or more, beside the JSON unless told where. Both axes
 * are logarithmic. The colours follow the reader's light or dark theme; kmsbox is drawn thick.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const WIDTH = 1000
const HEIGHT = 560
const PLOT = { left: 70, right: 690, top: 70, bottom: 490 }
const LABEL_HEIGHT = 17

/** [light theme, dark theme]; the line's dashes change when the colours have all been used. */
const COLOURS = [
  ['#b3261e', '#ff8a80'],
  ['#1a56b0', '#82b1ff'],
  ['#1b7a3d', '#7fd89a'],
  ['#8a5a00', '#f2c14e'],
  ['#6a3fb5', '#c3a6ff'],
  ['#00737a', '#6fd6dd'],
  ['#b0307f', '#ff9bd2'],
]
const DASHES = ['none', '7 4', '2 4']

const STYLE = [
  'svg { --ground: #ffffff; --ink: #1c1c1e; --grid: #d9d9de }',
  ...COLOURS.map(([light], index) => `.c${index} { --line: ${light} }`),
  '@media (prefers-color-scheme: dark) {',
  'svg { --ground: #16161a; --ink: #ececf0; --grid: #3a3a42 }',
  ...COLOURS.map(([, dark], index) => `.c${index} { --line: ${dark} }`),
  '}',
  'text { font: 13px system-ui, sans-serif; fill: var(--ink) } .title { font-size: 18px; font-weight: 600 }',
  '.ground { fill: var(--ground) } .grid { stroke: var(--grid); stroke-width: 1 }',
  '.line { fill: none; stroke: var(--line); stroke-width: 1.75 } .point { fill: var(--line) }',
  '.label { fill: var(--line) } .leader { stroke: var(--line); stroke-width: 0.75; opacity: 0.6 }',
  '.own .line { stroke-width: 4 } .own .label { font-weight: 700 }',
].join('\n')

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const size = (length) =>
  length >= 1 << 20 ? `${length / (1 << 20)} MiB` : length >= 1024 ? `${length / 1024} KiB` : `${length} B`

const at = (value) => value.toFixed(1)

/** Maps `domain` logarithmically to `range`. */
function logScale([least, most], [from, to]) {
  const span = Math.log(most / least) || 1
  return (value) => from + (Math.log(value / least) / span) * (to - from)
}

/** Name → points in order of length. Throughput is in MB/s. */
function linesOf(results) {
  const lines = new Map()
  for (const { length, times } of [...results].sort((a, b) => a.length - b.length)) {
    for (const [name, { nanoseconds }] of Object.entries(times)) {
      if (!lines.has(name)) lines.set(name, [])
      lines.get(name).push({ length, throughput: (length / nanoseconds) * 1e3 })
    }
  }
  return [...lines].map(([name, points], index) => ({ name, points, index }))
}

function scalesOf(lines) {
  const points = lines.flatMap((line) => line.points)
  const lengths = points.map(({ length }) => length)
  const throughputs = points.map(({ throughput }) => throughput)
  const decades = [
    10 ** Math.floor(Math.log10(Math.min(...throughputs))),
    10 ** Math.ceil(Math.log10(Math.max(...throughputs))),
  ]
  return {
    decades,
    x: logScale([Math.min(...lengths), Math.max(...lengths)], [PLOT.left, PLOT.right]),
    y: logScale(decades, [PLOT.bottom, PLOT.top]),
  }
}

function axes(results, { x, y, decades }) {
  const parts = []
  for (const { length } of results) {
    parts.push(`<path class="grid" d="M${at(x(length))} ${PLOT.top}V${PLOT.bottom}"/>`)
    parts.push(`<text x="${at(x(length))}" y="${PLOT.bottom + 20}" text-anchor="middle">${size(length)}</text>`)
  }
  for (let decade = decades[0]; decade <= decades[1] * 1.001; decade *= 10) {
    parts.push(`<path class="grid" d="M${PLOT.left} ${at(y(decade))}H${PLOT.right}"/>`)
    const label = decade >= 1 ? Math.round(decade).toLocaleString('en') : decade.toPrecision(1)
    parts.push(`<text x="${PLOT.left - 8}" y="${at(y(decade) + 4)}" text-anchor="end">${label}</text>`)
  }
  parts.push(`<text x="${PLOT.left}" y="${PLOT.top - 14}">MB/s</text>`)
  parts.push(`<text x="${PLOT.right}" y="${PLOT.bottom + 42}" text-anchor="end">message</text>`)
  return parts
}

/** Where the names go, beside the ends of their lines but never one on another. */
function labelHeights(lines, y) {
  const ends = lines.map((line) => ({ line, wanted: y(line.points.at(-1).throughput) }))
  ends.sort((a, b) => a.wanted - b.wanted)
  const room = HEIGHT - PLOT.top - LABEL_HEIGHT * ends.length
  let next = PLOT.top
  const heights = new Map()
  ends.forEach(({ line, wanted }, position) => {
    const latest = PLOT.top + Math.max(0, room) + LABEL_HEIGHT * position
    const height = Math.min(Math.max(wanted, next), latest)
    heights.set(line, height)
    next = height + LABEL_HEIGHT
  })
  return heights
}

function drawLine(line, { x, y }, height) {
  const own = line.name.startsWith('kmsbox') ? ' own' : ''
  const dashes = DASHES[Math.floor(line.index / COLOURS.length) % DASHES.length]
  const path = line.points.map(({ length, throughput }) => `${at(x(length))} ${at(y(throughput))}`).join('L')
  const end = line.points.at(-1)
  const dots = line.points.map(({ length, throughput }) => {
    const tip = `${line.name}, ${size(length)}: ${throughput.toPrecision(3)} MB/s`
    const place = `cx="${at(x(length))}" cy="${at(y(throughput))}"`
    return `<circle class="point" ${place} r="3"><title>${escaped(tip)}</title></circle>`
  })
  return [
    `<g class="c${line.index % COLOURS.length}${own}">`,
    `<path class="line" stroke-dasharray="${dashes}" d="M${path}"/>`,
    ...dots,
    `<path class="leader" d="M${at(x(end.length) + 5)} ${at(y(end.throughput))}L${PLOT.right + 24} ${at(height)}"/>`,
    `<text class="label" x="${PLOT.right + 28}" y="${at(height + 4)}">${escaped(line.name)}</text>`,
    '</g>',
  ]
}

function draw(title, about, results) {
  const lines = linesOf(results)
  const scales = scalesOf(lines)
  const heights = labelHeights(lines, scales.y)
  const summary = `${title}: throughput against message size of ${lines.map(({ name }) => name).join(', ')}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(summary)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${PLOT.left}" y="30">${escaped(title)}</text>`,
    `<text x="${PLOT.left}" y="${HEIGHT - 10}">${escaped(about)}</text>`,
    ...axes(results, scales),
    ...lines.flatMap((line) => drawLine(line, scales, heights.get(line))),
    '</svg>',
    '',
  ].join('\n')
}

const [source, directory = source && dirname(source)] = process.argv.slice(2)
if (source === undefined) {
  console.error('node bench/plot.mjs RESULTS.json [DIRECTORY]')
  process.exit(2)
}
const { engine, processor, results } = JSON.parse(readFileSync(source, 'utf8'))
mkdirSync(directory, { recursive: true })
for (const title of new Set(results.map((result) => result.title))) {
  const rows = results.filter((result) => result.title === title)
  if (rows.length < 3) continue
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const file = join(directory, `${basename(source, '.json')}-${name}.svg`)
  writeFileSync(file, draw(title, [engine, processor].filter(Boolean).join(' · '), rows))
  console.log(file)
}
