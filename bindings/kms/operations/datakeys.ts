/** GenerateDataKey and its kin, and GenerateRandom. */
import { KmsError, validationError } from '../../errors.ts'
import * as asymmetric from '../asymmetric/index.ts'
import type { Input } from '../model.ts'
import { type Call, type Rule, rejects } from '../operation.ts'
import { byAnyName } from '../resolve.ts'
import { requireSymmetric, sealUnder } from '../symmetric.ts'

const shared = {
  keys: [byAnyName('KeyId')],
  supports: ({ key, operation }: Pick<Call, 'key' | 'operation'>) => requireSymmetric(key, operation),
  rejects: rejects.cryptographic,
  usage: 'ENCRYPT_DECRYPT',
} as const

export const generateDataKey: Rule<'GenerateDataKey'> = {
  ...shared,
  async run(call) {
    const dataKey = call.box.core.generateKey(dataKeyLength(call.input))
    try {
      const { blob, materialId } = await sealUnder(call, call.key, call.input.EncryptionContext, dataKey)
      return {
        CiphertextBlob: blob,
        Plaintext: dataKey.release(),
        KeyId: call.key.arn,
        ...materialShown(materialId),
      }
    } finally {
      dataKey.destroy()
    }
  },
}

export const generateDataKeyWithoutPlaintext: Rule<'GenerateDataKeyWithoutPlaintext'> = {
  ...shared,
  async run(call) {
    const dataKey = call.box.core.generateKey(dataKeyLength(call.input))
    try {
      const { blob, materialId } = await sealUnder(call, call.key, call.input.EncryptionContext, dataKey)
      return { CiphertextBlob: blob, KeyId: call.key.arn, ...materialShown(materialId) }
    } finally {
      dataKey.destroy()
    }
  },
}

export const generateDataKeyPair: Rule<'GenerateDataKeyPair'> = {
  ...shared,
  async run(call) {
    const { privateKey, ...answer } = await sealedKeyPair(call)
    return { ...answer, PrivateKeyPlaintext: privateKey }
  },
}

export const generateDataKeyPairWithoutPlaintext: Rule<'GenerateDataKeyPairWithoutPlaintext'> = {
  ...shared,
  async run(call) {
    const { privateKey, ...answer } = await sealedKeyPair(call)
    privateKey.fill(0)
    return answer
  },
}

export const generateRandom: Rule<'GenerateRandom'> = {
  async run(call) {
    const { input, box } = call
    if (input.NumberOfBytes === undefined) throw validationError('NumberOfBytes is required.')
    const length = input.NumberOfBytes
    if (input.CustomKeyStoreId !== undefined)
      return { Plaintext: await box.keyStores.random(call, input.CustomKeyStoreId, length) }
    return { Plaintext: box.core.random(length) }
  },
}

function dataKeyLength({ KeySpec, NumberOfBytes }: Input<'GenerateDataKeyWithoutPlaintext'>): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw validationError('Please specify either number of bytes or key spec.')
  }
  return NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32)
}

const chinaOnly = (spec: string): KmsError =>
  new KmsError('UnsupportedOperationException', `${spec} is supported only in China Regions.`)

/** Keys in custom key stores have no KeyMaterialId. */
const materialShown = (materialId: string | undefined) =>
  materialId === undefined ? {} : { KeyMaterialId: materialId }

/** The private key passes through JavaScript: WebCrypto or noble made it. */
async function sealedKeyPair(call: Call<'GenerateDataKeyPair'> | Call<'GenerateDataKeyPairWithoutPlaintext'>) {
  const { input, key } = call
  if (key.keyStore) throw new KmsError('UnsupportedOperationException', `${key.arn} is in a custom key store.`)
  if (!asymmetric.isAsymmetric(input.KeyPairSpec)) throw chinaOnly(input.KeyPairSpec)
  const pair = await asymmetric.generateKeyPair(input.KeyPairSpec)
  const { blob, materialId } = await sealUnder(call, key, input.EncryptionContext, pair.privateKey)
  return {
    privateKey: pair.privateKey,
    PrivateKeyCiphertextBlob: blob,
    PublicKey: pair.publicKey,
    KeyId: key.arn,
    KeyPairSpec: input.KeyPairSpec,
    ...materialShown(materialId),
  }
}
