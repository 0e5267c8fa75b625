/** A client of AWS JSON 1.1 over HTTP, its requests signed with the credentials of the environment. */
import { CONTENT_TYPE } from '../protocol/json11.ts'
import { messageOf, misused, unreachable } from './failure.ts'
import { type AccessKey, signed } from './sign.ts'
import type { Send } from './target.ts'

/** Milliseconds until a server counts as not answering. */
const PATIENCE = 60_000

export function senderTo(endpoint: string, region: string): Send {
  const url = addressOf(endpoint)
  const accessKey = accessKeyOf(process.env)
  return async (operation, body) => {
    const bare = { 'content-type': CONTENT_TYPE, 'x-amz-target': `TrentService.${operation}` }
    const headers = accessKey ? signed({ url, headers: bare, body }, accessKey, region, Date.now()) : bare
    try {
      const request = { method: 'POST', headers, body: body as BodyInit, signal: AbortSignal.timeout(PATIENCE) }
      const response = await fetch(url, request)
      return await replyOf(response)
    } catch (error) {
      throw unreachable(`Nobody answers at ${url.origin} (${reasonOf(error)}). Is kmsbox serve running?`)
    }
  }
}

function addressOf(endpoint: string): URL {
  try {
    const url = new URL(endpoint)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  } catch {}
  throw misused('An endpoint is an http:// or https:// address.')
}

async function replyOf(response: Response) {
  const body = new Uint8Array(await response.arrayBuffer())
  if (response.ok) return { status: response.status, body }
  return { status: response.status, body, error: errorName(body) ?? `HTTP status ${response.status}` }
}

function errorName(body: Uint8Array): string | undefined {
  try {
    const { __type } = JSON.parse(new TextDecoder().decode(body))
    return typeof __type === 'string' ? __type.replace(/^.*#/, '') : undefined
  } catch {
    return undefined
  }
}

function accessKeyOf(environment: NodeJS.ProcessEnv): AccessKey | undefined {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: sessionToken } = environment
  return id && secret ? { id, secret, ...(sessionToken && { sessionToken }) } : undefined
}

const reasonOf = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: string } }
  return cause?.code ?? messageOf(error)
}
