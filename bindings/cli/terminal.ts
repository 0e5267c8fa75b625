/** Asking the person at the terminal, reading standard input, and showing that long work goes on. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { ExitCode, Failure, misused } from './failure.ts'

/** Asks for a secret without showing it. @throws Failure without a terminal to ask at */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw misused(`There is no terminal to ask at (${question}). Name a file instead.`)
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silence, terminal: true })
  process.stderr.write(`${question}: `)
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('line', resolve)
      terminal.once('SIGINT', () => reject(new Failure(ExitCode.usage, 'Given up.')))
      terminal.once('close', () => reject(new Failure(ExitCode.usage, 'No answer.')))
    })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}

/** Asks for a new secret until it is typed the same twice. */
export async function askNewSecret(what: string): Promise<string> {
  for (;;) {
    const first = await askSecret(`New ${what}`)
    if (first === '') process.stderr.write('It cannot be empty.\n')
    else if (first === (await askSecret(`New ${what}, again`))) return first
    else process.stderr.write('The two are not the same.\n')
  }
}

export async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Runs work while a terminal shows what is being done; says nothing to a pipe. */
export async function showing<T>(what: string, work: (progress: (done: number) => void) => Promise<T>): Promise<T> {
  const { stderr } = process
  if (!stderr.isTTY) return work(() => {})
  let done = 0
  const draw = () => stderr.write(`\r${what} … ${done > 0 ? done.toLocaleString('en') : ''}`)
  draw()
  const timer = setInterval(draw, 200)
  try {
    return await work((now) => {
      done = now
    })
  } finally {
    clearInterval(timer)
    stderr.write('\r\u001b[K')
  }
}
