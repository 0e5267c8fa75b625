/** What crosses the ports of an enclave besides requests and replies. Types only. */
import type { ParentKms } from '../seals/parent.ts'
import type { PasskeyUnlock } from '../seals/passkey.ts'
import type { PassphraseUnlock } from '../seals/passphrase.ts'

export type { Reply, Request as KmsRequest } from '../kms/kms.ts'

/** How a caller is named when a port is minted for it. What is left out is derived or absent. */
export interface CallerName {
  /** ARN of a principal, or the name of a service such as `s3.amazonaws.com`. Absent: the root of the box's account. */
  readonly principal?: string
  readonly region?: string
  readonly session?: string
  readonly viaService?: string
  readonly sourceIp?: string
  readonly userAgent?: string
  readonly accessKeyId?: string
  /** The caller's `aws:PrincipalTag/…`. */
  readonly tags?: Readonly<Record<string, string>>
  /** Any further condition keys of the request. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>
}

/** Clonable part of the options of `openKms`, checked once on the page. */
export interface EnclaveOptions {
  readonly store: string
  readonly unlock?: PostedUnlock
  readonly region: string
  readonly account: string
  readonly clock: 'system' | { readonly manual: string }
  readonly idleLock?: number
  readonly strictPrincipals?: boolean
  /** As it was given; read inside. */
  readonly seed?: unknown
  readonly customTags?: boolean
  /** Fills the store, which must not exist yet, with a copy that `unlock` opens. */
  readonly copy?: CopiedStore
  /** Whether the page answers `anchor.read` and `anchor.compareAndSet` on the host port. */
  readonly anchored?: boolean
}

export interface CopiedStore {
  readonly bytes: Uint8Array
  /** The ways into the new store; absent: the one that opens the copy. */
  readonly unlocks?: readonly PostedUnlock[]
  readonly move: boolean
}

/** An unlock as it crosses the port: key files by their path, parents by their key's ARN. */
export type PostedUnlock = (
  | PassphraseUnlock
  | PasskeyUnlock
  | { readonly rawKey: Uint8Array }
  | { readonly recoveryCode: string }
  | { readonly keyFile: string }
  | { readonly device: true | string }
  | { readonly parent: Pick<ParentKms, 'keyArn' | 'storeId'> }
) & { readonly slot?: string }

/** The first and only message to a new enclave; everything later goes over the two ports. */
export interface Start {
  readonly options: EnclaveOptions
  /** Compiled on the page: under the worker's content security policy it could not fetch it. */
  readonly core: WebAssembly.Module
  readonly admin: MessagePort
  readonly host: MessagePort
  /** Name of the Web Lock that a browser's worker holds as long as it lives. */
  readonly lifeline: string
}
