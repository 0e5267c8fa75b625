/** External key stores against the reference proxy: keys, double encryption, and whatever a proxy can do wrong. */
import { beforeEach, describe, expect, it } from 'vitest'
import { faults } from '../../bindings/kms/keystores/faults.ts'
import { networkOf, ReferenceProxy } from '../support/xks-proxy.ts'
import { bytes, days, refused, text } from './box.ts'
import { type Box, describeStore, openKeyStoreBox } from './keystores-box.ts'

const KEY = 'bb8562717f809024'
const TIMEOUT = 500

let proxy: ReferenceProxy
let box: Box
beforeEach(async () => {
  proxy = new ReferenceProxy()
  await proxy.addKey(KEY)
  box = await openKeyStoreBox({ fetch: proxy.fetch, proxyTimeout: TIMEOUT })
})

async function newStore(changes = {}, connected = true): Promise<string> {
  const input = { CustomKeyStoreName: 'external', ...proxy.configuration, ...changes }
  const { CustomKeyStoreId = '' } = await box.call('CreateCustomKeyStore', input)
  if (connected) await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
  return CustomKeyStoreId
}

async function newKey(CustomKeyStoreId: string, XksKeyId = KEY) {
  const { KeyMetadata } = await box.call('CreateKey', { CustomKeyStoreId, Origin: 'EXTERNAL_KEY_STORE', XksKeyId })
  return { id: KeyMetadata?.KeyId as string, arn: KeyMetadata?.Arn as string, KeyMetadata }
}

const EncryptionContext = { tenant: '7' }
async function sealed(KeyId: string, plaintext = 'attack at dawn'): Promise<Uint8Array> {
  const answer = await box.call('Encrypt', { KeyId, Plaintext: bytes(plaintext), EncryptionContext })
  return answer.CiphertextBlob as Uint8Array
}
const opened = async (CiphertextBlob: Uint8Array): Promise<string> =>
  text((await box.call('Decrypt', { CiphertextBlob, EncryptionContext })).Plaintext)
const stateOf = async (KeyId: string) => (await box.call('DescribeKey', { KeyId })).KeyMetadata?.KeyState

const faulty = Object.entries(faults).filter(([name]) => name.endsWith('Exception'))

describe('a key behind an XKS proxy', () => {
  it('is described as AWS describes it', async () => {
    const CustomKeyStoreId = await newStore()
    const { KeyMetadata } = await newKey(CustomKeyStoreId)
    expect(KeyMetadata).toMatchObject({
      Origin: 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId,
      XksKeyConfiguration: { Id: KEY },
      KeyState: 'Enabled',
    })
    expect(KeyMetadata).not.toHaveProperty('CloudHsmClusterId')
    expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
  })

  it('encrypts, decrypts, makes data keys, re-encrypts', async () => {
    const { id: KeyId } = await newKey(await newStore())
    expect(await opened(await sealed(KeyId))).toBe('attack at dawn')
    const dataKey = await box.call('GenerateDataKey', { KeyId, KeySpec: 'AES_128' })
    expect(dataKey).not.toHaveProperty('KeyMaterialId')
    const again = await box.call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob as Uint8Array })
    expect(again.Plaintext).toEqual(dataKey.Plaintext)
    const DestinationKeyId = (await box.call('CreateKey', {})).KeyMetadata?.KeyId as string
    const blob = await sealed(KeyId)
    const out = await box.call('ReEncrypt', {
      CiphertextBlob: blob,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId,
      DestinationEncryptionContext: EncryptionContext,
    })
    expect(await opened(out.CiphertextBlob as Uint8Array)).toBe('attack at dawn')
    const name = 'UnsupportedOperationException'
    await refused(box.call('GenerateDataKeyPair', { KeyId, KeyPairSpec: 'RSA_2048' }), name)
    await refused(box.call('EnableKeyRotation', { KeyId }), name)
    await refused(box.call('RotateKeyOnDemand', { KeyId }), name)
    const CustomKeyStoreId = (await box.call('DescribeKey', { KeyId })).KeyMetadata?.CustomKeyStoreId
    await refused(box.call('GenerateRandom', { CustomKeyStoreId, NumberOfBytes: 1 }), name)
  })

  it.each([
    [12, 0],
    [16, 20],
  ])('takes IVs of %i bytes and metadata of %i, plaintexts of 1 and of 4,096 bytes', async (iv, metadata) => {
    proxy.ivBytes = iv
    proxy.metadata = new Uint8Array(metadata).fill(7)
    const { id } = await newKey(await newStore())
    for (const length of [1, 4096]) {
      const blob = await sealed(id, 'x'.repeat(length))
      expect(blob).toHaveLength(36 + 1 + metadata + 1 + iv + 16 + 80 + length)
      expect(await opened(blob)).toBe('x'.repeat(length))
    }
  })

  it('tells the proxy who asks for what, and shows it nothing of the plaintext', async () => {
    const CustomKeyStoreId = await newStore()
    const { id, arn } = await newKey(CustomKeyStoreId)
    await box.call('GenerateDataKey', { KeyId: id, KeySpec: 'AES_256' }, { viaService: 's3.us-east-1.amazonaws.com' })
    await opened(await sealed(id))
    const principal = 'arn:aws:iam::000000000000:root'
    const kmsRequestId = expect.stringMatching(/^[0-9a-f-]{36}$/)
    const requests = proxy.requests.map(({ call, keyId, body }) => ({
      call,
      keyId,
      ...(body.requestMetadata as object),
    }))
    const asked = { awsPrincipalArn: principal, kmsRequestId }
    const used = { keyId: KEY, kmsKeyArn: arn, ...asked }
    expect(requests).toEqual([
      { call: 'health', keyId: undefined, kmsOperation: 'CreateCustomKeyStore', kmsRequestId },
      { call: 'health', keyId: undefined, kmsOperation: 'ConnectCustomKeyStore', kmsRequestId },
      { call: 'metadata', keyId: KEY, kmsOperation: 'CreateKey', ...asked },
      { call: 'encrypt', kmsOperation: 'GenerateDataKey', kmsViaService: 's3', ...used },
      { call: 'encrypt', kmsOperation: 'Encrypt', ...used },
      { call: 'decrypt', kmsOperation: 'Decrypt', ...used },
    ])
    const shown = atob(proxy.requests.at(-2)?.body.plaintext as string)
    expect(shown).toHaveLength('attack at dawn'.length + 80)
    expect(shown).not.toContain('attack')
  })

  it('tells the proxy the VPC of callers from the key’s own account', async () => {
    const { id } = await newKey(await newStore())
    const facts = { context: { 'aws:SourceVpc': 'vpc-1', 'aws:SourceVpce': 'vpce-1' } }
    await box.call('GenerateDataKey', { KeyId: id, KeySpec: 'AES_256' }, facts)
    const told = { awsSourceVpc: 'vpc-1', awsSourceVpce: 'vpce-1' }
    expect(proxy.requests.at(-1)?.body.requestMetadata).toMatchObject(told)
  })

  it('is refused where the proxy’s own authorisation says no', async () => {
    const { id } = await newKey(await newStore())
    const blob = await sealed(id)
    proxy.authorise = ({ kmsOperation }) => kmsOperation !== 'Decrypt'
    await refused(opened(blob), 'KMSInvalidStateException', faults.AccessDeniedException.message)
    await sealed(id)
  })

  it('is unavailable while its store is disconnected, and back afterwards', async () => {
    const CustomKeyStoreId = await newStore()
    const { id, arn } = await newKey(CustomKeyStoreId)
    const blob = await sealed(id)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    expect(await stateOf(id)).toBe('Unavailable')
    await refused(opened(blob), 'KMSInvalidStateException', `${arn} is unavailable.`)
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await opened(blob)).toBe('attack at dawn')
  })

  it('gives its external key back when it is deleted', async () => {
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    await refused(newKey(CustomKeyStoreId), 'XksKeyAlreadyInUseException')
    await box.call('ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
    await refused(newKey(CustomKeyStoreId), 'XksKeyAlreadyInUseException')
    await box.advance(days(8) * 1000)
    await newKey(CustomKeyStoreId)
  })

  it('is logged with its store and its external key; the proxy’s secret never', async () => {
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    await opened(await sealed(id))
    const [event] = await box.events('Decrypt')
    expect(event?.additionalEventData).toEqual({ customKeyStoreId: CustomKeyStoreId, xksKeyId: KEY })
    const [connected] = await box.events('ConnectCustomKeyStore')
    expect(connected?.additionalEventData).toEqual({ customKeyStoreName: 'external' })
    const log = JSON.stringify(await box.events())
    expect(log).not.toContain(proxy.credential.RawSecretAccessKey)
    expect(JSON.stringify(await describeStore(box, CustomKeyStoreId))).not.toContain(
      proxy.credential.RawSecretAccessKey,
    )
  })
})

describe('ciphertexts of external keys', () => {
  it('with any byte changed are refused, by the proxy, by our key or by the parser', async () => {
    const { id } = await newKey(await newStore())
    const blob = await sealed(id)
    const answers = new Map<string, number>()
    for (let at = 0; at < blob.length; at++) {
      const damaged = blob.slice()
      damaged[at] = (damaged[at] as number) ^ 0x20
      const name = await opened(damaged).catch((error: Error) => error.name)
      answers.set(name, (answers.get(name) ?? 0) + 1)
    }
    // Bytes 4 to 19 name the key. Lengths that still fit shift the fields, and the proxy sees that.
    expect(answers.get('AccessDeniedException')).toBe(16)
    expect(answers.get('KMSInvalidStateException')).toBeGreaterThan(100)
    expect([...answers.keys()].sort()).toEqual([
      'AccessDeniedException',
      'InvalidCiphertextException',
      'KMSInvalidStateException',
    ])
  })

  it('of every shorter length, and one longer, are refused', async () => {
    const { id } = await newKey(await newStore())
    const blob = await sealed(id)
    for (let length = 1; length < blob.length; length += 7) {
      const cut = await opened(blob.subarray(0, length)).catch((error: Error) => error.name)
      expect(['InvalidCiphertextException', 'KMSInvalidStateException']).toContain(cut)
    }
    const longer = new Uint8Array(blob.length + 1)
    longer.set(blob)
    await refused(opened(longer), 'KMSInvalidStateException', faults.InvalidCiphertextException.message)
  })

  it('need both keys: neither kind of key opens what the other made', async () => {
    const { id } = await newKey(await newStore())
    const own = (await box.call('CreateKey', {})).KeyMetadata?.KeyId as string
    const [external, internal] = [await sealed(id), await sealed(own)]
    const crossed = (blob: Uint8Array, other: Uint8Array) => {
      const mixed = blob.slice()
      mixed[1] = other[1] as number
      return opened(mixed)
    }
    await refused(crossed(external, internal), 'InvalidCiphertextException')
    await refused(crossed(internal, external), 'InvalidCiphertextException')
  })

  it('are refused when the proxy decrypts to something else', async () => {
    const { id } = await newKey(await newStore())
    const blob = await sealed(id)
    proxy.mangle = ({ plaintext }) => ({ plaintext: `AAAA${(plaintext as string).slice(4)}` })
    await refused(opened(blob), 'KMSInvalidStateException', faults.invalidPlaintext.message)
    const wrongContext = box.call('Decrypt', { CiphertextBlob: blob, EncryptionContext: { tenant: '8' } })
    await refused(wrongContext, 'KMSInvalidStateException', faults.InvalidCiphertextException.message)
  })
})

describe('a proxy that refuses', () => {
  it.each(faulty)('%s', async (errorName, { configuring, creatingKey, connecting, message }) => {
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    const blob = await sealed(id)
    await proxy.addKey('another')
    proxy.refuse = errorName
    const used = 'KMSInvalidStateException'
    await refused(sealed(id), used, message)
    await refused(opened(blob), used, message)
    await refused(newKey(CustomKeyStoreId, 'another'), creatingKey, message)
    const update = box.call('UpdateCustomKeyStore', { CustomKeyStoreId, XksProxyUriPath: proxy.path })
    await refused(update, configuring, message)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    const { ConnectionState, ConnectionErrorCode } = (await describeStore(box, CustomKeyStoreId)) ?? {}
    expect({ ConnectionState, ConnectionErrorCode }).toEqual({
      ConnectionState: 'FAILED',
      ConnectionErrorCode: connecting,
    })
    proxy.refuse = undefined
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await opened(blob)).toBe('attack at dawn')
  })
})

describe('a proxy that cannot be understood', () => {
  const answer = (status: number, body: string) => ({ status, body: bytes(body) })
  const garbage = {
    nothing: answer(200, ''),
    'no JSON': answer(200, '<html>'),
    'no object': answer(200, '[]'),
    null: answer(200, 'null'),
    'an error without a name': answer(500, '{}'),
    'an unknown error': answer(400, '{"errorName":"SurpriseException"}'),
    'an error that only we may have': answer(400, '{"errorName":"timedOut"}'),
    'an error that is an object’s own': answer(400, '{"errorName":"constructor"}'),
    'a page of an error': answer(404, 'Not Found'),
    'too much': answer(200, JSON.stringify({ plaintext: 'A'.repeat(70_000) })),
    'invalid UTF-8': { status: 200, body: Uint8Array.of(0x7b, 0xff, 0x7d) },
  }

  it.each(Object.entries(garbage))('%s', async (_, response) => {
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    const blob = await sealed(id)
    await proxy.addKey('another')
    proxy.replace = () => response
    const { message } = faults.malformed
    await refused(sealed(id), 'KMSInvalidStateException', message)
    await refused(opened(blob), 'KMSInvalidStateException', message)
    await refused(newKey(CustomKeyStoreId, 'another'), 'CustomKeyStoreInvalidStateException', message)
    const update = box.call('UpdateCustomKeyStore', { CustomKeyStoreId, XksProxyUriPath: proxy.path })
    await refused(update, 'XksProxyInvalidResponseException', message)
  })

  const b64 = (length: number) => btoa('x'.repeat(length))
  const encryptions: [string, object][] = [
    ['a short ciphertext', { ciphertext: b64(10) }],
    ['a long ciphertext', { ciphertext: b64(200) }],
    ['an IV of 13 bytes', { initializationVector: b64(13) }],
    ['a tag of 12 bytes', { authenticationTag: b64(12) }],
    ['metadata of 21 bytes', { ciphertextMetadata: b64(21) }],
    ['bad base64', { authenticationTag: '!' }],
    ['unpadded base64', { authenticationTag: b64(16).replace(/=+$/, '') }],
    ['a number', { initializationVector: 12 }],
    ['no ciphertext', { ciphertext: undefined }],
    ['no integrity value', { ciphertextDataIntegrityValue: undefined }],
    ['another integrity value', { ciphertextDataIntegrityValue: b64(32) }],
    ['a tag that the integrity value does not cover', { authenticationTag: b64(16) }],
  ]
  it.each(encryptions)('encrypting to %s', async (_, change) => {
    const { id } = await newKey(await newStore())
    proxy.mangle = (given) => ({ ...given, ...change })
    await refused(sealed(id), 'KMSInvalidStateException', faults.malformed.message)
  })

  it.each([{}, { plaintext: b64(1) }, { plaintext: b64(95) }, { plaintext: 'AA' }, { plaintext: null }])(
    'decrypting to %o',
    async (change) => {
      const { id } = await newKey(await newStore())
      const blob = await sealed(id)
      proxy.mangle = () => change
      await refused(opened(blob), 'KMSInvalidStateException', faults.malformed.message)
    },
  )

  const healths: [string, object][] = [
    ['no fleet', { ekmFleetDetails: undefined }],
    ['an empty fleet', { ekmFleetDetails: [] }],
    ['too many', { ekmFleetDetails: Array(11).fill({ id: 'a', model: 'b', healthStatus: 'ACTIVE' }) }],
    ['an unknown status', { ekmFleetDetails: [{ id: 'a', model: 'b', healthStatus: 'FINE' }] }],
    ['no entries', { ekmFleetDetails: ['ACTIVE'] }],
    ['a fleet of none', { xksProxyFleetSize: 0 }],
    ['no vendor', { ekmVendor: undefined }],
  ]
  it.each(healths)('health with %s', async (_, change) => {
    proxy.mangle = (given) => ({ ...given, ...change })
    await refused(newStore(), 'XksProxyInvalidResponseException', faults.malformed.message)
  })
})

describe('a proxy that is slow, away or unwell', () => {
  const cases = {
    timedOut: () => Object.assign(proxy, { delay: 4 * TIMEOUT }),
    unreachable: () => Object.assign(proxy, { down: true }),
  }
  it.each(Object.entries(cases))('%s', async (name, misbehave) => {
    const { message, connecting } = faults[name as keyof typeof cases]
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    await proxy.addKey('another')
    misbehave()
    await refused(sealed(id), 'KMSInvalidStateException', message)
    await refused(newKey(CustomKeyStoreId, 'another'), 'CustomKeyStoreInvalidStateException', message)
    const update = { CustomKeyStoreId, XksProxyAuthenticationCredential: proxy.credential }
    await refused(box.call('UpdateCustomKeyStore', update), 'XksProxyUriUnreachableException', message)
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    expect(await describeStore(box, CustomKeyStoreId)).toMatchObject({ ConnectionErrorCode: connecting })
  })

  it('with no external key manager left; one that limps is enough', async () => {
    proxy.ekms = ['UNAVAILABLE', 'UNAVAILABLE']
    await refused(newStore(), 'XksProxyUriUnreachableException', faults.unhealthy.message)
    proxy.ekms = ['UNAVAILABLE', 'DEGRADED']
    const CustomKeyStoreId = await newStore()
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    proxy.ekms = ['UNAVAILABLE']
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    const error = { ConnectionState: 'FAILED', ConnectionErrorCode: 'XKS_PROXY_NOT_REACHABLE' }
    expect(await describeStore(box, CustomKeyStoreId)).toMatchObject(error)
  })

  it('in a box without a network', async () => {
    box = await openKeyStoreBox()
    await refused(newStore(), 'XksProxyUriUnreachableException')
  })
})

describe('external keys that do not fit', () => {
  it.each([
    [
      { spec: 'RSA_2048' },
      'The key spec of the external key must be AES_256. The key spec of specified external key is RSA_2048.',
    ],
    [
      { status: 'DISABLED' },
      'The status of the external key must be ENABLED. The status of specified external key is DISABLED.',
    ],
    [
      { usage: ['ENCRYPT', 'SIGN'] },
      'The key usage of the external key must include ENCRYPT and DECRYPT. The key usage of specified external key is ENCRYPT, SIGN.',
    ],
  ])('%o', async (facts, message) => {
    await proxy.addKey('unfit', facts)
    const CustomKeyStoreId = await newStore()
    await refused(newKey(CustomKeyStoreId, 'unfit'), 'XksKeyInvalidConfigurationException', message)
    await refused(newKey(CustomKeyStoreId, 'nobody'), 'XksKeyNotFoundException')
    await refused(box.call('CreateKey', { CustomKeyStoreId, Origin: 'EXTERNAL_KEY_STORE' }), 'ValidationException')
  })

  it.each([
    { keySpec: '<script>' },
    { keyUsage: 'ENCRYPT' },
    { keyUsage: Array(11).fill('ENCRYPT') },
    { keyStatus: 1 },
  ])('described as %o', async (change) => {
    const CustomKeyStoreId = await newStore()
    proxy.mangle = (given) => ({ ...given, ...change })
    await refused(newKey(CustomKeyStoreId), 'CustomKeyStoreInvalidStateException', faults.malformed.message)
  })
})

describe('the configuration of a proxy', () => {
  it.each(['XksProxyConnectivity', 'XksProxyUriEndpoint', 'XksProxyUriPath', 'XksProxyAuthenticationCredential'])(
    'needs %s',
    async (member) => {
      await refused(newStore({ [member]: undefined }), 'ValidationException', new RegExp(member))
    },
  )

  it('is checked before it is kept', async () => {
    const credential = { ...proxy.credential, RawSecretAccessKey: 'B'.repeat(43) }
    const wrong = newStore({ XksProxyAuthenticationCredential: credential })
    await refused(wrong, 'XksProxyIncorrectAuthenticationCredentialException')
    const path = newStore({ XksProxyUriPath: '/elsewhere/kms/xks/v1' })
    await refused(path, 'XksProxyInvalidConfigurationException')
    await refused(newStore({ XksProxyUriPath: '/kms/xks/v2' }), 'ValidationException')
    await refused(newStore({ XksProxyUriEndpoint: 'http://xks.example.com' }), 'ValidationException')
    expect((await box.call('DescribeCustomKeyStores', {})).CustomKeyStores).toEqual([])
  })

  it('is shown without the secret', async () => {
    const CustomKeyStoreId = await newStore()
    expect(await describeStore(box, CustomKeyStoreId)).toMatchObject({
      ConnectionState: 'CONNECTED',
      CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
      XksProxyConfiguration: {
        Connectivity: 'PUBLIC_ENDPOINT',
        AccessKeyId: proxy.credential.AccessKeyId,
        UriEndpoint: proxy.endpoint,
        UriPath: proxy.path,
      },
    })
  })

  it('can change credential and path while connected, and nothing else', async () => {
    const CustomKeyStoreId = await newStore()
    const { id } = await newKey(CustomKeyStoreId)
    const blob = await sealed(id)
    const update = (changes: object) => box.call('UpdateCustomKeyStore', { CustomKeyStoreId, ...changes })
    proxy.credential = { AccessKeyId: 'ANEWCREDENTIALFORTHEPROXY', RawSecretAccessKey: 'C'.repeat(64) }
    await refused(opened(blob), 'KMSInvalidStateException', faults.AuthenticationFailedException.message)
    await update({ XksProxyAuthenticationCredential: proxy.credential })
    expect(await opened(blob)).toBe('attack at dawn')
    await refused(update({ XksProxyUriEndpoint: 'https://b.example.com' }), 'CustomKeyStoreInvalidStateException')
    await refused(update({ XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE' }), 'CustomKeyStoreInvalidStateException')
    await refused(update({ KeyStorePassword: 'password' }), 'ValidationException')
    await refused(update({ XksProxyUriPath: '/b/kms/xks/v1' }), 'XksProxyInvalidConfigurationException')
    expect(await opened(blob)).toBe('attack at dawn') // a refused change changes nothing
  })

  it('belongs to one store of a Region', async () => {
    const second = new ReferenceProxy('https://xks.example.com', '/b/kms/xks/v1')
    const vpc = new ReferenceProxy('https://vpc.example.com')
    box = await openKeyStoreBox({ fetch: networkOf(proxy, second, vpc) })
    await newStore()
    const another = (changes: object) => newStore({ CustomKeyStoreName: 'b', ...changes }, false)
    await refused(another({}), 'XksProxyUriInUseException')
    const service = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0'
    const inVpc = { XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE', XksProxyVpcEndpointServiceName: service }
    await refused(another({ ...second.configuration, ...inVpc }), 'XksProxyUriEndpointInUseException')
    await another(second.configuration)
    await newStore({ CustomKeyStoreName: 'vpc', ...vpc.configuration, ...inVpc })
    const path = { XksProxyUriEndpoint: 'https://c.example.com' }
    await refused(another({ CustomKeyStoreName: 'c', ...path, ...inVpc }), 'XksProxyVpcEndpointServiceInUseException')
    const far = { ...inVpc, XksProxyVpcEndpointServiceName: service.replace('us-east-1', 'eu-west-1') }
    await refused(another({ CustomKeyStoreName: 'c', ...path, ...far }), 'XksProxyVpcEndpointServiceNotFoundException')
    const nameless = { ...path, XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE' }
    await refused(another({ CustomKeyStoreName: 'c', ...nameless }), 'ValidationException')
    const elsewhere = { CustomKeyStoreName: 'external', ...proxy.configuration }
    await box.call('CreateCustomKeyStore', elsewhere, { region: 'eu-west-1' })
  })

  it('moves between a public endpoint and a VPC', async () => {
    const vpc = new ReferenceProxy('https://vpc.example.com')
    box = await openKeyStoreBox({ fetch: networkOf(proxy, vpc) })
    const CustomKeyStoreId = await newStore({}, false)
    const update = (changes: object) => box.call('UpdateCustomKeyStore', { CustomKeyStoreId, ...changes })
    const service = 'com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0'
    const inVpc = { XksProxyConnectivity: 'VPC_ENDPOINT_SERVICE', XksProxyVpcEndpointServiceName: service }
    await refused(update(inVpc), 'ValidationException', /XksProxyUriEndpoint/)
    await update({ ...inVpc, XksProxyUriEndpoint: vpc.endpoint, XksProxyVpcEndpointServiceOwner: '111122223333' })
    expect((await describeStore(box, CustomKeyStoreId))?.XksProxyConfiguration).toMatchObject({
      Connectivity: 'VPC_ENDPOINT_SERVICE',
      VpcEndpointServiceName: service,
      VpcEndpointServiceOwner: '111122223333',
    })
    await update({ XksProxyConnectivity: 'PUBLIC_ENDPOINT', XksProxyUriEndpoint: proxy.endpoint })
    const { XksProxyConfiguration } = (await describeStore(box, CustomKeyStoreId)) ?? {}
    expect(XksProxyConfiguration).not.toHaveProperty('VpcEndpointServiceName')
  })
})
