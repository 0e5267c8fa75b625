/** CloudHSM key stores: their keys at work, cut off and back, moved and deleted; never in the box's own core. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { putHsmKey, readHsmKeys } from '../../bindings/kms/keystores/cluster.ts'
import { bytes, days, refused, text } from './box.ts'
import {
  type Box,
  type Cluster,
  describeStore,
  hsmKey,
  openKeyStoreBox,
  PASSWORD,
  withHsmStore,
} from './keystores-box.ts'

let box: Box
beforeEach(async () => {
  box = await openKeyStoreBox()
})

const EncryptionContext = { tenant: '7' }

async function sealed(KeyId: string, plaintext = 'attack at dawn', into = box): Promise<Uint8Array> {
  const answer = await into.call('Encrypt', { KeyId, Plaintext: bytes(plaintext), EncryptionContext })
  return answer.CiphertextBlob as Uint8Array
}
const opened = async (CiphertextBlob: Uint8Array, from = box): Promise<string> =>
  text((await from.call('Decrypt', { CiphertextBlob, EncryptionContext })).Plaintext)

const stateOf = async (KeyId: string) => (await box.call('DescribeKey', { KeyId })).KeyMetadata?.KeyState

describe('a key in an HSM', () => {
  it('is described as AWS describes it', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    const { KeyMetadata } = await box.call('DescribeKey', { KeyId: id })
    expect(KeyMetadata).toMatchObject({ Origin: 'AWS_CLOUDHSM', KeyState: 'Enabled', MultiRegion: false })
    expect(KeyMetadata).toMatchObject({ CustomKeyStoreId, CloudHsmClusterId: clusterId })
    expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
    expect(KeyMetadata).not.toHaveProperty('XksKeyConfiguration')
  })

  it('encrypts, decrypts, makes data keys, re-encrypts both ways', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(id)
    expect(await opened(blob)).toBe('attack at dawn')
    const dataKey = await box.call('GenerateDataKey', { KeyId: id, KeySpec: 'AES_256' })
    expect(dataKey).not.toHaveProperty('KeyMaterialId')
    const again = await box.call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob as Uint8Array })
    expect(again.Plaintext).toEqual(dataKey.Plaintext)
    expect(again.KeyMaterialId).toBeUndefined()
    await box.call('GenerateDataKeyWithoutPlaintext', { KeyId: id, NumberOfBytes: 64 })
    const own = (await box.call('CreateKey', {})).KeyMetadata?.KeyId as string
    const out = await box.call('ReEncrypt', {
      CiphertextBlob: blob,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: own,
    })
    const back = await box.call('ReEncrypt', {
      CiphertextBlob: out.CiphertextBlob as Uint8Array,
      DestinationKeyId: id,
      DestinationEncryptionContext: EncryptionContext,
    })
    expect(await opened(back.CiphertextBlob as Uint8Array)).toBe('attack at dawn')
  })

  it('refuses wrong contexts, other keys’ ciphertexts and damaged ones with the usual answers', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    const other = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(id)
    await refused(box.call('Decrypt', { CiphertextBlob: blob }), 'InvalidCiphertextException', '')
    await refused(box.call('Decrypt', { CiphertextBlob: blob, KeyId: other.id }), 'IncorrectKeyException')
    for (const at of [0, 1, 3, 20, 36, 68, 100, blob.length - 1]) {
      const damaged = blob.slice()
      damaged[at] = (damaged[at] as number) ^ 1
      await refused(
        box.call('Decrypt', { CiphertextBlob: damaged, EncryptionContext }),
        'InvalidCiphertextException',
        '',
      )
    }
  })

  it('is unsupported where AWS does not support it', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id: KeyId } = await hsmKey(box, CustomKeyStoreId)
    const name = 'UnsupportedOperationException'
    await refused(box.call('GenerateDataKeyPair', { KeyId, KeyPairSpec: 'RSA_2048' }), name)
    await refused(box.call('EnableKeyRotation', { KeyId }), name)
    await refused(box.call('RotateKeyOnDemand', { KeyId }), name)
    await refused(box.call('ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' }), name)
    const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const
    await refused(box.call('GetParametersForImport', { KeyId, ...wrapping }), name)
    const store = { CustomKeyStoreId, Origin: 'AWS_CLOUDHSM' } as const
    await refused(box.call('CreateKey', { ...store, MultiRegion: true }), name)
    await refused(box.call('CreateKey', { ...store, KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }), name)
    await refused(box.call('CreateKey', { ...store, XksKeyId: 'k' }), 'ValidationException')
    await refused(box.call('CreateKey', { CustomKeyStoreId, Origin: 'EXTERNAL_KEY_STORE' }), 'ValidationException')
    await refused(box.call('CreateKey', { CustomKeyStoreId }), 'ValidationException')
    await refused(box.call('CreateKey', { Origin: 'AWS_CLOUDHSM' }), 'ValidationException')
  })

  it('lives in the HSM’s core alone: the box’s own gains no resident', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const before = box.core.slots.used
    for (let i = 0; i < 5; i++) await sealed((await hsmKey(box, CustomKeyStoreId)).id)
    expect(box.core.slots.used).toBe(before)
    expect(box.hsmCores.at(-1)?.slots.used).toBe(6) // five keys and the root
  })

  it('does not open in another key’s place, even where the store was written with the box’s own root', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const [one, other] = [await hsmKey(box, CustomKeyStoreId), await hsmKey(box, CustomKeyStoreId)]
    const blob = await sealed(one.id)
    const transaction = box.records.begin()
    const rows = await readHsmKeys(transaction, clusterId)
    const [mine, foreign] = [one, other].map(({ arn }) => rows.find(({ path }) => path.includes(arn)))
    putHsmKey(transaction, clusterId, mine?.path.slice(`hsm/${clusterId}/`.length) ?? '', foreign?.value ?? '')
    await box.records.commit(transaction)
    await refused(opened(blob, box.restarted()), 'KMSInternalException')
  })

  it('draws random bytes from the HSM', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box, 'hsm', false)
    const draw = () => box.call('GenerateRandom', { CustomKeyStoreId, NumberOfBytes: 32 })
    await refused(draw(), 'CustomKeyStoreInvalidStateException')
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    const [one, other] = [await draw(), await draw()]
    expect(one.Plaintext).toHaveLength(32)
    expect(one.Plaintext).not.toEqual(other.Plaintext)
    const nowhere = { CustomKeyStoreId: 'cks-0', NumberOfBytes: 32 }
    await refused(box.call('GenerateRandom', nowhere), 'CustomKeyStoreNotFoundException')
  })
})

describe('cut off', () => {
  it('by DisconnectCustomKeyStore: unavailable, the HSM’s core wiped, and everything back after connecting again', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id, arn } = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(id)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    expect(await stateOf(id)).toBe('Unavailable')
    expect(box.hsmCores.map(({ slots }) => slots.used)).toEqual(box.hsmCores.map(() => 0))
    await refused(opened(blob), 'KMSInvalidStateException', `${arn} is unavailable.`)
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await stateOf(id)).toBe('Enabled')
    expect(await opened(blob)).toBe('attack at dawn')
  })

  it.each([{ reachable: false }, { hsms: 0 }, { active: false }])('by the cluster’s owner: %o', async (change) => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const { id, arn } = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(id)
    await box.admin('hsm.update', { clusterId, ...change })
    expect(box.hsmCores.map(({ slots }) => slots.used)).toEqual(box.hsmCores.map(() => 0))
    expect(await stateOf(id)).toBe('Unavailable')
    expect((await describeStore(box, CustomKeyStoreId))?.ConnectionState).toBe('CONNECTED')
    await refused(opened(blob), 'KMSInvalidStateException', `${arn} is unavailable.`)
    const random = box.call('GenerateRandom', { CustomKeyStoreId, NumberOfBytes: 1 })
    await refused(random, 'CustomKeyStoreInvalidStateException')
    await box.admin('hsm.update', { clusterId, reachable: true, hsms: 2, active: true })
    expect(await opened(blob)).toBe('attack at dawn')
  })

  it('in the middle of many requests: each one succeeds or finds its key unavailable', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id, arn } = await hsmKey(box, CustomKeyStoreId)
    const answers = Array.from({ length: 40 }, () => sealed(id).then(() => 'ok', String))
    const cut = box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    const later = Array.from({ length: 40 }, () => sealed(id).then(() => 'ok', String))
    await cut
    const seen = new Set(await Promise.all([...answers, ...later]))
    for (const answer of seen) expect(['ok', `KMSInvalidStateException: ${arn} is unavailable.`]).toContain(answer)
    expect(box.hsmCores.map(({ slots }) => slots.used)).toEqual(box.hsmCores.map(() => 0))
  })

  it('while requests of a new enclave are about to log in: none is left behind inside', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    for (const ahead of [0, 1, 2, 5, 10, 20]) {
      const started = box.restarted()
      const asked = Array.from({ length: 3 }, () => sealed(id, 'x', started).catch(({ name }) => name))
      for (let turn = 0; turn < ahead; turn++) await Promise.resolve()
      await started.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
      await Promise.all(asked)
      expect(started.hsmCores.map(({ slots }) => slots.used)).toEqual(started.hsmCores.map(() => 0))
      await started.call('ConnectCustomKeyStore', { CustomKeyStoreId })
      expect(await opened(await sealed(id, 'y', started), started)).toBe('y')
    }
  })

  it('an enclave that was started anew logs in by itself, but not past a kmsuser locked out meanwhile', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const { id } = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(id)
    expect(await opened(blob, box.restarted())).toBe('attack at dawn')
    await box.admin('hsm.update', { clusterId, kmsuser: 'locked-out' })
    await refused(opened(blob, box.restarted()), 'KMSInvalidStateException')
    expect(await opened(blob)).toBe('attack at dawn') // who is in stays in
  })
})

describe('the key-state table, column Unavailable', () => {
  const ok = 'ok'
  const invalid = 'KMSInvalidStateException'
  const unsupported = 'UnsupportedOperationException'
  const Plaintext = bytes('x')
  const cells = {
    CancelKeyDeletion: [invalid, {}],
    CreateGrant: [ok, { GranteePrincipal: 'arn:aws:iam::000000000000:user/Bob', Operations: ['Decrypt'] }],
    DescribeKey: [ok, {}],
    DisableKey: [ok, {}],
    DisableKeyRotation: [unsupported, {}],
    EnableKey: [ok, {}],
    EnableKeyRotation: [unsupported, {}],
    Encrypt: [invalid, { Plaintext }],
    GenerateDataKey: [invalid, { KeySpec: 'AES_256' }],
    GenerateDataKeyPair: [invalid, { KeyPairSpec: 'ECC_NIST_P256' }],
    GenerateDataKeyPairWithoutPlaintext: [invalid, { KeyPairSpec: 'ECC_NIST_P256' }],
    GenerateDataKeyWithoutPlaintext: [invalid, { KeySpec: 'AES_256' }],
    GetKeyLastUsage: [ok, {}],
    GetKeyPolicy: [ok, {}],
    GetKeyRotationStatus: [unsupported, {}],
    GetParametersForImport: [unsupported, { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
    ListAliases: [ok, {}],
    ListGrants: [ok, {}],
    ListKeyPolicies: [ok, {}],
    ListResourceTags: [ok, {}],
    RotateKeyOnDemand: [unsupported, {}],
    TagResource: [ok, { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    UntagResource: [ok, { TagKeys: ['a'] }],
    UpdateKeyDescription: [ok, { Description: 'new' }],
    ScheduleKeyDeletion: [ok, {}],
  } as const

  const keys = new Map<string, string>()
  let cutOff: Box

  beforeAll(async () => {
    cutOff = await openKeyStoreBox()
    const { CustomKeyStoreId } = await withHsmStore(cutOff)
    for (const operation of Object.keys(cells)) keys.set(operation, (await hsmKey(cutOff, CustomKeyStoreId)).id)
    await cutOff.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
  })

  it.each(Object.entries(cells))('%s: %o', async (operation, [expected, input]) => {
    const answer = cutOff.call(operation as 'DescribeKey', { KeyId: keys.get(operation) as string, ...input })
    expect(
      await answer.then(
        () => ok,
        ({ name }) => name,
      ),
    ).toBe(expected)
  })

  it('Decrypt, ReEncrypt: unavailable; aliases: as always; deletion can be cancelled', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const { id: KeyId } = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(KeyId)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await refused(opened(blob), invalid)
    await refused(box.call('ReEncrypt', { CiphertextBlob: blob, DestinationKeyId: KeyId }), invalid)
    await box.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId })
    await box.call('UpdateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId })
    await box.call('DeleteAlias', { AliasName: 'alias/a' })
    await box.call('ScheduleKeyDeletion', { KeyId })
    expect(await stateOf(KeyId)).toBe('PendingDeletion')
    await box.call('CancelKeyDeletion', { KeyId })
    expect(await stateOf(KeyId)).toBe('Unavailable')
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await stateOf(KeyId)).toBe('Disabled')
  })
})

describe('another cluster', () => {
  const backup = (clusterId: string, input = {}) =>
    box.admin('hsm.create', { backupOf: clusterId, ...input }) as Promise<Cluster>

  it('made from a backup takes the keys of that moment along', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const early = await hsmKey(box, CustomKeyStoreId)
    const blob = await sealed(early.id)
    const copy = await backup(clusterId)
    const late = await hsmKey(box, CustomKeyStoreId)
    const lost = await sealed(late.id)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await box.admin('hsm.delete', { clusterId })
    await box.call('UpdateCustomKeyStore', { CustomKeyStoreId, CloudHsmClusterId: copy.clusterId })
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await opened(blob)).toBe('attack at dawn')
    const { KeyMetadata } = await box.call('DescribeKey', { KeyId: early.id })
    expect(KeyMetadata?.CloudHsmClusterId).toBe(copy.clusterId)
    await refused(opened(lost), 'KMSInvalidStateException', /was not found in cluster/)
  })

  it('must be related, active and complete', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box, 'hsm', false)
    const update = (CloudHsmClusterId: string) =>
      box.call('UpdateCustomKeyStore', { CustomKeyStoreId, CloudHsmClusterId })
    const stranger = (await box.admin('hsm.create', { password: PASSWORD })) as Cluster
    await refused(update(stranger.clusterId), 'CloudHsmClusterNotRelatedException')
    await refused(update('cluster-aaaaaaaaaaa'), 'CloudHsmClusterNotFoundException')
    await refused(update((await backup(clusterId, { active: false })).clusterId), 'CloudHsmClusterNotActiveException')
    const lone = await backup(clusterId, { hsms: 1 })
    await refused(update(lone.clusterId), 'CloudHsmClusterInvalidConfigurationException')
  })
})

describe('deletion', () => {
  it('of a key frees its store, of a store the cluster', async () => {
    const { CustomKeyStoreId, ...cluster } = await withHsmStore(box)
    const { id: KeyId } = await hsmKey(box, CustomKeyStoreId)
    const remove = () => box.call('DeleteCustomKeyStore', { CustomKeyStoreId })
    await refused(remove(), 'CustomKeyStoreInvalidStateException')
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await refused(remove(), 'CustomKeyStoreHasCMKsException')
    await box.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    await refused(remove(), 'CustomKeyStoreHasCMKsException')
    await box.advance(days(8) * 1000)
    await remove()
    await refused(describeStore(box, CustomKeyStoreId), 'CustomKeyStoreNotFoundException')
    await refused(remove(), 'CustomKeyStoreNotFoundException')
    const again = await box.call('CreateCustomKeyStore', {
      CustomKeyStoreName: 'hsm',
      CloudHsmClusterId: cluster.clusterId,
      TrustAnchorCertificate: cluster.trustAnchorCertificate,
      KeyStorePassword: PASSWORD,
    })
    expect(again.CustomKeyStoreId).not.toBe(CustomKeyStoreId)
  })
})
