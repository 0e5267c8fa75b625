/**
 * A short transcript of the main job, on the built package: a key, a text, a file of some megabytes, the audit trail.
 * `npm run quickstart [FILE]`. Ends with a code other than 0 if anything is not as it should be.
 */
import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openKms } from 'kmsbox'
import { loadCore } from 'kmsbox/core'
import { dim, heading, line, milliseconds, quantity, rate, table, timed } from './transcript.mjs'

const context = { tenant: '7', purpose: 'quickstart' }
const decode = (bytes) => new TextDecoder().decode(bytes)

/** A real file that every checkout has: the TypeScript compiler, some nine megabytes. */
const sampleFile = () => createRequire(import.meta.url).resolve('typescript')

/** @param {string} path of the file to seal and open again */
export async function quickstart(path = sampleFile()) {
  heading(`kmsbox on Node ${process.versions.node}, ${process.platform} ${process.arch}`)
  const [kms, opening] = await timed(() => openKms({ store: 'memory:' }))
  line('openKms', 'an enclave in a worker, its store in memory', opening)
  try {
    await createKey(kms)
    await encryptText(kms)
    await encryptFile(kms, path)
    await showAudit(kms)
  } finally {
    await kms.close()
  }
}

async function createKey(kms) {
  heading('A key')
  const [{ KeyMetadata }, creating] = await timed(() => kms.createKey({ Description: 'orders' }))
  line('CreateKey', KeyMetadata.Arn, creating)
  const [, naming] = await timed(() => kms.createAlias({ AliasName: 'alias/orders', TargetKeyId: KeyMetadata.KeyId }))
  line('CreateAlias', 'alias/orders', naming)
}

async function encryptText(kms) {
  heading(`A text, under the encryption context ${JSON.stringify(context)}`)
  const message = 'Meet me at sunrise.'
  const Plaintext = new TextEncoder().encode(message)
  const [{ CiphertextBlob }, sealing] = await timed(() =>
    kms.encrypt({ KeyId: 'alias/orders', Plaintext, EncryptionContext: context }),
  )
  line('Encrypt', `“${message}” → ${CiphertextBlob.length} bytes`, sealing)
  const [opened, opening] = await timed(() => kms.decrypt({ CiphertextBlob, EncryptionContext: context }))
  assert.equal(decode(opened.Plaintext), message)
  line('Decrypt', `→ “${decode(opened.Plaintext)}”`, opening)
  const wrong = { ...context, tenant: '8' }
  const [refusal, refusing] = await timed(() => refusalOf(kms.decrypt({ CiphertextBlob, EncryptionContext: wrong })))
  assert.equal(refusal, 'InvalidCiphertextException')
  line('Decrypt', `with tenant 8: refused, ${refusal}`, refusing)
}

async function refusalOf(call) {
  try {
    await call
  } catch (error) {
    return error.name
  }
  assert.fail('a call that must be refused was answered')
}

/** Envelope encryption: the enclave sees the data key only; the file is sealed here, by this process's own core. */
async function encryptFile(kms, path) {
  const file = readFileSync(path)
  heading(`A file of ${quantity(file.length)}, ${basename(path)}, in an envelope`)
  const core = await loadCore()
  const request = { KeyId: 'alias/orders', KeySpec: 'AES_256', EncryptionContext: context }
  const [dataKey, generating] = await timed(() => kms.generateDataKey(request))
  line('GenerateDataKey', `32 bytes, and the same encrypted: ${dataKey.CiphertextBlob.length} bytes`, generating)

  const iv = core.random(12)
  const key = take(core, dataKey.Plaintext)
  const [sealed, sealing] = await timed(() => key.gcmSeal(iv, file))
  key.destroy()
  line('AES-256-GCM seal', `the ${core.build} build, ${rate(file.length, sealing)}`, sealing)

  const { CiphertextBlob } = dataKey
  const [unwrapped, unwrapping] = await timed(() => kms.decrypt({ CiphertextBlob, EncryptionContext: context }))
  line('Decrypt', 'the data key', unwrapping)
  const again = take(core, unwrapped.Plaintext)
  const [opened, opening] = await timed(() => again.gcmOpen(iv, sealed))
  again.destroy()
  line('AES-256-GCM open', rate(file.length, opening), opening)
  assert.ok(file.equals(opened), 'the file came back changed')
  assert.ok(!file.equals(sealed.subarray(0, file.length)), 'the file was not encrypted')
  line('Compare', `${quantity(opened.length)}, byte for byte the same`)
}

/** The key as a slot of the core; the copy that came from the KMS is wiped. */
function take(core, bytes) {
  const slot = core.importKey(bytes)
  bytes.fill(0)
  return slot
}

async function showAudit(kms) {
  heading('The audit trail')
  const events = []
  for await (const event of kms.audit.events()) events.push(event)
  const rows = events.map(({ eventTime, eventName, errorCode, requestParameters, resources }) => [
    eventTime.slice(11, 23),
    eventName,
    errorCode ?? 'ok',
    Object.entries(requestParameters?.encryptionContext ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    resources
      .find(({ type }) => type === 'AWS::KMS::Key')
      ?.ARN.split('/')
      .at(-1) ?? '',
  ])
  table(['time (UTC)', 'event', 'outcome', 'encryption context', 'key'], rows)
  assert.deepEqual(
    events.map(({ eventName }) => eventName),
    ['CreateKey', 'CreateAlias', 'Encrypt', 'Decrypt', 'Decrypt', 'GenerateDataKey', 'Decrypt'],
  )
  const [{ ok, checked }, verifying] = await timed(() => kms.audit.verify())
  assert.ok(ok, 'the audit trail does not verify')
  line('audit.verify', `${checked} events, the chain is whole`, verifying)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const start = performance.now()
  await quickstart(process.argv[2])
  console.log(dim(`\nAll as it should be, in ${milliseconds(performance.now() - start)}.`))
}
