/** Random cases against node:crypto and, for what it has of SHA-2, HMAC and HKDF, HACL*; and that a lie is noticed. */
import { type CipherGCMTypes, createCipheriv, createHash, createHmac, hkdfSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import type { Hash } from '../../bindings/core.ts'
import { compare, describeReport, missing, type Peer, settings } from './differential.ts'

const nodeName = (hash: Hash): string => hash.replace('-', '').toLowerCase()

function wrap(name: 'wrap' | 'wrap-pad', kek: Uint8Array, iv: string, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv(`id-aes${8 * kek.length}-${name}`, kek, Buffer.from(iv, 'hex'))
  return Buffer.concat([cipher.update(data), cipher.final()])
}

const node: Peer = {
  name: 'node:crypto',
  gcmSeal(key, iv, plaintext, aad, authTagLength) {
    const cipher = createCipheriv(`aes-${8 * key.length}-gcm` as CipherGCMTypes, key, iv, { authTagLength })
    cipher.setAAD(aad)
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  },
  kwWrap: (kek, data) => wrap('wrap', kek, 'a6a6a6a6a6a6a6a6', data),
  kwpWrap: (kek, data) => wrap('wrap-pad', kek, 'a65959a6', data),
  sha2: (hash, message) => createHash(nodeName(hash)).update(message).digest(),
  hmac: (hash, key, message) => createHmac(nodeName(hash), key).update(message).digest(),
  hkdf: (hash, ikm, salt, info, length) => new Uint8Array(hkdfSync(nodeName(hash), ikm, salt, info, length)),
}

/** What we use of hacl-wasm, which has no types. */
interface Hacl {
  readonly SHA2: Readonly<Record<string, (message: Uint8Array) => [Uint8Array]>>
  readonly HMAC: Readonly<Record<string, (key: Uint8Array, message: Uint8Array) => [Uint8Array]>>
  readonly HKDF: {
    extract_sha2_256(salt: Uint8Array, ikm: Uint8Array): [Uint8Array]
    expand_sha2_256(prk: Uint8Array, info: Uint8Array, length: number): [Uint8Array]
  }
}

async function loadHacl(): Promise<Peer> {
  const library = createRequire(import.meta.url)('hacl-wasm') as { getInitializedHaclModule(): Promise<Hacl> }
  const { SHA2, HMAC, HKDF } = await library.getInitializedHaclModule()
  return {
    name: 'hacl-wasm',
    sha2: (hash, message) => SHA2[`hash_${hash.slice(4)}`]?.(message)[0],
    hmac: (hash, key, message) => HMAC[nodeName(hash)]?.(key, message)[0],
    hkdf(hash, ikm, salt, info, length) {
      if (hash !== 'SHA-256' || length === 0) return undefined
      return HKDF.expand_sha2_256(HKDF.extract_sha2_256(salt, ikm)[0], info, length)[0]
    },
  }
}

it('agrees with node:crypto and hacl-wasm', { timeout: 0 }, async () => {
  const chosen = settings()
  const report = await compare([node, await loadHacl()], chosen)
  console.info(describeReport(report, chosen))
  expect(missing(report)).toEqual([])
})

it('notices one wrong bit, and tells the seed and the case but no bytes', async () => {
  const liar: Peer = {
    ...node,
    gcmSeal(...input) {
      const sealed = node.gcmSeal!(...input) as Uint8Array
      sealed[sealed.length - 1]! ^= 1
      return sealed
    },
  }
  const chosen = { seed: 5, first: 0, count: 100, milliseconds: Infinity }
  await expect(compare([liar], chosen)).rejects.toThrow(
    /^KMSBOX_SEED=5 KMSBOX_CASE=\d+, AES-GCM \(key \d+, iv \d+, aad \d+, message \d+, tag \d+, \w+, [\w ]+\): scalar build: sealed differs$/,
  )
  await expect(compare([node, liar], chosen)).rejects.toThrow('node:crypto and node:crypto disagree')
})
