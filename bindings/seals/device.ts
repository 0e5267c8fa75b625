/**
 * Unlocking by device key: an HMAC by a non-extractable WebCrypto key that IndexedDB keeps. A convenience: browsers
 * keep such keys in clear on disk, may evict them, and let any script of the origin use them.
 *
 * S = HMAC-SHA-256(device key, "kmsbox/v1/device" ‖ 00 ‖ storeId16)
 */
import { openDB } from 'idb'
import { concat, text, utf8 } from '../bytes.ts'
import type { KindContext, UnlockKind } from './kind.ts'
import { SlotType, UnlockFailed } from './seal.ts'

export interface DeviceUnlock {
  /** Name of the device key; `true` means "this device". */
  readonly device: true | string
  /** Where device keys are kept. Default: IndexedDB of this origin. */
  readonly keys?: DeviceKeys
}

export interface DeviceKeys {
  get(name: string): Promise<CryptoKey | undefined>
  /** Keeps the key unless one of that name is there; returns the one that is kept. */
  add(name: string, key: CryptoKey): Promise<CryptoKey>
}

const THIS_DEVICE = 'this device'
const ALGORITHM = { name: 'HMAC', hash: 'SHA-256', length: 256 }

export const device: UnlockKind<DeviceUnlock> = {
  type: SlotType.device,
  name: 'device',

  async create(unlock, context) {
    const keys = unlock.keys ?? originKeys
    const name = nameOf(unlock)
    const key =
      (await keys.get(name)) ?? (await keys.add(name, await crypto.subtle.generateKey(ALGORITHM, false, ['sign'])))
    return { params: utf8(name), secret: await secretBy(key, context) }
  },

  means: (unlock, slot) => slot.type === SlotType.device && text(slot.params) === nameOf(unlock),

  async secret(unlock, slot, context) {
    const key = await (unlock.keys ?? originKeys).get(text(slot.params))
    if (key === undefined) throw new UnlockFailed()
    return secretBy(key, context)
  },

  describe: (params) => ({ name: text(params) }),
}

const nameOf = ({ device: name }: DeviceUnlock): string => (name === true ? THIS_DEVICE : name)

async function secretBy(key: CryptoKey, { store }: KindContext): Promise<Uint8Array> {
  const message = concat(utf8('kmsbox/v1/device'), Uint8Array.of(0), store.id)
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message as BufferSource))
}

const KEYS = 'keys'

const openKeys = () =>
  openDB('kmsbox-device-keys', 1, {
    upgrade: (database) => {
      database.createObjectStore(KEYS)
    },
  })

/** Device keys in IndexedDB, opened a call: they are used once a visit. */
const originKeys: DeviceKeys = {
  async get(name) {
    const database = await openKeys()
    try {
      return await database.get(KEYS, name)
    } finally {
      database.close()
    }
  },
  async add(name, key) {
    const database = await openKeys()
    try {
      await database.add(KEYS, key, name).catch(() => undefined)
      return await database.get(KEYS, name)
    } finally {
      database.close()
    }
  },
}
