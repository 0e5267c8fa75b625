/** Access keys of the HTTP endpoint's callers, and the file that keeps them. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import type { CallerName } from '../enclave/wire.ts'
import type { Secret } from './sigv4.ts'

export interface Credential extends Secret {
  /** Whom the access key stands for: the ARN of a principal, or all that `kms.as()` takes. */
  readonly principal: string | CallerName
}

/** Credentials by access key id. */
export type Credentials = ReadonlyMap<string, Credential>

/** An access key and a secret of AWS's form, with 80 and 240 random bits. */
export function makeCredential(principal: string): [accessKeyId: string, credential: Credential] {
  const letters = Array.from(randomBytes(16), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32])
  return [`AKIA${letters.join('')}`, { secretAccessKey: randomBytes(30).toString('base64'), principal }]
}

/**
 * The credentials in a file, an object of `{ secretAccessKey, principal, sessionToken? }` by access key id. A file
 * that is not there is made, readable by its owner only, with one random credential, which is returned besides.
 */
export async function openCredentials(
  path: string,
  principal: string,
): Promise<{ credentials: Credentials; made?: readonly [accessKeyId: string, secretAccessKey: string] }> {
  const [accessKeyId, credential] = makeCredential(principal)
  const text = `${JSON.stringify({ [accessKeyId]: credential }, null, 2)}\n`
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return { credentials: new Map([[accessKeyId, credential]]), made: [accessKeyId, credential.secretAccessKey] }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { credentials: parseCredentials(await readFile(path, 'utf8'), path) }
  }
}

function parseCredentials(text: string, path: string): Credentials {
  let entries: [string, unknown][]
  try {
    entries = Object.entries(JSON.parse(text))
  } catch {
    // The parser's message would quote the file.
    throw new TypeError(`${path} is not a JSON object`)
  }
  return new Map(
    entries.map(([accessKeyId, entry]) => {
      if (!isCredential(entry)) throw new TypeError(`${path}: ${accessKeyId} needs a secretAccessKey and a principal`)
      return [accessKeyId, entry]
    }),
  )
}

function isCredential(value: unknown): value is Credential {
  if (typeof value !== 'object' || value === null) return false
  const { secretAccessKey, principal, sessionToken } = value as Partial<Credential>
  const named = typeof principal === 'string' || (typeof principal === 'object' && principal !== null)
  const token = sessionToken === undefined || (typeof sessionToken === 'string' && sessionToken !== '')
  return typeof secretAccessKey === 'string' && secretAccessKey.length >= 16 && named && token
}
