/** What each kind of unlock slot provides; one file a kind beside this one. */
import type { Core } from '../core.ts'
import type { SlotType, StoreIdentity, UnlockSlot } from './seal.ts'

/** Secrets are 32 bytes over a buffer of their own; the caller wipes them. */
export interface UnlockKind<U> {
  readonly type: SlotType
  /** What the API calls it. */
  readonly name: string
  /** A new slot's parameters, its secret, and its id where the secret itself decides that. */
  create(unlock: U, context: KindContext): Promise<NewSecret>
  /** True for a slot that this unlock may mean. */
  means(unlock: U, slot: UnlockSlot, context: KindContext): boolean
  /** The secret of an existing slot. Throws `UnlockFailed` for parameters out of bounds, before any work. */
  secret(unlock: U, slot: UnlockSlot, context: KindContext): Promise<Uint8Array>
  /** Parameters in a form that a list of slots may show. Throws `UnlockFailed` if they are malformed. */
  describe(params: Uint8Array): Readonly<Record<string, string | number | Uint8Array>>
}

export interface KindContext {
  readonly core: Core
  readonly store: StoreIdentity
}

export interface NewSecret {
  /** 16 bytes; random where absent. */
  readonly id?: Uint8Array
  readonly params: Uint8Array
  readonly secret: Uint8Array
}
