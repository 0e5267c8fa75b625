/** Sign, Verify, GetPublicKey, MACs, ECDH and ML-KEM as operations. Expectations: KMS.md §6. */
import type { Kms } from 'kmsbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytes, newKey, openBox, refused } from './box.ts'

let kms: Kms
beforeAll(async () => {
  kms = await openBox()
})
afterAll(() => kms.close())

const Message = bytes('attack at dawn')

describe('Sign and Verify', () => {
  it.each([
    ['RSA_2048', 'RSASSA_PSS_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384'],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512'],
    ['ML_DSA_44', 'ML_DSA_SHAKE_256'],
  ] as const)('%s with %s', async (KeySpec, SigningAlgorithm) => {
    const { id, arn } = await newKey(kms, { KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const signed = await kms.sign({ KeyId: id, Message, SigningAlgorithm })
    expect(signed).toMatchObject({ KeyId: arn, SigningAlgorithm })
    const Signature = signed.Signature as Uint8Array
    const check = (changed: object) => kms.verify({ KeyId: id, Message, SigningAlgorithm, Signature, ...changed })
    expect(await check({})).toEqual({ KeyId: arn, SignatureValid: true, SigningAlgorithm })
    const flipped = Signature.slice()
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] as number) ^ 1
    await refused(check({ Signature: flipped }), 'KMSInvalidSignatureException', '')
    await refused(check({ Message: bytes('attack at noon') }), 'KMSInvalidSignatureException', '')
  })

  it('verifies outside with the public key', async () => {
    const { id } = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const { PublicKey, SigningAlgorithms, KeyUsage } = await kms.getPublicKey({ KeyId: id })
    expect({ SigningAlgorithms, KeyUsage }).toEqual({ SigningAlgorithms: ['ECDSA_SHA_256'], KeyUsage: 'SIGN_VERIFY' })
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    await crypto.subtle.importKey('spki', PublicKey as Uint8Array<ArrayBuffer>, algorithm, true, ['verify'])
  })

  it('refuses what does not fit, in AWS’s words', async () => {
    const { id, arn } = await newKey(kms, { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })
    const signing = { KeyId: id, SigningAlgorithm: 'RSASSA_PSS_SHA_256' } as const
    await refused(
      kms.sign({ ...signing, Message, MessageType: 'DIGEST' }),
      'ValidationException',
      'Digest is invalid length for algorithm RSASSA_PSS_SHA_256.',
    )
    await refused(kms.sign({ ...signing, Message, SigningAlgorithm: 'ECDSA_SHA_256' }), 'InvalidKeyUsageException')
    await refused(
      kms.encrypt({ KeyId: id, Plaintext: Message, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }),
      'InvalidKeyUsageException',
      `${arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    )
    const symmetric = await newKey(kms)
    await refused(kms.getPublicKey({ KeyId: symmetric.id }), 'UnsupportedOperationException')
  })
})

describe('RSA encryption', () => {
  it('opens what was encrypted offline under the public key', async () => {
    const { id } = await newKey(kms, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const { PublicKey } = await kms.getPublicKey({ KeyId: id })
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('spki', PublicKey as Uint8Array<ArrayBuffer>, algorithm, false, [
      'encrypt',
    ])
    const sealed = await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, key, Message as Uint8Array<ArrayBuffer>)
    const asked = { KeyId: id, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const
    expect((await kms.decrypt({ ...asked, CiphertextBlob: new Uint8Array(sealed) })).Plaintext).toEqual(Message)
    await refused(
      kms.encrypt({ ...asked, Plaintext: new Uint8Array(191) }),
      'ValidationException',
      'Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.',
    )
    await refused(kms.encrypt({ ...asked, Plaintext: Message, EncryptionContext: { a: '1' } }), 'ValidationException')
  })
})

describe('MACs', () => {
  it.each(['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const)('%s', async (KeySpec) => {
    const { id, arn } = await newKey(kms, { KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' })
    const MacAlgorithm = KeySpec.replace('HMAC_', 'HMAC_SHA_') as 'HMAC_SHA_256'
    const asked = { KeyId: id, Message, MacAlgorithm }
    const { Mac } = await kms.generateMac(asked)
    expect(await kms.verifyMac({ ...asked, Mac: Mac! })).toEqual({ KeyId: arn, MacValid: true, MacAlgorithm })
    await refused(
      kms.verifyMac({ ...asked, Mac: (Mac as Uint8Array).map((byte) => byte ^ 1) }),
      'KMSInvalidMacException',
      '',
    )
  })

  it('refuses another key’s algorithm', async () => {
    const { id } = await newKey(kms, { KeySpec: 'HMAC_224', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(
      kms.generateMac({ KeyId: id, Message, MacAlgorithm: 'HMAC_SHA_256' }),
      'InvalidKeyUsageException',
      'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
    )
  })
})

describe('shared secrets', () => {
  it('agree over ECDH', async () => {
    const pair = async () => {
      const { id } = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
      return { KeyId: id, PublicKey: (await kms.getPublicKey({ KeyId: id })).PublicKey as Uint8Array }
    }
    const [a, b] = [await pair(), await pair()]
    const derive = (own: typeof a, peer: typeof a) =>
      kms.deriveSharedSecret({ KeyId: own.KeyId, PublicKey: peer.PublicKey, KeyAgreementAlgorithm: 'ECDH' })
    expect((await derive(a, b)).SharedSecret).toEqual((await derive(b, a)).SharedSecret)
    const bad = { ...b, PublicKey: new Uint8Array(91) }
    await refused(derive(a, bad), 'ValidationException', '')
  })

  it('travel by ML-KEM, and a changed ciphertext gives another secret, not an error', async () => {
    const { id } = await newKey(kms, { KeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' })
    const asked = { KeyId: id, EncapsulationAlgorithm: 'ML_KEM' } as const
    const { SharedSecret, SharedSecretCiphertextBlob } = await kms.encapsulate(asked)
    const open = (blob: Uint8Array) => kms.decapsulate({ ...asked, SharedSecretCiphertextBlob: blob })
    const blob = SharedSecretCiphertextBlob as Uint8Array
    expect((await open(blob)).SharedSecret).toEqual(SharedSecret)
    const changed = await open(blob.map((byte, i) => (i === 0 ? byte ^ 1 : byte)))
    expect(changed.SharedSecret).toHaveLength(32)
    expect(changed.SharedSecret).not.toEqual(SharedSecret)
    await refused(open(blob.subarray(1)), 'InvalidCiphertextException')
  })
})
