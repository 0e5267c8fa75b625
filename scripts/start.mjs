/** `npm start`: builds everything, runs the transcript, then serves the console on loopback until interrupted. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { serveConsole } from '../web-demo/server.mjs'
import { dim, heading } from './transcript.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PORT = 4173

heading('Building the library and the console')
const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
if (status !== 0) process.exit(status ?? 1)
await build({ configFile: fileURLToPath(new URL('../web-demo/vite.config.ts', import.meta.url)), logLevel: 'error' })

const { quickstart } = await import('./quickstart.mjs')
await quickstart()

const { url } = await serveConsole({ port: PORT })
heading(`The console: ${url}`)
console.log(dim('  Its keys live in the memory of the page that shows them. Ctrl-C ends it.'))
