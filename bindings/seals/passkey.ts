/**
 * Unlocking by passkey: the output of WebAuthn's PRF extension for an input kept in the slot. The prompt runs on the
 * page (`listUnlocks` tells it the credential and the input); here only its result enters, once.
 */
import { compareBytes } from '../bytes.ts'
import type { UnlockKind } from './kind.ts'
import { decodeParts, encodeParts } from './params.ts'
import { secret32 } from './raw.ts'
import { SlotType } from './seal.ts'

export interface PasskeyUnlock {
  /** The PRF extension's 32-byte result. */
  readonly prf: Uint8Array
  /** Which credential gave it. Needed to make a slot, and to choose between several. */
  readonly credentialId?: Uint8Array
  /** The input that the result belongs to. Needed to make a slot. */
  readonly input?: Uint8Array
}

export const passkey: UnlockKind<PasskeyUnlock> = {
  type: SlotType.passkey,
  name: 'passkey',

  async create({ prf, credentialId, input }) {
    if (!credentialId?.length || !input?.length) {
      throw new TypeError('a passkey slot needs the credential id and the PRF input')
    }
    return { params: encodeParts(credentialId, input), secret: secret32(prf) }
  },

  means({ credentialId }, slot) {
    if (slot.type !== SlotType.passkey) return false
    return credentialId === undefined || compareBytes(decodeParts(slot.params, 2)[0] as Uint8Array, credentialId) === 0
  },

  secret: async ({ prf }) => secret32(prf),

  describe(params) {
    const [credentialId, input] = decodeParts(params, 2) as [Uint8Array, Uint8Array]
    return { credentialId, input }
  },
}
