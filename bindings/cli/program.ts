/** The verbs of `kmsbox`. What a verb needs is loaded when it runs. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { auditCommand } from './audit.ts'
import { completionCommand } from './completion.ts'
import { doctorCommand } from './doctor.ts'
import { explainCommand } from './explain.ts'
import { exitCodeOf } from './failure.ts'
import { initCommand } from './init.ts'
import { kmsCommand } from './kms.ts'
import { serveCommand } from './serve.ts'
import { unlockCommand } from './unlock.ts'

const manual = `
A store is named by --store or KMSBOX_STORE: memory:, file:DIR or postgres://USER@HOST/DATABASE. It is opened by a
secret: a key file, a passphrase or a recovery code. Secrets are read from files, from standard input or from the
terminal, never from arguments.

Exit codes: 0 done; 1 refused, or found to be wrong; 2 not understood; 3 not reachable, or locked.`

export function program(): Command {
  const kmsbox = new Command('kmsbox')
    .description('A key management service in a box: the AWS KMS operation set, as a server and as a command.')
    .version(readVersion())
    .exitOverride()
    .showHelpAfterError('Add --help to see what is understood.')
    .addHelpText('after', manual)
  const verbs = [serveCommand, kmsCommand, explainCommand, auditCommand, unlockCommand, initCommand, doctorCommand]
  for (const verb of verbs) verb(kmsbox)
  completionCommand(kmsbox)
  return kmsbox
}

/** @returns the exit code */
export async function run(words: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...words], { from: 'user' })
    return 0
  } catch (error) {
    return exitCodeOf(error)
  }
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}
