/** Calls an operation, and a paginated one until its list ends, as the AWS CLI does. */
import { base64, text, unbase64, utf8 } from '../bytes.ts'
import { type OperationName, operations } from '../kms/model.ts'
import type { WireInput } from './arguments.ts'
import { misused, refused } from './failure.ts'
import type { Answer } from './output.ts'
import type { Send } from './target.ts'

export interface Paging {
  readonly maxItems?: string
  readonly pageSize?: string
  readonly startingToken?: string
  readonly paginate?: boolean
}

/** Where a list was left: the page's marker, and how many of its items were printed already. */
interface Place {
  readonly marker?: string
  readonly skip: number
}

export async function callPaged(
  operation: OperationName,
  input: WireInput,
  send: Send,
  paging: Paging,
): Promise<Answer> {
  const described = operations[operation]
  const byHand = input.Limit !== undefined || input.Marker !== undefined
  if (!('page' in described) || paging.paginate === false || byHand) return call(operation, input, send)
  const list = Object.entries(described.output).find(([, shape]) => shape.kind === 'list')![0]
  const pageSize = numberOf(paging.pageSize, '--page-size')
  const limited = pageSize === undefined ? input : { ...input, Limit: pageSize }
  const page = (marker?: string) => call(operation, { ...limited, ...(marker && { Marker: marker }) }, send)
  return collect(list, page, placeOf(paging.startingToken), numberOf(paging.maxItems, '--max-items'))
}

async function collect(
  list: string,
  page: (marker?: string) => Promise<Answer>,
  start: Place,
  most = Number.POSITIVE_INFINITY,
): Promise<Answer> {
  const items: unknown[] = []
  for (let place = start; ; ) {
    const answer = await page(place.marker)
    const fresh = (answer[list] as unknown[]).slice(place.skip)
    const wanted = fresh.slice(0, most - items.length)
    items.push(...wanted)
    if (wanted.length < fresh.length) {
      return { [list]: items, NextToken: tokenOf({ ...place, skip: place.skip + wanted.length }) }
    }
    if (!answer.Truncated) return { [list]: items }
    place = { marker: answer.NextMarker as string, skip: 0 }
    if (items.length === most) return { [list]: items, NextToken: tokenOf(place) }
  }
}

async function call(operation: OperationName, input: WireInput, send: Send): Promise<Answer> {
  const { body, error } = await send(operation, utf8(JSON.stringify(input)))
  const answer = body.length === 0 ? {} : parse(body)
  if (error === undefined) return answer
  const { message = '' } = answer as { message?: string }
  throw refused(`An error occurred (${error}) when calling the ${operation} operation: ${message}`)
}

function parse(body: Uint8Array): Answer {
  try {
    return JSON.parse(text(body))
  } catch {
    throw refused('The answer is not AWS JSON: is this a KMS?')
  }
}

const tokenOf = (place: Place): string => base64(utf8(JSON.stringify(place)))

function placeOf(token: string | undefined): Place {
  if (token === undefined) return { skip: 0 }
  try {
    const { marker, skip } = JSON.parse(text(unbase64(token)))
    if (Number.isInteger(skip) && (marker === undefined || typeof marker === 'string')) return { marker, skip }
  } catch {}
  throw misused('--starting-token is none that --max-items gave.')
}

function numberOf(written: string | undefined, name: string): number | undefined {
  if (written === undefined) return undefined
  if (/^[1-9]\d*$/.test(written)) return Number(written)
  throw misused(`${name} takes a number over 0.`)
}
