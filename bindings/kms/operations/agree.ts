/** DeriveSharedSecret (ECDH), Encapsulate and Decapsulate (ML-KEM). */
import * as asymmetric from '../asymmetric/index.ts'
import type { EccKeySpec, MlKemKeySpec } from '../asymmetric/specs.ts'
import { lendPrivateKey } from '../material.ts'
import { type Rule, rejects } from '../operation.ts'
import { byAnyName } from '../resolve.ts'
import { publicKeyOf } from './sign.ts'

const shared = { keys: [byAnyName('KeyId')], rejects: rejects.cryptographic } as const

export const deriveSharedSecret: Rule<'DeriveSharedSecret'> = {
  ...shared,
  usage: 'KEY_AGREEMENT',
  async run({ input, key, transaction }) {
    const secret = await lendPrivateKey(transaction, key, (privateKey) =>
      asymmetric.deriveSharedSecret(key.spec as EccKeySpec, privateKey, input.PublicKey),
    )
    return {
      KeyId: key.arn,
      SharedSecret: secret,
      KeyAgreementAlgorithm: input.KeyAgreementAlgorithm,
      KeyOrigin: key.origin,
    }
  },
}

export const encapsulate: Rule<'Encapsulate'> = {
  ...shared,
  usage: 'ENCAPSULATE_DECAPSULATE',
  async run({ input, key }) {
    const { ciphertext, sharedSecret } = await asymmetric.encapsulate(key.spec as MlKemKeySpec, publicKeyOf(key))
    return {
      KeyId: key.arn,
      SharedSecret: sharedSecret,
      SharedSecretCiphertextBlob: ciphertext,
      EncapsulationAlgorithm: input.EncapsulationAlgorithm,
    }
  },
}

export const decapsulate: Rule<'Decapsulate'> = {
  ...shared,
  usage: 'ENCAPSULATE_DECAPSULATE',
  async run({ input, key, transaction }) {
    const secret = await lendPrivateKey(transaction, key, (privateKey) =>
      asymmetric.decapsulate(key.spec as MlKemKeySpec, privateKey, input.SharedSecretCiphertextBlob),
    )
    return { KeyId: key.arn, SharedSecret: secret, EncapsulationAlgorithm: input.EncapsulationAlgorithm }
  },
}
