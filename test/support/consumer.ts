/** A project of somebody else: the packed tarball, installed in a folder of its own. Node only. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export const repository = fileURLToPath(new URL('../../', import.meta.url))

export interface Consumer {
  readonly folder: string
  /** Runs a program in the folder and answers what it printed. */
  run(program: string, ...args: string[]): Promise<string>
  write(name: string, content: string): Promise<void>
  remove(): Promise<void>
}

/** Packs the repository as it is built, and installs the tarball with npm. */
export async function installTarball(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'kmsbox-consumer-'))
  const run = async (program: string, ...args: string[]) => {
    const { stdout } = await execute(program, args, { cwd: folder, timeout: 120_000 }).catch((error) => {
      throw new Error(`${error.message}\n${error.stdout}`)
    })
    return stdout.trim()
  }
  const write = (name: string, content: string) => writeFile(join(folder, name), content)
  await write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const packed = await run('npm', 'pack', repository, '--ignore-scripts', '--json', '--loglevel=error')
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  await run('npm', 'install', `./${filename}`, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error')
  return { folder, run, write, remove: () => rm(folder, { recursive: true, force: true }) }
}

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Serves a folder on a free port of localhost, each file with the content security policy that `policyOf` gives it. */
export async function serveFolder(
  folder: string,
  policyOf: (path: string) => string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const path = request.url === '/' ? '/index.html' : normalize(request.url ?? '')
    try {
      const content = await readFile(join(folder, path))
      response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream')
      response.setHeader('content-security-policy', policyOf(path))
      response.end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening))
  const { port } = server.address() as { port: number }
  const close = () => new Promise<void>((closed) => server.close(() => closed()))
  return { url: `http://localhost:${port}/`, close }
}
