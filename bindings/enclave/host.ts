/**
 * The host port: what the enclave cannot do itself and asks the page for. Network (parent KMS, external key stores),
 * prompts, and the anchor that the user of the package supplies. Requests and answers are plain, typed values.
 */
import { KmsError } from '../errors.ts'
import { type Method, serve } from './dispatcher.ts'
import { enterEnclave, leaveEnclave } from './plain.ts'
import { holdProcess } from './ports.ts'
import type { Reply } from './wire.ts'

export interface HostRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Milliseconds until the host gives up. */
  readonly timeout: number
}

export interface HostResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The entry of the change log that a store must have reached. */
export interface Anchor {
  readonly storeId: string
  readonly n: number
  /** SHA-256 of the entry's content, 32 bytes. */
  readonly digest: Uint8Array
}

/** What a host can be asked. A host offers what its platform has. */
export interface HostMethods {
  fetch: (request: HostRequest) => Promise<HostResponse>
  /** Asks for a WebAuthn assertion and answers the 32 bytes of its PRF output. */
  passkey: (request: { readonly credentialId: Uint8Array; readonly input: Uint8Array }) => Promise<Uint8Array>
  'anchor.read': (request: { readonly storeId: string }) => Promise<Anchor | undefined>
  /** True if the anchor was `from` and is now `to`. */
  'anchor.compareAndSet': (request: { readonly from?: Anchor; readonly to: Anchor }) => Promise<boolean>
}

export interface Host {
  ask<Name extends keyof HostMethods>(
    name: Name,
    request: Parameters<HostMethods[Name]>[0],
  ): ReturnType<HostMethods[Name]>
}

/** The page's side. Failures reach the enclave without their cause. */
export function serveHost(port: MessagePort, offered: Partial<HostMethods>): void {
  const methods = new Map<string, Method>()
  for (const [name, method] of Object.entries(offered)) {
    methods.set(name, async (request) => ({ ok: true, output: await (method as (r: unknown) => unknown)(request) }))
  }
  serve(port, methods)
}

/** The enclave's side. Answers are taken as strictly as requests are: the page is not trusted with the enclave. */
export function hostOf(port: MessagePort): Host {
  const waiting = new Map<string, (reply: Reply) => void>()
  let last = 0

  port.addEventListener('message', ({ data }) => {
    const settle = waiting.get(data?.id)
    waiting.delete(data?.id)
    settle?.(data.value)
  })
  port.start()
  holdProcess(port, false)

  async function ask(name: string, request: unknown): Promise<unknown> {
    const id = String(++last)
    const { value, transfer } = leaveEnclave(request)
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      port.postMessage({ id, type: 'APPLY', path: [name], argumentList: [{ type: 'RAW', value }] }, transfer)
    })
    const { ok, output } = enterEnclave(reply) as { ok: unknown; output: unknown }
    if (ok !== true) throw new KmsError('DependencyTimeoutException', 'The host did not answer.')
    return output
  }

  return { ask: ask as Host['ask'] }
}
