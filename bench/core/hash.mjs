/** SHA-256, HMAC, HKDF and AES key wrapping. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { createHMAC, createSHA256 } from 'hash-wasm'

const RFC3394_IV = new Uint8Array(8).fill(0xa6)

async function sha256Rows(core) {
  const wasm = await createSHA256()
  return [32, 1024, 1_048_576].map((length) => {
    const message = new Uint8Array(length).fill(7)
    return {
      title: 'SHA-256',
      length,
      contenders: {
        kmsbox: { run: () => core.sha2('SHA-256', message) },
        'node:crypto': { run: () => createHash('sha256').update(message).digest() },
        'hash-wasm': { run: () => wasm.init().update(message).digest('binary') },
        '@noble/hashes': { run: () => nobleSha256(message) },
      },
    }
  })
}

async function hmacRows(core) {
  const bytes = new Uint8Array(randomBytes(32))
  const slot = core.importKey(bytes)
  const key = createSecretKey(bytes)
  const wasm = await createHMAC(createSHA256(), bytes)
  return [32, 4096].map((length) => {
    const message = new Uint8Array(length).fill(7)
    return {
      title: 'HMAC-SHA-256 under a resident key',
      length,
      contenders: {
        kmsbox: { run: () => slot.hmac('SHA-256', message) },
        'node:crypto': { run: () => createHmac('sha256', key).update(message).digest() },
        'hash-wasm': { run: () => wasm.init().update(message).digest('binary') },
      },
    }
  })
}

function hkdfRow(core) {
  const [ikm, salt, info] = [new Uint8Array(randomBytes(32)), new Uint8Array(32), new Uint8Array(16)]
  return {
    title: 'HKDF-SHA-256, 32 bytes from 32 bytes',
    length: 32,
    contenders: {
      kmsbox: { run: () => core.hkdf('SHA-256', ikm, salt, info, 32) },
      'node:crypto': { run: () => hkdfSync('sha256', ikm, salt, info, 32) },
    },
  }
}

function wrapRows(core) {
  const [kek, data] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
  const key = createSecretKey(kek)
  const wrapped = core.kwWrap(kek, data)
  return [
    {
      title: 'AES-256-KW wrap, key included',
      length: 32,
      contenders: {
        kmsbox: { run: () => core.kwWrap(kek, data) },
        'node:crypto': { run: () => createCipheriv('id-aes256-wrap', key, RFC3394_IV).update(data) },
      },
    },
    {
      title: 'AES-256-KW unwrap, key included',
      length: 32,
      contenders: {
        kmsbox: { run: () => core.kwUnwrap(kek, wrapped) },
        'node:crypto': { run: () => createDecipheriv('id-aes256-wrap', key, RFC3394_IV).update(wrapped) },
      },
    },
  ]
}

export const hashRows = async (core) => [
  ...(await sha256Rows(core)),
  ...(await hmacRows(core)),
  hkdfRow(core),
  ...wrapRows(core),
]
