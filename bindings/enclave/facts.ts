/** From a caller's name, as the page states it, to the facts that are bound to its port. */
import { validationError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import { identityOf } from '../policy/principals.ts'
import type { CallerName } from './wire.ts'

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/
const MAX_TEXT = 2048

const texts = ['session', 'viaService', 'sourceIp', 'userAgent', 'accessKeyId'] as const
const members = new Set<string>(['principal', 'region', 'tags', 'context', ...texts])

/** Throws `ValidationException` for anything but a well-formed name. */
export function bindFacts(name: unknown, box: { readonly account: string; readonly region: string }): CallerFacts {
  if (!isRecord(name)) throw validationError('A caller is named by a plain object.')
  const unknown = Object.keys(name).find((member) => !members.has(member))
  if (unknown !== undefined) throw validationError(`A caller has no member ${JSON.stringify(unknown.slice(0, 64))}.`)
  const { principal, region, tags, context } = name as CallerName
  return {
    ...bindPrincipal(principal ?? `arn:aws:iam::${box.account}:root`),
    region: checkRegion(region ?? box.region),
    ...pickTexts(name),
    ...(tags && { tags: checkMap(tags, 'tags', isText) }),
    ...(context && { context: checkMap(context, 'context', isTextOrList) }),
  }
}

export function checkRegion(region: unknown): string {
  if (typeof region === 'string' && REGION.test(region)) return region
  throw validationError('A Region is named as AWS names them, such as us-east-1.')
}

function bindPrincipal(principal: unknown): { principal: string; account: string } {
  if (isText(principal)) {
    const { kind, account } = identityOf({ principal, account: '', region: '' })
    if (kind !== 'unknown') return { principal, account }
  }
  throw validationError('A principal is the ARN of a root, user, role or session, or the name of an AWS service.')
}

function pickTexts(name: Readonly<Record<string, unknown>>): Partial<CallerFacts> {
  const given = texts.filter((member) => name[member] !== undefined)
  const wrong = given.find((member) => !isText(name[member]))
  if (wrong) throw validationError(`The caller's ${wrong} is 1 to ${MAX_TEXT} characters of text.`)
  return Object.fromEntries(given.map((member) => [member, name[member]]))
}

/** The copy has no prototype, like its original: names of tags are the caller's. */
function checkMap<T>(map: unknown, member: string, accepts: (value: unknown) => value is T): Record<string, T> {
  if (isRecord(map) && Object.values(map).every(accepts)) return map as Record<string, T>
  throw validationError(`The caller's ${member} are a plain object of text.`)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT
const isTextOrList = (value: unknown): value is string | string[] =>
  isText(value) || (Array.isArray(value) && value.every(isText))
