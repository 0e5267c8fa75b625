/** Custom key stores as objects: created, connected, changed and described; who may, what must be unique, what is logged. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ConnectionErrorCode } from '../../bindings/kms/enums.ts'
import { faults } from '../../bindings/kms/keystores/faults.ts'
import { ACCOUNT, days, refused } from './box.ts'
import {
  type Box,
  type Cluster,
  describeStore,
  hsmKey,
  openKeyStoreBox,
  PASSWORD,
  withHsmStore,
} from './keystores-box.ts'

let box: Box
let cluster: Cluster
beforeEach(async () => {
  box = await openKeyStoreBox()
  cluster = await box.admin('hsm.create', { password: PASSWORD })
})

const configuration = (changes = {}) => ({
  CustomKeyStoreName: 'store',
  CloudHsmClusterId: cluster.clusterId,
  TrustAnchorCertificate: cluster.trustAnchorCertificate,
  KeyStorePassword: PASSWORD,
  ...changes,
})
const create = async (changes = {}): Promise<string> =>
  (await box.call('CreateCustomKeyStore', configuration(changes))).CustomKeyStoreId as string

describe('CreateCustomKeyStore', () => {
  it('makes a disconnected store that is described in full', async () => {
    const CustomKeyStoreId = await create()
    expect(CustomKeyStoreId).toMatch(/^cks-[0-9a-f]{17}$/)
    expect(await describeStore(box, CustomKeyStoreId)).toEqual({
      CustomKeyStoreId,
      CustomKeyStoreName: 'store',
      CustomKeyStoreType: 'AWS_CLOUDHSM',
      CloudHsmClusterId: cluster.clusterId,
      TrustAnchorCertificate: cluster.trustAnchorCertificate,
      ConnectionState: 'DISCONNECTED',
      CreationDate: new Date('2026-01-01T00:00:00.000Z'),
    })
  })

  it.each(['CloudHsmClusterId', 'TrustAnchorCertificate', 'KeyStorePassword'])('needs %s', async (member) => {
    await refused(create({ [member]: undefined }), 'ValidationException', new RegExp(member))
  })

  it('refuses members of the other type', async () => {
    await refused(create({ XksProxyUriPath: '/kms/xks/v1' }), 'ValidationException', /XksProxyUriPath/)
    const external = create({ CustomKeyStoreType: 'EXTERNAL_KEY_STORE' })
    await refused(external, 'ValidationException', /CloudHsmClusterId/)
  })

  it('checks the cluster before anything is kept', async () => {
    await refused(create({ CloudHsmClusterId: 'cluster-aaaaaaaaaaa' }), 'CloudHsmClusterNotFoundException')
    await refused(create({ TrustAnchorCertificate: 'another' }), 'IncorrectTrustAnchorException')
    await box.admin('hsm.update', { clusterId: cluster.clusterId, hsms: 1 })
    await refused(create(), 'CloudHsmClusterInvalidConfigurationException')
    await box.admin('hsm.update', { clusterId: cluster.clusterId, active: false })
    await refused(create(), 'CloudHsmClusterNotActiveException')
    expect((await box.call('DescribeCustomKeyStores', {})).CustomKeyStores).toEqual([])
  })

  it('takes each cluster and each name once; a backup counts as its cluster', async () => {
    await create()
    await refused(create({ CustomKeyStoreName: 'b' }), 'CloudHsmClusterInUseException')
    const backup = (await box.admin('hsm.create', { backupOf: cluster.clusterId })) as Cluster
    const related = create({ CustomKeyStoreName: 'b', CloudHsmClusterId: backup.clusterId })
    await refused(related, 'CloudHsmClusterInUseException')
    cluster = await box.admin('hsm.create', { password: PASSWORD })
    await refused(create(), 'CustomKeyStoreNameInUseException')
    await create({ CustomKeyStoreName: 'b' })
  })

  it('stops at ten in an account and Region, and pages through them', async () => {
    for (let i = 0; i < 10; i++) await withHsmStore(box, `store ${i}`, false)
    await refused(create(), 'LimitExceededException')
    const first = await box.call('DescribeCustomKeyStores', { Limit: 7 })
    expect(first).toMatchObject({ Truncated: true })
    const rest = await box.call('DescribeCustomKeyStores', { Marker: first.NextMarker })
    expect(rest).toMatchObject({ Truncated: false })
    const names = [...(first.CustomKeyStores ?? []), ...(rest.CustomKeyStores ?? [])].map((s) => s.CustomKeyStoreName)
    expect(names).toEqual(Array.from({ length: 10 }, (_, i) => `store ${i}`))
    await refused(box.call('DescribeCustomKeyStores', { Marker: 'x' }), 'InvalidMarkerException')
  })

  it('lets only one of two that race have the name', async () => {
    const other = (await box.admin('hsm.create', { password: PASSWORD })) as Cluster
    const second = { CloudHsmClusterId: other.clusterId, TrustAnchorCertificate: other.trustAnchorCertificate }
    const answers = await Promise.allSettled([create(), create(second)])
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('DescribeCustomKeyStores', () => {
  it('finds by id or by name, in the caller’s account and Region only', async () => {
    const CustomKeyStoreId = await create()
    const byName = await box.call('DescribeCustomKeyStores', { CustomKeyStoreName: 'store' })
    expect(byName.CustomKeyStores?.[0]?.CustomKeyStoreId).toBe(CustomKeyStoreId)
    const nobody = { CustomKeyStoreName: 'nobody' }
    await refused(box.call('DescribeCustomKeyStores', nobody), 'CustomKeyStoreNotFoundException')
    const both = { CustomKeyStoreId, CustomKeyStoreName: 'store' }
    await refused(box.call('DescribeCustomKeyStores', both), 'ValidationException')
    const elsewhere = box.call('DescribeCustomKeyStores', { CustomKeyStoreId }, { region: 'eu-west-1' })
    await refused(elsewhere, 'CustomKeyStoreNotFoundException')
    const stranger = { principal: 'arn:aws:iam::111122223333:root', account: '111122223333' }
    const foreign = box.call('ConnectCustomKeyStore', { CustomKeyStoreId }, stranger)
    await refused(foreign, 'CustomKeyStoreNotFoundException')
  })

  it('is, like the others, for those whom an IAM policy allows it', async () => {
    const bob = { principal: `arn:aws:iam::${ACCOUNT}:user/Bob` }
    await refused(box.call('DescribeCustomKeyStores', {}, bob), 'AccessDeniedException')
    await refused(box.call('CreateCustomKeyStore', configuration(), bob), 'AccessDeniedException')
    const Statement = [{ Effect: 'Allow', Action: 'kms:DescribeCustomKeyStores', Resource: '*' }]
    await box.admin('iam.put', { ...bob, policies: [{ Version: '2012-10-17', Statement }] })
    await box.call('DescribeCustomKeyStores', {}, bob)
  })
})

/** Connection errors that no cluster and no proxy of ours can cause. */
const unreachable: Record<string, string> = {
  INSUFFICIENT_CLOUDHSM_HSMS: 'a cluster without an HSM is refused by ConnectCustomKeyStore itself, as AWS refuses it',
  SUBNET_NOT_FOUND: 'soft HSMs have no subnets',
  INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET: 'soft HSMs have no subnets',
  XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND: 'there are no VPC endpoint services outside AWS',
  XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION: 'there are no VPC endpoint services outside AWS',
  XKS_PROXY_INVALID_TLS_CONFIGURATION: 'fetch does not tell a bad certificate from a proxy that is not there',
}

it('every ConnectionErrorCode of AWS has a cause, or a reason why it has none', () => {
  const clusters = ['INVALID_CREDENTIALS', 'CLUSTER_NOT_FOUND', 'NETWORK_ERRORS', 'INTERNAL_ERROR']
  const users = ['USER_LOCKED_OUT', 'USER_NOT_FOUND', 'USER_LOGGED_IN']
  const proxies = Object.values(faults).map(({ connecting }) => connecting)
  const caused = new Set<string>([...clusters, ...users, ...proxies, ...Object.keys(unreachable)])
  expect([...caused].sort()).toEqual([...ConnectionErrorCode.values].sort())
})

describe('ConnectCustomKeyStore', () => {
  const connect = async (CustomKeyStoreId: string) => {
    await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
    const { ConnectionState, ConnectionErrorCode } = (await describeStore(box, CustomKeyStoreId)) ?? {}
    return ConnectionErrorCode ?? ConnectionState
  }
  const disconnect = (CustomKeyStoreId: string) => box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
  const change = (changes: object) => box.admin('hsm.update', { clusterId: cluster.clusterId, ...changes })

  it.each([
    ['INVALID_CREDENTIALS', () => change({ password: PASSWORD, newPassword: 'another one' })],
    ['CLUSTER_NOT_FOUND', () => box.admin('hsm.delete', { clusterId: cluster.clusterId })],
    ['NETWORK_ERRORS', () => change({ reachable: false })],
    ['USER_LOCKED_OUT', () => change({ kmsuser: 'locked-out' })],
    ['USER_LOGGED_IN', () => change({ kmsuser: 'logged-in' })],
    ['USER_NOT_FOUND', () => change({ kmsuser: 'absent' })],
    ['INTERNAL_ERROR', () => box.breakCores()],
  ])('fails with %s', async (code, cause) => {
    const id = await create()
    await cause()
    expect(await connect(id)).toBe(code)
    expect((await describeStore(box, id))?.ConnectionState).toBe('FAILED')
    await refused(connect(id), 'CustomKeyStoreInvalidStateException')
    const update = box.call('UpdateCustomKeyStore', { CustomKeyStoreId: id, NewCustomKeyStoreName: 'x' })
    await refused(update, 'CustomKeyStoreInvalidStateException')
    await refused(box.call('DeleteCustomKeyStore', { CustomKeyStoreId: id }), 'CustomKeyStoreInvalidStateException')
    await disconnect(id)
    expect(await describeStore(box, id)).not.toHaveProperty('ConnectionErrorCode')
  })

  it('is refused at once by a cluster that is not active or has no HSM', async () => {
    const id = await create()
    await change({ hsms: 0 })
    await refused(connect(id), 'CloudHsmClusterInvalidConfigurationException')
    await change({ active: false })
    await refused(connect(id), 'CloudHsmClusterNotActiveException')
    expect((await describeStore(box, id))?.ConnectionState).toBe('DISCONNECTED')
    await change({ active: true, hsms: 1 })
    expect(await connect(id)).toBe('CONNECTED')
    await refused(hsmKey(box, id), 'CloudHsmClusterInvalidConfigurationException') // which needs two
  })

  it('locks the kmsuser out after five wrong passwords, until its password is changed', async () => {
    const id = await create({ KeyStorePassword: 'a wrong one' })
    for (let i = 0; i < 5; i++) {
      expect(await connect(id)).toBe('INVALID_CREDENTIALS')
      await disconnect(id)
    }
    await box.call('UpdateCustomKeyStore', { CustomKeyStoreId: id, KeyStorePassword: PASSWORD })
    expect(await connect(id)).toBe('USER_LOCKED_OUT')
    await disconnect(id)
    const wrong = { password: 'not this one', newPassword: 'battery staple' }
    await refused(change(wrong), 'AccessDeniedException')
    await change({ password: PASSWORD, newPassword: 'battery staple' })
    await box.call('UpdateCustomKeyStore', { CustomKeyStoreId: id, KeyStorePassword: 'battery staple' })
    expect(await connect(id)).toBe('CONNECTED')
  })

  it('forgets wrong passwords after a right one', async () => {
    const id = await create({ KeyStorePassword: 'a wrong one' })
    const fail = async () => {
      await box.call('UpdateCustomKeyStore', { CustomKeyStoreId: id, KeyStorePassword: 'a wrong one' })
      expect(await connect(id)).toBe('INVALID_CREDENTIALS')
      await disconnect(id)
    }
    for (let i = 0; i < 4; i++) await fail()
    await box.call('UpdateCustomKeyStore', { CustomKeyStoreId: id, KeyStorePassword: PASSWORD })
    expect(await connect(id)).toBe('CONNECTED')
    await disconnect(id)
    for (let i = 0; i < 4; i++) await fail()
  })

  it('changes nothing on a connected store; a disconnected one cannot be disconnected', async () => {
    const id = await create()
    await refused(disconnect(id), 'CustomKeyStoreInvalidStateException')
    await connect(id)
    expect(await connect(id)).toBe('CONNECTED')
    await refused(box.call('ConnectCustomKeyStore', { CustomKeyStoreId: 'cks-x' }), 'CustomKeyStoreNotFoundException')
    await refused(disconnect('cks-x'), 'CustomKeyStoreNotFoundException')
  })

  it('takes its time where the box is told so', async () => {
    box = await openKeyStoreBox({ settleTime: 60_000 })
    const { CustomKeyStoreId: id } = await withHsmStore(box)
    const state = async () => (await describeStore(box, id))?.ConnectionState
    expect(await state()).toBe('CONNECTING')
    await refused(hsmKey(box, id), 'CustomKeyStoreInvalidStateException')
    await box.advance(60_000)
    expect(await state()).toBe('CONNECTED')
    await hsmKey(box, id)
    await disconnect(id)
    expect(await state()).toBe('DISCONNECTING')
    await refused(disconnect(id), 'CustomKeyStoreInvalidStateException')
    await refused(connect(id), 'CustomKeyStoreInvalidStateException')
    await box.advance(60_000)
    expect(await state()).toBe('DISCONNECTED')
  })
})

describe('UpdateCustomKeyStore', () => {
  it('renames a connected store, and changes nothing else of it', async () => {
    const { CustomKeyStoreId } = await withHsmStore(box)
    const update = (changes: object) => box.call('UpdateCustomKeyStore', { CustomKeyStoreId, ...changes })
    await update({ NewCustomKeyStoreName: 'renamed' })
    expect((await describeStore(box, CustomKeyStoreId))?.CustomKeyStoreName).toBe('renamed')
    await refused(update({ KeyStorePassword: PASSWORD }), 'CustomKeyStoreInvalidStateException')
    await refused(update({ CloudHsmClusterId: cluster.clusterId }), 'CustomKeyStoreInvalidStateException')
    await refused(update({ XksProxyUriPath: '/kms/xks/v1' }), 'ValidationException')
    await create()
    await refused(update({ NewCustomKeyStoreName: 'store' }), 'CustomKeyStoreNameInUseException')
    await update({ NewCustomKeyStoreName: 'renamed' })
    const nobody = { CustomKeyStoreId: 'cks-x', NewCustomKeyStoreName: 'y' }
    await refused(box.call('UpdateCustomKeyStore', nobody), 'CustomKeyStoreNotFoundException')
  })
})

describe('the owner of a cluster', () => {
  const create = (input: object) => box.admin('hsm.create', { password: PASSWORD, ...input })
  const invalid = 'ValidationException'

  it('names it, brings a certificate, and finds it in its list', async () => {
    const made = { clusterId: 'cluster-2a23b4cdefg', trustAnchorCertificate: 'mine', hsms: 3 }
    const expected = { ...made, active: true, reachable: true, kmsuser: 'ready' }
    expect(await create(made)).toMatchObject(expected)
    const { CustomKeyStoreId } = await box.call('CreateCustomKeyStore', {
      CustomKeyStoreName: 'mine',
      CloudHsmClusterId: made.clusterId,
      TrustAnchorCertificate: ' mine\r\n',
      KeyStorePassword: PASSWORD,
    })
    expect(await box.admin('hsm.list')).toMatchObject([
      { clusterId: cluster.clusterId },
      { ...expected, customKeyStoreId: CustomKeyStoreId },
    ])
  })

  it.each([
    { clusterId: 'cluster-1' },
    { clusterId: 7 },
    { password: 'short' },
    { password: 'x'.repeat(33) },
    { password: 'lone \ud800 surrogate' },
    { password: undefined },
    { trustAnchorCertificate: '' },
    { trustAnchorCertificate: 'x'.repeat(5001) },
    { hsms: -1 },
    { hsms: 1.5 },
    { hsms: '2' },
    { active: 1 },
    { reachable: 'yes' },
    { kmsuser: 'root' },
    { region: 'us-east-1/..' },
  ])('is told what is wrong with %o', async (input) => {
    await refused(create(input), invalid)
    expect(await box.admin('hsm.list')).toHaveLength(1)
  })

  it('cannot make one twice, nor give a certificate away, nor touch one that is not there', async () => {
    await refused(create({ clusterId: cluster.clusterId }), invalid)
    await refused(create({ trustAnchorCertificate: cluster.trustAnchorCertificate }), invalid)
    const nobody = { clusterId: 'cluster-aaaaaaaaaaa' }
    await refused(box.admin('hsm.update', { ...nobody, hsms: 2 }), 'CloudHsmClusterNotFoundException')
    await refused(box.admin('hsm.delete', nobody), 'CloudHsmClusterNotFoundException')
    await refused(box.admin('hsm.create', { backupOf: nobody.clusterId }), 'CloudHsmClusterNotFoundException')
  })

  it('has at most sixteen in a Region', async () => {
    for (let i = 1; i < 16; i++) await box.admin('hsm.create', { backupOf: cluster.clusterId })
    await refused(box.admin('hsm.create', { backupOf: cluster.clusterId }), 'LimitExceededException')
    await box.admin('hsm.create', { password: PASSWORD, region: 'eu-west-1' })
  })
})

describe('the audit trail', () => {
  it('tells store, cluster and backing key as CloudTrail does, and no password', async () => {
    const { CustomKeyStoreId, clusterId } = await withHsmStore(box, 'ExampleKeyStore')
    const { id: KeyId } = await hsmKey(box, CustomKeyStoreId)
    await box.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' })
    await box.call('ScheduleKeyDeletion', { KeyId })
    await box.call('DisconnectCustomKeyStore', { CustomKeyStoreId })
    const additional = async (name: string) => (await box.events(name)).at(-1)?.additionalEventData
    const store = { customKeyStoreName: 'ExampleKeyStore', clusterId }
    expect(await additional('CreateCustomKeyStore')).toBeUndefined()
    expect(await additional('ConnectCustomKeyStore')).toEqual(store)
    expect(await additional('DisconnectCustomKeyStore')).toEqual(store)
    expect(await additional('GenerateDataKey')).toEqual({ customKeyStoreId: CustomKeyStoreId })
    const { backingKey } = (await additional('CreateKey')) as unknown as { backingKey: string }
    expect(JSON.parse(backingKey)).toEqual({
      keyHandle: expect.stringMatching(/^\d+$/),
      backingKeyId: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await additional('ScheduleKeyDeletion')).toEqual({
      customKeyStoreId: CustomKeyStoreId,
      clusterId,
      backingKeys: `[${backingKey}]`,
    })
    const [created] = await box.events('CreateCustomKeyStore')
    expect(created?.requestParameters).toEqual({ customKeyStoreName: 'ExampleKeyStore', clusterId })
    expect(created?.responseElements).toEqual({ customKeyStoreId: CustomKeyStoreId })
    await box.advance(days(31) * 1000)
    expect(await additional('DeleteKey')).toMatchObject({
      customKeyStoreId: CustomKeyStoreId,
      clusterId,
      backingKeys: `[${backingKey}]`,
    })
    expect(await box.events('CreateHsmCluster')).toHaveLength(2)
    expect(JSON.stringify(await box.events())).not.toContain(PASSWORD)
  })
})
