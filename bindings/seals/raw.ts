/**
 * Unlocking by 32 random bytes: a key, a key file (64 hex digits, 44 base64 digits or the bytes themselves), or the
 * recovery code that is printed on paper. The secret names its own slot: slot id = the first 16 bytes of
 * Expand(S, "kmsbox/v1/slot-id", storeId16), so that several raw slots need no choosing.
 */
import { compareBytes, text, unbase64, unhex } from '../bytes.ts'
import type { KindContext, UnlockKind } from './kind.ts'
import { decodeRecoveryCode } from './recovery.ts'
import { SlotType, UnlockFailed } from './seal.ts'

export type RawUnlock =
  /** 32 bytes. */
  | { readonly rawKey: Uint8Array }
  /** Content of a key file. */
  | { readonly keyFile: Uint8Array }
  /** What `makeRecoveryCode` made, as typed: case, blanks and dashes do not matter. */
  | { readonly recoveryCode: string }

const SECRET_BYTES = 32
const ID_BYTES = 16

export const raw: UnlockKind<RawUnlock> = {
  type: SlotType.raw,
  name: 'raw',

  async create(unlock, context) {
    const secret = secretOf(unlock)
    return { id: idOf(secret, context), params: new Uint8Array(0), secret }
  },

  means(unlock, slot, context) {
    if (slot.type !== SlotType.raw) return false
    const secret = secretOf(unlock)
    try {
      return compareBytes(idOf(secret, context), slot.id) === 0
    } finally {
      secret.fill(0)
    }
  },

  async secret(unlock, slot) {
    if (slot.params.length !== 0) throw new UnlockFailed()
    return secretOf(unlock)
  },

  describe: () => ({}),
}

/** A copy over a buffer of its own; throws `TypeError` for any other length than 32. */
export function secret32(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== SECRET_BYTES) throw new TypeError('the secret has 32 bytes')
  const copy = new Uint8Array(new ArrayBuffer(SECRET_BYTES))
  copy.set(bytes)
  return copy
}

function secretOf(unlock: RawUnlock): Uint8Array {
  if ('rawKey' in unlock) return secret32(unlock.rawKey)
  if ('keyFile' in unlock) return readKeyFile(unlock.keyFile)
  return decodeRecoveryCode(unlock.recoveryCode)
}

function readKeyFile(content: Uint8Array): Uint8Array {
  if (content.length === SECRET_BYTES) return secret32(content)
  try {
    const written = text(content).trim()
    return secret32(/^[0-9a-fA-F]{64}$/.test(written) ? unhex(written) : unbase64(written))
  } catch {
    throw new TypeError('a key file holds 32 bytes, 64 hexadecimal digits or 44 digits of base64')
  }
}

function idOf(secret: Uint8Array, { core, store }: KindContext): Uint8Array {
  const held = core.importKey(secret)
  try {
    return held.expand('kmsbox/v1/slot-id', store.id, ID_BYTES)
  } finally {
    held.destroy()
  }
}
