/** Key material that is given when a key is made: by a seed, or by the tags that LocalStack's users know. */
import { base64, concat, hex, unbase64, unhex } from '../bytes.ts'
import { KmsError, validationError } from '../errors.ts'
import { isKeyId } from './arn.ts'
import { encodePrivateKey } from './asymmetric/containers.ts'
import { DerReader, Tag } from './asymmetric/der.ts'
import * as asymmetric from './asymmetric/index.ts'
import { factsOf } from './asymmetric/specs.ts'
import { fingerprint } from './fingerprint.ts'
import { asymmetricSpec, isSymmetric, type KeyRecord, type Material } from './key.ts'
import { symmetricMaterialId } from './material.ts'
import { type Furnish, type Making, putMaterial } from './newkey.ts'
import { MATERIAL_TAG } from './tagging.ts'

interface Tagged {
  readonly TagKey: string
  readonly TagValue: string
}

/** What the tags of a CreateKey ask for besides tags. */
export interface CustomTags {
  readonly tags: readonly Tagged[]
  readonly id?: string
  readonly material?: Uint8Array
}

const ID_TAG = '_custom_id_'

/** Takes LocalStack's two tags from the list. @throws ValidationException */
export function takeCustomTags(tags: readonly Tagged[] = []): CustomTags {
  const taggedBy = (key: string) => tags.find(({ TagKey }) => TagKey === key)?.TagValue
  const [id, written] = [taggedBy(ID_TAG), taggedBy(MATERIAL_TAG)]
  if (id !== undefined && !isKeyId(id)) {
    throw validationError(`The tag ${ID_TAG} takes a UUID in small letters, or 'mrk-' and 32 hexadecimal digits.`)
  }
  return {
    tags: tags.filter(({ TagKey }) => TagKey !== ID_TAG && TagKey !== MATERIAL_TAG),
    ...(id !== undefined && { id }),
    ...(written !== undefined && { material: decodeMaterial(written) }),
  }
}

function decodeMaterial(written: string): Uint8Array {
  try {
    return unbase64(written)
  } catch {
    throw validationError(`The tag ${MATERIAL_TAG} takes base64.`)
  }
}

/**
 * The given materials of a new key, oldest first; storing them wipes the bytes. They are taken as they are for symmetric
 * and HMAC keys; otherwise they are a private key in PKCS #8, PKCS #1 or SEC 1.
 *
 * Storing throws `IncorrectKeyMaterialException`.
 */
export const given =
  (materials: readonly Uint8Array[]): Furnish =>
  async (call, key) => {
    const stored: Material[] = []
    let last: Stored | undefined
    for (const bytes of materials) {
      last = await store(call, key, bytes)
      stored.push(materialOf(call, key, last, stored.length > 0))
    }
    return {
      materials: stored,
      ...(last && { current: last.id }),
      ...(last?.publicKey && { publicKey: last.publicKey }),
    }
  }

function materialOf({ now }: Making, key: KeyRecord, { id, check }: Stored, rotated: boolean): Material {
  const rotation = { type: 'ON_DEMAND', date: now } as const
  const imported = { present: true, ...(check && { check }) }
  return { id, created: now, ...(rotated && { rotation }), ...(key.origin === 'EXTERNAL' && { imported }) }
}

interface Stored {
  readonly id: string
  readonly publicKey?: string
  /** Recognises imported material that comes again. */
  readonly check?: string
}

async function store(call: Making, key: KeyRecord, bytes: Uint8Array): Promise<Stored> {
  const { core } = call.box
  const { encoded, publicKey } = encodingOf(key, bytes)
  try {
    const slot = core.importKey(encoded)
    const check = key.origin === 'EXTERNAL' && !isSymmetric(key) ? await fingerprint(call, key, bytes) : undefined
    const id = isSymmetric(key) ? symmetricMaterialId(key, slot) : (check?.slice(0, 32) ?? hex(core.random(16)))
    putMaterial(call, key, id, slot)
    return { id, check, publicKey }
  } finally {
    encoded.fill(0)
    bytes.fill(0)
  }
}

/** The material in the encoding that is stored. */
function encodingOf(key: KeyRecord, bytes: Uint8Array): { encoded: Uint8Array; publicKey?: string } {
  const { material } = factsOf(key.spec)
  if (material) {
    if (bytes.length >= material.least && bytes.length <= material.most) return { encoded: bytes }
    throw incorrect(`Key material of a ${key.spec} key cannot have ${bytes.length} bytes.`)
  }
  const pkcs8 = toPkcs8(bytes)
  if (!pkcs8) throw incorrect(`Key material of a ${key.spec} key is a private key.`)
  try {
    const pair = asymmetric.checkPrivateKey(asymmetricSpec(key), pkcs8)
    return { encoded: pair.privateKey, publicKey: base64(pair.publicKey) }
  } finally {
    pkcs8.fill(0)
  }
}

const incorrect = (message: string): KmsError => new KmsError('IncorrectKeyMaterialException', message)

const rsaEncryption = unhex('06092a864886f70d0101010500')
const idEcPublicKey = unhex('06072a8648ce3d0201')

/** A private key as PKCS #8, in a buffer of its own: PKCS #1 and SEC 1 keys are put into its envelope. */
export function toPkcs8(der: Uint8Array): Uint8Array | undefined {
  try {
    const outer = new DerReader(der)
    const key = outer.enter(Tag.sequence)
    outer.end()
    key.unsigned() // the version
    const scalar = key.readOptional(Tag.octetString)
    if (scalar) {
      const curve = key.read(0xa0)
      return encodePrivateKey(concat(idEcPublicKey, curve), der)
    }
    const algorithm = key.readOptional(Tag.sequence)
    return algorithm ? der.slice() : encodePrivateKey(rsaEncryption, der)
  } catch {
    return undefined
  }
}
