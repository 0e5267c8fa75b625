/**
 * The ways to unlock, and the slot that each one means. Only that slot is ever tried: the one named by its id, its
 * credential, its name, its ARN or the secret itself, or else the only one of its kind.
 */
import { hex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { type DeviceUnlock, device } from './device.ts'
import type { KindContext, UnlockKind } from './kind.ts'
import { type ParentUnlock, parent } from './parent.ts'
import { type PasskeyUnlock, passkey } from './passkey.ts'
import { type PassphraseUnlock, passphrase } from './passphrase.ts'
import { type RawUnlock, raw } from './raw.ts'
import { openRoot, SlotType, sealRoot, UnlockFailed, type UnlockSlot } from './seal.ts'

/** A secret that opens a store. `slot`, 32 hex digits, names its slot where several of a kind are there. */
export type Unlock = (PassphraseUnlock | PasskeyUnlock | RawUnlock | DeviceUnlock | ParentUnlock) & {
  readonly slot?: string
}

/** An unlock slot as a list shows it; nothing in it is secret. */
export interface UnlockInfo {
  /** 32 hex digits. */
  readonly id: string
  readonly kind: string
  /** Of a passphrase its cost, of a passkey its credential and input, of a device its name, of a parent its ARN. */
  readonly details: Readonly<Record<string, string | number | Uint8Array>>
}

const kinds: readonly UnlockKind<never>[] = [passphrase, passkey, raw, device, parent]

function kindOf(unlock: Unlock): UnlockKind<Unlock> {
  const kind = kindNamed(unlock)
  if (kind === undefined)
    throw new TypeError('unlock with a passphrase, prf, rawKey, keyFile, recoveryCode, device or parent')
  return kind as UnlockKind<unknown> as UnlockKind<Unlock>
}

function kindNamed(unlock: Unlock): UnlockKind<never> | undefined {
  if ('passphrase' in unlock) return passphrase
  if ('prf' in unlock) return passkey
  if ('rawKey' in unlock || 'keyFile' in unlock || 'recoveryCode' in unlock) return raw
  if ('device' in unlock) return device
  return 'parent' in unlock ? parent : undefined
}

/** True for a way in that any script of the same origin can use without asking. */
export const isConvenience = (unlock: Unlock): boolean => 'device' in unlock

/** Seals the root key for a new way in. The root stays the caller's. */
export async function makeSlot(unlock: Unlock, context: KindContext, epoch: number, root: Slot): Promise<UnlockSlot> {
  const kind = kindOf(unlock)
  const made = await kind.create(unlock, context)
  const slot = { type: kind.type, epoch, id: made.id ?? context.core.random(16), params: made.params }
  return withSecret(context, made.secret, (secret) => sealRoot(context.store, slot, secret, root))
}

/** The slot that an unlock means. Throws {@link UnlockFailed} if there is none, `TypeError` if there are several. */
export function findSlot(unlock: Unlock, slots: readonly UnlockSlot[], context: KindContext): UnlockSlot {
  const kind = kindOf(unlock)
  const named = slots.filter((slot) => slot.type === kind.type && (!unlock.slot || hex(slot.id) === unlock.slot))
  const meant = unlock.slot ? named : named.filter((slot) => kind.means(unlock, slot, context))
  // A raw slot made by other means need not be named by its secret.
  const lone = kind.type === SlotType.raw && meant.length === 0 && named.length === 1
  const [slot, other] = lone ? named : meant
  if (slot === undefined) throw new UnlockFailed()
  if (other !== undefined) throw new TypeError('there are several slots of this kind: name one of them by its id')
  return slot
}

/** Opens the root key by the slot that the unlock means. The caller destroys it. Throws {@link UnlockFailed}. */
export async function openSlot(
  unlock: Unlock,
  slots: readonly UnlockSlot[],
  context: KindContext,
): Promise<{ readonly slot: UnlockSlot; readonly root: Slot }> {
  const slot = findSlot(unlock, slots, context)
  const bytes = await kindOf(unlock).secret(unlock, slot, context)
  return { slot, root: withSecret(context, bytes, (secret) => openRoot(context.store, slot, secret)) }
}

/**
 * Seals another root key for an existing way in, whose secret is asked for again and must open the present root.
 * Both roots stay the caller's. Throws {@link UnlockFailed}.
 */
export async function resealSlot(
  unlock: Unlock,
  slot: UnlockSlot,
  context: KindContext,
  roots: { readonly present: Slot; readonly next: Slot },
): Promise<UnlockSlot> {
  const bytes = await kindOf(unlock).secret(unlock, slot, context)
  return withSecret(context, bytes, (secret) => {
    const opened = openRoot(context.store, slot, secret)
    const same = opened.equals(roots.present)
    opened.destroy()
    if (!same) throw new UnlockFailed()
    return sealRoot(context.store, { ...slot, epoch: slot.epoch + 1 }, secret, roots.next)
  })
}

export function describeSlot(slot: UnlockSlot): UnlockInfo {
  const kind = kinds.find(({ type }) => type === slot.type) as UnlockKind<never>
  return { id: hex(slot.id), kind: kind.name, details: kind.describe(slot.params) }
}

function withSecret<T>({ core }: KindContext, bytes: Uint8Array, use: (secret: Slot) => T): T {
  let secret: Slot
  try {
    secret = core.importKey(bytes)
  } finally {
    bytes.fill(0)
  }
  try {
    return use(secret)
  } finally {
    secret.destroy()
  }
}
