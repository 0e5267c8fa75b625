/** Raw keys, recovery codes, passkeys, device keys and parent KMSs; and how an unlock names its slot. */
import { beforeAll, describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../bindings/bytes.ts'
import { type Core, loadCore } from '../../bindings/core.ts'
import type { DeviceKeys } from '../../bindings/seals/device.ts'
import type { ParentKms } from '../../bindings/seals/parent.ts'
import { decodeRecoveryCode, encodeRecoveryCode, makeRecoveryCode } from '../../bindings/seals/recovery.ts'
import { UnlockFailed } from '../../bindings/seals/seal.ts'
import type { Unlock } from '../../bindings/seals/unlock.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore, openRecords, readUnlocks } from '../../bindings/stores/open.ts'

const bytes = (fill: number, length = 32) => new Uint8Array(length).fill(fill)
let core: Core

beforeAll(async () => {
  core = await loadCore()
})

async function madeWith(...unlocks: Unlock[]): Promise<MemoryStore> {
  const store = new MemoryStore()
  await (await createStore({ store, core, unlocks })).lock()
  return store
}

async function opens(store: MemoryStore, unlock: Unlock): Promise<boolean> {
  try {
    await (await openRecords({ store, core, unlock })).lock()
    return true
  } catch (error) {
    if (error instanceof UnlockFailed) return false
    throw error
  }
}

describe('raw secrets', () => {
  test('come as bytes or as a key file in several spellings', async () => {
    const store = await madeWith({ rawKey: bytes(0xab) })
    for (const keyFile of [
      bytes(0xab),
      utf8('ab'.repeat(32)),
      utf8(`${'AB'.repeat(32)}\n`),
      utf8(`${'q6ur'.repeat(10)}q6s=\n`),
    ]) {
      expect(await opens(store, { keyFile })).toBe(true)
    }
    expect(await opens(store, { rawKey: bytes(0xac) })).toBe(false)
    for (const keyFile of [bytes(1, 31), utf8('ab'.repeat(31)), new Uint8Array(0)]) {
      await expect(opens(store, { keyFile })).rejects.toThrow(TypeError)
    }
    await expect(opens(store, { rawKey: bytes(1, 16) })).rejects.toThrow(TypeError)
  })

  test('name their own slot among several', async () => {
    const code = makeRecoveryCode(core)
    const store = await madeWith({ rawKey: bytes(1) }, { recoveryCode: code }, { rawKey: bytes(2) })
    expect(await opens(store, { rawKey: bytes(2) })).toBe(true)
    expect(await opens(store, { recoveryCode: code.toLowerCase().replaceAll('-', ' ') })).toBe(true)
    expect(await opens(store, { rawKey: bytes(3) })).toBe(false)
  })
})

describe('a recovery code', () => {
  test('has a fixed form', () => {
    const code = encodeRecoveryCode(Uint8Array.from({ length: 32 }, (_, i) => i))
    expect(code).toBe('000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFV-TQY6')
  })

  test('survives reading mistakes that do not matter, and no other', () => {
    const secret = core.random(32)
    const code = encodeRecoveryCode(secret)
    expect(decodeRecoveryCode(code)).toEqual(secret)
    expect(decodeRecoveryCode(code.replaceAll('0', 'o').replaceAll('1', 'l'))).toEqual(secret)
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
    let missed = 0
    for (let at = 0; at < code.length; at++) {
      if (code[at] === '-') continue
      const other = digits[(digits.indexOf(code[at] as string) + 1) % 32]
      try {
        decodeRecoveryCode(code.slice(0, at) + other + code.slice(at + 1))
        missed++
      } catch {}
    }
    expect(missed).toBe(0)
    expect(() => decodeRecoveryCode(code.slice(1))).toThrow(TypeError)
    expect(() => decodeRecoveryCode(`U${code.slice(1)}`)).toThrow(TypeError)
  })
})

describe('a passkey', () => {
  test('opens the slot of its credential', async () => {
    const one = { credentialId: utf8('credential one'), input: bytes(7) }
    const two = { credentialId: utf8('credential two'), input: bytes(8) }
    const store = await madeWith({ prf: bytes(1), ...one }, { prf: bytes(2), ...two })
    expect((await readUnlocks(store)).map(({ kind }) => kind)).toEqual(['passkey', 'passkey'])
    expect(await opens(store, { prf: bytes(1), credentialId: one.credentialId })).toBe(true)
    expect(await opens(store, { prf: bytes(2), ...two })).toBe(true)
    expect(await opens(store, { prf: bytes(1), ...two })).toBe(false)
    await expect(opens(store, { prf: bytes(1) })).rejects.toThrow('name one of them')
    const slots = await readUnlocks(store)
    const mine = slots.find(({ details }) => hex(details.input as Uint8Array) === hex(one.input))
    expect(await opens(store, { prf: bytes(1), slot: mine?.id })).toBe(true)
    await expect(madeWith({ prf: bytes(1) })).rejects.toThrow(TypeError)
  })
})

describe('a device key', () => {
  function memoryKeys(): DeviceKeys {
    const keys = new Map<string, CryptoKey>()
    return {
      get: async (name) => keys.get(name),
      add: async (name, key) => {
        if (!keys.has(name)) keys.set(name, key)
        return keys.get(name) as CryptoKey
      },
    }
  }

  test('opens on this device only, and is never the only way in', async () => {
    const keys = memoryKeys()
    await expect(madeWith({ device: true, keys })).rejects.toThrow(TypeError)
    const store = await madeWith({ device: true, keys }, { rawKey: bytes(1) })
    expect(await opens(store, { device: true, keys })).toBe(true)
    expect(await opens(store, { device: 'another name', keys })).toBe(false)
    expect(await opens(store, { device: true, keys: memoryKeys() })).toBe(false)
  })

  test('authorises nothing', async () => {
    const device = { device: true, keys: memoryKeys() } as const
    const store = await madeWith(device, { rawKey: bytes(1) })
    const records = await openRecords({ store, core, unlock: device })
    await expect(records.addUnlock({ rawKey: bytes(2) }, device)).rejects.toThrow(TypeError)
    const [slot] = (await records.listUnlocks()).filter(({ kind }) => kind === 'raw')
    await expect(records.removeUnlock(slot?.id ?? '', device)).rejects.toThrow(TypeError)
    await expect(records.removeUnlock(slot?.id ?? '', { rawKey: bytes(1) })).rejects.toThrow('besides a device key')
    await expect(records.rotateRoot({ unlocks: [device], drop: [slot?.id ?? ''] })).rejects.toThrow(TypeError)
    await records.rotateRoot({ unlocks: [device, { rawKey: bytes(1) }], drop: [] })
    expect(await opens(store, device)).toBe(true)
  })
})

describe('a parent KMS', () => {
  const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000001'

  function parentAt(keyArn: string, asked: unknown[]): ParentKms {
    return {
      keyArn,
      async generateDataKey(request) {
        asked.push(request)
        return { Plaintext: bytes(0x77), CiphertextBlob: utf8('sealed by the parent') }
      },
      async decrypt(request) {
        asked.push(request)
        return bytes(0x77)
      },
    }
  }

  test('is asked for the pinned key under the store’s context', async () => {
    const asked: { KeyId: string; EncryptionContext: Record<string, string> }[] = []
    const store = await madeWith({ parent: parentAt(ARN, asked) })
    expect(await opens(store, { parent: parentAt(ARN, asked) })).toBe(true)
    expect(asked).toHaveLength(2)
    for (const { KeyId, EncryptionContext } of asked) {
      expect(KeyId).toBe(ARN)
      expect(EncryptionContext).toEqual({ 'kmsbox:store': expect.stringMatching(/^[0-9a-f]{32}$/) })
    }
  })

  test('is not asked at all for another key or another store', async () => {
    const asked: unknown[] = []
    const store = await madeWith({ parent: parentAt(ARN, []) })
    expect(await opens(store, { parent: parentAt(`${ARN}1`, asked) })).toBe(false)
    expect(await opens(store, { parent: { ...parentAt(ARN, asked), storeId: '00'.repeat(16) } })).toBe(false)
    expect(asked).toEqual([])
  })
})

test('an unlock of no known kind is refused', async () => {
  const store = await madeWith({ rawKey: bytes(1) })
  await expect(opens(store, {} as Unlock)).rejects.toThrow(TypeError)
})
