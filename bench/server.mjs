/**
 * The HTTP endpoint under the AWS SDK for JavaScript over loopback, its requests signed, beside a server that answers
 * every request the same. The two take turns; each figure is the median of its rounds.
 *
 *     node bench/server.mjs [--rounds 7] [--seconds 1] [--in-flight 16] [--store memory:]
 *     node bench/server.mjs --soak [--seconds 60]       # 600 for the long one: does the server's memory stay flat?
 *
 * The soak's store is a file unless one is named: an audit trail in memory grows with every call, as it must. So does, for
 * five minutes, what the server remembers of signatures so that none is accepted twice.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string' },
    'in-flight': { type: 'string', default: '16' },
    store: { type: 'string' },
    soak: { type: 'boolean', default: false },
  },
})
const inFlight = Number(values['in-flight'])
const Plaintext = new Uint8Array(32).fill(7)
const EncryptionContext = { tenant: '7' }

async function start(kind, store) {
  const script = fileURLToPath(new URL('server/serving.mjs', import.meta.url))
  const child = fork(script, [kind, store], { execArgv: ['--expose-gc'] })
  const [{ url, keyId }] = await once(child, 'message')
  const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'benches-have-secrets' }
  const client = new KMSClient({ endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 })
  const ask = async (wish) => {
    child.send(wish)
    return (await once(child, 'message'))[0]
  }
  return {
    call: () => client.send(new EncryptCommand({ KeyId: keyId, Plaintext, EncryptionContext })),
    used: () => ask('used'),
    collected: () => ask('collect'),
    async stop() {
      client.destroy()
      child.send('stop')
      await once(child, 'exit')
    },
  }
}

/** @returns the number of calls answered in the time; a refusal ends the bench */
async function load(server, seconds) {
  const end = performance.now() + seconds * 1000
  let calls = 0
  const lane = async () => {
    for (; performance.now() < end; calls++) await server.call()
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return calls
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const environment = () => `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`

async function race() {
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds ?? 1)]
  const contenders = { kmsbox: await start('kmsbox', values.store ?? 'memory:'), canned: await start('canned') }
  const figures = { kmsbox: [], canned: [] }
  const ratios = []
  for (const server of Object.values(contenders)) await load(server, seconds) // warm up
  for (let round = 0; round < rounds; round++) {
    const turn = {}
    for (const [name, server] of Object.entries(contenders)) {
      const before = await server.used()
      const started = performance.now()
      const calls = await load(server, seconds)
      turn[name] = (calls * 1000) / (performance.now() - started)
      const { cpuMicroseconds } = await server.used()
      figures[name].push({ perSecond: turn[name], cpu: (cpuMicroseconds - before.cpuMicroseconds) / calls })
    }
    ratios.push(turn.kmsbox / turn.canned)
  }
  console.log(
    `Encrypt of 32 bytes by the AWS SDK, ${inFlight} in flight, ${rounds} rounds of ${seconds} s, ${environment()}`,
  )
  for (const [name, all] of Object.entries(figures)) {
    const perSecond = Math.round(median(all.map((one) => one.perSecond)))
    const cpu = Math.round(median(all.map((one) => one.cpu)))
    console.log(
      `  ${name.padEnd(7)} ${String(perSecond).padStart(6)} calls/s, ${String(cpu).padStart(5)} µs of the server's processor a call`,
    )
  }
  console.log(`  ratio   ${(median(ratios) * 100).toFixed(1)} % of the canned server's calls (goal: 90 %)`)
  for (const server of Object.values(contenders)) await server.stop()
}

async function soak() {
  const seconds = Number(values.seconds ?? 60)
  const store = values.store ?? `file:${join(mkdtempSync(join(tmpdir(), 'kmsbox-soak-')), 'store')}`
  const server = await start('kmsbox', store)
  const slices = 12
  const samples = []
  let calls = 0
  console.log(`Soak: Encrypt, ${inFlight} in flight, ${seconds} s on ${store.split(':')[0]}:, ${environment()}`)
  for (let slice = 0; slice < slices; slice++) {
    calls += await load(server, seconds / slices)
    const { rss, heapUsed } = await server.collected()
    samples.push({ rss, heapUsed })
    const mb = (bytes) => (bytes / 2 ** 20).toFixed(1).padStart(6)
    console.log(`  ${String(calls).padStart(8)} calls: resident ${mb(rss)} MiB, heap ${mb(heapUsed)} MiB`)
  }
  // The first third warms up: code is compiled, pools fill.
  const kept = samples.slice(slices / 3)
  const growth = median(kept.slice(-4).map(({ rss }) => rss)) / median(kept.slice(0, 4).map(({ rss }) => rss)) - 1
  console.log(
    `  resident memory of the last third against the middle one: ${(growth * 100).toFixed(1)} % (goal: under 10 %)`,
  )
  await server.stop()
  if (growth >= 0.1) process.exitCode = 1
}

await (values.soak ? soak() : race())
