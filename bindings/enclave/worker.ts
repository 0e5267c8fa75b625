/** The enclave in a browser's worker. Its imports are all static: under the worker's policy `import()` is blocked. */
import { assembleInBrowser } from './assemble.browser.ts'
import { openEnclave } from './enclave.ts'
import { removeWaysOut } from './harden.ts'
import type { Reply, Start } from './wire.ts'

removeWaysOut()
addEventListener('message', ({ data }: MessageEvent<Start>) => void open(data).then((reply) => postMessage(reply)), {
  once: true,
})

async function open(start: Start): Promise<Reply> {
  await holdForLife(start.lifeline)
  return openEnclave(start, assembleInBrowser, close)
}

/** The page waits for this lock, which falls to it when the worker dies: browsers have no event for that. */
function holdForLife(lifeline: string): Promise<void> {
  return new Promise((held) => {
    void navigator.locks.request(lifeline, () => {
      held()
      return new Promise<never>(() => {})
    })
  })
}
