/** AEADs that npm offers in JavaScript and Wasm, for contenders.mjs. What is said of tables was read in their sources. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { AES } from '@stablelib/aes'
import { GCM } from '@stablelib/gcm'
import forge from 'node-forge'
import sjcl from 'sjcl'
import { noble } from '../core/peers.mjs'
import { sealXChaCha20Poly1305 } from './xchacha.mjs'

const { AES_GCM } = createRequire(import.meta.url)('asmcrypto.js') // its module form cannot be imported by name

const refuse = () => {
  throw new Error('Authentication failed')
}

const nobleCiphers = {
  name: '@noble/ciphers',
  tables: 'yes',
  note: 'AES by tables of 65,536 entries, GHASH by tables too. Keeps nothing between messages.',
  ...noble,
}

const stablelib = {
  name: '@stablelib/gcm',
  tables: 'yes',
  note: 'AES by T-tables; GHASH bit by bit with masks. The key schedule is kept.',
  prepare: (key) => new GCM(new AES(key, true)),
  seal: (gcm, iv, plaintext) => gcm.seal(iv, plaintext),
  open: (gcm, iv, sealed) => gcm.open(iv, sealed) ?? refuse(),
}

const asmcrypto = {
  name: 'asmcrypto.js',
  tables: 'yes',
  note: 'AES by T-tables; GHASH branches on bits of its key. Keeps nothing between messages.',
  prepare: (key) => key,
  seal: (key, iv, plaintext) => AES_GCM.encrypt(plaintext, key, iv),
  open: (key, iv, sealed) => AES_GCM.decrypt(sealed, key, iv),
}

const words = (bytes) => sjcl.codec.hex.toBits(Buffer.from(bytes).toString('hex'))

const stanford = {
  name: 'sjcl',
  tables: 'yes',
  note: 'AES by T-tables; GHASH branches on secret bits. Timed on its own arrays of words; the key schedule is kept.',
  prepare: (key) => new sjcl.cipher.aes(words(key)),
  fromBytes: words,
  toBytes: (result) => Buffer.from(sjcl.codec.hex.fromBits(result), 'hex'),
  seal: (cipher, iv, plaintext) => sjcl.mode.gcm.encrypt(cipher, plaintext, iv),
  open: (cipher, iv, sealed) => sjcl.mode.gcm.decrypt(cipher, sealed, iv),
}

/** node-forge reads and writes strings of which each character is a byte. */
const nodeForge = {
  name: 'node-forge',
  tables: 'yes',
  note: 'AES by T-tables, GHASH by 4-bit tables. Timed on its own strings; the key schedule is kept.',
  prepare(key) {
    const bytes = forge.util.createBuffer(key).getBytes()
    return {
      cipher: forge.cipher.createCipher('AES-GCM', bytes),
      decipher: forge.cipher.createDecipher('AES-GCM', bytes),
    }
  },
  fromBytes: (bytes) => Buffer.from(bytes).toString('latin1'),
  toBytes: (text) => Buffer.from(text, 'latin1'),
  seal({ cipher }, iv, plaintext) {
    cipher.start({ iv })
    cipher.update(forge.util.createBuffer(plaintext))
    cipher.finish()
    return cipher.output.getBytes() + cipher.mode.tag.getBytes()
  },
  open({ decipher }, iv, sealed) {
    decipher.start({ iv, tag: forge.util.createBuffer(sealed.slice(-16)) })
    decipher.update(forge.util.createBuffer(sealed.slice(0, -16)))
    return decipher.finish() ? decipher.output.getBytes() : refuse()
  },
}

const PIECE = 65_536 // what the package's own streams hand to its Wasm at once

function inPieces(cipher, data) {
  const out = new Uint8Array(data.length + 16)
  let length = 0
  const append = (piece) => {
    out.set(piece, length)
    length += piece.length
  }
  try {
    for (let at = 0; at < data.length; at += PIECE) append(cipher.update(data.subarray(at, at + PIECE)))
    append(cipher.finalize())
  } finally {
    cipher.free()
  }
  return out.subarray(0, length)
}

/** Driven below its TransformStreams, whose cost would be added; its loader fetches, which Node.js refuses for files. */
async function encryptWebStreams() {
  const folder = new URL('./node_modules/@transcend-io/encrypt-web-streams/wasm/', import.meta.url)
  const { Encryptor, Decryptor, initSync } = await import(new URL('aes_gcm_stream_wasm.js', folder).href)
  initSync({ module: await readFile(new URL('aes_gcm_stream_wasm_bg.wasm', folder)) })
  return {
    name: '@transcend-io/encrypt-web-streams',
    tables: 'no, but branches',
    note: 'Rust in Wasm. AES fixsliced; GHASH branches on secret bits in the source. Timed below its streams. Keeps nothing.',
    prepare: (key) => key,
    seal: (key, iv, plaintext) => inPieces(new Encryptor(key, iv), plaintext),
    open: (key, iv, sealed) => inPieces(new Decryptor(key, iv), sealed),
  }
}

async function libsodium() {
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  const aead = (algorithm) => ({
    prepare: (key) => key,
    seal: (key, iv, plaintext) => sodium[`crypto_aead_${algorithm}_encrypt`](plaintext, null, null, iv, key),
    open: (key, iv, sealed) => sodium[`crypto_aead_${algorithm}_decrypt`](null, sealed, null, iv, key),
  })
  return [
    {
      name: 'libsodium XChaCha20-Poly1305',
      tables: 'no',
      note: 'C in Wasm; another algorithm, free of tables by design. There is no AES-GCM in libsodium’s Wasm.',
      ivLength: 24,
      expected: sealXChaCha20Poly1305,
      ...aead('xchacha20poly1305_ietf'),
    },
    {
      name: 'libsodium AEGIS-256',
      tables: 'yes',
      note: 'C in Wasm; another algorithm. In Wasm its AES rounds are T-tables (softaes.c). Tag of 32 bytes.',
      ivLength: 32,
      known: aegis256,
      ...aead('aegis256'),
    },
  ]
}

const hex = (text) => new Uint8Array(Buffer.from(text, 'hex'))

/** draft-irtf-cfrg-aegis-aead, AEGIS-256, test vector 1: node:crypto has no AEGIS. */
const aegis256 = {
  key: hex(`1001${'00'.repeat(30)}`),
  iv: hex(`100002${'00'.repeat(29)}`),
  plaintext: new Uint8Array(16),
  sealed: hex('754fc3d8c973246dcc6d741412a4b2361181a1d18091082bf0266f66297d167d2e68b845f61a3b0527d31fc7b7b89f13'),
}

export const peers = async () => [
  nobleCiphers,
  stablelib,
  asmcrypto,
  nodeForge,
  stanford,
  await encryptWebStreams(),
  ...(await libsodium()),
]
