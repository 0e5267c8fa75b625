/** Results as text. */

const units = [
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
]

const three = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function time(nanoseconds) {
  const [size, unit] = units.find(([size]) => nanoseconds >= size) ?? units[2]
  return `${three(nanoseconds / size)} ${unit}`
}

const size = (length) =>
  length >= 1 << 20 ? `${length / (1 << 20)} MiB` : length >= 1024 ? `${length / 1024} KiB` : `${length} B`

const throughput = (length, nanoseconds) => `${three((length / nanoseconds) * 1e3)} MB/s`

/** One row: the core's time and throughput, then each peer's time and how many times as long it takes. */
export function describeRow(length, { kmsbox: { nanoseconds }, ...peers }) {
  const own = `${size(length).padStart(8)}  kmsbox ${time(nanoseconds).padStart(8)} ${throughput(length, nanoseconds).padStart(10)}`
  const others = Object.entries(peers).map(
    ([name, { nanoseconds, ratio }]) => `${name} ${time(nanoseconds).padStart(8)} ${`×${three(ratio)}`.padStart(6)}`,
  )
  return [own, ...others].join('  │  ')
}

export function describeVerdicts(verdicts) {
  const lines = verdicts.map(({ title, length, peer, goal, ratio, met }) =>
    [
      title.padEnd(41),
      size(length).padStart(8),
      peer.padEnd(14),
      `goal ×${goal}`.padEnd(10),
      `×${three(ratio)}`.padStart(6),
      met ? 'met' : 'MISSED',
    ].join('  '),
  )
  const met = verdicts.filter((verdict) => verdict.met).length
  return ['', `Goals: ${met} of ${verdicts.length} met`, ...lines].join('\n')
}
