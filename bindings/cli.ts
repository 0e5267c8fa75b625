#!/usr/bin/env node
/** The command `kmsbox`. */
import { run } from './cli/program.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0) // whoever read the output has seen enough
  throw error
})

process.exitCode = await run(process.argv.slice(2))
