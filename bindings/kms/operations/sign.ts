/** Sign, Verify, GetPublicKey. */
import { unbase64 } from '../../bytes.ts'
import { KmsError } from '../../errors.ts'
import * as asymmetric from '../asymmetric/index.ts'
import { algorithmsOf, asymmetricSpec, type KeyRecord } from '../key.ts'
import { lendPrivateKey } from '../material.ts'
import { type Call, type Rule, rejects } from '../operation.ts'
import { byAnyName } from '../resolve.ts'

const shared = { keys: [byAnyName('KeyId')], rejects: rejects.cryptographic } as const

export const sign: Rule<'Sign'> = {
  ...shared,
  usage: 'SIGN_VERIFY',
  async run({ input, key, transaction }) {
    const { SigningAlgorithm, MessageType = 'RAW', Message } = input
    const signature = await lendPrivateKey(transaction, key, (privateKey) =>
      asymmetric.sign(asymmetricSpec(key), SigningAlgorithm, MessageType, privateKey, Message),
    )
    return { KeyId: key.arn, Signature: signature, SigningAlgorithm }
  },
}

export const verify: Rule<'Verify'> = {
  ...shared,
  usage: 'SIGN_VERIFY',
  async run({ input, key }) {
    const { SigningAlgorithm, MessageType = 'RAW', Message, Signature } = input
    const spec = asymmetricSpec(key)
    await asymmetric.verify(spec, SigningAlgorithm, MessageType, publicKeyOf(key), Message, Signature)
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm }
  },
}

export const getPublicKey: Rule<'GetPublicKey'> = {
  ...shared,
  supports: requireAsymmetric,
  async run({ key }) {
    return {
      KeyId: key.arn,
      PublicKey: publicKeyOf(key),
      CustomerMasterKeySpec: key.spec as never,
      KeySpec: key.spec,
      KeyUsage: key.usage,
      ...algorithmsOf(key),
    }
  },
}

/** SPKI DER. */
export const publicKeyOf = (key: KeyRecord): Uint8Array => unbase64(key.publicKey as string)

function requireAsymmetric({ key, operation }: Pick<Call, 'key' | 'operation'>): void {
  if (asymmetric.isAsymmetric(key.spec)) return
  const message = `${key.arn} key spec is ${key.spec} which is not valid for ${operation}.`
  throw new KmsError('UnsupportedOperationException', message)
}
