/** GenerateMac, VerifyMac. HMAC keys never leave the core; their pads' states stay expanded beside them. */

import type { Hash } from '../../core.ts'
import { KmsError } from '../../errors.ts'
import { requireAlgorithm } from '../asymmetric/specs.ts'
import type { KeyRecord } from '../key.ts'
import type { Input } from '../model.ts'
import { type Call, type Rule, rejects } from '../operation.ts'
import { byAnyName } from '../resolve.ts'

type MacAlgorithm = Input<'GenerateMac'>['MacAlgorithm']

const shared = { keys: [byAnyName('KeyId')], rejects: rejects.cryptographic, usage: 'GENERATE_VERIFY_MAC' } as const

export const generateMac: Rule<'GenerateMac'> = {
  ...shared,
  async run(call) {
    const { input, key } = call
    const mac = await macOf(call, key, input.MacAlgorithm, input.Message)
    return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: key.arn }
  },
}

export const verifyMac: Rule<'VerifyMac'> = {
  ...shared,
  async run(call) {
    const { input, key, box } = call
    const mac = await macOf(call, key, input.MacAlgorithm, input.Message)
    const valid = box.core.equal(mac, input.Mac)
    mac.fill(0) // the right answer to a wrong guess must not linger
    if (!valid) throw new KmsError('KMSInvalidMacException')
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm }
  },
}

const hashes: Readonly<Record<MacAlgorithm, Hash>> = {
  HMAC_SHA_224: 'SHA-224',
  HMAC_SHA_256: 'SHA-256',
  HMAC_SHA_384: 'SHA-384',
  HMAC_SHA_512: 'SHA-512',
}

async function macOf(
  call: Pick<Call, 'box' | 'transaction'>,
  key: KeyRecord,
  algorithm: MacAlgorithm,
  message: Uint8Array,
): Promise<Uint8Array> {
  requireAlgorithm(key.spec, key.usage, algorithm)
  const { residents } = call.box
  return residents.use(call.transaction, key, key.current as string, (slot) => slot.hmac(hashes[algorithm], message))
}
