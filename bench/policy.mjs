/**
 * What a decision costs: `npm run build && node bench/policy.mjs`. The default key policy, warm; policies of 32 KiB with
 * hostile wildcards, each compiled anew and decided once, the first and the median of several; and the share of a
 * decision in an inline Encrypt.
 */
import { openKms } from '../dist/node.js'
import { conditionValues } from '../dist/policy/context.js'
import { maxPolicySize, parsePolicy } from '../dist/policy/document.js'
import { evaluate } from '../dist/policy/evaluate.js'

const account = '111122223333'
const caller = { principal: `arn:aws:iam::${account}:root`, account, region: 'us-east-1' }
const key = {
  arn: `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  account,
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
}
const action = 'kms:Encrypt'

function factsOf(encryptionContext) {
  const input = { EncryptionContext: encryptionContext }
  const values = conditionValues({ caller, action, key, input, now: Date.now() })
  return { caller, action, resource: key.arn, keyAccount: account, values, encryptionContext }
}

const policyOf = (...statements) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = { Effect: 'Allow', Principal: { AWS: caller.principal }, Action: 'kms:*', Resource: '*' }

/** Milliseconds: by the clock, or of processor time if that is less. One counts the neighbours, one the compiler threads. */
function cost(work) {
  const spent = process.cpuUsage()
  const start = performance.now()
  work()
  const elapsed = performance.now() - start
  const { user, system } = process.cpuUsage(spent)
  return Math.min(elapsed, (user + system) / 1000)
}

/** Microseconds of one call: the best of several rounds. */
function microseconds(work, calls = 100_000, rounds = 7) {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const spent = cost(() => {
      for (let call = 0; call < calls; call++) work()
    })
    best = Math.min(best, (spent * 1000) / calls)
  }
  return best
}

const print = (name, value, unit) => console.log(`${name.padEnd(64)} ${value.toFixed(2).padStart(9)} ${unit}`)

const context = { tenant: '7' }
const defaultPolicy = parsePolicy(policyOf(allow), 'key')
const facts = factsOf(context)
const policies = { keyPolicy: defaultPolicy, identityPolicies: [] }
const evaluation = microseconds(() => evaluate(facts, policies))
const decision = microseconds(() => evaluate(factsOf(context), policies), 20_000)
print('evaluate, default policy', evaluation, 'µs')
print('condition values and evaluate, default policy', decision, 'µs')
print(
  'compile the default policy',
  microseconds(() => parsePolicy(policyOf(allow), 'key'), 5000),
  'µs',
)

/** With as many repetitions as fit into a key policy. */
function filled(make) {
  let count = 1
  for (let step = maxPolicySize; step >= 1; step >>= 1) {
    if (policyOf(make(count + step)).length <= maxPolicySize) count += step
  }
  return make(count)
}

const list = (make) => (count) => Array.from({ length: count }, (_, i) => make(i))
const long = 'a'.repeat(8000)
const mixed = 'ab'.repeat(4000)
const like = (values) => ({ ...allow, Condition: { StringLike: { 'kms:EncryptionContext:x': values } } })
const hostile = {
  'actions kms:*e*e*e*…': [filled((n) => ({ ...allow, Action: `kms:${'*e'.repeat(n)}` })), context],
  'many actions kms:*n*c*r*p*z': [filled((n) => ({ ...allow, Action: list(() => 'kms:*n*c*r*p*z')(n) })), context],
  'resources arn:*?*?*?*…': [filled((n) => ({ ...allow, Resource: `arn:${'*?'.repeat(n)}` })), context],
  'many resources arn:*-*-*-*-*x': [filled((n) => ({ ...allow, Resource: list(() => 'arn:*-*-*-*-*x')(n) })), context],
  'one value *a*a*a*…b over 8,000 a': [filled((n) => like(`${'*a'.repeat(n)}b`)), { x: long }],
  'values *aaa…b* over 8,000 a': [filled((n) => like(list(() => `*${'a'.repeat(3900)}b*`)(n))), { x: long }],
  'values *a?a?…b* over 8,000 a': [filled((n) => like(list(() => `*${'a?'.repeat(1950)}b*`)(n))), { x: long }],
  'values *a?a?…bb* over 4,000 ab': [filled((n) => like(list(() => `*${'a?'.repeat(1950)}bb*`)(n))), { x: mixed }],
}

const repeats = 21
for (const [name, [statement, sent]] of Object.entries(hostile)) {
  const json = policyOf(statement)
  const asked = factsOf(sent)
  const times = Array.from({ length: repeats }, () => {
    const keyPolicy = parsePolicy(json, 'key')
    return cost(() => evaluate(asked, { keyPolicy, identityPolicies: [] }))
  })
  print(`${json.length} bytes: ${name}, first`, times[0], 'ms')
  times.sort((a, b) => a - b)
  print(`${' '.repeat(name.length + 14)}median`, times[repeats >> 1], 'ms')
}

const kms = await openKms({ store: 'memory:', isolation: 'inline', region: 'us-east-1', account })
const { KeyMetadata } = await kms.createKey({})
const Plaintext = new Uint8Array(32)
const requests = 2000
const rounds = []
for (let round = 0; round < 5; round++) {
  const start = performance.now()
  for (let i = 0; i < requests; i++)
    await kms.encrypt({ KeyId: KeyMetadata.KeyId, Plaintext, EncryptionContext: context })
  rounds.push(((performance.now() - start) * 1000) / requests)
}
const encrypt = Math.min(...rounds)
print('inline Encrypt, memory store, one at a time', encrypt, 'µs')
print('share of evaluate', (100 * evaluation) / encrypt, '%')
print('share of condition values and evaluate', (100 * decision) / encrypt, '%')
await kms.close()
