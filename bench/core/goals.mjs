/** What the core set out to reach: so many times the throughput of a peer, on one core, in one run. */

const into = (title) => `AES-256-GCM ${title} into the caller’s memory`
const byLength = (peer, title, ratios) =>
  Object.entries(ratios).map(([length, goal]) => ({ title, length: Number(length), peer, goal }))

const noble = { 32: 40, 256: 40, 1024: 30, 4096: 13, 65536: 11, 1048576: 9 }
const node = { 32: 12, 256: 3, 1024: 1.2, 4096: 0.5, 65536: 0.25, 1048576: 0.2 }

const web = { 32: 22, 256: 6, 1024: 2.4, 4096: 2, 65536: 1, 1048576: 0.9 }

const goals = {
  'Node.js': [
    ...byLength('@noble/ciphers', 'AES-256-GCM seal', noble),
    ...byLength('@noble/ciphers', 'AES-256-GCM open', noble),
    ...byLength('node:crypto', into('seal'), node),
    ...byLength('node:crypto', into('open'), node),
    { title: 'SHA-256', length: 1_048_576, peer: 'hash-wasm', goal: 1.5 },
    { title: 'HMAC-SHA-256 under a resident key', length: 32, peer: 'node:crypto', goal: 4 },
    { title: 'HKDF-SHA-256, 32 bytes from 32 bytes', length: 32, peer: 'node:crypto', goal: 6 },
    { title: 'AES-256-KW wrap, key included', length: 32, peer: 'node:crypto', goal: 3 },
  ],
  Chromium: [
    ...byLength('@noble/ciphers', 'AES-256-GCM seal', noble),
    ...byLength('@noble/ciphers', 'AES-256-GCM open', noble),
    ...byLength('WebCrypto', into('seal'), web),
    ...byLength('WebCrypto', into('open'), web),
  ],
}

/** The goals that a run on `engine` has measured: each with its `ratio`. */
export function verdicts(results, engine) {
  return goals[engine].flatMap((goal) => {
    const row = results.find(({ title, length }) => title === goal.title && length === goal.length)
    if (row === undefined) return []
    const { ratio } = row.times[goal.peer]
    return [{ ...goal, ratio, met: ratio >= goal.goal }]
  })
}
