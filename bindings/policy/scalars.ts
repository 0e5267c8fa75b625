/** Numbers, dates, truth values, bytes and address ranges as policies write them. Each parser gives undefined for anything else. */
import { hex, unbase64 } from '../bytes.ts'

const decimalSyntax = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/** A decimal number no larger than 2^53 - 1, beyond which comparisons would lie. */
export function parseNumber(text: string): number | undefined {
  const value = decimalSyntax.test(text) ? Number(text) : Number.NaN
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined
}

const dateSyntax = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/

/** Milliseconds since 1970 of a W3C date (`2025-01-31T12:00:00Z` and its shorter forms) or of epoch seconds. */
export function parseDate(text: string): number | undefined {
  const found = dateSyntax.exec(text)
  if (!found) {
    const seconds = parseNumber(text)
    return seconds === undefined ? undefined : seconds * 1000
  }
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(found[i] ?? (i < 4 ? 1 : 0)))
  const whole = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  const back = new Date(whole)
  const exact = back.getUTCMonth() === month! - 1 && back.getUTCDate() === day && back.getUTCHours() === hour
  if (!exact || minute! > 59 || second! > 59) return undefined
  const shift = zoneShift(found[8] ?? 'Z')
  return shift === undefined ? undefined : whole + Number(`0.${found[7] ?? 0}`) * 1000 - shift
}

function zoneShift(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4))
  if (hours > 23 || minutes > 59) return undefined
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

export function parseBoolean(text: string): boolean | undefined {
  const folded = text.toLowerCase()
  return folded === 'true' ? true : folded === 'false' ? false : undefined
}

/** Hexadecimal form of base64 text, for comparison. */
export function parseBinary(text: string): string | undefined {
  try {
    return hex(unbase64(text))
  } catch {
    return undefined
  }
}

/** A block of addresses: the first `prefix` bits of `address` are fixed. */
export interface AddressRange {
  /** 4 or 16 bytes. */
  readonly address: readonly number[]
  readonly prefix: number
}

const octetSyntax = /^(?:0|[1-9]\d{0,2})$/
const groupSyntax = /^[0-9a-fA-F]{1,4}$/
const prefixSyntax = /^(?:0|[1-9]\d{0,2})$/

function parseIpv4(text: string): number[] | undefined {
  const octets = text.split('.')
  const bytes = octets.map(Number)
  const valid = octets.length === 4 && octets.every((octet) => octetSyntax.test(octet)) && bytes.every((b) => b < 256)
  return valid ? bytes : undefined
}

/** RFC 4291 §2.2, all three forms. */
function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')))
  if (halves.length > 2) return undefined
  const bytes = halves.map((groups, i) => groupBytes(groups, i === halves.length - 1))
  const [head, tail = []] = bytes
  if (!head || bytes.includes(undefined)) return undefined
  const gap = 16 - head.length - (tail as number[]).length
  if (halves.length === 1 ? gap !== 0 : gap < 2) return undefined
  return [...head, ...new Array<number>(gap).fill(0), ...(tail as number[])]
}

function groupBytes(groups: readonly string[], final: boolean): number[] | undefined {
  const bytes: number[] = []
  for (const [i, group] of groups.entries()) {
    const dotted = final && i === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined
    if (!dotted && !groupSyntax.test(group)) return undefined
    const value = Number.parseInt(group, 16)
    bytes.push(...(dotted ?? [value >>> 8, value & 255]))
  }
  return bytes
}

/** `203.0.113.0/24`, `2001:db8::/32`, or one address. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [address = '', length, ...more] = text.split('/')
  const bytes = address.includes(':') ? parseIpv6(address) : parseIpv4(address)
  if (!bytes || more.length > 0) return undefined
  if (length === undefined) return { address: bytes, prefix: bytes.length * 8 }
  const prefix = prefixSyntax.test(length) ? Number(length) : Number.NaN
  return prefix <= bytes.length * 8 ? { address: bytes, prefix } : undefined
}

/** True if every address of `inner` lies in `outer`. IPv4 and IPv6 never contain each other. */
export function contains(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.address.length !== inner.address.length || inner.prefix < outer.prefix) return false
  for (let bit = 0; bit < outer.prefix; bit += 8) {
    const kept = Math.min(8, outer.prefix - bit)
    const difference = (outer.address[bit >>> 3] as number) ^ (inner.address[bit >>> 3] as number)
    if (difference >>> (8 - kept) !== 0) return false
  }
  return true
}
