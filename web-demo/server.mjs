/** Serves the built console, and nothing else, on loopback. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { securityHeaders } from './headers.mjs'

const BUILT = fileURLToPath(new URL('dist/', import.meta.url))
const HOST = '127.0.0.1'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

/** All files of the build by their URL path: a request can name nothing else. */
function readFiles(built) {
  const names = readdirSync(built, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = names.map(({ parentPath, name }) => join(parentPath, name))
  return new Map(paths.map((path) => [`/${relative(built, path).replaceAll('\\', '/')}`, readFileSync(path)]))
}

/**
 * @param {{ port?: number, built?: string }} options the port to take if it is free (otherwise, or for 0, any free one);
 *   the directory of the build
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function serveConsole({ port = 0, built = BUILT } = {}) {
  const files = readFiles(built)
  const server = createServer((request, response) => answer(files, request, response))
  await listen(server, port).catch((error) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
    return listen(server, 0)
  })
  return {
    url: `http://${HOST}:${server.address().port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function answer(files, request, response) {
  const [path = '/'] = (request.url ?? '/').split('?')
  const name = path === '/' ? '/index.html' : path
  const content = files.get(name)
  const status = request.method !== 'GET' && request.method !== 'HEAD' ? 405 : content ? 200 : 404
  const found = status === 200
  response.writeHead(status, {
    ...securityHeaders(name),
    'Content-Type': found ? (types[extname(name)] ?? 'application/octet-stream') : 'text/plain; charset=utf-8',
    'Cache-Control': name.startsWith('/assets/') && found ? 'max-age=31536000, immutable' : 'no-cache',
  })
  response.end(request.method === 'HEAD' ? undefined : found ? content : status === 404 ? 'Not found\n' : 'GET only\n')
}
