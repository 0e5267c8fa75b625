/** Random cases against WebCrypto and the noble libraries. `KMSBOX_FUZZ=100000000` runs more of them. */
import { aeskw, aeskwp, gcm } from '@noble/ciphers/aes.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { expect, it } from 'vitest'
import type { Hash } from '../../bindings/core.ts'
import { compare, describeReport, missing, type Peer, settings } from './differential.ts'

const nobleHashes = { 'SHA-224': sha224, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 }

const noble: Peer = {
  name: 'noble',
  gcmSeal(key, iv, plaintext, aad, tagLength) {
    if (iv.length < 8) return undefined
    return gcm(key, iv, aad)
      .encrypt(plaintext)
      .subarray(0, plaintext.length + tagLength)
  },
  kwWrap: (kek, data) => aeskw(kek).encrypt(data),
  kwpWrap: (kek, data) => aeskwp(kek).encrypt(data),
  sha2: (hash, message) => nobleHashes[hash](message),
  hmac: (hash, key, message) => hmac(nobleHashes[hash], key, message),
  hkdf: (hash, ikm, salt, info, length) => hkdf(nobleHashes[hash], ikm, salt, info, length),
}

const { subtle } = crypto
type Bytes = Uint8Array<ArrayBuffer>

const yes = (): boolean => true
const no = (): boolean => false
const zeros = (length: number): Bytes => new Uint8Array(length)
/** Chromium has no AES with 192 bits, and Node 20 refuses an IV shorter than 12 bytes. */
const has192 = await subtle.importKey('raw', zeros(24), 'AES-GCM', false, ['encrypt']).then(yes, no)
const takesShortIv = await subtle
  .importKey('raw', zeros(16), 'AES-GCM', false, ['encrypt'])
  .then((key) => subtle.encrypt({ name: 'AES-GCM', iv: zeros(1) }, key, zeros(1)))
  .then(yes, no)
const hasKey = (key: Bytes): boolean => key.length !== 24 || has192
const hasHash = (hash: Hash): boolean => hash !== 'SHA-224'

const webCrypto: Peer = {
  name: 'WebCrypto',
  async gcmSeal(raw, iv, plaintext, additionalData, tagLength) {
    if (!hasKey(raw) || (iv.length < 12 && !takesShortIv)) return undefined
    const key = await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt'])
    const how = { name: 'AES-GCM', iv, additionalData, tagLength: 8 * tagLength }
    return new Uint8Array(await subtle.encrypt(how, key, plaintext))
  },
  async kwWrap(raw, data) {
    if (!hasKey(raw)) return undefined
    const kek = await subtle.importKey('raw', raw, 'AES-KW', false, ['wrapKey'])
    const key = await subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign'])
    return new Uint8Array(await subtle.wrapKey('raw', key, kek, 'AES-KW'))
  },
  async sha2(hash, message) {
    return hasHash(hash) ? new Uint8Array(await subtle.digest(hash, message)) : undefined
  },
  async hmac(hash, raw, message) {
    if (!hasHash(hash) || raw.length === 0) return undefined
    const key = await subtle.importKey('raw', raw, { name: 'HMAC', hash }, false, ['sign'])
    return new Uint8Array(await subtle.sign('HMAC', key, message))
  },
  async hkdf(hash, ikm, salt, info, length) {
    if (!hasHash(hash) || ikm.length === 0 || length === 0) return undefined
    const key = await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])
    return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash, salt, info }, key, 8 * length))
  },
}

it('agrees with WebCrypto and noble', { timeout: 0 }, async () => {
  const chosen = settings()
  const report = await compare([noble, webCrypto], chosen)
  console.info(describeReport(report, chosen))
  expect(missing(report)).toEqual([])
})
