/**
 * Takes the ways out of a worker: after this, code that got into the enclave finds no network and no other thread.
 * The content security policy of the worker's script does the rest (CRYPTO.md §6): `import()` cannot be taken away.
 */
const waysOut = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'WebTransport',
  'importScripts',
  'caches',
  'BroadcastChannel',
  'Worker',
  'SharedWorker',
]

/** Throws if one of them cannot be removed: such an enclave must not start. */
export function removeWaysOut(): void {
  for (const name of waysOut) {
    for (let place: object | null = globalThis; place !== null; place = Object.getPrototypeOf(place)) {
      Reflect.deleteProperty(place, name)
    }
    if (name in globalThis) throw new Error(`${name} cannot be removed`)
  }
}
