/** Answers on standard output: JSON as the AWS CLI prints it, its tab-separated text, or a table for reading. */
import { Option } from 'commander'
import { type OperationName, operations } from '../kms/model.ts'
import type { Members, Shape } from '../kms/shapes.ts'

export type OutputFormat = 'json' | 'text' | 'table'

/** An answer as AWS JSON has it. */
export type Answer = { readonly [member: string]: unknown }

export const outputOption = (): Option =>
  new Option('--output <format>', 'how to print')
    .choices(['json', 'text', 'table'])
    .env('AWS_DEFAULT_OUTPUT')
    .default('json')

/** Prints nothing for an operation that answers nothing. */
export function printOutput(operation: OperationName, answer: Answer, format: OutputFormat): void {
  const shown = showTimes(operations[operation].output as Members, answer)
  if (Object.keys(shown).length > 0) print(shown, format)
}

export function print(value: unknown, format: OutputFormat): void {
  const writers = { json: asJson, text: (given: unknown) => asText(given).join('\n'), table: asTable }
  process.stdout.write(`${writers[format](value)}\n`)
}

const asJson = (value: unknown): string => JSON.stringify(value, null, 4)

/** Epoch seconds become ISO 8601. */
function showTimes(members: Members, value: unknown): Record<string, unknown> {
  const entries = Object.entries(value as object).map(([name, member]) => {
    const shape = Object.hasOwn(members, name) ? members[name] : undefined
    return [name, shape ? showTime(shape, member) : member] as const
  })
  return Object.fromEntries(entries)
}

function showTime(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'timestamp') return new Date((value as number) * 1000).toISOString()
  if (shape.kind === 'list') return (value as unknown[]).map((item) => showTime(shape.of, item))
  return shape.kind === 'structure' ? showTimes(shape.members, value) : value
}

/** Lines of the AWS CLI's text: scalars by name in one line, then what is below them under its name in capitals. */
function asText(value: unknown, name?: string): string[] {
  const start = name === undefined ? [] : [name]
  if (Array.isArray(value)) {
    if (value.some(isComposed)) return value.flatMap((item) => asText(item, name))
    return name === undefined ? [value.map(scalar).join('\t')] : value.map((item) => `${name}\t${scalar(item)}`)
  }
  if (!isComposed(value)) return [[...start, scalar(value)].join('\t')]
  const members = Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))
  const scalars = members.filter(([, member]) => !isComposed(member)).map(([, member]) => scalar(member))
  const below = members.filter(([, member]) => isComposed(member))
  const first = scalars.length > 0 ? [[...start, ...scalars].join('\t')] : []
  return [...first, ...below.flatMap(([member, content]) => asText(content, member.toUpperCase()))]
}

/** A table of members; lists of structures have a table of their own below. */
function asTable(value: unknown, title?: string): string {
  const rows = Array.isArray(value) ? value.map(flatRow) : Object.entries(flatRow(value))
  const table = Array.isArray(value) ? columns(rows as Record<string, string>[]) : (rows as string[][])
  const below = isComposed(value) && !Array.isArray(value) ? listsIn(value as object) : []
  const own = table.length > 0 ? [[...(title ? [title] : []), drawn(table)].join('\n')] : []
  return [...own, ...below.map(([name, list]) => asTable(list, name))].join('\n\n')
}

const listsIn = (value: object): [string, unknown[]][] =>
  Object.entries(value).filter(
    (entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].some(isComposed),
  )

/** Members of members as `KeyMetadata.Arn`; lists of scalars in one cell. */
function flatRow(value: unknown): Record<string, string> {
  if (!isComposed(value)) return { Value: scalar(value) }
  const cells: Record<string, string> = {}
  for (const [name, member] of Object.entries(value as object)) {
    if (Array.isArray(member)) {
      if (!member.some(isComposed)) cells[name] = member.map(scalar).join(', ')
    } else if (isComposed(member)) {
      for (const [inner, cell] of Object.entries(flatRow(member))) cells[`${name}.${inner}`] = cell
    } else cells[name] = scalar(member)
  }
  return cells
}

function columns(rows: readonly Record<string, string>[]): string[][] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return rows.length === 0 ? [] : [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))]
}

function drawn(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const isComposed = (value: unknown): boolean => typeof value === 'object' && value !== null

function scalar(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
}
