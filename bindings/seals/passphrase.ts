/**
 * Unlocking by passphrase: Argon2id v1.3 (RFC 9106) of its NFC form, by hash-wasm. Costs outside the bounds of
 * CRYPTO.md §4 are refused before any work, so that a hostile store cannot make a reader spend memory or hours.
 *
 * `argon2.ts` says what of the work is wiped.
 */
import { concat, isWellFormed, readU32, u32, utf8 } from '../bytes.ts'
import { argon2id } from './argon2.ts'
import type { UnlockKind } from './kind.ts'
import { SlotType, UnlockFailed } from './seal.ts'

export interface PassphraseUnlock {
  /** Not empty, well-formed; normalised to NFC. */
  readonly passphrase: string
  /** Cost of a new slot. Default: 65,536 KiB, 3 passes, 4 lanes. */
  readonly cost?: Argon2Cost
}

export interface Argon2Cost {
  /** KiB, 19,456 to 262,144 and at least 8 for each lane. */
  readonly memory: number
  /** 2 to 10. */
  readonly passes: number
  /** 1 to 4. */
  readonly lanes: number
}

const DEFAULT_COST: Argon2Cost = { memory: 65_536, passes: 3, lanes: 4 }
const SALT_BYTES = 16
const PARAMS_BYTES = 12 + SALT_BYTES

export const passphrase: UnlockKind<PassphraseUnlock> = {
  type: SlotType.passphrase,
  name: 'passphrase',

  async create(unlock, { core }) {
    const cost = unlock.cost ?? DEFAULT_COST
    const salt = core.random(SALT_BYTES)
    const params = concat(u32(cost.memory), u32(cost.passes), u32(cost.lanes), salt)
    if (!withinBounds(cost)) throw new RangeError('the cost of a passphrase is out of bounds')
    return { params, secret: await stretch(unlock.passphrase, cost, salt) }
  },

  means: (_unlock, slot) => slot.type === SlotType.passphrase,

  async secret(unlock, slot) {
    const cost = decodeCost(slot.params)
    return stretch(unlock.passphrase, cost, slot.params.subarray(12))
  },

  describe: (params) => ({ ...decodeCost(params) }),
}

function decodeCost(params: Uint8Array): Argon2Cost {
  if (params.length !== PARAMS_BYTES) throw new UnlockFailed()
  const cost = { memory: readU32(params, 0), passes: readU32(params, 4), lanes: readU32(params, 8) }
  if (!withinBounds(cost)) throw new UnlockFailed()
  return cost
}

function withinBounds({ memory, passes, lanes }: Argon2Cost): boolean {
  const within = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most
  return within(memory, 19_456, 262_144) && within(passes, 2, 10) && within(lanes, 1, 4) && memory >= 8 * lanes
}

async function stretch(text: string, cost: Argon2Cost, salt: Uint8Array): Promise<Uint8Array> {
  if (typeof text !== 'string' || text === '') throw new TypeError('a passphrase is a text that is not empty')
  if (!isWellFormed(text)) throw new TypeError('a passphrase has no lone surrogates')
  const password = utf8(text.normalize('NFC'))
  try {
    return await argon2id(password, salt, cost)
  } finally {
    password.fill(0)
  }
}
