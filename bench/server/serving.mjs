/**
 * A server in a process of its own, so that its processor time and memory can be told from the client's.
 *
 *     node --expose-gc bench/server/serving.mjs kmsbox STORE | canned
 *
 * `canned` reads a request to its end and answers what an Encrypt of kmsbox answers, always the same: what Node's HTTP
 * server costs by itself. Over the IPC channel it says where it listens, and on each message what it has used so far.
 */

import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { openKms } from 'kmsbox'
import { serve } from 'kmsbox/server'

const [kind, store] = process.argv.slice(2)

async function startKmsbox() {
  const unlock = store === 'memory:' ? undefined : { rawKey: new Uint8Array(32).fill(1) }
  const kms = await openKms({ store, unlock })
  const { KeyMetadata } = await kms.createKey()
  const secretAccessKey = 'benches-have-secrets'
  const principal = 'arn:aws:iam::000000000000:root'
  const credentials = new Map([['AKIABENCH', { secretAccessKey, principal }]])
  const server = await serve({ kms, port: 0, credentials })
  const stop = async () => {
    await server.close()
    await kms.close()
    if (store.startsWith('file:')) rmSync(store.slice('file:'.length), { recursive: true, force: true })
  }
  return { url: server.url, keyId: KeyMetadata.KeyId, stop }
}

async function startCanned() {
  const arn = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000'
  const blob = Buffer.alloc(150).toString('base64')
  const body = JSON.stringify({ CiphertextBlob: blob, KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' })
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'content-length': body.length }
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    request.resume()
    request.once('end', () => {
      response.writeHead(200, { ...headers, 'x-amzn-requestid': crypto.randomUUID() })
      response.end(body)
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => new Promise((resolve) => server.close(resolve) && server.closeAllConnections())
  return { url: `http://127.0.0.1:${server.address().port}`, keyId: arn, stop }
}

const running = await (kind === 'kmsbox' ? startKmsbox() : startCanned())

process.on('message', async (wish) => {
  if (wish === 'stop') {
    await running.stop()
    process.disconnect()
    return
  }
  if (wish === 'collect') globalThis.gc()
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  process.send({ cpuMicroseconds: user + system, rss, heapUsed })
})
process.send({ url: running.url, keyId: running.keyId })
