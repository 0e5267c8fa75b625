/** Commits to a store for a while; runs in Node and in a page. A commit is what a mutation writes: a row and two events. */

const VALUE_BYTES = 1024
const WARM_UP = 50

/**
 * @param store a fresh {@link import('../../bindings/stores/store.ts').Store}
 * @param {number} inFlight commits under way at a time, each to rows of its own
 * @param {number} milliseconds how long to measure
 * @returns {Promise<{ perSecond: number, medianMs: number, p95Ms: number }>}
 */
export async function measureCommits(store, inFlight, milliseconds) {
  const times = []
  let events = 0
  const lane = async (number, goOn) => {
    for (let version = 0; goOn(); version++) {
      const started = performance.now()
      const { ok } = await store.commit(mutation(number, version, events++))
      if (!ok) throw new Error('a lane of its own met a conflict')
      times.push(performance.now() - started)
    }
  }
  const lanes = (first, goOn) => Promise.all(Array.from({ length: inFlight }, (_, i) => lane(first + i, goOn)))
  await lanes(0, () => times.length < WARM_UP)
  times.length = 0
  const started = performance.now()
  await lanes(inFlight, () => performance.now() - started < milliseconds)
  const perSecond = (times.length * 1000) / (performance.now() - started)
  times.sort((a, b) => a - b)
  const quantile = (q) => times[Math.floor(q * (times.length - 1))]
  return { perSecond, medianMs: quantile(0.5), p95Ms: quantile(0.95) }
}

function mutation(lane, version, event) {
  const row = (table, id) => ({ key: key(table, id), version: version + 1, value: bytes(VALUE_BYTES) })
  return {
    expect: [{ key: key(1, lane), version }],
    put: [row(1, lane)],
    delete: [],
    append: [row(7, event), row(8, event)],
  }
}

function key(table, id) {
  const bytes = new Uint8Array(49)
  bytes[0] = table
  new DataView(bytes.buffer).setUint32(45, id)
  return bytes
}

const bytes = (length) => crypto.getRandomValues(new Uint8Array(length))
