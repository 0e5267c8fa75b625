/**
 * Unlock slots (CRYPTO.md §4, FORMATS.md "Unlock slots"): the root key, sealed under a secret that somebody keeps.
 *
 * A slot's head says what kind of secret opens it; the secret itself is turned into 32 bytes by the kind's own file and
 * lives only in a slot of the core here. Wrong secrets, damaged slots and hostile parameters end in one message.
 */
import { concat, readU32, u16, u32 } from '../bytes.ts'
import { AuthenticationError, type Slot } from '../core.ts'

export const SlotType = { passphrase: 1, passkey: 2, device: 3, raw: 4, parent: 5 } as const
export type SlotType = (typeof SlotType)[keyof typeof SlotType]

/** One unlock slot as it is stored. */
export interface UnlockSlot {
  readonly type: SlotType
  readonly epoch: number
  /** 16 bytes. */
  readonly id: Uint8Array
  readonly params: Uint8Array
  /** The whole slot: head ‖ salt ‖ commitment ‖ ciphertext ‖ tag. */
  readonly sealed: Uint8Array
}

/** What the store says about itself before anything is unlocked. */
export interface StoreIdentity {
  /** 16 bytes. */
  readonly id: Uint8Array
  /** SHA-256("kmsbox/v1/store" ‖ 00 ‖ id). */
  readonly hash: Uint8Array
}

/** The one answer to a wrong secret, a damaged slot and parameters out of bounds. */
export class UnlockFailed extends Error {
  override name = 'UnlockFailed'
  constructor() {
    super('The store cannot be unlocked with this secret.')
  }
}

const SLOT_LABEL = 'kmsbox/v1/slot'
const SLOT_KEY_LABEL = 'kmsbox/v1/slot-key'
const HEAD_BYTES = 26
/** salt32 ‖ commitment32 ‖ ciphertext32 ‖ tag16. */
const BODY_BYTES = 112

/** Seals a root key; secret and root stay the caller's. */
export function sealRoot(
  store: StoreIdentity,
  slot: Pick<UnlockSlot, 'type' | 'epoch' | 'id' | 'params'>,
  secret: Slot,
  root: Slot,
): UnlockSlot {
  const key = secret.derive(SLOT_KEY_LABEL, concat(store.id, slot.id), 32)
  try {
    return { ...slot, sealed: key.sealSlot(SLOT_LABEL, store.id, slotHead(slot), store.hash, root) }
  } finally {
    key.destroy()
  }
}

/** Opens the root key into a slot of its own. Throws {@link UnlockFailed}. */
export function openRoot(store: StoreIdentity, slot: UnlockSlot, secret: Slot): Slot {
  const key = secret.derive(SLOT_KEY_LABEL, concat(store.id, slot.id), 32)
  try {
    return key.openSlot(SLOT_LABEL, HEAD_BYTES + slot.params.length, store.hash, slot.sealed)
  } catch (error) {
    if (error instanceof AuthenticationError) throw new UnlockFailed()
    throw error
  } finally {
    key.destroy()
  }
}

function slotHead({ type, epoch, id, params }: Pick<UnlockSlot, 'type' | 'epoch' | 'id' | 'params'>): Uint8Array {
  return concat(Uint8Array.of(1, 1, type, 0), u32(epoch), id, u16(params.length), params)
}

/** Takes the first slot off `bytes`; nothing in it is authentic. Throws {@link UnlockFailed}. */
export function decodeSlot(bytes: Uint8Array): UnlockSlot {
  if (bytes.length < HEAD_BYTES + BODY_BYTES) throw new UnlockFailed()
  const type = bytes[2] as SlotType
  if (bytes[0] !== 1 || bytes[1] !== 1 || bytes[3] !== 0) throw new UnlockFailed()
  if (!Object.values(SlotType).includes(type)) throw new UnlockFailed()
  const paramsLength = readU32(bytes, HEAD_BYTES - 4) & 0xffff
  const length = HEAD_BYTES + paramsLength + BODY_BYTES
  if (bytes.length < length) throw new UnlockFailed()
  return {
    type,
    epoch: readU32(bytes, 4),
    id: bytes.slice(8, 24),
    params: bytes.slice(HEAD_BYTES, HEAD_BYTES + paramsLength),
    sealed: bytes.slice(0, length),
  }
}
