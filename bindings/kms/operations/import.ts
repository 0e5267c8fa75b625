/** GetParametersForImport, ImportKeyMaterial, DeleteImportedKeyMaterial. */
import { base64 } from '../../bytes.ts'
import type { Slot } from '../../core.ts'
import { KmsError, validationError } from '../../errors.ts'
import * as asymmetric from '../asymmetric/index.ts'
import { factsOf, type RsaKeySpec } from '../asymmetric/specs.ts'
import { nextExpiry, removeMaterial } from '../expire.ts'
import { readSibling } from '../family.ts'
import { fingerprint } from '../fingerprint.ts'
import { type ImportParameters, lendWrappingKey, makeParameters, readParameters } from '../importing.ts'
import { isPrimary, isSymmetric, type KeyRecord, type Material } from '../key.ts'
import { materialPath, symmetricMaterialId } from '../material.ts'
import type { Input } from '../model.ts'
import { putKey, putMaterial } from '../newkey.ts'
import { type Call, type Rule, rejects, unsupportedOrigin } from '../operation.ts'
import { byKeyId } from '../resolve.ts'
import { DAY, remember } from '../schedule.ts'

const MAX_DAYS = 365

function requireExternal({ key }: Pick<Call, 'key'>): void {
  if (key.origin !== 'EXTERNAL') throw unsupportedOrigin(key)
}

export const getParametersForImport: Rule<'GetParametersForImport'> = {
  keys: [byKeyId('KeyId')],
  supports: requireExternal,
  rejects: rejects.importing,
  async run(call) {
    const { WrappingKeySpec, WrappingAlgorithm } = call.input
    const algorithm = WrappingAlgorithm as ImportParameters['algorithm']
    requireWrapping(call.key, WrappingKeySpec, WrappingAlgorithm)
    const made = await makeParameters(call, call.key, WrappingKeySpec as RsaKeySpec, algorithm)
    return {
      KeyId: call.key.arn,
      ImportToken: made.tokenBytes,
      PublicKey: made.publicKey,
      ParametersValidTo: new Date(made.parameters.validTo),
    }
  },
}

function requireWrapping(key: KeyRecord, spec: string, algorithm: string): void {
  if (spec === 'SM2' || algorithm === 'SM2PKE') {
    throw new KmsError('UnsupportedOperationException', 'SM2 is supported only in China Regions.')
  }
  if (algorithm === 'RSAES_PKCS1_V1_5') {
    throw new KmsError(
      'UnsupportedOperationException',
      'AWS KMS no longer supports the wrapping algorithm RSAES_PKCS1_V1_5.',
    )
  }
  if (asymmetric.isAsymmetric(key.spec) && algorithm.startsWith('RSAES_') && key.spec.startsWith('RSA_')) {
    throw validationError(`${algorithm} cannot wrap ${key.spec} key material: it is too long. Use RSA_AES_KEY_WRAP.`)
  }
}

export const importKeyMaterial: Rule<'ImportKeyMaterial'> = {
  keys: [byKeyId('KeyId')],
  supports: requireExternal,
  rejects: rejects.receiving,
  async run(call) {
    const { input, key, transaction } = call
    const expires = expiryOf(input, call.now)
    const parameters = await readParameters(call, key, input.ImportToken)
    const bytes = await unwrap(call, parameters)
    try {
      const { slot, publicKey } = slotOf(call, key, bytes)
      const identity = await identify(call, key, slot, bytes)
      await requirePrimaryMaterial(call, key, identity)
      const materials = admit(call, key, identity, expires)
      putMaterial(call, key, identity.id, slot)
      const changed = {
        ...key,
        enabled: true,
        materials,
        ...(publicKey && { publicKey }),
        ...firstCurrent(key, identity),
      }
      putKey(transaction, changed)
      const next = nextExpiry(changed)
      if (next !== undefined) remember(transaction, next, key.arn)
      return { KeyId: key.arn, ...(isSymmetric(key) && { KeyMaterialId: identity.id }) }
    } finally {
      bytes.fill(0)
    }
  },
}

function expiryOf({ ExpirationModel, ValidTo }: Input<'ImportKeyMaterial'>, now: number): number | undefined {
  if (ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo === undefined) return undefined
    throw validationError('A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE')
  }
  if (ValidTo === undefined)
    throw validationError('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES')
  const expires = ValidTo.getTime()
  if (expires <= now || expires > now + MAX_DAYS * DAY) {
    throw validationError(`The validTo date must lie in the future, at most ${MAX_DAYS} days ahead.`)
  }
  return expires
}

const unwrap = (call: Call<'ImportKeyMaterial'>, parameters: ImportParameters): Promise<Uint8Array> =>
  lendWrappingKey(call, parameters, (wrappingKey) =>
    asymmetric.unwrapKeyMaterial(
      parameters.spec,
      parameters.algorithm,
      wrappingKey,
      call.input.EncryptedKeyMaterial,
      (kek, wrapped) => call.box.core.kwpUnwrap(kek, wrapped),
    ),
  )

/** The material in the encoding that is stored, checked against what the key's spec takes. */
function slotOf(
  { box }: Call<'ImportKeyMaterial'>,
  key: KeyRecord,
  bytes: Uint8Array,
): { slot: Slot; publicKey?: string } {
  const { material } = factsOf(key.spec)
  if (material) {
    if (bytes.length >= material.least && bytes.length <= material.most) return { slot: box.core.importKey(bytes) }
    throw incorrectMaterial(`Key material of a ${key.spec} key cannot have ${bytes.length} bytes.`)
  }
  const pair = asymmetric.checkPrivateKey(key.spec as asymmetric.AsymmetricKeySpec, bytes)
  const slot = box.core.importKey(pair.privateKey)
  pair.privateKey.fill(0)
  return { slot, publicKey: base64(pair.publicKey) }
}

const incorrectMaterial = (message: string): KmsError => new KmsError('IncorrectKeyMaterialException', message)

interface Identity {
  readonly id: string
  readonly check?: string
}

/** Which material this is: symmetric keys name theirs; of others a keyed fingerprint recognises the same bytes. */
async function identify(
  call: Call<'ImportKeyMaterial'>,
  key: KeyRecord,
  slot: Slot,
  bytes: Uint8Array,
): Promise<Identity> {
  if (isSymmetric(key)) return { id: symmetricMaterialId(key, slot) }
  const check = await fingerprint(call, key, bytes)
  const known = key.materials.find(({ imported }) => imported?.check === check)
  return { id: known?.id ?? check.slice(0, 32), check }
}

/** The key's materials with this one among them; @throws IncorrectKeyMaterialException, KMSInvalidStateException */
function admit(call: Call<'ImportKeyMaterial'>, key: KeyRecord, { id, check }: Identity, expires?: number): Material[] {
  const { input, now } = call
  const isNew =
    (input.ImportType ?? (key.materials.length === 0 ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL')) ===
    'NEW_KEY_MATERIAL'
  if (input.ImportType !== undefined && !isSymmetric(key))
    throw validationError('ImportType is valid only for symmetric encryption keys.')
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== id)
    throw incorrectMaterial('The key material is not the one that KeyMaterialId names.')
  const known = key.materials.find((material) => material.id === id)
  const description = input.KeyMaterialDescription ?? known?.imported?.description
  const imported = { present: true, expires, description, check }
  if (known) {
    const again = { ...known, imported: { ...imported, pending: known.imported?.pending } }
    return key.materials.map((material) => (material === known ? again : material))
  }
  if (!isNew || (key.materials.length > 0 && !isSymmetric(key))) {
    throw incorrectMaterial('The key material is not the one that was imported into this key before.')
  }
  const pending = key.materials.find((material) => material.imported?.pending)
  if (pending) {
    throw new KmsError(
      'KMSInvalidStateException',
      `New key material (id: ${id}) cannot be imported into KMS key ${key.arn}, because another key material (id: ${pending.id}) is pending rotation.`,
    )
  }
  const waits = key.materials.length > 0
  return [...key.materials, { id, created: now, imported: { ...imported, ...(waits && { pending: true }) } }]
}

/** A replica takes only what its primary already has. */
async function requirePrimaryMaterial(
  call: Call<'ImportKeyMaterial'>,
  key: KeyRecord,
  { id }: Identity,
): Promise<void> {
  if (!key.multiRegion || isPrimary(key) || !isSymmetric(key)) return
  const primary = await readSibling(call.transaction, key, key.multiRegion.primary)
  if (!primary?.materials.some((material) => material.id === id)) {
    throw incorrectMaterial('A replica key takes only the key material of its primary key.')
  }
}

/** The first material takes over at once; later ones wait for a rotation. */
const firstCurrent = (key: KeyRecord, { id }: Identity) => (key.current === undefined ? { current: id } : {})

export const deleteImportedKeyMaterial: Rule<'DeleteImportedKeyMaterial'> = {
  keys: [byKeyId('KeyId')],
  supports: requireExternal,
  rejects: rejects.creatingOrUpdating,
  async run(call) {
    const { input, key, box } = call
    const id = input.KeyMaterialId ?? key.current
    if (input.KeyMaterialId !== undefined && !key.materials.some((material) => material.id === id)) {
      throw new KmsError('NotFoundException', `Key material ${id} does not exist in the key ${key.arn}.`)
    }
    removeMaterial(call, key, (material) => material.id === id)
    if (id !== undefined) box.residents.drop(materialPath(key.arn, id))
    return { KeyId: key.arn, ...(isSymmetric(key) && id !== undefined && { KeyMaterialId: id }) }
  },
}
