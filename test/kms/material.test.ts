/** Rotation, import, multi-Region keys, AWS managed keys, last use. Expectations: KMS.md §7, §8, §12, §13. */
import type { Kms } from 'kmsbox'
import { loadCore } from 'kmsbox/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytes, days, newKey, openBox, ROOT, refused, START, text } from './box.ts'

let kms: Kms
beforeAll(async () => {
  kms = await openBox()
})
afterAll(() => kms.close())

const Plaintext = bytes('attack at dawn')
const dateAfter = (count: number) => new Date(Date.parse(START) + 1000 * days(count))

describe('rotation on demand', () => {
  it('changes the material that encrypts; every older ciphertext still decrypts', async () => {
    const { id, arn } = await newKey(kms)
    const blobs: (Uint8Array | undefined)[] = []
    const materials = new Set<string | undefined>()
    for (let i = 0; i < 3; i++) {
      blobs.push((await kms.encrypt({ KeyId: id, Plaintext })).CiphertextBlob)
      materials.add((await kms.describeKey({ KeyId: id })).KeyMetadata?.CurrentKeyMaterialId)
      expect(await kms.rotateKeyOnDemand({ KeyId: id })).toEqual({ KeyId: arn })
    }
    expect(materials.size).toBe(3)
    for (const CiphertextBlob of blobs) {
      const opened = await kms.decrypt({ CiphertextBlob })
      expect(text(opened.Plaintext)).toBe('attack at dawn')
      expect(materials).toContain(opened.KeyMaterialId)
    }
    const all = await kms.listKeyRotations({ KeyId: id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })
    expect(all.Rotations?.map(({ KeyMaterialState }) => KeyMaterialState)).toEqual([
      'NON_CURRENT',
      'NON_CURRENT',
      'NON_CURRENT',
      'CURRENT',
    ])
    expect((await kms.listKeyRotations({ KeyId: id })).Rotations).toHaveLength(3)
  })

  it('ends after 25', async () => {
    const { id, arn } = await newKey(kms)
    for (let i = 0; i < 25; i++) await kms.rotateKeyOnDemand({ KeyId: id })
    await refused(
      kms.rotateKeyOnDemand({ KeyId: id }),
      'LimitExceededException',
      `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${arn}`,
    )
  })

  it('exists for symmetric keys only', async () => {
    const { id } = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await refused(kms.rotateKeyOnDemand({ KeyId: id }), 'UnsupportedOperationException', '')
    await refused(kms.enableKeyRotation({ KeyId: id }), 'UnsupportedOperationException')
  })
})

describe('automatic rotation', () => {
  it('rotates through ten years, and a key that was asleep catches up', async () => {
    const own = await openBox()
    const { id, arn } = await newKey(own)
    const { CiphertextBlob } = await own.encrypt({ KeyId: id, Plaintext })
    await own.enableKeyRotation({ KeyId: id })
    expect(await own.getKeyRotationStatus({ KeyId: id })).toEqual({
      KeyId: arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
      NextRotationDate: dateAfter(365),
    })
    await own.clock.advance(days(3650))
    const { Rotations } = await own.listKeyRotations({ KeyId: id })
    expect(Rotations?.map(({ RotationDate }) => RotationDate)).toEqual(
      Array.from({ length: 10 }, (_, i) => dateAfter(365 * (i + 1))),
    )
    expect(Rotations?.every(({ RotationType }) => RotationType === 'AUTOMATIC')).toBe(true)
    expect(text((await own.decrypt({ CiphertextBlob })).Plaintext)).toBe('attack at dawn')
    const names: string[] = []
    for await (const event of own.audit.events()) names.push((event as { eventName: string }).eventName)
    expect(names.filter((name) => name === 'RotateKey')).toHaveLength(10)
    await own.close()
  })

  it('keeps its period between 90 and 2,560 days, and its schedule while a deletion is pending', async () => {
    const own = await openBox()
    const { id } = await newKey(own)
    await refused(own.enableKeyRotation({ KeyId: id, RotationPeriodInDays: 89 }), 'ValidationException')
    await refused(own.enableKeyRotation({ KeyId: id, RotationPeriodInDays: 2561 }), 'ValidationException')
    await own.enableKeyRotation({ KeyId: id, RotationPeriodInDays: 90 })
    await own.scheduleKeyDeletion({ KeyId: id })
    expect((await own.getKeyRotationStatus({ KeyId: id })).KeyRotationEnabled).toBe(false)
    await own.cancelKeyDeletion({ KeyId: id })
    expect(await own.getKeyRotationStatus({ KeyId: id })).toMatchObject({ NextRotationDate: dateAfter(90) })
    await own.enableKey({ KeyId: id })
    await own.disableKeyRotation({ KeyId: id })
    await own.clock.advance(days(200))
    expect((await own.listKeyRotations({ KeyId: id })).Rotations).toEqual([])
    await own.close()
  })
})

/** Wraps material as a client of AWS KMS does: RSAES_OAEP_SHA_256. */
async function wrapped(owner: Kms, KeyId: string, material: Uint8Array<ArrayBuffer>) {
  const parameters = await owner.getParametersForImport({
    KeyId,
    WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    WrappingKeySpec: 'RSA_2048',
  })
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const spki = parameters.PublicKey as Uint8Array<ArrayBuffer>
  const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['encrypt'])
  const EncryptedKeyMaterial = new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, key, material))
  return { KeyId, ImportToken: parameters.ImportToken as Uint8Array, EncryptedKeyMaterial }
}

const filled = (byte: number, length = 32) => new Uint8Array(length).fill(byte)
const forever = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } as const

describe('import', () => {
  it('takes material once, the same again, and nothing else', async () => {
    const { id, arn } = await newKey(kms, { Origin: 'EXTERNAL' })
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata).toMatchObject({
      KeyState: 'PendingImport',
      Enabled: false,
    })
    await refused(kms.encrypt({ KeyId: id, Plaintext }), 'KMSInvalidStateException', `${arn} is pending import.`)
    const first = await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(1))), ...forever })
    expect(first).toEqual({ KeyId: arn, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext })
    await kms.deleteImportedKeyMaterial({ KeyId: id })
    await refused(kms.decrypt({ CiphertextBlob }), 'KMSInvalidStateException', `${arn} is pending import.`)
    const other = kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(2))), ...forever })
    await refused(other, 'IncorrectKeyMaterialException')
    expect(await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(1))), ...forever })).toEqual(first)
    expect(text((await kms.decrypt({ CiphertextBlob })).Plaintext)).toBe('attack at dawn')
  })

  it('rotates to new material on demand, and needs all of it afterwards', async () => {
    const { id, arn } = await newKey(kms, { Origin: 'EXTERNAL' })
    const { KeyMaterialId: one } = await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(1))), ...forever })
    const old = await kms.encrypt({ KeyId: id, Plaintext })
    await refused(
      kms.rotateKeyOnDemand({ KeyId: id }),
      'KMSInvalidStateException',
      `No available key material pending rotation for the key: ${arn}.`,
    )
    const more = { ...forever, ImportType: 'NEW_KEY_MATERIAL' } as const
    const { KeyMaterialId: two } = await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(2))), ...more })
    await refused(
      kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(3))), ...more }),
      'KMSInvalidStateException',
      new RegExp(
        `^New key material \\(id: [0-9a-f]{64}\\) cannot be imported into KMS key ${arn}, because another key material \\(id: ${two}\\) is pending rotation\\.$`,
      ),
    )
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata?.CurrentKeyMaterialId).toBe(one)
    await kms.rotateKeyOnDemand({ KeyId: id })
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata?.CurrentKeyMaterialId).toBe(two)
    expect((await kms.decrypt({ CiphertextBlob: old.CiphertextBlob })).KeyMaterialId).toBe(one)
    await kms.deleteImportedKeyMaterial({ KeyId: id, KeyMaterialId: one })
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata?.KeyState).toBe('PendingImport')
  })

  it('ends on its date', async () => {
    const own = await openBox()
    const { id } = await newKey(own, { Origin: 'EXTERNAL' })
    const expiring = { ExpirationModel: 'KEY_MATERIAL_EXPIRES' } as const
    await refused(
      own.importKeyMaterial({ ...(await wrapped(own, id, filled(1))), ...expiring }),
      'ValidationException',
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    )
    await own.importKeyMaterial({ ...(await wrapped(own, id, filled(1))), ...expiring, ValidTo: dateAfter(30) })
    expect((await own.describeKey({ KeyId: id })).KeyMetadata).toMatchObject({
      ValidTo: dateAfter(30),
      KeyState: 'Enabled',
    })
    await own.clock.advance(days(30))
    expect((await own.describeKey({ KeyId: id })).KeyMetadata?.KeyState).toBe('PendingImport')
    const names: string[] = []
    for await (const event of own.audit.events()) names.push((event as { eventName: string }).eventName)
    expect(names).toContain('DeleteExpiredKeyMaterial')
    await own.close()
  })

  it('binds its token to one key and one day', async () => {
    const own = await openBox()
    const [a, b] = [await newKey(own, { Origin: 'EXTERNAL' }), await newKey(own, { Origin: 'EXTERNAL' })]
    const forA = await wrapped(own, a.id, filled(1))
    await refused(own.importKeyMaterial({ ...forA, KeyId: b.id, ...forever }), 'InvalidImportTokenException')
    await own.clock.advance(days(1))
    await refused(own.importKeyMaterial({ ...forA, ...forever }), 'ExpiredImportTokenException')
    await own.close()
  })

  it('answers all that is wrong with the wrapping alike', async () => {
    const { id } = await newKey(kms, { Origin: 'EXTERNAL' })
    const good = await wrapped(kms, id, filled(1))
    const EncryptedKeyMaterial = good.EncryptedKeyMaterial.slice()
    EncryptedKeyMaterial[9] = (EncryptedKeyMaterial[9] as number) ^ 1
    await refused(
      kms.importKeyMaterial({ ...good, EncryptedKeyMaterial, ...forever }),
      'InvalidCiphertextException',
      '',
    )
    const short = await wrapped(kms, id, filled(1, 31))
    await refused(kms.importKeyMaterial({ ...short, ...forever }), 'IncorrectKeyMaterialException')
  })

  it.each([
    ['ECC_NIST_P256', 'SIGN_VERIFY', { name: 'ECDSA', namedCurve: 'P-256' }, 'ECDSA_SHA_256'],
    [
      'RSA_2048',
      'SIGN_VERIFY',
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      'RSASSA_PSS_SHA_256',
    ],
  ] as const)('lets %s keys in, wrapped under an AES key', async (KeySpec, KeyUsage, algorithm, SigningAlgorithm) => {
    const { id } = await newKey(kms, { Origin: 'EXTERNAL', KeySpec, KeyUsage })
    const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
    const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
    const parameters = await kms.getParametersForImport({
      KeyId: id,
      WrappingAlgorithm: 'RSA_AES_KEY_WRAP_SHA_256',
      WrappingKeySpec: 'RSA_3072',
    })
    const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
    const spki = parameters.PublicKey as Uint8Array<ArrayBuffer>
    const wrapping = await crypto.subtle.importKey('spki', spki, oaep, false, ['encrypt'])
    const kek = crypto.getRandomValues(new Uint8Array(32))
    const core = await loadCore()
    const wrappedKek = new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, wrapping, kek))
    const EncryptedKeyMaterial = new Uint8Array([...wrappedKek, ...core.kwpWrap(kek, pkcs8)])
    const ImportToken = parameters.ImportToken as Uint8Array
    await kms.importKeyMaterial({ KeyId: id, ImportToken, EncryptedKeyMaterial, ...forever })
    const { Signature } = await kms.sign({ KeyId: id, Message: Plaintext, SigningAlgorithm })
    await kms.verify({ KeyId: id, Message: Plaintext, SigningAlgorithm, Signature: Signature as Uint8Array })
    const exported = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
    expect((await kms.getPublicKey({ KeyId: id })).PublicKey).toEqual(exported)
  })

  it('lets HMAC keys in, and knows them again', async () => {
    const { id } = await newKey(kms, { Origin: 'EXTERNAL', KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(9, 40))), ...forever })
    const asked = { KeyId: id, Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' } as const
    const key = await crypto.subtle.importKey('raw', filled(9, 40), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const expected = new Uint8Array(await crypto.subtle.sign('HMAC', key, Plaintext as Uint8Array<ArrayBuffer>))
    expect((await kms.generateMac(asked)).Mac).toEqual(expected)
    await kms.deleteImportedKeyMaterial({ KeyId: id })
    const other = kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(8, 40))), ...forever })
    await refused(other, 'IncorrectKeyMaterialException')
    await kms.importKeyMaterial({ ...(await wrapped(kms, id, filled(9, 40))), ...forever })
    expect((await kms.verifyMac({ ...asked, Mac: expected })).MacValid).toBe(true)
  })
})

describe('multi-Region keys', () => {
  it('share id and material, and nothing else', async () => {
    const { id, arn } = await newKey(kms, { MultiRegion: true, Description: 'here' })
    expect(id).toMatch(/^mrk-[0-9a-f]{32}$/)
    const there = kms.region('eu-west-1')
    const { ReplicaKeyMetadata } = await kms.replicateKey({ KeyId: id, ReplicaRegion: 'eu-west-1' })
    expect(ReplicaKeyMetadata).toMatchObject({ KeyState: 'Creating', Enabled: false, Description: '' })
    const here = await kms.encrypt({ KeyId: id, Plaintext })
    expect(text((await there.decrypt({ CiphertextBlob: here.CiphertextBlob })).Plaintext)).toBe('attack at dawn')
    await refused(kms.region('ap-south-1').decrypt({ CiphertextBlob: here.CiphertextBlob }), 'AccessDeniedException')
    await kms.rotateKeyOnDemand({ KeyId: id })
    const rotated = await there.encrypt({ KeyId: id, Plaintext })
    await kms.decrypt({ CiphertextBlob: rotated.CiphertextBlob })
    await there.disableKey({ KeyId: id })
    expect((await kms.describeKey({ KeyId: id })).KeyMetadata?.KeyState).toBe('Enabled')
    await refused(kms.replicateKey({ KeyId: id, ReplicaRegion: 'eu-west-1' }), 'AlreadyExistsException')
    const replica = arn.replace('us-east-1', 'eu-west-1')
    await there.enableKey({ KeyId: id })
    await refused(
      there.replicateKey({ KeyId: id, ReplicaRegion: 'ap-south-1' }),
      'UnsupportedOperationException',
      `${replica} is not a multi-region primary key.`,
    )
  })

  it('move their primary', async () => {
    const { id } = await newKey(kms, { MultiRegion: true })
    await kms.replicateKey({ KeyId: id, ReplicaRegion: 'eu-west-1' })
    await kms.updatePrimaryRegion({ KeyId: id, PrimaryRegion: 'eu-west-1' })
    const { KeyMetadata } = await kms.region('eu-west-1').describeKey({ KeyId: id })
    expect(KeyMetadata?.MultiRegionConfiguration).toMatchObject({
      MultiRegionKeyType: 'PRIMARY',
      ReplicaKeys: [{ Region: 'us-east-1' }],
    })
    await refused(kms.rotateKeyOnDemand({ KeyId: id }), 'UnsupportedOperationException')
  })

  it('wait for their replicas before they are deleted', async () => {
    const own = await openBox()
    const { id } = await newKey(own, { MultiRegion: true })
    await own.replicateKey({ KeyId: id, ReplicaRegion: 'eu-west-1' })
    const scheduled = await own.scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: 7 })
    expect(scheduled).toMatchObject({ KeyState: 'PendingReplicaDeletion', PendingWindowInDays: 7 })
    expect(scheduled).not.toHaveProperty('DeletionDate')
    await own.region('eu-west-1').scheduleKeyDeletion({ KeyId: id, PendingWindowInDays: 7 })
    await own.clock.advance(days(7))
    const { KeyMetadata } = await own.describeKey({ KeyId: id })
    expect(KeyMetadata).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: dateAfter(14) })
    await own.clock.advance(days(7))
    await refused(own.describeKey({ KeyId: id }), 'NotFoundException')
    await own.close()
  })

  it('move single-Region ciphertexts by ReEncrypt within a Region only', async () => {
    const single = await newKey(kms)
    const { id } = await newKey(kms, { MultiRegion: true })
    await kms.replicateKey({ KeyId: id, ReplicaRegion: 'eu-west-1' })
    const { CiphertextBlob } = await kms.encrypt({ KeyId: single.id, Plaintext })
    await refused(kms.region('eu-west-1').decrypt({ CiphertextBlob }), 'AccessDeniedException')
    const moved = await kms.reEncrypt({ CiphertextBlob, DestinationKeyId: id })
    const there = await kms.region('eu-west-1').decrypt({ CiphertextBlob: moved.CiphertextBlob })
    expect(text(there.Plaintext)).toBe('attack at dawn')
  })
})

describe('AWS managed keys', () => {
  it('appear when a service first needs them, and serve only through it', async () => {
    const own = await openBox()
    await refused(own.generateDataKey({ KeyId: 'alias/aws/s3', KeySpec: 'AES_256' }), 'NotFoundException')
    const s3 = own.as({ principal: ROOT, viaService: 's3.us-east-1.amazonaws.com' })
    const { CiphertextBlob, KeyId } = await s3.generateDataKey({ KeyId: 'alias/aws/s3', KeySpec: 'AES_256' })
    await s3.decrypt({ CiphertextBlob })
    await refused(own.decrypt({ CiphertextBlob }), 'AccessDeniedException')
    const ebs = own.as({ principal: ROOT, viaService: 'ec2.us-east-1.amazonaws.com' })
    await refused(ebs.decrypt({ CiphertextBlob }), 'AccessDeniedException')
    expect((await own.describeKey({ KeyId: 'alias/aws/s3' })).KeyMetadata).toMatchObject({ KeyManager: 'AWS' })
    expect(await own.getKeyRotationStatus({ KeyId: KeyId as string })).toMatchObject({ KeyRotationEnabled: true })
    const change = [
      () => own.scheduleKeyDeletion({ KeyId: KeyId as string }),
      () => own.disableKey({ KeyId: KeyId as string }),
      () => own.putKeyPolicy({ KeyId: KeyId as string, Policy: '{}' }),
      () => own.createAlias({ AliasName: 'alias/mine', TargetKeyId: KeyId as string }),
      () => own.disableKeyRotation({ KeyId: KeyId as string }),
    ]
    for (const attempt of change) await refused(attempt(), 'AccessDeniedException')
    await own.close()
  })
})

describe('GetKeyLastUsage', () => {
  it('tells the last cryptographic use', async () => {
    const own = await openBox()
    const { id, arn } = await newKey(own)
    const unused = await own.getKeyLastUsage({ KeyId: id })
    expect(unused).toMatchObject({ KeyId: arn, KeyCreationDate: dateAfter(0) })
    expect(unused).not.toHaveProperty('KeyLastUsage')
    await own.clock.advance(days(1))
    await own.encrypt({ KeyId: id, Plaintext })
    await own.describeKey({ KeyId: id })
    expect((await own.getKeyLastUsage({ KeyId: id })).KeyLastUsage).toMatchObject({
      Operation: 'Encrypt',
      Timestamp: dateAfter(1),
    })
    await own.close()
  })
})
