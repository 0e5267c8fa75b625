/**
 * FORMATS.md on custom key stores holds: its test vectors come out of this implementation, and a reader written from
 * that page alone, with nothing but node:crypto, opens what this implementation writes.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { concat, hex, text, unbase64, unhex, utf8 } from '../../bindings/bytes.ts'
import { loadCore } from '../../bindings/core.ts'
import { contextHash, Suite, sealMessage } from '../../bindings/kms/ciphertext.ts'
import { readClusters, readHsmKeys } from '../../bindings/kms/keystores/cluster.ts'
import { identityOf, sealHsmKey } from '../../bindings/kms/keystores/softhsm.ts'
import { joinWrapped } from '../../bindings/kms/keystores/wrapping.ts'
import { argon2id } from '../../bindings/seals/argon2.ts'
import { ACCOUNT } from './box.ts'
import { hsmKey, openKeyStoreBox, PASSWORD, REGION, withHsmStore } from './keystores-box.ts'

const page = readFileSync(new URL('../../FORMATS.md', import.meta.url), 'utf8')
const vectors = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '{}') as Record<string, string>
const given = (name: string): Uint8Array => unhex(vectors[name] as string)
const context = JSON.parse('{"b":"2","a":"1","\u{10000}":"x","\uffff":"y","__proto__":"z"}')

/** A core whose next random bytes are those of the vectors; it stops at a second draw. */
const steady = () => loadCore({ random: (into) => into.fill(0xa5) })

describe('the test vectors', () => {
  it('externalBlob', async () => {
    const core = await steady()
    const backingKey = core.importKey(given('backingKey'))
    const materialId = given('keyMaterialId')
    const sealing = { suite: Suite.external, backingKey, keyId: given('keyId'), multiRegion: false, materialId }
    const sealed = sealMessage(core, sealing, context, utf8(vectors.plaintext as string))
    const [header, inner] = [sealed.subarray(0, 36), sealed.subarray(36)]
    const cipher = createCipheriv('aes-256-gcm', given('externalKey'), given('externalIv'))
    cipher.setAAD(concat(header, contextHash(core, context)))
    const ciphertext = concat(cipher.update(inner), cipher.final())
    const wrapped = { metadata: utf8('v1'), iv: given('externalIv'), tag: cipher.getAuthTag(), ciphertext }
    expect(hex(concat(header, joinWrapped(wrapped)))).toBe(vectors.externalBlob)
  })

  it('hsmHash, hsmKey', async () => {
    const core = await steady()
    const identity = identityOf(core, vectors.hsmId as string)
    expect(hex(identity.hash)).toBe(vectors.hsmHash)
    const [root, key] = [core.importKey(given('hsmRoot')), core.importKey(given('backingKey'))]
    expect(hex(sealHsmKey(root, identity, given('keyId'), key))).toBe(vectors.hsmKey)
  })
})

describe('a reader written from FORMATS.md', () => {
  const hmac = (key: Uint8Array, message: Uint8Array): Uint8Array => createHmac('sha256', key).update(message).digest()
  const sha256 = (message: Uint8Array): Uint8Array => createHash('sha256').update(message).digest()

  function expand(key: Uint8Array, label: string, ctx: Uint8Array, length: number): Uint8Array {
    let [block, out] = [new Uint8Array(0) as Uint8Array, new Uint8Array(0) as Uint8Array]
    for (let i = 1; out.length < length; i++) {
      block = hmac(key, concat(block, utf8(label), Uint8Array.of(0), ctx, Uint8Array.of(i)))
      out = concat(out, block)
    }
    return out.subarray(0, length)
  }

  function gcmOpen(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(-16))
    return concat(decipher.update(sealed.subarray(0, -16)), decipher.final())
  }

  function open(key: Uint8Array, label: string, headLength: number, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
    const H = sealed.subarray(0, headLength + 32)
    const C = sealed.subarray(headLength + 32, headLength + 64)
    const OKM = expand(key, label, concat(H, ad), 76)
    expect(hex(C)).toBe(hex(OKM.subarray(32, 64)))
    return gcmOpen(OKM.subarray(0, 32), OKM.subarray(64), concat(H, C, ad), sealed.subarray(headLength + 64))
  }

  it('opens suite 02', () => {
    const blob = given('externalBlob')
    expect(hex(blob.subarray(0, 4))).toBe('01020000')
    const header = blob.subarray(0, 36)
    const metadataEnd = 37 + (blob[36] as number)
    const ivEnd = metadataEnd + 1 + (blob[metadataEnd] as number)
    const iv = blob.subarray(metadataEnd + 1, ivEnd)
    const [tag, ciphertext] = [blob.subarray(ivEnd, ivEnd + 16), blob.subarray(ivEnd + 16)]
    const ecHash = given('encryptionContextHash')
    const inner = gcmOpen(given('externalKey'), iv, concat(header, ecHash), concat(ciphertext, tag))
    const plaintext = open(given('backingKey'), 'kmsbox/v1/message', 36, ecHash, concat(header, inner))
    expect(text(plaintext)).toBe(vectors.plaintext)
  })

  it('opens a soft HSM with its password, a key in it, and what that key sealed', async () => {
    const box = await openKeyStoreBox()
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    const { CiphertextBlob } = await box.call('Encrypt', { KeyId: id, Plaintext: utf8('attack at dawn') })
    const transaction = box.records.begin()
    const [cluster] = await readClusters(transaction, { account: ACCOUNT, region: REGION })
    const [row] = await readHsmKeys(transaction, clusterId)
    const hsmId = unhex(cluster?.hsmId as string)
    const hsmHash = sha256(concat(utf8('kmsbox/v1/hsm'), Uint8Array.of(0), hsmId))
    const vault = unbase64(cluster?.vault as string)
    const view = new DataView(vault.buffer)
    const [memory, passes, lanes] = [view.getUint32(26), view.getUint32(30), view.getUint32(34)]
    const S = await argon2id(utf8(PASSWORD), vault.subarray(38, 54), { memory, passes, lanes })
    const slotKey = expand(S, 'kmsbox/v1/slot-key', concat(hsmId, vault.subarray(8, 24)), 32)
    const root = open(slotKey, 'kmsbox/v1/slot', 54, hsmHash, vault)
    const backingKey = open(root, 'kmsbox/v1/hsm-key', 20, hsmHash, unbase64(row?.value as string))
    const ecHash = sha256(concat(utf8('kmsbox/v1/ec'), Uint8Array.of(0, 0, 0)))
    const plaintext = open(backingKey, 'kmsbox/v1/message', 36, ecHash, CiphertextBlob as Uint8Array)
    expect(text(plaintext)).toBe('attack at dawn')
  })
})
