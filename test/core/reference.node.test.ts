/** The core against node:crypto: every length from 0 to 257 and some beyond the window, on every build. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { gcm } from '@noble/ciphers/aes.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Core, type Hash, loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'

const hashes: readonly Hash[] = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const nodeName = (hash: Hash): string => hash.replace('-', '').toLowerCase()
const short = Array.from({ length: 258 }, (_, length) => length)
/** Around batches of the kernels and the pieces of a stream. */
const long = [1023, 1024, 2016, 2047, 2048, 2049, 4096, 5001, 65535, 65536, 65537, 131_072 + 17, 1_100_003]

function nodeSeal(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, aad: Uint8Array, tagLength: number): Buffer {
  const cipher = createCipheriv(`aes-${8 * key.length}-gcm` as CipherGCMTypes, key, iv, { authTagLength: tagLength })
  cipher.setAAD(aad)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

describe.each(builds)('against node:crypto, %s build', { timeout: 60_000 }, (build) => {
  let core: Core
  beforeAll(async () => {
    core = await loadCore({ build })
  })

  it.each(hashes)('%s and its HMAC', (hash) => {
    const next = sequence(1)
    for (const length of [...short, ...long]) {
      const message = next(length)
      const key = next((length * 7) % 300)
      expect(same(core.sha2(hash, message), createHash(nodeName(hash)).update(message).digest()), `${length}`).toBe(
        true,
      )
      const mac = createHmac(nodeName(hash), key).update(message).digest()
      expect(same(core.hmac(hash, key, message), mac), `HMAC ${key.length}, ${length}`).toBe(true)
    }
    const slot = core.importKey(next(77))
    const secret = slot.release()
    for (const length of [0, 1, 64, 200, 70_000]) {
      const message = next(length)
      expect(same(slot.hmac(hash, message), createHmac(nodeName(hash), secret).update(message).digest())).toBe(true)
    }
    slot.destroy()
  })

  it.each(hashes)('HKDF with %s', (hash) => {
    const next = sequence(2)
    const most = 255 * core.sha2(hash, new Uint8Array(0)).length
    for (const length of [...short, 1000, most]) {
      const [ikm, salt, info] = [next(length % 100), next((length * 3) % 170), next((length * 5) % 260)]
      const expected = new Uint8Array(hkdfSync(nodeName(hash), ikm, salt, info, length))
      expect(same(core.hkdf(hash, ikm, salt, info, length), expected), `${length}`).toBe(true)
      const prk = core.hkdfExtract(hash, ikm, salt)
      expect(same(core.hkdfExpand(hash, prk, info, length), expected), `${length} in two steps`).toBe(true)
    }
    const [ikm, salt, info] = [next(200_000), next(70_000), next(1000)]
    expect(
      same(core.hkdf(hash, ikm, salt, info, 99), new Uint8Array(hkdfSync(nodeName(hash), ikm, salt, info, 99))),
    ).toBe(true)
  })

  it.each([16, 24, 32])('AES-GCM with a key of %i bytes', (keyLength) => {
    const next = sequence(keyLength)
    const key = next(keyLength)
    const slot = core.importKey(key)
    for (const length of [...short, ...long]) {
      const iv = next(length % 3 === 0 ? 1 + (length % 128) : 12)
      const aad = next((length * 11) % 270)
      const tagLength = [16, 12, 13, 14, 15, 8, 4][length % 7]!
      const plaintext = next(length)
      const expected = nodeSeal(key, iv, plaintext, aad, tagLength)
      expect(same(core.gcmSeal(key, iv, plaintext, aad, tagLength), expected), `seal ${length}`).toBe(true)
      expect(same(slot.gcmSeal(iv, plaintext, aad, tagLength), expected), `slot seal ${length}`).toBe(true)
      expect(same(core.gcmOpen(key, iv, expected, aad, tagLength), plaintext), `open ${length}`).toBe(true)
      expect(same(slot.gcmOpen(iv, expected, aad, tagLength), plaintext), `slot open ${length}`).toBe(true)
      const there = new Uint8Array(length + tagLength)
      there.set(plaintext)
      core.gcmSealInto(slot, iv, there.subarray(0, length), there, aad, tagLength)
      expect(same(there, expected), `in place ${length}`).toBe(true)
      expect(core.gcmOpenInto(slot, iv, there, there, aad, tagLength)).toBe(length)
      expect(same(there.subarray(0, length), plaintext), `back in place ${length}`).toBe(true)
    }
    slot.destroy()
  })

  it('AES-GCM with associated data and IVs longer than a window', () => {
    const next = sequence(9)
    const key = next(32)
    const slot = core.importKey(key)
    const cases: [number, number, number][] = [
      [12, 66_600, 5],
      [12, 200_001, 70_001],
      [65_536, 3000, 33],
      [4099, 0, 0],
    ]
    for (const [ivLength, aadLength, length] of cases) {
      const [iv, aad, plaintext] = [next(ivLength), next(aadLength), next(length)]
      const expected = gcm(key, iv, aad).encrypt(plaintext) // OpenSSL takes IVs up to 128 bytes
      expect(same(core.gcmSeal(key, iv, plaintext, aad), expected)).toBe(true)
      expect(same(slot.gcmOpen(iv, expected, aad), plaintext)).toBe(true)
    }
    slot.destroy()
  })

  it.each([16, 24, 32])('AES-KW and AES-KWP with a key of %i bytes', (keyLength) => {
    const next = sequence(keyLength + 1)
    const kek = next(keyLength)
    const wrapWith = (name: string, iv: string, data: Uint8Array): Buffer => {
      const cipher = createCipheriv(`id-aes${8 * keyLength}-${name}`, kek, Buffer.from(iv, 'hex'))
      return Buffer.concat([cipher.update(data), cipher.final()])
    }
    for (const length of [...short, 4096, 8200]) {
      const data = next(length)
      if (length >= 16 && length % 8 === 0) {
        const wrapped = wrapWith('wrap', 'a6a6a6a6a6a6a6a6', data)
        expect(same(core.kwWrap(kek, data), wrapped), `KW ${length}`).toBe(true)
        expect(same(core.kwUnwrap(kek, wrapped), data), `KW back ${length}`).toBe(true)
      }
      if (length >= 1) {
        const wrapped = wrapWith('wrap-pad', 'a65959a6', data)
        expect(same(core.kwpWrap(kek, data), wrapped), `KWP ${length}`).toBe(true)
        expect(same(core.kwpUnwrap(kek, wrapped), data), `KWP back ${length}`).toBe(true)
      }
    }
  })

  it('opens in Node what a slot sealed at random lengths', () => {
    const next = sequence(10)
    for (let i = 0; i < 40; i++) {
      const key = next(32)
      const slot = core.importKey(key)
      const plaintext = next((i * 9173) % 40_000)
      const iv = next(12)
      const sealed = slot.gcmSeal(iv, plaintext)
      const decipher = createDecipheriv('aes-256-gcm', key, iv)
      decipher.setAuthTag(sealed.subarray(plaintext.length))
      expect(
        same(Buffer.concat([decipher.update(sealed.subarray(0, plaintext.length)), decipher.final()]), plaintext),
      ).toBe(true)
      slot.destroy()
    }
  })
})
