/** The enclave in a thread of Node. */
import { parentPort } from 'node:worker_threads'
import { assembleInNode } from './assemble.node.ts'
import { openEnclave } from './enclave.ts'
import { removeWaysOut } from './harden.ts'
import type { Start } from './wire.ts'

removeWaysOut()
// Listening for good keeps the thread alive; its ports do not.
parentPort?.on('message', async (start: Start) => {
  parentPort?.postMessage(await openEnclave(start, assembleInNode, () => process.exit()))
})
