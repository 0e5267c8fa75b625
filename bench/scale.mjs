/**
 * Encrypt in a full box beside Encrypt in an almost empty one: 100,000 keys, and 50,000 grants on the key in use.
 *
 *     node bench/scale.mjs [--keys 100000] [--grants 50000] [--rounds 31]
 */
import { parseArgs } from 'node:util'
import { openKms } from 'kmsbox'

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '100000' },
    grants: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '31' },
  },
})
const [keys, grants, rounds] = [values.keys, values.grants, values.rounds].map(Number)
const CALLS = 64
const IN_FLIGHT = 64

async function repeat(count, work) {
  for (let i = 0; i < count; i += IN_FLIGHT) {
    await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count - i) }, (_, j) => work(i + j)))
  }
}

/** A box with keys and grants, and two ways to encrypt in it: as the root, and through one of the grants. */
async function boxWith(keyCount, grantCount) {
  const kms = await openKms({ isolation: 'inline' })
  const { KeyMetadata } = await kms.createKey()
  const KeyId = KeyMetadata.KeyId
  const user = (i) => `arn:aws:iam::000000000000:user/U${i}`
  const start = performance.now()
  await repeat(keyCount - 1, () => kms.createKey())
  await repeat(grantCount, (i) =>
    kms.createGrant({ KeyId, GranteePrincipal: user(i), Operations: ['Encrypt'], Name: `grant-${i}` }),
  )
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${keyCount} keys, ${grantCount} grants on one of them: made in ${seconds} s`)
  const request = { KeyId, Plaintext: new Uint8Array(32), EncryptionContext: { tenant: '7' } }
  const grantee = kms.as(user(0))
  return { kms, root: () => kms.encrypt(request), grantee: () => grantee.encrypt(request) }
}

const small = await boxWith(10, 1)
const full = await boxWith(keys, grants)
const contenders = { 'as the root': 'root', 'through a grant': 'grantee' }

for (const [name, way] of Object.entries(contenders)) {
  const times = { small: [], full: [] }
  for (let round = -3; round < rounds; round++) {
    for (const [size, box] of Object.entries({ small, full })) {
      const start = performance.now()
      await repeat(CALLS, box[way])
      if (round >= 0) times[size].push((performance.now() - start) / CALLS) // first rounds warm up
    }
  }
  const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1] * 1000
  const [few, many] = [median(times.small), median(times.full)]
  console.log(
    `${name}: ${few.toFixed(0)} µs with 10 keys, ${many.toFixed(0)} µs in the full box, × ${(many / few).toFixed(2)}`,
  )
}
await Promise.all([small.kms.close(), full.kms.close()])
