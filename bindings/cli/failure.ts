/** How a command ends when it does not succeed: one message on standard error, one exit code. */
import { CommanderError } from 'commander'
import { KmsError } from '../errors.ts'

export const ExitCode = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const

export class Failure extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The KMS answered, and said no; or what was examined is not sound. */
export const refused = (message: string): Failure => new Failure(ExitCode.refused, message)
/** The command line is not understood. */
export const misused = (message: string): Failure => new Failure(ExitCode.usage, message)
/** No KMS could be asked: no server, no store, or no secret that opens it. */
export const unreachable = (message: string): Failure => new Failure(ExitCode.unreachable, message)

/** Says on standard error what went wrong. Commander has printed its own complaints already. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage
  const known = error instanceof Failure || error instanceof KmsError
  const message = known ? error.message || error.name : `Something unexpected happened: ${messageOf(error)}`
  process.stderr.write(`kmsbox: ${message}\n`)
  return error instanceof Failure ? error.exitCode : ExitCode.refused
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
