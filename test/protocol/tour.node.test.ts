/** All operations of the unmodified AWS SDK over HTTP, against a real server and a real box. */
import { constants, createPublicKey, generateKeyPairSync, publicEncrypt, verify } from 'node:crypto'
import * as sdk from '@aws-sdk/client-kms'
import { openKms } from 'kmsbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Kms } from '../../bindings/client.ts'
import type { KmsError } from '../../bindings/errors.ts'
import { type OperationName, operationNames } from '../../bindings/kms/model.ts'
import type { Administrator } from '../../bindings/protocol/exchange.ts'
import { type RunningServer, serve } from '../../bindings/server.ts'
import { type Box, openKeyStoreBox, PASSWORD } from '../kms/keystores-box.ts'

const accessKey = { accessKeyId: 'AKIATOURIST', secretAccessKey: 'tourists-have-secrets' }
const principal = 'arn:aws:iam::000000000000:root'
const credentials = new Map([[accessKey.accessKeyId, { secretAccessKey: accessKey.secretAccessKey, principal }]])

/** Operations that succeeded at least once, over all tours of this file. */
const seen = new Set<string>()

interface Tour {
  readonly server: RunningServer
  readonly client: sdk.KMSClient
}

async function startTour(kms: Administrator): Promise<Tour> {
  const server = await serve({ kms, port: 0, credentials })
  const client = clientIn(server, 'us-east-1')
  return { server, client }
}

function clientIn({ url }: RunningServer, region: string): sdk.KMSClient {
  const client = new sdk.KMSClient({ endpoint: url, region, credentials: accessKey, maxAttempts: 1 })
  client.middlewareStack.add(
    (next, context) => async (step) => {
      const result = await next(step)
      seen.add(String(context.commandName).replace(/Command$/, ''))
      return result
    },
    { step: 'initialize' },
  )
  return client
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('a tour with the AWS SDK over HTTP', () => {
  let kms: Kms
  let tour: Tour
  let client: sdk.KMSClient
  let KeyId: string

  const createKey = async (input: sdk.CreateKeyCommandInput = {}): Promise<string> =>
    (await client.send(new sdk.CreateKeyCommand(input))).KeyMetadata!.KeyId!

  beforeAll(async () => {
    kms = await openKms()
    tour = await startTour(kms)
    client = tour.client
    KeyId = await createKey({ Description: 'tour', Tags: [{ TagKey: 'stage', TagValue: 'test' }] })
  })

  afterAll(async () => {
    client?.destroy()
    await tour?.server.close()
    await kms?.close()
  })

  it('keys: their life and their description', async () => {
    await client.send(new sdk.UpdateKeyDescriptionCommand({ KeyId, Description: 'orders' }))
    await client.send(new sdk.DisableKeyCommand({ KeyId }))
    const refused = await client.send(new sdk.EncryptCommand({ KeyId, Plaintext: text('x') })).catch((error) => error)
    expect(refused).toBeInstanceOf(sdk.DisabledException)
    await client.send(new sdk.EnableKeyCommand({ KeyId }))
    const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled', Description: 'orders' })
    expect(KeyMetadata!.CreationDate).toBeInstanceOf(Date)

    const doomed = await createKey()
    const { DeletionDate } = await client.send(
      new sdk.ScheduleKeyDeletionCommand({ KeyId: doomed, PendingWindowInDays: 7 }),
    )
    expect(DeletionDate!.getTime()).toBeGreaterThan(Date.now())
    await client.send(new sdk.CancelKeyDeletionCommand({ KeyId: doomed }))
    const missing = await client
      .send(new sdk.DescribeKeyCommand({ KeyId: crypto.randomUUID() }))
      .catch((error: unknown) => error)
    expect(missing).toBeInstanceOf(sdk.NotFoundException)
    expect((missing as sdk.NotFoundException).$metadata.httpStatusCode).toBe(400)
  })

  it('keys: their last use', async () => {
    await client.send(new sdk.EncryptCommand({ KeyId, Plaintext: text('x') }))
    await expect(client.send(new sdk.GetKeyLastUsageCommand({ KeyId }))).resolves.toMatchObject({
      KeyId: expect.stringContaining(KeyId),
    })
  })

  it('aliases, tags and policies', async () => {
    const AliasName = 'alias/tour'
    await client.send(new sdk.CreateAliasCommand({ AliasName, TargetKeyId: KeyId }))
    const other = await createKey()
    await client.send(new sdk.UpdateAliasCommand({ AliasName, TargetKeyId: other }))
    const { Aliases } = await client.send(new sdk.ListAliasesCommand({ KeyId: other }))
    expect(Aliases).toMatchObject([{ AliasName, TargetKeyId: other }])
    await client.send(new sdk.DeleteAliasCommand({ AliasName }))

    await client.send(new sdk.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'cost', TagValue: '7' }] }))
    await client.send(new sdk.UntagResourceCommand({ KeyId, TagKeys: ['stage'] }))
    const { Tags } = await client.send(new sdk.ListResourceTagsCommand({ KeyId }))
    expect(Tags).toEqual([{ TagKey: 'cost', TagValue: '7' }])

    const { Policy } = await client.send(new sdk.GetKeyPolicyCommand({ KeyId }))
    await client.send(new sdk.PutKeyPolicyCommand({ KeyId, Policy }))
    const { PolicyNames } = await client.send(new sdk.ListKeyPoliciesCommand({ KeyId }))
    expect(PolicyNames).toEqual(['default'])
    const lockout = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:user/x' }, Action: 'kms:*', Resource: '*' },
      ],
    }
    const refused = await client
      .send(new sdk.PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(lockout) }))
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(sdk.MalformedPolicyDocumentException)
  })

  it('encryption, data keys and random bytes', async () => {
    const EncryptionContext = { tenant: '7', schlüssel: 'é🔑' }
    const { CiphertextBlob } = await client.send(
      new sdk.EncryptCommand({ KeyId, Plaintext: text('attack at dawn'), EncryptionContext }),
    )
    const { Plaintext } = await client.send(new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext }))
    expect(new TextDecoder().decode(Plaintext)).toBe('attack at dawn')
    const wrong = await client.send(new sdk.DecryptCommand({ CiphertextBlob })).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(sdk.InvalidCiphertextException)

    const DestinationKeyId = await createKey()
    const moved = await client.send(
      new sdk.ReEncryptCommand({ CiphertextBlob, SourceEncryptionContext: EncryptionContext, DestinationKeyId }),
    )
    expect(moved).toMatchObject({
      SourceKeyId: expect.stringContaining(KeyId),
      KeyId: expect.stringContaining(DestinationKeyId),
    })

    const whole = await client.send(new sdk.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
    expect(whole.Plaintext).toHaveLength(32)
    const sealed = await client.send(new sdk.GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 24 }))
    expect(
      (await client.send(new sdk.DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }))).Plaintext,
    ).toHaveLength(24)
    const pair = await client.send(new sdk.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }))
    expect(pair.PrivateKeyPlaintext!.length).toBeGreaterThan(32)
    const half = await client.send(
      new sdk.GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P384' }),
    )
    expect(half).not.toHaveProperty('PrivateKeyPlaintext')
    expect((await client.send(new sdk.GenerateRandomCommand({ NumberOfBytes: 33 }))).Plaintext).toHaveLength(33)
  })

  it('signatures, MACs, shared secrets and key encapsulation', async () => {
    const signing = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const { PublicKey } = await client.send(new sdk.GetPublicKeyCommand({ KeyId: signing }))
    const asked = { KeyId: signing, Message: text('message'), SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const { Signature } = await client.send(new sdk.SignCommand(asked))
    const spki = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' })
    expect(verify('sha256', text('message'), spki, Signature!)).toBe(true)
    expect((await client.send(new sdk.VerifyCommand({ ...asked, Signature }))).SignatureValid).toBe(true)
    const forged = await client
      .send(new sdk.VerifyCommand({ ...asked, Message: text('massage'), Signature }))
      .catch((error: unknown) => error)
    expect(forged).toBeInstanceOf(sdk.KMSInvalidSignatureException)

    const mac = {
      KeyId: await createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
      Message: text('m'),
      MacAlgorithm: 'HMAC_SHA_256',
    } as const
    const { Mac } = await client.send(new sdk.GenerateMacCommand(mac))
    expect((await client.send(new sdk.VerifyMacCommand({ ...mac, Mac }))).MacValid).toBe(true)

    const agreeing = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' })
    const peer = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' })
    const derived = await client.send(
      new sdk.DeriveSharedSecretCommand({ KeyId: agreeing, KeyAgreementAlgorithm: 'ECDH', PublicKey: peer }),
    )
    expect(derived.SharedSecret).toHaveLength(32)

    const kem = await createKey({ KeySpec: 'ML_KEM_512', KeyUsage: 'ENCAPSULATE_DECAPSULATE' })
    const how = { KeyId: kem, EncapsulationAlgorithm: 'ML_KEM' } as const
    const { SharedSecret, SharedSecretCiphertextBlob } = await client.send(new sdk.EncapsulateCommand(how))
    const opened = await client.send(new sdk.DecapsulateCommand({ ...how, SharedSecretCiphertextBlob }))
    expect(opened.SharedSecret).toEqual(SharedSecret)
  })

  it('grants', async () => {
    const GranteePrincipal = 'arn:aws:iam::000000000000:user/visitor'
    const grant = {
      KeyId,
      GranteePrincipal,
      RetiringPrincipal: principal,
      Operations: ['Decrypt'],
    } as sdk.CreateGrantCommandInput
    const { GrantId } = await client.send(new sdk.CreateGrantCommand(grant))
    const { Grants } = await client.send(new sdk.ListGrantsCommand({ KeyId }))
    expect(Grants).toMatchObject([{ GrantId, GranteePrincipal }])
    await client.send(new sdk.RevokeGrantCommand({ KeyId, GrantId }))
    const { GrantToken } = await client.send(new sdk.CreateGrantCommand(grant))
    const retirable = await client.send(new sdk.ListRetirableGrantsCommand({ RetiringPrincipal: principal }))
    expect(retirable.Grants).toHaveLength(1)
    await client.send(new sdk.RetireGrantCommand({ GrantToken }))
  })

  it('rotation', async () => {
    await client.send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
    const status = await client.send(new sdk.GetKeyRotationStatusCommand({ KeyId }))
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 90 })
    await client.send(new sdk.DisableKeyRotationCommand({ KeyId }))
    await client.send(new sdk.RotateKeyOnDemandCommand({ KeyId }))
    const { Rotations } = await client.send(new sdk.ListKeyRotationsCommand({ KeyId }))
    expect(Rotations).toMatchObject([{ RotationType: 'ON_DEMAND' }])
  })

  it('imported material', async () => {
    const own = await createKey({ Origin: 'EXTERNAL' })
    const parameters = await client.send(
      new sdk.GetParametersForImportCommand({
        KeyId: own,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    )
    const key = createPublicKey({ key: Buffer.from(parameters.PublicKey!), format: 'der', type: 'spki' })
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const EncryptedKeyMaterial = publicEncrypt({ key, padding, oaepHash: 'sha256' }, Buffer.alloc(32, 7))
    const { ImportToken } = parameters
    const ValidTo = new Date(Date.now() + 86_400_000)
    await client.send(new sdk.ImportKeyMaterialCommand({ KeyId: own, ImportToken, EncryptedKeyMaterial, ValidTo }))
    const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId: own }))
    expect(KeyMetadata!.KeyState).toBe('Enabled')
    expect(Math.abs(KeyMetadata!.ValidTo!.getTime() - ValidTo.getTime())).toBeLessThan(1000)
    await client.send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId: own }))
  })

  it('multi-Region keys', async () => {
    const primary = await createKey({ MultiRegion: true })
    const { CiphertextBlob } = await client.send(
      new sdk.EncryptCommand({ KeyId: primary, Plaintext: text('everywhere') }),
    )
    await client.send(new sdk.ReplicateKeyCommand({ KeyId: primary, ReplicaRegion: 'eu-west-1' }))
    const elsewhere = clientIn(tour.server, 'eu-west-1')
    const { Plaintext } = await elsewhere.send(new sdk.DecryptCommand({ CiphertextBlob }))
    elsewhere.destroy()
    expect(new TextDecoder().decode(Plaintext)).toBe('everywhere')
    await client.send(new sdk.UpdatePrimaryRegionCommand({ KeyId: primary, PrimaryRegion: 'eu-west-1' }))
  })

  it('the SDK’s paginators reach every item', async () => {
    const made = new Set<string>()
    for (let count = 0; count < 7; count++) made.add(await createKey())
    const found = new Set<string>()
    let pages = 0
    for await (const { Keys } of sdk.paginateListKeys({ client, pageSize: 3 }, {})) {
      pages++
      for (const { KeyId: id } of Keys!) found.add(id!)
    }
    expect(pages).toBeGreaterThan(3)
    for (const id of made) expect(found).toContain(id)
    const bad = await client.send(new sdk.ListKeysCommand({ Marker: 'nonsense' })).catch((error: unknown) => error)
    expect(bad).toBeInstanceOf(sdk.InvalidMarkerException)
  })
})

describe('a tour of custom key stores', () => {
  let box: Box
  let tour: Tour
  let cluster: { clusterId: string; trustAnchorCertificate: string }

  beforeAll(async () => {
    box = await openKeyStoreBox()
    cluster = await box.admin('hsm.create', { password: PASSWORD })
    tour = await startTour({
      request: ({ operation, input }) =>
        box.call(operation as OperationName, input as never).then(
          (output) => ({ ok: true, output }),
          (error: KmsError) => ({ ok: false, error: error.toPlain() }),
        ),
    })
  })

  afterAll(async () => {
    tour?.client.destroy()
    await tour?.server.close()
  })

  it('makes, connects, uses, changes and removes one', async () => {
    const { client } = tour
    const { CustomKeyStoreId } = await client.send(
      new sdk.CreateCustomKeyStoreCommand({
        CustomKeyStoreName: 'tour',
        CloudHsmClusterId: cluster.clusterId,
        TrustAnchorCertificate: cluster.trustAnchorCertificate,
        KeyStorePassword: PASSWORD,
      }),
    )
    await client.send(new sdk.ConnectCustomKeyStoreCommand({ CustomKeyStoreId }))
    const { CustomKeyStores } = await client.send(new sdk.DescribeCustomKeyStoresCommand({ CustomKeyStoreId }))
    expect(CustomKeyStores).toMatchObject([{ CustomKeyStoreName: 'tour', ConnectionState: 'CONNECTED' }])
    const { KeyMetadata } = await client.send(new sdk.CreateKeyCommand({ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId }))
    const KeyId = KeyMetadata!.KeyId!
    const { CiphertextBlob } = await client.send(new sdk.EncryptCommand({ KeyId, Plaintext: text('in the HSM') }))
    const { Plaintext } = await client.send(new sdk.DecryptCommand({ CiphertextBlob }))
    expect(new TextDecoder().decode(Plaintext)).toBe('in the HSM')
    await client.send(new sdk.DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }))
    await client.send(new sdk.UpdateCustomKeyStoreCommand({ CustomKeyStoreId, NewCustomKeyStoreName: 'renamed' }))
    const refused = await client
      .send(new sdk.DeleteCustomKeyStoreCommand({ CustomKeyStoreId }))
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(sdk.CustomKeyStoreHasCMKsException)

    const { CustomKeyStoreId: empty } = await client.send(new sdk.CreateCustomKeyStoreCommand(await another(box)))
    await client.send(new sdk.DeleteCustomKeyStoreCommand({ CustomKeyStoreId: empty }))
  })
})

async function another(box: Box): Promise<sdk.CreateCustomKeyStoreCommandInput> {
  const { clusterId, trustAnchorCertificate } = (await box.admin('hsm.create', { password: PASSWORD })) as {
    clusterId: string
    trustAnchorCertificate: string
  }
  return {
    CustomKeyStoreName: 'empty',
    CloudHsmClusterId: clusterId,
    TrustAnchorCertificate: trustAnchorCertificate,
    KeyStorePassword: PASSWORD,
  }
}

describe('the tours', () => {
  it(`called all ${operationNames.length} operations with success`, () => {
    expect(operationNames.filter((name) => !seen.has(name))).toEqual([])
  })
})
