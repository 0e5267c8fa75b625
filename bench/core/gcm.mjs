/** AES-256-GCM under a resident key: sealing and opening, into new memory and into the caller's. */
import { createCipheriv, createDecipheriv, createSecretKey, getRandomValues, webcrypto } from 'node:crypto'
import { gcm } from '@noble/ciphers/aes.js'

export const lengths = [32, 256, 1024, 4096, 65_536, 1_048_576]

const random = (length) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}

function nodeSeal(key, iv, plaintext) {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const ciphertext = cipher.update(plaintext)
  cipher.final()
  return [ciphertext, cipher.getAuthTag()]
}

function nodeOpen(key, iv, ciphertext, tag) {
  const decipher = createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  decipher.final()
  return plaintext
}

/** WebCrypto imports a key once; its rows wait for every call, as a caller of one message does. */
const webKey = (bytes) => webcrypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])

function seals(core, bytes, slot, length) {
  const [iv, plaintext, out] = [random(12), random(length), new Uint8Array(length + 16)]
  const key = createSecretKey(bytes)
  const web = webKey(bytes)
  const peers = {
    'node:crypto': { run: () => nodeSeal(key, iv, plaintext) },
    WebCrypto: {
      run: async () => webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, await web, plaintext),
      awaited: true,
    },
    '@noble/ciphers': { run: () => gcm(bytes, iv).encrypt(plaintext) },
  }
  return [
    { title: 'AES-256-GCM seal', length, contenders: { kmsbox: { run: () => slot.gcmSeal(iv, plaintext) }, ...peers } },
    {
      title: 'AES-256-GCM seal into the caller’s memory',
      length,
      contenders: { kmsbox: { run: () => core.gcmSealInto(slot, iv, plaintext, out) }, ...peers },
    },
  ]
}

function opens(core, bytes, slot, length) {
  const [iv, out] = [random(12), new Uint8Array(length + 16)]
  const sealed = slot.gcmSeal(iv, random(length))
  const [ciphertext, tag] = [sealed.subarray(0, length), sealed.subarray(length)]
  const key = createSecretKey(bytes)
  const web = webKey(bytes)
  const peers = {
    'node:crypto': { run: () => nodeOpen(key, iv, ciphertext, tag) },
    WebCrypto: { run: async () => webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, await web, sealed), awaited: true },
    '@noble/ciphers': { run: () => gcm(bytes, iv).decrypt(sealed) },
  }
  return [
    { title: 'AES-256-GCM open', length, contenders: { kmsbox: { run: () => slot.gcmOpen(iv, sealed) }, ...peers } },
    {
      title: 'AES-256-GCM open into the caller’s memory',
      length,
      contenders: { kmsbox: { run: () => core.gcmOpenInto(slot, iv, sealed, out) }, ...peers },
    },
  ]
}

export function gcmRows(core) {
  const bytes = random(32)
  const slot = core.importKey(bytes)
  const rows = lengths.flatMap((length) => [...seals(core, bytes, slot, length), ...opens(core, bytes, slot, length)])
  return rows.sort(
    (a, b) => rows.findIndex((row) => row.title === a.title) - rows.findIndex((row) => row.title === b.title),
  )
}
