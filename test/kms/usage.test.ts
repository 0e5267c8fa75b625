/** The usage meter. */
import { expect, it } from 'vitest'
import { bytes, days, newKey, openBox, refused } from './box.ts'

it('counts requests by key and month and prices them; refusals are free', async () => {
  const kms = await openBox()
  const key = await newKey(kms)
  const ecc = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const encrypt = () => kms.encrypt({ KeyId: key.id, Plaintext: bytes('x') })
  await encrypt()
  await encrypt()
  await kms.generateDataKeyPair({ KeyId: key.id, KeyPairSpec: 'ECC_NIST_P256' })
  await kms.sign({ KeyId: ecc.id, Message: bytes('x'), SigningAlgorithm: 'ECDSA_SHA_256' })
  await refused(kms.decrypt({ CiphertextBlob: bytes('x') }), 'InvalidCiphertextException')
  await kms.clock.advance(days(31))
  await encrypt()
  const usage = (await kms.usage()) as unknown as {
    months: { month: string; requests: number; cost: number }[]
    keys: { month: string; key?: string; requests: Record<string, number>; cost: number }[]
  }
  expect(usage.months.map(({ month, requests }) => [month, requests])).toEqual([
    ['2026-01', 6],
    ['2026-02', 1],
  ])
  const [used] = usage.keys.filter((entry) => entry.key === key.arn && entry.month === '2026-01')
  expect(used?.requests).toEqual({ CreateKey: 1, Encrypt: 2, 'GenerateDataKeyPair ECC_NIST_P256': 1 })
  expect(used?.cost).toBeCloseTo((3 * 0.03 + 0.1) / 10_000, 12)
  const [signed] = usage.keys.filter((entry) => entry.key === ecc.arn)
  expect(signed?.cost).toBeCloseTo((2 * 0.15) / 10_000, 12)
  await kms.close()
})
