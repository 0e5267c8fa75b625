/** Custom key stores through the package itself: clusters made over the owner's handle, proxies reached through the page. */
import { type Kms, openKms } from 'kmsbox'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ReferenceProxy } from '../support/xks-proxy.ts'
import { bytes, refused, text } from './box.ts'

let kms: Kms

async function roundTrip(KeyId: string): Promise<string> {
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: bytes('attack at dawn') })
  return text((await kms.decrypt({ CiphertextBlob })).Plaintext)
}

describe.each(['worker', 'inline'] as const)('isolation %s', (isolation) => {
  beforeEach(async () => {
    kms = await openKms({ isolation, store: 'memory:' })
  })
  afterEach(async () => {
    vi.unstubAllGlobals()
    await kms.close()
  })

  it('a soft HSM is made, used, cut off, listed and deleted', async () => {
    const password = 'correct horse'
    const { clusterId, trustAnchorCertificate } = await kms.hsm.create({ password })
    const { CustomKeyStoreId = '' } = await kms.createCustomKeyStore({
      CustomKeyStoreName: 'hsm',
      CloudHsmClusterId: clusterId,
      TrustAnchorCertificate: trustAnchorCertificate,
      KeyStorePassword: password,
    })
    await kms.connectCustomKeyStore({ CustomKeyStoreId })
    const { KeyMetadata } = await kms.createKey({ CustomKeyStoreId, Origin: 'AWS_CLOUDHSM' })
    const KeyId = KeyMetadata?.KeyId as string
    expect(await roundTrip(KeyId)).toBe('attack at dawn')
    expect(await kms.hsm.list()).toMatchObject([{ clusterId, customKeyStoreId: CustomKeyStoreId, reachable: true }])
    await kms.hsm.update({ clusterId, reachable: false })
    await refused(roundTrip(KeyId), 'KMSInvalidStateException', `${KeyMetadata?.Arn} is unavailable.`)
    await kms.hsm.update({ clusterId, reachable: true })
    expect(await roundTrip(KeyId)).toBe('attack at dawn')
    await kms.hsm.delete({ clusterId })
    expect(await kms.hsm.list()).toEqual([])
    await refused(roundTrip(KeyId), 'KMSInvalidStateException')
    expect(await kms.hsm.list({ region: 'eu-west-1' })).toEqual([])
  })

  // A proxy has AWS's 250 ms for each answer, which a busy machine may miss.
  it('an XKS proxy is reached by the page’s fetch', { retry: 3 }, async () => {
    const proxy = new ReferenceProxy()
    await proxy.addKey('external-key')
    const genuine = globalThis.fetch
    vi.stubGlobal('fetch', async (url: string | URL, init: RequestInit = {}) => {
      if (!String(url).startsWith(proxy.endpoint)) return genuine(url, init)
      const headers = init.headers as Record<string, string>
      const request = { url: String(url), method: 'POST', headers, body: init.body as Uint8Array, timeout: 0 } as const
      const { status, body } = await proxy.fetch(request)
      return new Response(body as Uint8Array<ArrayBuffer>, { status })
    })
    const input = { CustomKeyStoreName: 'external', ...proxy.configuration }
    const { CustomKeyStoreId = '' } = await kms.createCustomKeyStore(input)
    await kms.connectCustomKeyStore({ CustomKeyStoreId })
    const external = { CustomKeyStoreId, Origin: 'EXTERNAL_KEY_STORE', XksKeyId: 'external-key' } as const
    const { KeyMetadata } = await kms.createKey(external)
    expect(await roundTrip(KeyMetadata?.KeyId as string)).toBe('attack at dawn')
    proxy.down = true
    await refused(roundTrip(KeyMetadata?.KeyId as string), 'KMSInvalidStateException')
  })
})
