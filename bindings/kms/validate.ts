/**
 * Requests checked against the operation table, in AWS's words.
 *
 * A value of the wrong type stops at once with SerializationException, as AWS's decoder does; broken constraints
 * are collected and answered together in one ValidationException. What is returned is a deep copy: plain objects
 * with the table's members only, maps without a prototype (a key named `__proto__` is a key), blobs in buffers of
 * their own. Each property of the input is read once.
 */
import { isWellFormed } from '../bytes.ts'
import { KmsError, validationError } from '../errors.ts'
import { type Input, isOperationName, type OperationName, operations } from './model.ts'
import type { ListShape, MapShape, Member, Members, Shape, StringShape } from './shapes.ts'

/**
 * A checked deep copy of a request.
 * @throws KmsError UnknownOperationException, SerializationException or ValidationException
 */
export function validate<Name extends OperationName>(operation: Name, input: unknown): Input<Name> {
  if (!isOperationName(operation)) throw new KmsError('UnknownOperationException')
  const violations: string[] = []
  const checked = copyStructure(operations[operation].input, input ?? {}, '', violations)
  if (violations.length > 0) throw validationError(summary(violations))
  return checked as Input<Name>
}

const summary = (violations: readonly string[]): string =>
  `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`

const wrongType = (path: string, expected: string): KmsError =>
  new KmsError('SerializationException', `${path === '' ? 'The request' : `'${path}'`} must be ${expected}`)

const failed = (subject: string, constraint: string): string =>
  `${subject} failed to satisfy constraint: Member must ${constraint}`

function copyStructure(members: Members, input: unknown, path: string, violations: string[]): object {
  const source = asObject(input, path)
  const copy: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(members)) {
    const value = Object.hasOwn(source, name) ? source[name] : undefined
    const at = memberPath(path, name)
    if (value !== undefined && value !== null) copy[name] = copyValue(member, value, at, violations)
    else if (member.required) violations.push(failed(`Value null at '${at}'`, 'not be null'))
  }
  for (const name of Object.keys(source)) {
    if (Object.hasOwn(members, name)) continue
    const known = Object.keys(members).join(', ')
    violations.push(failed(`Value at '${path && `${path}.`}${printed(name)}'`, `be one of the members: [${known}]`))
  }
  return copy
}

/** AWS names members with a small first letter and counts items of lists from one. */
const memberPath = (path: string, name: string): string =>
  `${path && `${path}.`}${name.charAt(0).toLowerCase()}${name.slice(1)}`

function copyValue(shape: Member, value: unknown, path: string, violations: string[]): unknown {
  switch (shape.kind) {
    case 'list':
      return copyList(shape, value, path, violations)
    case 'map':
      return copyMap(shape, value, path, violations)
    case 'structure':
      return copyStructure(shape.members, value, path, violations)
    default: {
      const copy = copyScalar(shape, value, path)
      for (const { holds, text } of constraints(shape, copy)) {
        if (!holds) violations.push(failed(subjectOf(shape, copy, path), text))
      }
      return copy
    }
  }
}

type Scalar = Exclude<Shape, { kind: 'list' | 'map' | 'structure' }>
type ScalarValue = string | number | boolean | Date | Uint8Array

function copyScalar(shape: Scalar, value: unknown, path: string): ScalarValue {
  switch (shape.kind) {
    case 'string':
    case 'enum':
      if (typeof value !== 'string') throw wrongType(path, 'a string')
      return value
    case 'integer':
      if (!Number.isSafeInteger(value)) throw wrongType(path, 'an integer')
      return value as number
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(path, 'a boolean')
      return value
    case 'timestamp':
      return copyDate(value, path)
    case 'blob':
      return copyBlob(value, path)
  }
}

function copyDate(value: unknown, path: string): Date {
  let time = Number.NaN
  try {
    // Not instanceof: a date of another realm is a date.
    time = Date.prototype.getTime.call(value)
  } catch {}
  if (Number.isNaN(time)) throw wrongType(path, 'a timestamp')
  return new Date(time)
}

/** Copies what a typed array, DataView or ArrayBuffer shows. Shared memory could change after it was checked. */
function copyBlob(value: unknown, path: string): Uint8Array {
  const view = ArrayBuffer.isView(value) ? value : undefined
  const buffer = view ? view.buffer : value
  let source: Uint8Array
  try {
    // Not instanceof: a buffer of another realm is a buffer. Throws on shared memory and on anything else.
    ArrayBuffer.prototype.slice.call(buffer, 0, 0)
    source = new Uint8Array(buffer as ArrayBuffer, view?.byteOffset ?? 0, view?.byteLength)
  } catch {
    throw wrongType(path, 'a blob')
  }
  const copy = new Uint8Array(new ArrayBuffer(source.length))
  copy.set(source)
  return copy
}

interface Constraint {
  readonly holds: boolean
  /** What comes after "Member must". */
  readonly text: string
}

/** Every constraint of a shape, with the verdict on one value. */
function constraints(shape: Scalar, value: ScalarValue): Constraint[] {
  switch (shape.kind) {
    case 'enum': {
      const known: readonly string[] = shape.values
      return [{ holds: known.includes(value as string), text: `satisfy enum value set: [${known.join(', ')}]` }]
    }
    case 'string':
      return stringConstraints(shape, value as string)
    case 'blob':
      return range('length', (value as Uint8Array).length, shape.min, shape.max)
    case 'integer':
      return range('value', value as number, shape.min, shape.max)
    default:
      return []
  }
}

function range(what: 'length' | 'value', size: number, min: number, max: number): Constraint[] {
  const found: Constraint[] = []
  if (max !== Number.POSITIVE_INFINITY) {
    found.push({ holds: size <= max, text: `have ${what} less than or equal to ${max}` })
  }
  if (min > 0) found.push({ holds: size >= min, text: `have ${what} greater than or equal to ${min}` })
  return found
}

function stringConstraints(shape: StringShape, value: string): Constraint[] {
  const found = range('length', characters(value, shape.max), shape.min, shape.max)
  if (shape.pattern !== undefined) {
    // A string far over its limit is not run through the pattern: its length is the error.
    const holds = value.length > 2 * shape.max || fullMatch(shape.pattern).test(value)
    found.push({ holds, text: `satisfy regular expression pattern: ${shape.pattern}` })
  }
  if (!isWellFormed(value)) found.push({ holds: false, text: 'be well-formed Unicode' })
  return found
}

/** Unicode characters of a string; its UTF-16 length where that alone shows it to be over the limit. */
function characters(value: string, max: number): number {
  if (value.length > 2 * max) return value.length
  let count = 0
  for (const _ of value) count++
  return count
}

const compiled = new Map<string, RegExp>()

/** AWS matches whole values, whether the pattern is anchored or not. */
function fullMatch(pattern: string): RegExp {
  let expression = compiled.get(pattern)
  if (!expression) {
    expression = new RegExp(`^(?:${pattern})$`)
    compiled.set(pattern, expression)
  }
  return expression
}

function copyList(shape: ListShape, value: unknown, path: string, violations: string[]): unknown[] {
  if (!Array.isArray(value)) throw wrongType(path, 'a list')
  const items = Array.from(value)
  for (const { holds, text } of range('length', items.length, shape.min, shape.max)) {
    if (!holds) violations.push(failed(listSubject(shape.of, items, path), text))
  }
  const before = violations.length
  const copies = items.map((item, index) => {
    const at = `${path}.${index + 1}.member`
    if (item !== undefined && item !== null) return copyValue(shape.of, item, at, violations)
    violations.push(failed(`Value null at '${at}'`, 'not be null'))
    return undefined
  })
  return isScalar(shape.of) ? foldItems(shape.of, copies, path, violations, before) : copies
}

const isScalar = (shape: Shape): shape is Scalar => !['list', 'map', 'structure'].includes(shape.kind)

/** AWS answers broken items of a scalar list with one error that shows the whole list and every constraint. */
function foldItems(shape: Scalar, items: unknown[], path: string, violations: string[], before: number): unknown[] {
  const broken = violations.length > before && !items.includes(undefined)
  if (broken) {
    const all = constraints(shape, items[0] as ScalarValue).map(({ text }) => `Member must ${text}`)
    violations.length = before
    violations.push(failed(listSubject(shape, items, path), `satisfy constraint: [${all.join(', ')}]`))
  }
  return items
}

function copyMap(shape: MapShape, value: unknown, path: string, violations: string[]): Record<string, string> {
  const source = asObject(value, path)
  const copy: Record<string, string> = Object.create(null)
  let bytes = 0
  for (const key of Object.keys(source)) {
    const entry = source[key]
    if (typeof entry !== 'string') throw wrongType(path, 'a map of strings by strings')
    if (!isWellFormed(key) || !isWellFormed(entry)) {
      violations.push(failed(`Value at '${path}'`, 'be well-formed Unicode'))
    }
    bytes += utf8Length(key) + utf8Length(entry)
    copy[key] = entry
  }
  if (bytes > shape.maxBytes) {
    violations.push(failed(`Value at '${path}'`, `have at most ${shape.maxBytes} bytes of keys and values`))
  }
  return copy
}

function utf8Length(value: string): number {
  let length = value.length
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    // The two halves of a surrogate pair are four bytes together.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1
  }
  return length
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
  if (!plain) throw wrongType(path, 'a structure')
  return value as Record<string, unknown>
}

/** How a message names a value. Bytes and secrets are never repeated. */
function subjectOf(shape: Scalar, value: ScalarValue, path: string): string {
  const hidden = shape.kind === 'blob' || (shape.kind === 'string' && shape.sensitive)
  return hidden ? `Value at '${path}'` : `Value '${printed(String(value))}' at '${path}'`
}

function listSubject(of: Shape, items: readonly unknown[], path: string): string {
  const shown = of.kind === 'string' || of.kind === 'enum'
  return shown
    ? `Value '[${items.map((item) => printed(String(item))).join(', ')}]' at '${path}'`
    : `Value at '${path}'`
}

/** A value as a message shows it: well-formed, so that the message can be sent. */
const printed = (value: string): string => (isWellFormed(value) ? value : value.replace(/\p{Surrogate}/gu, '\ufffd'))
