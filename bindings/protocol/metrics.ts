/** Counts of what the endpoint did, in the text format of Prometheus (version 0.0.4). */

/** Upper bounds of the latency histogram, in seconds. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

interface Latency {
  /** Requests by the first bound that they kept; the last place is for those that kept none. */
  readonly counts: number[]
  sum: number
}

export class Metrics {
  readonly #requests = new Map<string, number>()
  readonly #latencies = new Map<string, Latency>()
  readonly #started = Date.now() / 1000

  /** @param outcome `OK` or the name of the exception */
  record(operation: string, outcome: string, seconds: number): void {
    const labels = `operation="${operation}",outcome="${outcome}"`
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1)
    const latency = this.#latencies.get(operation) ?? { counts: new Array(BOUNDS.length + 1).fill(0), sum: 0 }
    this.#latencies.set(operation, latency)
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
    latency.counts[bucket < 0 ? BOUNDS.length : bucket]!++
    latency.sum += seconds
  }

  render(gauges: Readonly<Record<string, number>>): string {
    const { user, system } = process.cpuUsage()
    return [
      ...metric('kmsbox_requests_total', 'counter', this.#requestLines()),
      ...metric('kmsbox_request_seconds', 'histogram', this.#latencyLines()),
      ...Object.entries(gauges).flatMap(([name, value]) => single(name, 'gauge', value)),
      ...single('process_cpu_seconds_total', 'counter', (user + system) / 1e6),
      ...single('process_resident_memory_bytes', 'gauge', process.memoryUsage.rss()),
      ...single('process_start_time_seconds', 'gauge', this.#started),
      '',
    ].join('\n')
  }

  #requestLines(): string[] {
    return [...this.#requests].map(([labels, count]) => `kmsbox_requests_total{${labels}} ${count}`)
  }

  #latencyLines(): string[] {
    return [...this.#latencies].flatMap(([operation, { counts, sum }]) => {
      let total = 0
      const buckets = counts.map((count, at) => {
        total += count
        return `kmsbox_request_seconds_bucket{operation="${operation}",le="${BOUNDS[at] ?? '+Inf'}"} ${total}`
      })
      const labels = `{operation="${operation}"}`
      return [
        ...buckets,
        `kmsbox_request_seconds_sum${labels} ${sum}`,
        `kmsbox_request_seconds_count${labels} ${total}`,
      ]
    })
  }
}

const single = (name: string, type: string, value: number): string[] => metric(name, type, [`${name} ${value}`])

const metric = (name: string, type: string, lines: string[]): string[] => [`# TYPE ${name} ${type}`, ...lines]
