/** Starts `child.ts` as a process of its own and follows what it reports. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Child {
  readonly lines: string[]
  /** Resolves with the first line that fits; rejects if the process ends before. */
  line(fits: (line: string) => boolean): Promise<string>
  readonly ended: Promise<void>
  kill(): Promise<void>
}

export function startChild(program: string, ...parameters: string[]): Child {
  const child = spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  const ended = new Promise<void>((resolve) => reader.once('close', resolve))
  return {
    lines,
    ended,
    line(fits) {
      const found = lines.find(fits)
      if (found !== undefined) return Promise.resolve(found)
      return new Promise((resolve, reject) => {
        reader.on('line', (line) => fits(line) && resolve(line))
        ended.then(() => reject(new Error(`the process ended after: ${lines.slice(-3).join(' | ')}`)))
      })
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Rounds of a test that could go on for ever: few by default, `KMSBOX_FULL=1` for all. */
export const rounds = (few: number, all: number): number => (process.env.KMSBOX_FULL === '1' ? all : few)
