/**
 * The host port: what the enclave cannot do itself and asks the page for. Network (parent KMS, external key stores),
 * prompts, and the anchor that the user of the package supplies. Requests and answers are plain, typed values.
 */
import { KmsError } from '../errors.ts'
import type { ParentKms } from '../seals/parent.ts'
import type { Anchor, AnchoredEntry } from '../stores/anchor.ts'
import { type Method, serve } from './dispatcher.ts'
import { holdProcess } from './hold.ts'
import { enterEnclave, leaveEnclave } from './plain.ts'
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

/** What a host can be asked. A host offers what its platform has and its user gave. */
export interface HostMethods {
  fetch: (request: HostRequest) => Promise<HostResponse>
  'anchor.read': () => Promise<AnchoredEntry | undefined>
  'anchor.compareAndSet': (request: {
    readonly expected?: AnchoredEntry
    readonly next: AnchoredEntry
  }) => Promise<boolean>
  'parent.decrypt': ParentKms['decrypt']
  'parent.generateDataKey': NonNullable<ParentKms['generateDataKey']>
}

export interface Host {
  ask<Name extends keyof HostMethods>(
    name: Name,
    ...request: Parameters<HostMethods[Name]>
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

/** The anchor that the page keeps, as the enclave uses it. */
export const anchorOver = (host: Host): Anchor => ({
  read: () => host.ask('anchor.read'),
  compareAndSet: (expected, next) => host.ask('anchor.compareAndSet', { expected, next }),
})

/** The parent KMS that the page can reach, as the enclave uses it. */
export const parentOver = (host: Host, { keyArn, storeId }: Pick<ParentKms, 'keyArn' | 'storeId'>): ParentKms => ({
  keyArn,
  storeId,
  decrypt: (request) => host.ask('parent.decrypt', request),
  generateDataKey: (request) => host.ask('parent.generateDataKey', request),
})
