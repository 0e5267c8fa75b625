/** The XKS proxy's client against answers that are known: AWS's own signer, and the example of AWS's specification. */
import { expect, it } from 'vitest'
import { utf8 } from '../../bindings/bytes.ts'
import { loadCore } from '../../bindings/core.ts'
import { faults } from '../../bindings/kms/keystores/faults.ts'
import { type ProxyResponse, XksProxy } from '../../bindings/kms/keystores/proxy.ts'
import { signPost } from '../../bindings/kms/keystores/signing.ts'

const accessKeyId = 'AKIAI2SFODNN7EXAMPLE'
const secretKey = utf8('AWS4FYtE5EFA5FT0mCc3DrGUe2sti527BitkQ0Zr9MO9fvE')
const now = Date.parse('2026-03-04T05:06:07Z')

it('signs as @smithy/signature-v4 does', async () => {
  const core = await loadCore()
  const signer = { accessKeyId, secret: core.importKey(secretKey), region: 'eu-west-3' }
  const path = '/a/b/kms/xks/v1/keys/b42c7fbf-de61.x_y/encrypt'
  expect(signPost(core, signer, { host: 'xks.acme.com', path, body: utf8('{"a":1}'), now })).toEqual({
    'x-amz-date': '20260304T050607Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIAI2SFODNN7EXAMPLE/20260304/eu-west-3/kms-xks-proxy/aws4_request, SignedHeaders=host;x-amz-date, Signature=4beb038b81128a6121e0da5a068996af61a69828102b9ef4449c20ebe7a36e39',
  })
})

/** The example of the XKS Proxy API Specification, "Encrypt" and Appendix C. */
const example = {
  authenticationTag: 'vBxN2ncH1oEkR8WVXpmyYQ==',
  ciphertext: 'ghxkK1txeDNn3q8Y',
  ciphertextDataIntegrityValue: 'qHA/ImC9h5HsLRXqCyPmWgYx7tzyoTplzILbP0fPXsc=',
  ciphertextMetadata: 'a2V5X3ZlcnNpb249MQ==',
  initializationVector: 'HMrlRw85cAJUd5Ax',
}

async function encryptTo(answer: object) {
  const core = await loadCore()
  const fetch = async (): Promise<ProxyResponse> => ({ status: 200, body: utf8(JSON.stringify(answer)) })
  const signer = { accessKeyId, secret: core.importKey(secretKey), region: 'eu-west-3' }
  const address = { endpoint: 'https://xks.acme.com', path: '/kms/xks/v1' }
  const proxy = new XksProxy({ core, fetch, timeout: 10_000 }, address, signer, now)
  const metadata = { kmsOperation: 'Encrypt', kmsRequestId: '4112f4d6-db54-4af4-ae30-c55a22a8dfae' }
  return proxy.encrypt('key', utf8('Hello World!'), utf8('project=nile,department=marketing'), metadata)
}

it('takes the answer that the specification gives as its example, and none with a bit of it changed', async () => {
  const { ciphertext, metadata } = await encryptTo(example)
  expect(ciphertext).toHaveLength(12)
  expect(new TextDecoder().decode(metadata)).toBe('key_version=1')
  const changed = { ...example, ciphertext: 'ghxkK1txeDNn3q8Z' }
  await expect(encryptTo(changed)).rejects.toThrow(faults.malformed.message)
})
