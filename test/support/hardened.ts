/** A worker that takes its own ways out and reports which are still there. */
import { removeWaysOut } from '../../bindings/enclave/harden.ts'

const names = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport', 'importScripts', 'caches']
const threads = ['BroadcastChannel', 'Worker', 'SharedWorker']

const present = () => [...names, ...threads].filter((name) => name in globalThis)

const before = present()
removeWaysOut()
postMessage({ before, after: present() })
