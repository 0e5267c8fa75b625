/**
 * Key states × operations, cell by cell: AWS's table "Key states of AWS KMS keys" (KMS.md §1, kms/key_state_table.md).
 * The column Unavailable is in the tests of custom key stores, which alone know it.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { OperationName } from '../../bindings/kms/model.ts'
import { ACCOUNT } from './box.ts'
import { type InsideBox, openInside } from './inside.ts'

const SETTLE = 3_600_000
const REPLICA = 'eu-west-1'

const states = ['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport', 'Creating', 'Updating'] as const
type State = (typeof states)[number]

/** A cell: what a key in that state answers. `n/a` where AWS says that it cannot happen. */
type Cell = 'ok' | 'disabled' | 'invalid state' | 'unsupported' | 'not pending' | 'n/a'

const exceptions: Record<Exclude<Cell, 'ok' | 'n/a'>, string> = {
  disabled: 'DisabledException',
  'invalid state': 'KMSInvalidStateException',
  unsupported: 'UnsupportedOperationException',
  'not pending': 'KMSInvalidStateException',
}

const messages: Partial<Record<State, string>> = {
  Disabled: 'is disabled.',
  PendingDeletion: 'is pending deletion.',
  PendingImport: 'is pending import.',
  Creating: 'is creating.',
  Updating: 'is updating.',
}

type Kind = 'symmetric' | 'mac' | 'sign' | 'agree' | 'kem'

const kinds = {
  symmetric: {},
  mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  sign: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  agree: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
  kem: { KeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
} as const

interface Key {
  readonly id: string
  readonly arn: string
  readonly region: string
}

interface Row {
  readonly kind?: Kind
  readonly input: (key: Key) => object
  /** In the order of `states`. */
  readonly cells: readonly Cell[]
}

let box: InsideBox
let spare: string

beforeAll(async () => {
  box = await openInside(SETTLE)
  spare = (await box.call('CreateKey', {})).KeyMetadata?.KeyId as string
})

const D = 'disabled'
const I = 'invalid state'
const U = 'unsupported'
const cryptographic: readonly Cell[] = ['ok', D, I, I, I, 'ok']
const always: readonly Cell[] = ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']
const unlessDeleting: readonly Cell[] = ['ok', 'ok', I, 'ok', 'ok', 'ok']
const switching: readonly Cell[] = ['ok', 'ok', I, I, I, I]

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1)
const dry = (members: (key: Key) => object) => (key: Key) => ({ KeyId: key.id, DryRun: true, ...members(key) })
const named = (key: Key) => ({ KeyId: key.id })

const rows: Partial<Record<OperationName, Row>> = {
  CancelKeyDeletion: {
    input: named,
    cells: ['not pending', 'not pending', 'ok', 'not pending', 'not pending', 'not pending'],
  },
  CreateAlias: {
    input: (key) => ({ AliasName: `alias/x${key.id}${key.region}`, TargetKeyId: key.id }),
    cells: unlessDeleting,
  },
  CreateGrant: {
    input: dry(() => ({ GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/Bob`, Operations: ['Decrypt'] })),
    cells: cryptographic,
  },
  Decapsulate: {
    kind: 'kem',
    input: dry(() => ({ SharedSecretCiphertextBlob: bytes(1088), EncapsulationAlgorithm: 'ML_KEM' })),
    cells: cryptographic,
  },
  Decrypt: { input: dry(() => ({ DryRunModifiers: ['IGNORE_CIPHERTEXT'] })), cells: cryptographic },
  DeleteImportedKeyMaterial: { input: named, cells: [U, U, U, 'ok', U, U] },
  DeriveSharedSecret: {
    kind: 'agree',
    input: dry(() => ({ KeyAgreementAlgorithm: 'ECDH', PublicKey: bytes(91) })),
    cells: ['n/a', D, I, I, I, 'n/a'],
  },
  DescribeKey: { input: named, cells: always },
  DisableKey: { input: named, cells: switching },
  DisableKeyRotation: { input: named, cells: ['ok', D, I, U, I, 'n/a'] },
  EnableKey: { input: named, cells: switching },
  EnableKeyRotation: { input: named, cells: ['ok', D, I, U, I, 'n/a'] },
  Encapsulate: { kind: 'kem', input: dry(() => ({ EncapsulationAlgorithm: 'ML_KEM' })), cells: cryptographic },
  Encrypt: { input: dry(() => ({ Plaintext: bytes(1) })), cells: cryptographic },
  GenerateDataKey: { input: dry(() => ({ KeySpec: 'AES_256' })), cells: cryptographic },
  GenerateDataKeyPair: { input: dry(() => ({ KeyPairSpec: 'ECC_NIST_P256' })), cells: cryptographic },
  GenerateDataKeyPairWithoutPlaintext: { input: dry(() => ({ KeyPairSpec: 'ECC_NIST_P256' })), cells: cryptographic },
  GenerateDataKeyWithoutPlaintext: { input: dry(() => ({ KeySpec: 'AES_256' })), cells: cryptographic },
  GenerateMac: {
    kind: 'mac',
    input: dry(() => ({ MacAlgorithm: 'HMAC_SHA_256', Message: bytes(1) })),
    cells: cryptographic,
  },
  GetKeyLastUsage: { input: named, cells: always },
  GetKeyPolicy: { input: named, cells: always },
  GetKeyRotationStatus: { input: named, cells: ['ok', 'ok', 'ok', U, 'ok', 'ok'] },
  GetParametersForImport: {
    input: (key) => ({ KeyId: key.id, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }),
    cells: [U, U, U, 'ok', U, U],
  },
  GetPublicKey: { kind: 'sign', input: named, cells: cryptographic },
  ImportKeyMaterial: {
    input: (key) => ({ KeyId: key.id, ImportToken: bytes(32), EncryptedKeyMaterial: bytes(256), ValidTo: new Date() }),
    cells: [U, U, U, 'n/a', U, U],
  },
  ListAliases: { input: named, cells: always },
  ListGrants: { input: named, cells: always },
  ListKeyPolicies: { input: named, cells: always },
  ListKeyRotations: { input: named, cells: always },
  ListResourceTags: { input: named, cells: always },
  PutKeyPolicy: {
    input: (key) => ({
      KeyId: key.id,
      BypassPolicyLockoutSafetyCheck: true,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' },
      }),
    }),
    cells: always,
  },
  ReEncrypt: {
    input: (key) => ({
      SourceKeyId: key.id,
      DestinationKeyId: key.id,
      DryRun: true,
      DryRunModifiers: ['IGNORE_CIPHERTEXT'],
    }),
    cells: cryptographic,
  },
  ReplicateKey: {
    input: (key) => ({ KeyId: key.id, ReplicaRegion: 'ap-south-1' }),
    cells: ['ok', D, I, I, I, 'n/a'],
  },
  RotateKeyOnDemand: { input: named, cells: ['ok', D, I, I, I, 'n/a'] },
  ScheduleKeyDeletion: { input: named, cells: ['ok', 'ok', I, 'ok', 'ok', I] },
  Sign: {
    kind: 'sign',
    input: dry(() => ({ SigningAlgorithm: 'ECDSA_SHA_256', Message: bytes(1) })),
    cells: cryptographic,
  },
  TagResource: { input: (key) => ({ KeyId: key.id, Tags: [{ TagKey: 'a', TagValue: 'b' }] }), cells: unlessDeleting },
  UntagResource: { input: (key) => ({ KeyId: key.id, TagKeys: ['a'] }), cells: unlessDeleting },
  UpdateKeyDescription: { input: (key) => ({ KeyId: key.id, Description: 'new' }), cells: unlessDeleting },
  Verify: {
    kind: 'sign',
    input: (key) => ({ KeyId: key.id, SigningAlgorithm: 'ECDSA_SHA_256', Message: bytes(1), Signature: bytes(70) }),
    cells: ['n/a', D, I, I, I, 'n/a'],
  },
  VerifyMac: {
    kind: 'mac',
    input: (key) => ({ KeyId: key.id, MacAlgorithm: 'HMAC_SHA_256', Message: bytes(1), Mac: bytes(32) }),
    cells: ['n/a', D, I, I, I, 'n/a'],
  },
}

/** A multi-Region key of a kind, brought into a state. */
async function keyIn(state: State, kind: Kind): Promise<Key> {
  const origin = state === 'PendingImport' ? ({ Origin: 'EXTERNAL' } as const) : {}
  const made = await box.call('CreateKey', { MultiRegion: true, ...kinds[kind], ...origin })
  const id = made.KeyMetadata?.KeyId as string
  const region = state === 'Creating' ? REPLICA : 'us-east-1'
  if (state === 'Disabled') await box.call('DisableKey', { KeyId: id })
  if (state === 'PendingDeletion') await box.call('ScheduleKeyDeletion', { KeyId: id })
  if (state === 'Creating' || state === 'Updating')
    await box.call('ReplicateKey', { KeyId: id, ReplicaRegion: REPLICA })
  if (state === 'Updating') {
    await box.advance(SETTLE)
    await box.call('UpdatePrimaryRegion', { KeyId: id, PrimaryRegion: REPLICA })
  }
  const key = { id, region, arn: `arn:aws:kms:${region}:${ACCOUNT}:key/${id}` }
  const { KeyMetadata } = await box.call('DescribeKey', { KeyId: id }, region)
  expect(KeyMetadata?.KeyState).toBe(state)
  return key
}

async function answerOf(operation: OperationName, row: Row, key: Key): Promise<{ name: string; message: string }> {
  try {
    await box.call(operation, row.input(key) as never, key.region)
    return { name: 'ok', message: '' }
  } catch (error) {
    const { name, message } = error as Error
    return name === 'DryRunOperationException' ? { name: 'ok', message: '' } : { name, message }
  }
}

describe.each(Object.entries(rows) as [OperationName, Row][])('%s', (operation, row) => {
  const cells = states.map((state, i) => [state, row.cells[i] as Cell] as const)

  it.each(cells.filter(([, cell]) => cell !== 'n/a'))('%s: %s', async (state, cell) => {
    const key = await keyIn(state, row.kind ?? 'symmetric')
    const answer = await answerOf(operation, row, key)
    if (cell === 'ok') return expect(answer).toEqual({ name: 'ok', message: '' })
    expect(answer.name).toBe(exceptions[cell as keyof typeof exceptions])
    if (cell === 'not pending') expect(answer.message).toBe(`${key.arn} is not pending deletion.`)
    else if (cell !== 'unsupported') expect(answer.message).toBe(`${key.arn} ${messages[state]}`)
  })
})

describe('a rotation under way', () => {
  it('stands in the way of another', async () => {
    const key = await keyIn('Enabled', 'symmetric')
    await box.call('RotateKeyOnDemand', { KeyId: key.id })
    const again = box.call('RotateKeyOnDemand', { KeyId: key.id })
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' })
    const status = await box.call('GetKeyRotationStatus', { KeyId: key.id })
    expect(status.OnDemandRotationStartDate).toBeInstanceOf(Date)
    await box.advance(SETTLE)
    await box.call('RotateKeyOnDemand', { KeyId: key.id })
  })
})

describe('the rest of the table', () => {
  it('DeleteAlias works whatever the state', async () => {
    for (const state of states) {
      const key = await keyIn(state, 'symmetric')
      if (state === 'PendingDeletion') await box.call('CancelKeyDeletion', { KeyId: key.id })
      const AliasName = `alias/delete-${state}`
      await box.call('CreateAlias', { AliasName, TargetKeyId: key.id }, key.region)
      if (state === 'PendingDeletion') await box.call('ScheduleKeyDeletion', { KeyId: key.id })
      await box.call('DeleteAlias', { AliasName }, key.region)
    }
  })

  it('UpdateAlias looks at the key that gains the alias, not at the one that loses it', async () => {
    const leaving = await keyIn('Enabled', 'symmetric')
    await box.call('CreateAlias', { AliasName: 'alias/moving', TargetKeyId: leaving.id })
    await box.call('ScheduleKeyDeletion', { KeyId: leaving.id })
    await box.call('UpdateAlias', { AliasName: 'alias/moving', TargetKeyId: spare })
    const move = box.call('UpdateAlias', { AliasName: 'alias/moving', TargetKeyId: leaving.id })
    await expect(move).rejects.toMatchObject({ name: 'KMSInvalidStateException' })
  })
})
