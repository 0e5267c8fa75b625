/** A box over a store that lasts: locked, unlocked, opened again, copied. IndexedDB in Chromium, a folder in Node. */
import { importStore, type Kms, openKms } from 'kmsbox'
import { afterEach, expect, test } from 'vitest'

const opened: Kms[] = []
const cost = { memory: 19_456, passes: 2, lanes: 1 }
const unlock = { passphrase: 'correct horse', cost }
const EncryptionContext = { tenant: '7' }
const Plaintext = new TextEncoder().encode('attack at dawn')

/** Undo what a test made, once its boxes are closed. */
const leftovers: (() => void)[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((kms) => kms.close()))
  for (const remove of leftovers.splice(0)) remove()
})

const inNode = typeof window === 'undefined'

async function newStore(): Promise<string> {
  if (!inNode) return `indexeddb:${crypto.randomUUID()}`
  const { mkdtempSync, rmSync } = process.getBuiltinModule('node:fs')
  const { tmpdir } = process.getBuiltinModule('node:os')
  const folder = mkdtempSync(`${tmpdir()}/kmsbox-`)
  leftovers.push(() => rmSync(folder, { recursive: true, force: true }))
  return `file:${folder}/box`
}

async function keep(opening: Promise<Kms>): Promise<Kms> {
  const kms = await opening
  opened.push(kms)
  return kms
}

async function encryptedIn(kms: Kms): Promise<Uint8Array> {
  const { KeyMetadata } = await kms.createKey()
  const { CiphertextBlob } = await kms.encrypt({ KeyId: KeyMetadata!.KeyId!, Plaintext, EncryptionContext })
  return CiphertextBlob!
}

async function expectDecrypts(kms: Kms, CiphertextBlob: Uint8Array): Promise<void> {
  expect((await kms.decrypt({ CiphertextBlob, EncryptionContext })).Plaintext).toEqual(Plaintext)
}

test('a store is opened again with its secret, and with no other', async () => {
  const store = await newStore()
  const first = await keep(openKms({ store, unlock }))
  const blob = await encryptedIn(first)
  await first.close()
  await expect(openKms({ store, unlock: { passphrase: 'wrong' } })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  await expectDecrypts(await keep(openKms({ store, unlock })), blob)
})

test('a store needs the option unlock', async () => {
  await expect(openKms({ store: await newStore() })).rejects.toMatchObject({ name: 'ValidationException' })
})

test('a locked box refuses, keeps its ports, and is unlocked by its secret alone', async () => {
  const kms = await keep(openKms({ store: await newStore(), unlock }))
  const caller = kms.as('arn:aws:iam::000000000000:user/ann')
  const blob = await encryptedIn(kms)
  await kms.lock()
  const locked = { name: 'KeyUnavailableException' }
  await expect(kms.decrypt({ CiphertextBlob: blob, EncryptionContext })).rejects.toMatchObject(locked)
  await expect(caller.listKeys()).rejects.toMatchObject(locked)
  await expect(kms.unlock({ passphrase: 'wrong' })).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await kms.unlock(unlock)
  await expectDecrypts(kms, blob)
  await expect(caller.listKeys()).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('a way in is added with an existing secret, and removed', async () => {
  const store = await newStore()
  const rawKey = crypto.getRandomValues(new Uint8Array(32))
  const kms = await keep(openKms({ store, unlock }))
  await expect(kms.addUnlock({ rawKey }, { passphrase: 'wrong' })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  await kms.addUnlock({ rawKey }, unlock)
  expect(await kms.listUnlocks()).toHaveLength(2)
  await kms.lock()
  await kms.unlock({ rawKey })
  expect(rawKey.some((byte) => byte !== 0)).toBe(true)
})

test('a copy becomes a store of its own, with ways in of its own', async () => {
  const kms = await keep(openKms({ store: await newStore(), unlock }))
  const blob = await encryptedIn(kms)
  const copy = await kms.export()
  const store = await newStore()
  const other = { passphrase: 'battery staple', cost }
  await expect(importStore({ copy, store, unlock: { passphrase: 'wrong' } })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
  const imported = await keep(importStore({ copy, store, unlock, unlocks: [other] }))
  await expectDecrypts(imported, blob)
  await imported.close()
  await expect(openKms({ store, unlock })).rejects.toMatchObject({ name: 'AccessDeniedException' })
  await expectDecrypts(await keep(openKms({ store, unlock: other })), blob)
  await expect(importStore({ copy: copy.subarray(1), store: await newStore(), unlock })).rejects.toMatchObject({
    name: 'ValidationException',
  })
})

test('a locked memory: box is gone', async () => {
  const kms = await keep(openKms())
  await kms.lock()
  await expect(kms.listKeys()).rejects.toMatchObject({ name: 'KeyUnavailableException' })
  await expect(kms.unlock(unlock)).rejects.toMatchObject({ name: 'KeyUnavailableException' })
})

test('a box locks itself when nobody asks anything for a while', async () => {
  const kms = await keep(openKms({ store: await newStore(), unlock, idleLock: 1 }))
  await kms.listKeys()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await expect(kms.listKeys()).rejects.toMatchObject({ name: 'KeyUnavailableException' })
  await kms.unlock(unlock)
  await kms.listKeys()
})
