/** From the words of a command line to a request as AWS JSON has it: blobs in base64, times in seconds. */
import { readFile } from 'node:fs/promises'
import { base64, text, unbase64, utf8 } from '../bytes.ts'
import { type OperationName, operations } from '../kms/model.ts'
import type { Members, Shape } from '../kms/shapes.ts'
import { messageOf, misused } from './failure.ts'
import { kebab, optionOf } from './names.ts'
import { parseShorthand } from './shorthand.ts'
import { askSecret, readStandardInput } from './terminal.ts'

export interface ArgumentReader {
  readonly cliInputJson?: string
  readonly cliBinaryFormat: 'base64' | 'raw-in-base64-out'
}

export type WireInput = Record<string, unknown>

/** How one argument is read; its name is for messages. */
interface Reading {
  readonly name: string
  readonly raw: boolean
}

/** @throws Failure for arguments that cannot be understood; whether the KMS accepts them is the KMS's say */
export async function readArguments(operation: OperationName, options: Record<string, unknown>): Promise<WireInput> {
  const { cliInputJson, cliBinaryFormat } = options as unknown as ArgumentReader
  const input: WireInput = cliInputJson === undefined ? {} : await readJsonInput(cliInputJson)
  for (const [member, shape] of Object.entries(operations[operation].input as Members)) {
    const given = options[optionOf(member)]
    if (given === undefined) continue
    const reading = { name: `--${kebab(member)}`, raw: cliBinaryFormat === 'raw-in-base64-out' }
    input[member] = await readValue(shape, given as string | string[] | boolean, reading)
  }
  return input
}

async function readJsonInput(argument: string): Promise<WireInput> {
  const parsed = parseJson(await textOf(argument), '--cli-input-json')
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  throw misused('--cli-input-json must be a JSON object.')
}

async function readValue(shape: Shape, given: string | string[] | boolean, reading: Reading): Promise<unknown> {
  if (typeof given === 'boolean') return given
  if (holdsSecret(shape)) return readSecretValue(shape, given as string, reading)
  if (Array.isArray(given)) return readList(shape, given, reading)
  if (shape.kind === 'blob') return readBlob(given, reading)
  const written = await textOf(given)
  return isComposed(shape) ? readComposed(shape, written, reading) : coerce(shape, written, reading)
}

const isComposed = ({ kind }: Shape): boolean => kind === 'structure' || kind === 'map' || kind === 'list'

async function readList(shape: Shape, given: string[], reading: Reading): Promise<unknown> {
  if (shape.kind !== 'list') throw misused(`${reading.name} takes one value.`)
  const words = await Promise.all(given.map(textOf))
  if (words.length === 1 && /^\s*\[/.test(words[0]!)) return coerce(shape, parseJson(words[0]!, reading.name), reading)
  return words.map((word) =>
    isComposed(shape.of) ? readComposed(shape.of, word, reading) : coerce(shape.of, word, reading),
  )
}

function readComposed(shape: Shape, written: string, reading: Reading): unknown {
  const parsed = /^\s*[[{]/.test(written) ? parseJson(written, reading.name) : shorthand(written, reading)
  return coerce(shape, parsed, reading)
}

function shorthand(written: string, { name }: Reading): unknown {
  try {
    return parseShorthand(written)
  } catch (error) {
    throw misused(`${name}: ${messageOf(error)}`)
  }
}

/** Gives what was written as text the form that the table asks for, all the way down. */
function coerce(shape: Shape, value: unknown, reading: Reading): unknown {
  switch (shape.kind) {
    case 'integer':
      return typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'timestamp':
      return typeof value === 'string' ? secondsOf(value, reading) : value
    case 'blob':
      return typeof value === 'string' && reading.raw ? base64(utf8(value)) : value
    case 'list':
      return Array.isArray(value) ? value.map((item) => coerce(shape.of, item, reading)) : [value]
    case 'structure':
      return coerceMembers(shape.members, value, reading)
    default:
      return value
  }
}

function coerceMembers(members: Members, value: unknown, reading: Reading): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const known = (name: string) => (Object.hasOwn(members, name) ? members[name] : undefined)
  const entries = Object.entries(value).map(([name, member]) => {
    const shape = known(name)
    return [name, shape ? coerce(shape, member, reading) : member] as const
  })
  return Object.fromEntries(entries)
}

function secondsOf(value: string, { name }: Reading): number {
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value) / 1000
  if (Number.isNaN(seconds)) throw misused(`${name} takes a date (2030-01-31T12:00:00Z) or seconds of the epoch.`)
  return seconds
}

async function readBlob(given: string, { name, raw }: Reading): Promise<string> {
  if (given.startsWith('fileb://')) return base64(await bytesOf(given.slice('fileb://'.length)))
  const written = await textOf(given)
  if (raw) return base64(utf8(written))
  try {
    return base64(unbase64(written.trim()))
  } catch {
    throw misused(`${name} takes base64, or the bytes of a file as fileb://PATH.`)
  }
}

/** The argument, or the text of the file that it names. */
async function textOf(given: string): Promise<string> {
  const path = /^fileb?:\/\/(.*)$/s.exec(given)?.[1]
  if (path === undefined) return given
  try {
    return text(await bytesOf(path))
  } catch (error) {
    throw error instanceof TypeError ? misused(`${path} is not a text in UTF-8.`) : error
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  if (path === '-') return readStandardInput()
  return readFile(path).catch((error: unknown) => {
    throw misused(messageOf(error))
  })
}

function parseJson(written: string, name: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    throw misused(`${name} is not JSON.`) // the parser's message would quote it
  }
}

const holdsSecret = (shape: Shape): boolean =>
  (shape.kind === 'string' && shape.sensitive === true) ||
  (shape.kind === 'structure' && Object.values(shape.members).some(holdsSecret))

/** Arguments are seen by every process of the machine, and by the shell's history. */
async function readSecretValue(shape: Shape, given: string, reading: Reading): Promise<unknown> {
  const { name } = reading
  if (given !== '-' && !given.startsWith('file://')) {
    throw misused(`${name} is a secret: give file://PATH, or '-' to be asked for it.`)
  }
  if (given !== '-') return fromText(await textOf(given))
  return fromText(process.stdin.isTTY ? await askSecret(name) : text(await readStandardInput()))

  function fromText(written: string): unknown {
    const bare = written.replace(/\r?\n$/, '')
    return shape.kind === 'structure' ? readComposed(shape, bare, reading) : bare
  }
}
