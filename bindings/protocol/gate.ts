/**
 * What may knock at the HTTP endpoint, decided before anything is routed or read.
 *
 * A web page that the user visits can make his browser send requests to a loopback address. Three rules stop it: the
 * Host must be an address or a name that is allowed (a page that rebinds its own DNS name to 127.0.0.1 still sends
 * that name), an Origin must be allowed, and the content type must be one that browsers do not send unasked.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { CONTENT_TYPE } from './json11.ts'

export interface Rules {
  /** Host names besides `localhost`; IP addresses need no leave, for DNS has no part in them. */
  readonly hosts: ReadonlySet<string>
  /** Origins that may call from a browser, and get CORS headers. */
  readonly origins: ReadonlySet<string>
}

/** Why a request may not enter, or undefined. */
export function objection({ host, origin }: IncomingHttpHeaders, rules: Rules): string | undefined {
  if (!isAllowedHost(host, rules.hosts)) return 'The Host of the request is not one that this endpoint serves.'
  if (origin !== undefined && !rules.origins.has(origin)) return 'Requests of this Origin are not accepted.'
  return undefined
}

function isAllowedHost(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]@/\s]+))(?::\d{1,5})?$/.exec(host ?? '') ?? []
  if (bracketed !== undefined) return isIP(bracketed) === 6
  const name = plain?.toLowerCase() ?? ''
  return name === 'localhost' || isIP(name) === 4 || allowed.has(name)
}

/** True for AWS JSON 1.1, whatever the parameters. */
export const isAwsJson = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === CONTENT_TYPE

/** Headers that let an allowed Origin's scripts read the answer. */
export function corsHeaders(origin: string | undefined, rules: Rules): Record<string, string> {
  if (origin === undefined || !rules.origins.has(origin)) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'x-amzn-requestid, date',
    vary: 'origin',
  }
}

/** What a preflight is answered besides. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'authorization, content-type, x-amz-content-sha256, x-amz-date, x-amz-security-token, x-amz-target, ' +
    'x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request',
  'access-control-max-age': '600',
}
