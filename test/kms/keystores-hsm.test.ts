/** CloudHSM key stores: made, connected, used, cut off, moved and deleted; their keys never in the box's own core. */
import { beforeEach, describe, expect, it } from 'vitest'
import { bytes, refused, text } from './box.ts'
import { type Box, describeStore, hsmKey, openKeyStoreBox, PASSWORD, withHsmStore } from './keystores-box.ts'

let box: Box
beforeEach(async () => {
  box = await openKeyStoreBox()
})

const encrypt = (KeyId: string, plaintext = 'attack at dawn') =>
  box.call('Encrypt', { KeyId, Plaintext: bytes(plaintext), EncryptionContext: { tenant: '7' } })
const decrypt = (CiphertextBlob: Uint8Array | undefined) =>
  box.call('Decrypt', { CiphertextBlob: CiphertextBlob as Uint8Array, EncryptionContext: { tenant: '7' } })

describe('a key in an HSM', () => {
  it('encrypts, decrypts, makes data keys and re-encrypts', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box)
    const key = await hsmKey(box, CustomKeyStoreId)
    const { KeyMetadata } = await box.call('DescribeKey', { KeyId: key.id })
    expect(KeyMetadata).toMatchObject({
      Origin: 'AWS_CLOUDHSM',
      CustomKeyStoreId,
      CloudHsmClusterId: clusterId,
      KeyState: 'Enabled',
    })
    expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
    const { CiphertextBlob } = await encrypt(key.id)
    const opened = await decrypt(CiphertextBlob)
    expect(text(opened.Plaintext)).toBe('attack at dawn')
    expect(opened.KeyMaterialId).toBeUndefined()
    const dataKey = await box.call('GenerateDataKey', { KeyId: key.id, KeySpec: 'AES_256' })
    const again = await box.call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob as Uint8Array })
    expect(again.Plaintext).toEqual(dataKey.Plaintext)
    const own = await box.call('CreateKey', {})
    const moved = await box.call('ReEncrypt', {
      CiphertextBlob: CiphertextBlob as Uint8Array,
      SourceEncryptionContext: { tenant: '7' },
      DestinationKeyId: own.KeyMetadata?.KeyId as string,
    })
    const back = await box.call('Decrypt', { CiphertextBlob: moved.CiphertextBlob as Uint8Array })
    expect(text(back.Plaintext)).toBe('attack at dawn')
  })
})
