/** The enclave in a browser's worker. Its imports are all static: under the worker's policy `import()` is blocked. */
import { assembleInBrowser } from './assemble.browser.ts'
import { openEnclave } from './enclave.ts'
import { removeWaysOut } from './harden.ts'
import type { Reply, Start } from './wire.ts'

removeWaysOut()
addEventListener('message', ({ data }: MessageEvent<Start>) => void open(data).then((reply) => postMessage(reply)), {
  once: true,
})

/** The lock tells the page that the worker lives: browsers report its death in no other way. */
function open(start: Start): Promise<Reply> {
  void navigator.locks.request(start.lifeline, () => new Promise<never>(() => {}))
  return openEnclave(start, assembleInBrowser, close)
}
