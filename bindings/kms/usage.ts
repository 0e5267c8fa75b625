/**
 * The usage meter: requests per key and month, counted from the audit trail, and what AWS would charge for them. Prices of
 * AWS's page "AWS Key Management Service pricing" for US East (N. Virginia) as published in 2025; check before relying on them.
 */
import { type Json, type Records, Table } from '../stores/records.ts'
import type { KeyRecord } from './key.ts'

export const prices = {
  date: '2025',
  region: 'us-east-1',
  /** US dollars per customer managed key and month; the first and the second rotation add as much each. */
  keyMonth: 1,
  /** US dollars per request beyond the free ones. */
  request: { symmetric: 0.03 / 10_000, rsa2048: 0.03 / 10_000, asymmetric: 0.15 / 10_000 },
  pair: { rsa: 12 / 10_000, ecc: 0.1 / 10_000 },
  /** Free requests of an account each month; asymmetric ones and key pairs never are. */
  freeRequests: 20_000,
} as const

export interface KeyUsage {
  readonly month: string
  /** ARN; absent for requests that name no key. */
  readonly key?: string
  readonly requests: Readonly<Record<string, number>>
  /** US dollars for the requests, before the free ones. */
  readonly cost: number
}

export interface Usage {
  readonly prices: typeof prices
  readonly months: readonly { readonly month: string; readonly requests: number; readonly cost: number }[]
  readonly keys: readonly KeyUsage[]
}

interface CountedEvent {
  readonly eventTime: string
  readonly eventName: string
  readonly eventType: string
  readonly eventSource: string
  readonly errorCode?: string
  readonly requestParameters?: { readonly keyPairSpec?: string } | null
  readonly resources: readonly { readonly ARN: string }[]
}

/** Counts all events that are still kept; refused requests count as AWS counts them: not at all. */
export async function usageOf(records: Records): Promise<Usage> {
  const counts = new Map<string, { month: string; key?: string; requests: Record<string, number> }>()
  for await (const event of records.events({})) {
    const counted = event as unknown as CountedEvent
    const { eventTime, eventName, eventType, eventSource, errorCode, resources } = counted
    if (eventType !== 'AwsApiCall' || eventSource !== 'kms.amazonaws.com' || errorCode) continue
    const month = eventTime.slice(0, 7)
    const key = resources.find(({ ARN }) => ARN.includes(':key/'))?.ARN
    const entry = counts.get(`${month} ${key}`) ?? { month, key, requests: {} }
    const name = `${eventName}${pairOf(counted)}`
    entry.requests[name] = (entry.requests[name] ?? 0) + 1
    counts.set(`${month} ${key}`, entry)
  }
  const keys = await Promise.all([...counts.values()].map((entry) => priced(records, entry)))
  return { prices, months: monthsOf(keys), keys }
}

/** Data key pairs are priced by what they are: ` RSA_2048` and its like behind the operation's name. */
const pairOf = ({ requestParameters }: CountedEvent): string =>
  requestParameters?.keyPairSpec === undefined ? '' : ` ${requestParameters.keyPairSpec}`

function pairPrice(name: string): number | undefined {
  const spec = name.split(' ')[1]
  if (spec === undefined) return undefined
  return spec.startsWith('RSA_') ? prices.pair.rsa : prices.pair.ecc
}

async function priced(records: Records, entry: Omit<KeyUsage, 'cost'>): Promise<KeyUsage> {
  const record = entry.key ? await records.begin().get<KeyRecord & Json>(Table.key, entry.key) : undefined
  const each = priceOf(record?.spec)
  const cost = Object.entries(entry.requests).reduce((sum, [name, count]) => sum + count * (pairPrice(name) ?? each), 0)
  return { ...entry, cost }
}

function priceOf(spec: KeyRecord['spec'] = 'SYMMETRIC_DEFAULT'): number {
  if (spec === 'SYMMETRIC_DEFAULT' || spec.startsWith('HMAC_')) return prices.request.symmetric
  return spec === 'RSA_2048' ? prices.request.rsa2048 : prices.request.asymmetric
}

function monthsOf(keys: readonly KeyUsage[]): Usage['months'] {
  const months = new Map<string, { month: string; requests: number; cost: number }>()
  for (const { month, requests, cost } of keys) {
    const total = months.get(month) ?? { month, requests: 0, cost: 0 }
    total.requests += Object.values(requests).reduce((sum, count) => sum + count, 0)
    total.cost += cost
    months.set(month, total)
  }
  return [...months.values()]
}
