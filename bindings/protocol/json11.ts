/**
 * AWS JSON 1.1 (KMS.md §17), a pure codec read from the operation table: requests from bytes, answers and errors to
 * bytes. Blobs are base64, timestamps epoch seconds with a fraction, the operation is named by `X-Amz-Target`.
 *
 * Decoding only changes form: what JSON cannot say (bytes, dates) is made of what it says. Whether a request is
 * allowed to look like that is for `validate.ts`, which every way in shares.
 */
import { base64, text, unbase64, utf8 } from '../bytes.ts'
import { KmsError, type PlainError } from '../errors.ts'
import { isOperationName, type OperationName, operations } from '../kms/model.ts'
import type { Members, Shape } from '../kms/shapes.ts'
import { parseJson } from './json.ts'

export const CONTENT_TYPE = 'application/x-amz-json-1.1'
const TARGET_PREFIX = 'TrentService.'

/** Most bytes of a request. */
export const MAX_REQUEST_BYTES = 1024 * 1024
/** Twice what the deepest request of the table needs. */
const MAX_DEPTH = 10

export interface WireRequest {
  /** Value of the `X-Amz-Target` header. */
  readonly target: string | undefined
  readonly body: Uint8Array
}

export interface WireReply {
  readonly status: number
  readonly body: Uint8Array
  /** Name of the exception, in a refusal. */
  readonly error?: string
}

/** The operation that a target names, if it is one. */
export function operationOf(target: string | undefined): OperationName | undefined {
  const name = target?.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : undefined
  return isOperationName(name) ? name : undefined
}

/** @throws KmsError UnknownOperationException, SerializationException or RequestEntityTooLargeException */
export function decodeRequest({ target, body }: WireRequest): { operation: OperationName; input: unknown } {
  const operation = operationOf(target)
  if (!operation) throw new KmsError('UnknownOperationException')
  if (body.length > MAX_REQUEST_BYTES) throw tooLarge()
  return { operation, input: decodeMembers(operations[operation].input, parse(body)) }
}

export const tooLarge = (): KmsError =>
  new KmsError('RequestEntityTooLargeException', `The request must have at most ${MAX_REQUEST_BYTES} bytes`)

const malformed = (message: string): KmsError => new KmsError('SerializationException', message)

function parse(body: Uint8Array): unknown {
  // An operation without required members may be called with no body at all.
  if (body.length === 0) return {}
  try {
    return parseJson(text(body), MAX_DEPTH)
  } catch (error) {
    throw malformed(error instanceof SyntaxError ? error.message : 'The request is not UTF-8')
  }
}

function decode(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'blob':
      return typeof value === 'string' ? decodeBlob(value) : value
    case 'timestamp':
      return typeof value === 'number' ? new Date(Math.round(value * 1000)) : value
    case 'list':
      return Array.isArray(value) ? value.map((item) => decode(shape.of, item)) : value
    case 'structure':
      return decodeMembers(shape.members, value)
    default:
      return value
  }
}

function decodeMembers(members: Members, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const decoded: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined
    decoded[name] = shape ? decode(shape, member) : member
  }
  return decoded
}

function decodeBlob(value: string): Uint8Array {
  try {
    return unbase64(value)
  } catch {
    throw malformed('A blob is not base64')
  }
}

export function encodeOutput(operation: OperationName, output: unknown): WireReply {
  const { output: members } = operations[operation]
  // AWS answers operations that have nothing to say with no body.
  const body = Object.keys(members).length === 0 ? '' : JSON.stringify(encodeMembers(members, output))
  return { status: 200, body: utf8(body) }
}

function encode(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'blob':
      return base64(value as Uint8Array)
    case 'timestamp':
      return (value as Date).getTime() / 1000
    case 'list':
      return (value as unknown[]).map((item) => encode(shape.of, item))
    case 'structure':
      return encodeMembers(shape.members, value)
    default:
      return value
  }
}

/** Only the members of the table leave. */
function encodeMembers(members: Members, value: unknown): Record<string, unknown> {
  const source = value as Record<string, unknown>
  const encoded: Record<string, unknown> = {}
  for (const [name, shape] of Object.entries(members)) {
    const member = source[name]
    if (member !== undefined && member !== null) encoded[name] = encode(shape, member)
  }
  return encoded
}

/** Statuses of exceptions that the protocol knows and the service does not. */
const protocolStatus: Readonly<Record<string, number>> = { RequestEntityTooLargeException: 413 }

export function encodeError({ name, message }: PlainError): WireReply {
  const status = protocolStatus[name] ?? new KmsError(name).status
  const body = utf8(JSON.stringify(message === '' ? { __type: name } : { __type: name, message }))
  return { status, body, error: name }
}
