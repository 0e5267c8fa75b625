/** Seeds: keys with given ids and material are the same in every box. */
import { openKms } from 'kmsbox'
import { describe, expect, it } from 'vitest'
import type { Kms } from '../../bindings/client.ts'
import { readSeed } from '../../bindings/kms/seed.ts'
import { bytes, text } from '../kms/box.ts'

const AES = 'bc436485-5092-42b8-92a3-0aa8b93536dc'
const ECC = '800d5768-3fd7-4edd-a4b8-4c81c3e4c147'
const MRK = `mrk-${'0123456789abcdef'.repeat(2)}`
const older = '11'.repeat(32)
const newer = '22'.repeat(32)

/** SEC 1, made for this test. */
const pem = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBERERERERERERERERERERERERERERERERERERERERERoAoGCCqGSM49
AwEHoUQDQgAEAhfmF/C2RDkoJ4+WmZ5pojpPLBUr321s32bluAKC1O0ZSn3ry5dx
LS3aPKhaqHZaVvRfx1hZllLyiXxlMG5XlA==
-----END EC PRIVATE KEY-----`

async function within<T>(seed: object, work: (kms: Kms) => Promise<T>): Promise<T> {
  const kms = await openKms({ isolation: 'inline', seed })
  try {
    return await work(kms)
  } finally {
    await kms.close()
  }
}

/** A ciphertext, and the material that made it. */
const seal = (KeyId: string) => async (kms: Kms) => {
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: bytes('attack at dawn') })
  const { KeyMetadata } = await kms.describeKey({ KeyId })
  return { CiphertextBlob: CiphertextBlob!, KeyMaterialId: KeyMetadata!.CurrentKeyMaterialId }
}

describe('a seed', () => {
  const seed = {
    Keys: [
      {
        KeyId: AES,
        KeyMaterial: [older, newer],
        Aliases: ['alias/testing'],
        Description: 'seeded',
        Tags: [{ TagKey: 'stage', TagValue: 'test' }],
      },
      { KeyId: MRK, KeyMaterial: older },
      { KeyId: '49c5492b-b1bc-42a8-9a5c-b2015e810c1c', KeySpec: 'HMAC_256', KeyMaterial: older, Region: 'eu-west-1' },
      { KeyId: '5d05267f-bb87-4d0b-8594-295a4371d414', Origin: 'EXTERNAL' },
    ],
  }

  it('makes the same keys in every box: what one encrypts, the next decrypts', async () => {
    const first = await within(seed, seal('alias/testing'))
    const opened = await within(seed, (kms) => kms.decrypt({ CiphertextBlob: first.CiphertextBlob }))
    expect(text(opened.Plaintext)).toBe('attack at dawn')
    expect(opened.KeyMaterialId).toBe(first.KeyMaterialId)
  })

  it('decrypts what an older material encrypted', async () => {
    const before = await within({ Keys: [{ KeyId: AES, KeyMaterial: older }] }, seal(AES))
    const after = await within(seed, (kms) => kms.decrypt({ CiphertextBlob: before.CiphertextBlob }))
    expect(after.KeyMaterialId).toBe(before.KeyMaterialId)
    expect((await within(seed, seal(AES))).KeyMaterialId).not.toBe(before.KeyMaterialId)
  })

  it('gives keys what it says of them, and the default policy', async () => {
    await within(seed, async (kms) => {
      const { KeyMetadata } = await kms.describeKey({ KeyId: AES })
      expect(KeyMetadata).toMatchObject({ Description: 'seeded', KeyState: 'Enabled', Origin: 'AWS_KMS' })
      expect((await kms.listResourceTags({ KeyId: AES })).Tags).toEqual([{ TagKey: 'stage', TagValue: 'test' }])
      expect((await kms.getKeyPolicy({ KeyId: AES })).Policy).toContain('Enable IAM User Permissions')
      expect((await kms.describeKey({ KeyId: MRK })).KeyMetadata).toMatchObject({ MultiRegion: true })
      const waiting = await kms.describeKey({ KeyId: '5d05267f-bb87-4d0b-8594-295a4371d414' })
      expect(waiting.KeyMetadata).toMatchObject({ KeyState: 'PendingImport' })
      expect((await kms.listKeys()).Keys).toHaveLength(3)
      expect((await kms.region('eu-west-1').listKeys()).Keys).toHaveLength(1)
      expect((await kms.listKeyRotations({ KeyId: AES })).Rotations).toHaveLength(1)
    })
  })

  it('leaves its marks, and no material, in the trail', async () => {
    await within(seed, async (kms) => {
      const names: unknown[] = []
      for await (const event of kms.audit.events()) {
        names.push(event.eventName)
        expect(JSON.stringify(event)).not.toContain(older)
      }
      expect(names).toEqual(['SeedKey', 'SeedKey', 'SeedKey', 'SeedKey'])
      expect(await kms.audit.verify()).toMatchObject({ ok: true })
    })
  })

  it('may be that of local-kms, as JSON', async () => {
    const local = {
      Keys: {
        Symmetric: { Aes: [{ Metadata: { KeyId: AES, Description: 'a' }, BackingKeys: [older, newer] }] },
        Asymmetric: { Ecc: [{ Metadata: { KeyId: ECC, KeyUsage: 'SIGN_VERIFY' }, PrivateKeyPem: pem }] },
      },
      Aliases: [{ AliasName: 'alias/testing', TargetKeyId: AES }],
    }
    await within(local, async (kms) => {
      expect((await kms.describeKey({ KeyId: 'alias/testing' })).KeyMetadata).toMatchObject({ KeyId: AES })
      const asked = { KeyId: ECC, Message: bytes('m'), SigningAlgorithm: 'ECDSA_SHA_256' } as const
      const { Signature } = await kms.sign(asked)
      expect(await kms.verify({ ...asked, Signature: Signature! })).toMatchObject({ SignatureValid: true })
    })
    expect((await within(local, seal(AES))).KeyMaterialId).toBe((await within(seed, seal(AES))).KeyMaterialId)
  })

  it.each([
    [{}, 'Keys must be an object'],
    [{ Keys: [{ KeyId: 'my-key' }] }, 'must be a UUID'],
    [{ Keys: [{ KeyId: AES }, { KeyId: AES }] }, `has the key ${AES} twice`],
    [{ Keys: [{ KeyId: AES, KeyMaterial: 'zz' }] }, 'hexadecimal or base64'],
    [{ Keys: [{ KeyId: AES, KeyMaterial: 'abcd' }] }, 'needs KeyMaterial of 32 bytes'],
    [{ Keys: [{ KeyId: AES, KeySpec: 'RSA_2048' }] }, 'KeyUsage must be ENCRYPT_DECRYPT or SIGN_VERIFY'],
    [
      { Keys: [{ KeyId: AES, KeySpec: 'HMAC_256', KeyMaterial: [older, newer] }] },
      'only SYMMETRIC_DEFAULT keys rotate',
    ],
    [{ Keys: [{ KeyId: AES, Colour: 'red' }] }, "has no member 'Colour'"],
    [{ Keys: [{ KeyId: AES, Aliases: ['alias/aws/s3'] }] }, "not with 'alias/aws/'"],
    [{ Keys: {}, Aliases: [{ AliasName: 'alias/a', TargetKeyId: AES }] }, 'points to a key that is not in the seed'],
  ])('refuses %j', (wrong, why) => expect(() => readSeed(wrong)).toThrow(why))

  it('keeps a box shut that it cannot be planted in', async () => {
    const broken = { Keys: [{ KeyId: AES, Policy: 'not JSON' }] }
    await expect(openKms({ isolation: 'inline', seed: broken })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    })
  })
})

describe('tags that choose id and material', () => {
  const Tags = [
    { TagKey: '_custom_id_', TagValue: AES },
    { TagKey: '_custom_key_material_', TagValue: btoa('\u0022'.repeat(32)) },
  ]

  it('are tags like others unless the box was opened for tests', async () => {
    const kms = await openKms({ isolation: 'inline' })
    const { KeyMetadata } = await kms.createKey({ Tags })
    expect(KeyMetadata!.KeyId).not.toBe(AES)
    expect((await kms.listResourceTags({ KeyId: KeyMetadata!.KeyId! })).Tags).toHaveLength(2)
    await kms.close()
  })

  it('give a box opened for tests the key of a seed, and material never enters the trail', async () => {
    const kms = await openKms({ isolation: 'inline', customTags: true })
    const { KeyMetadata } = await kms.createKey({ Tags })
    const seeded = await within({ Keys: [{ KeyId: AES, KeyMaterial: newer }] }, seal(AES))
    expect(KeyMetadata).toMatchObject({ KeyId: AES, CurrentKeyMaterialId: seeded.KeyMaterialId })
    await expect(kms.createKey({ Tags })).rejects.toMatchObject({ name: 'AlreadyExistsException' })
    for await (const event of kms.audit.events()) expect(JSON.stringify(event)).not.toContain(Tags[1]!.TagValue)
    await kms.close()
  })
})
