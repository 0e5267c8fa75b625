/** The built command as a process of its own, with a home of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = join(import.meta.dirname, '..', '..', 'dist', 'cli.js')

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Server {
  readonly url: string
  readonly output: () => string
  /** Asks it to stop, and waits for it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export class Shell {
  readonly home = mkdtempSync(join(tmpdir(), 'kmsbox-cli-'))
  /** Nothing of the tester's own environment decides a test. */
  environment: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: this.home }
  readonly #running = new Set<ChildProcess>()

  path(name: string): string {
    return join(this.home, name)
  }

  run(words: readonly string[], input = ''): Promise<Outcome> {
    const child = this.#spawn(words)
    let [stdout, stderr] = ['', '']
    child.stdout!.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr!.on('data', (chunk) => {
      stderr += chunk
    })
    child.stdin!.on('error', () => {})
    child.stdin!.end(input)
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
  }

  /** Standard output as JSON, of a command that succeeds. */
  async json(...words: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await this.run(words)
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
    return stdout === '' ? {} : JSON.parse(stdout)
  }

  /** Resolves once the server has printed its address. */
  serve(...words: string[]): Promise<Server> {
    const child = this.#spawn(['serve', '--port', '0', ...words])
    let output = ''
    return new Promise((resolve, reject) => {
      const hear = (chunk: unknown) => {
        output += chunk
        const url = /listens on (http:\S+)/.exec(output)?.[1]
        if (url) resolve({ url, output: () => output, stop: (signal = 'SIGTERM') => stopped(child, signal) })
      }
      child.stdout!.on('data', hear)
      child.stderr!.on('data', hear)
      child.once('close', (code) => reject(new Error(`serve ended with ${code}: ${output}`)))
    })
  }

  close(): void {
    for (const child of this.#running) child.kill('SIGKILL')
    rmSync(this.home, { recursive: true, force: true })
  }

  #spawn(words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [script, ...words], { env: this.environment, cwd: this.home })
    this.#running.add(child)
    child.once('close', () => this.#running.delete(child))
    return child
  }
}

function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve(child.exitCode)
    child.once('close', resolve)
    child.kill(signal)
  })
}
