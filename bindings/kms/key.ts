/** The key record: what a KMS key is, apart from its material, and its state as a function of the record and the time. */

import type { Place } from './arn.ts'
import { type AsymmetricKeySpec, factsOf, type KeySpec, type KeyUsage } from './asymmetric/specs.ts'
import type { Output } from './model.ts'

export type KeyMetadata = NonNullable<Output<'DescribeKey'>['KeyMetadata']>
export type KeyState = NonNullable<KeyMetadata['KeyState']>
export type Origin = NonNullable<KeyMetadata['Origin']>

/** One backing key. Its bytes are a row of their own, under `<key ARN>/<id>`. All times are milliseconds since 1970. */
export interface Material {
  /** KeyMaterialId (64 hex digits) of symmetric keys; 32 random hex digits for other types, never shown. */
  readonly id: string
  readonly created: number
  /** How it became current; absent for the first. */
  readonly rotation?: { readonly type: 'AUTOMATIC' | 'ON_DEMAND'; readonly date: number }
  /** Only imported material has these. */
  readonly imported?: {
    /** False after deletion or expiry: only the same bytes may be imported again. */
    readonly present: boolean
    readonly expires?: number
    readonly description?: string
    /** Imported as NEW_KEY_MATERIAL and not yet rotated to. */
    readonly pending?: boolean
    /** Keyed fingerprint that recognises a second import of the same bytes; absent where `id` does. */
    readonly check?: string
  }
}

export interface KeyRecord extends Place {
  readonly arn: string
  readonly id: string
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly origin: Origin
  readonly manager: 'CUSTOMER' | 'AWS'
  readonly created: number
  readonly description: string
  readonly enabled: boolean
  /** JSON text of the key policy named "default". */
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  readonly aliases: readonly string[]
  /** Oldest first. */
  readonly materials: readonly Material[]
  /** Id of the material that encrypts; absent until an import. */
  readonly current?: string
  /** SPKI DER, base64, of asymmetric keys. */
  readonly publicKey?: string
  readonly rotation?: { readonly periodDays: number; readonly next: number }
  readonly onDemandRotations: number
  /** While an on-demand rotation is under way: when it is done. */
  readonly rotatingUntil?: number
  /** `date` is absent while replicas of a multi-Region primary remain. */
  readonly deletion?: { readonly windowDays: number; readonly date?: number }
  readonly multiRegion?: { readonly primary: string; readonly replicas: readonly string[] }
  /** Passing states end by themselves. */
  readonly creatingUntil?: number
  readonly updatingUntil?: number
  /** Of a key in a custom key store. */
  readonly keyStore?: { readonly id: string; readonly clusterId?: string; readonly xksKeyId?: string }
}

/** Deleted is ours: a key whose waiting period is over, on the way out of the store. */
export type State = KeyState | 'Deleted'

/**
 * The state that AWS's documentation gives a key in this situation.
 * @param storeConnected whether its custom key store is connected; true for keys in none
 */
export function stateOf(key: KeyRecord, now: number, storeConnected = true): State {
  if (key.deletion) {
    if (key.deletion.date === undefined) return 'PendingReplicaDeletion'
    return now >= key.deletion.date ? 'Deleted' : 'PendingDeletion'
  }
  if (key.creatingUntil !== undefined && now < key.creatingUntil) return 'Creating'
  if (awaitsImport(key, now)) return 'PendingImport'
  if (!storeConnected) return 'Unavailable'
  if (key.updatingUntil !== undefined && now < key.updatingUntil) return 'Updating'
  return key.enabled ? 'Enabled' : 'Disabled'
}

/** A key with imported material needs all of it: one deleted or expired piece makes the key unusable. */
function awaitsImport(key: KeyRecord, now: number): boolean {
  if (key.origin !== 'EXTERNAL') return false
  const required = key.materials.filter((material) => !material.imported?.pending)
  return required.length === 0 || required.some((material) => !isPresent(material, now))
}

export function isPresent(material: Material, now: number): boolean {
  const { imported } = material
  return !imported || (imported.present && (imported.expires === undefined || now < imported.expires))
}

const currentMaterial = (key: KeyRecord): Material | undefined =>
  key.materials.find((material) => material.id === key.current)

export const isMultiRegion = (key: KeyRecord): boolean => key.multiRegion !== undefined
export const isPrimary = (key: KeyRecord): boolean => key.multiRegion?.primary === key.region
export const isSymmetric = (key: KeyRecord): boolean => key.spec === 'SYMMETRIC_DEFAULT'

/** For operations whose usage only asymmetric keys have. */
export const asymmetricSpec = (key: KeyRecord): AsymmetricKeySpec => key.spec as AsymmetricKeySpec

/** The same key in another Region. */
export const siblingArn = (key: KeyRecord, region: string): string =>
  `arn:aws:kms:${region}:${key.account}:key/${key.id}`

/** The key id's 16 bytes, as ciphertexts carry them. */
export function keyIdDigits(id: string): string {
  return id.replace(/^mrk-/, '').replaceAll('-', '')
}

/** KeyMetadata as DescribeKey, CreateKey and ReplicateKey return it: absent members are left out, as AWS does. */
export function metadataOf(key: KeyRecord, now: number, storeConnected = true): KeyMetadata {
  const state = stateOf(key, now, storeConnected)
  const metadata: KeyMetadata = {
    AWSAccountId: key.account,
    Arn: key.arn,
    CreationDate: new Date(key.created),
    CustomerMasterKeySpec: key.spec as KeyMetadata['CustomerMasterKeySpec'],
    Description: key.description,
    Enabled: state === 'Enabled' || (state === 'Updating' && key.enabled),
    KeyId: key.id,
    KeyManager: key.manager,
    KeySpec: key.spec,
    KeyState: state as KeyState,
    KeyUsage: key.usage,
    MultiRegion: isMultiRegion(key),
    Origin: key.origin,
    ...algorithmsOf(key),
  }
  return Object.assign(metadata, materialMetadata(key, now), deletionMetadata(key), placeMetadata(key))
}

/** The member of KeyMetadata that lists the algorithms of a usage. */
const algorithmMembers = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
  ENCAPSULATE_DECAPSULATE: 'EncapsulationAlgorithms',
} as const satisfies Record<KeyUsage, keyof KeyMetadata>

/** The algorithms a key offers, under the member name that AWS gives them in several answers. */
export function algorithmsOf(key: Pick<KeyRecord, 'spec' | 'usage'>): Partial<KeyMetadata> {
  return { [algorithmMembers[key.usage]]: [...(factsOf(key.spec).usages[key.usage] ?? [])] }
}

function materialMetadata(key: KeyRecord, now: number): Partial<KeyMetadata> {
  const current = currentMaterial(key)
  const shown: Partial<KeyMetadata> = {}
  if (current && isSymmetric(key) && !key.keyStore) shown.CurrentKeyMaterialId = current.id
  if (current?.imported && isPresent(current, now)) {
    shown.ExpirationModel =
      current.imported.expires === undefined ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES'
    if (current.imported.expires !== undefined) shown.ValidTo = new Date(current.imported.expires)
  }
  return shown
}

function deletionMetadata(key: KeyRecord): Partial<KeyMetadata> {
  if (!key.deletion) return {}
  const { date, windowDays } = key.deletion
  return date === undefined ? { PendingDeletionWindowInDays: windowDays } : { DeletionDate: new Date(date) }
}

function placeMetadata(key: KeyRecord): Partial<KeyMetadata> {
  const shown: Partial<KeyMetadata> = {}
  if (key.keyStore) {
    shown.CustomKeyStoreId = key.keyStore.id
    if (key.keyStore.clusterId) shown.CloudHsmClusterId = key.keyStore.clusterId
    if (key.keyStore.xksKeyId) shown.XksKeyConfiguration = { Id: key.keyStore.xksKeyId }
  }
  if (key.multiRegion) {
    const { primary, replicas } = key.multiRegion
    shown.MultiRegionConfiguration = {
      MultiRegionKeyType: primary === key.region ? 'PRIMARY' : 'REPLICA',
      PrimaryKey: { Arn: siblingArn(key, primary), Region: primary },
      ReplicaKeys: replicas.map((region) => ({ Arn: siblingArn(key, region), Region: region })),
    }
  }
  return shown
}
