/**
 * Reading a seed: keys whose ids and material are given, for tests that decrypt what earlier runs encrypted.
 *
 * Two shapes are understood. Ours lists keys with AWS's member names; local-kms's (nsmithuk/local-kms) sorts them by
 * kind. The latter is usually written in YAML and is read once it is converted to JSON. Pure; nothing is made here.
 */
import { text, unbase64, unhex, utf8 } from '../bytes.ts'
import { validationError } from '../errors.ts'
import { isKeyId } from './arn.ts'
import * as asymmetric from './asymmetric/index.ts'
import { factsOf, type KeySpec, type KeyUsage, keySpecs } from './asymmetric/specs.ts'
import { toPkcs8 } from './given.ts'

/** A key of ours in a seed. */
export interface SeedKey {
  /** UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key. */
  readonly KeyId: string
  /** Default: the Region and the account of the box. */
  readonly Region?: string
  readonly AccountId?: string
  /** Default: SYMMETRIC_DEFAULT. */
  readonly KeySpec?: KeySpec
  /** Needed where a spec has several. */
  readonly KeyUsage?: KeyUsage
  /** EXTERNAL without material awaits its import. */
  readonly Origin?: 'AWS_KMS' | 'EXTERNAL'
  readonly Description?: string
  /** Text or object; default: AWS's default policy. */
  readonly Policy?: string | object
  readonly Tags?: readonly { readonly TagKey: string; readonly TagValue: string }[]
  readonly Aliases?: readonly string[]
  /**
   * Hexadecimal, base64 or PEM: 32 bytes for SYMMETRIC_DEFAULT, 28 to 128 for HMAC, else a private key (PKCS #8, PKCS #1
   * or SEC 1). A list, oldest first, is a symmetric key that was rotated. Default: random.
   */
  readonly KeyMaterial?: string | readonly string[]
}

export interface Seed {
  readonly Keys: readonly SeedKey[]
}

/** A key to be planted: everything checked, nothing left to default but what the box decides. */
export interface SeededKey {
  readonly id: string
  readonly region?: string
  readonly account?: string
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly origin: 'AWS_KMS' | 'EXTERNAL'
  readonly description: string
  readonly policy?: string
  readonly tags: Readonly<Record<string, string>>
  readonly aliases: readonly string[]
  /** Oldest first. Whoever plants them wipes them. */
  readonly materials: readonly Uint8Array[]
}

type Members = Readonly<Record<string, unknown>>

/** @throws KmsError ValidationException that names the key and what is wrong with it, never its material */
export function readSeed(seed: unknown): SeededKey[] {
  const { Keys, Aliases, ...others } = membersOf(seed, 'A seed')
  refuseOthers(others, 'A seed')
  if (Array.isArray(Keys)) {
    if (Aliases !== undefined) throw wrong('A seed', 'names the aliases of each key with the key')
    return unique(Keys.map(readKey))
  }
  return unique(readLocalKms(membersOf(Keys, 'Keys'), Aliases))
}

function unique(keys: SeededKey[]): SeededKey[] {
  const names = keys.map(({ id, region = '', account = '' }) => `${account}/${region}/${id}`)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice === undefined) return keys
  throw wrong('A seed', `has the key ${twice.slice(twice.lastIndexOf('/') + 1)} twice`)
}

const known = [
  ...['KeyId', 'Region', 'AccountId', 'KeySpec', 'KeyUsage', 'Origin', 'Description', 'Policy', 'Tags', 'Aliases'],
  'KeyMaterial',
]

function readKey(value: unknown): SeededKey {
  const key = membersOf(value, 'A key of a seed')
  const id = readId(key.KeyId)
  const name = `The seeded key ${id}`
  refuseOthers(Object.fromEntries(Object.entries(key).filter(([member]) => !known.includes(member))), name)
  const spec = readSpec(key.KeySpec ?? 'SYMMETRIC_DEFAULT', name)
  const { Policy: policy } = key
  return {
    id,
    ...(key.Region !== undefined && { region: readText(key.Region, `${name}: Region`) }),
    ...(key.AccountId !== undefined && { account: readAccount(key.AccountId, name) }),
    spec,
    usage: readUsage(key.KeyUsage, spec, name),
    origin: readOrigin(key.Origin, name),
    description: key.Description === undefined ? '' : readText(key.Description, `${name}: Description`),
    ...(policy !== undefined && { policy: typeof policy === 'object' ? JSON.stringify(policy) : String(policy) }),
    tags: readTags(key.Tags ?? [], name),
    aliases: readList(key.Aliases, `${name}: Aliases`).map((alias) => readAlias(alias, name)),
    materials: readMaterials(key.KeyMaterial, spec, name),
  }
}

/** `{ Symmetric: { Aes, Hmac }, Asymmetric: { Rsa, Ecc } }`, with the aliases in a list of their own. */
function readLocalKms(kinds: Members, aliases: unknown): SeededKey[] {
  const { Symmetric = {}, Asymmetric = {}, ...others } = kinds
  refuseOthers(others, 'Keys')
  const { Aes, ...otherSymmetric } = membersOf(Symmetric, 'Symmetric')
  refuseOthers(otherSymmetric, 'Symmetric')
  const { Rsa, Ecc, ...otherAsymmetric } = membersOf(Asymmetric, 'Asymmetric')
  refuseOthers(otherAsymmetric, 'Asymmetric')
  const named = readList(aliases, 'Aliases').map((alias) => membersOf(alias, 'An alias'))
  const aliasesOf = (id: unknown) => named.filter((alias) => alias.TargetKeyId === id).map((alias) => alias.AliasName)
  const keys = [
    ...readList(Aes, 'Aes').map((key) => fromLocalKms(membersOf(key, 'A key'), 'Aes')),
    ...readList(Rsa, 'Rsa').map((key) => fromLocalKms(membersOf(key, 'A key'), 'Rsa')),
    ...readList(Ecc, 'Ecc').map((key) => fromLocalKms(membersOf(key, 'A key'), 'Ecc')),
  ]
  const targets = new Set(keys.map(({ KeyId }) => KeyId))
  const stray = named.find(({ TargetKeyId }) => !targets.has(TargetKeyId))
  if (stray) throw wrong('The alias', `${String(stray.AliasName).slice(0, 64)} points to a key that is not in the seed`)
  return keys.map((key) => readKey({ ...key, Aliases: aliasesOf(key.KeyId) }))
}

const specsOf = {
  Rsa: ['RSA_2048', 'RSA_3072', 'RSA_4096'],
  Ecc: ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'],
} as const

/** Rotation dates are passed over: rotation is switched on by EnableKeyRotation. */
function fromLocalKms({ Metadata, BackingKeys, PrivateKeyPem }: Members, kind: 'Aes' | 'Rsa' | 'Ecc'): Members {
  const { KeyId, Description, KeyUsage, Origin } = membersOf(Metadata, 'Metadata')
  const common = { KeyId, Description, KeyUsage, Origin }
  if (kind === 'Aes') return { ...common, KeySpec: 'SYMMETRIC_DEFAULT', KeyMaterial: BackingKeys }
  const name = `The seeded key ${readId(KeyId)}`
  const pem = readText(PrivateKeyPem, `${name}: PrivateKeyPem`)
  const pkcs8 = readPrivateKey(pem, name)
  const spec = specsOf[kind].find((candidate) => isKeyOf(candidate, pkcs8))
  pkcs8.fill(0)
  if (!spec) throw wrong(name, `has no ${kind.toUpperCase()} private key of a size that AWS KMS knows`)
  return { ...common, KeySpec: spec, KeyMaterial: pem }
}

function isKeyOf(spec: asymmetric.AsymmetricKeySpec, pkcs8: Uint8Array): boolean {
  try {
    asymmetric.checkPrivateKey(spec, pkcs8).privateKey.fill(0)
    return true
  } catch {
    return false
  }
}

function readMaterials(value: unknown, spec: KeySpec, name: string): Uint8Array[] {
  const texts = (value === undefined || value === null ? [] : [value].flat()) as unknown[]
  if (texts.length > 1 && spec !== 'SYMMETRIC_DEFAULT')
    throw wrong(name, `has one KeyMaterial: only SYMMETRIC_DEFAULT keys rotate`)
  const { material } = factsOf(spec)
  return texts.map((item) => {
    const written = readText(item, `${name}: KeyMaterial`)
    if (!material) return readPrivateKey(written, name)
    const bytes = readBytes(written, name)
    if (bytes.length >= material.least && bytes.length <= material.most) return bytes
    throw wrong(
      name,
      `needs KeyMaterial of ${material.least === material.most ? '' : `${material.least} to `}${material.most} bytes`,
    )
  })
}

function readPrivateKey(written: string, name: string): Uint8Array {
  const pem = /^\s*-----BEGIN [A-Z ]*PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END [A-Z ]*PRIVATE KEY-----\s*$/.exec(
    written,
  )
  const der = readBytes(pem ? pem[1]!.replace(/\s/g, '') : written, name)
  const pkcs8 = toPkcs8(der)
  if (pkcs8) return pkcs8
  throw wrong(name, 'needs KeyMaterial that is a private key in PKCS #8, PKCS #1 or SEC 1')
}

function readBytes(written: string, name: string): Uint8Array {
  const digits = written.trim()
  try {
    return /^(?:[0-9a-fA-F]{2})+$/.test(digits) ? unhex(digits) : unbase64(digits)
  } catch {
    throw wrong(name, 'needs KeyMaterial in hexadecimal or base64')
  }
}

const wrong = (what: string, why: string) => validationError(`${what} ${why}.`)

function membersOf(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members
  throw wrong(what, 'must be an object')
}

function refuseOthers(others: Members, what: string): void {
  const [name] = Object.keys(others)
  if (name !== undefined) throw wrong(what, `has no member '${name.slice(0, 64)}'`)
}

function readList(value: unknown, what: string): unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw wrong(what, 'must be a list')
}

function readText(value: unknown, what: string): string {
  if (typeof value === 'string' && value.length <= 32_768 && text(utf8(value)) === value) return value
  throw wrong(what, 'must be a text')
}

function readId(value: unknown): string {
  if (typeof value === 'string' && isKeyId(value)) return value
  throw wrong('KeyId of a seeded key', "must be a UUID in small letters, or 'mrk-' and 32 hexadecimal digits")
}

function readAccount(value: unknown, name: string): string {
  if (typeof value === 'string' && /^\d{12}$/.test(value)) return value
  throw wrong(`${name}: AccountId`, 'must have twelve digits')
}

function readSpec(value: unknown, name: string): KeySpec {
  if (typeof value === 'string' && Object.hasOwn(keySpecs, value)) return value as KeySpec
  throw wrong(`${name}: KeySpec`, 'must be one of AWS KMS')
}

function readUsage(value: unknown, spec: KeySpec, name: string): KeyUsage {
  const offered = Object.keys(factsOf(spec).usages) as KeyUsage[]
  if (value === undefined && offered.length === 1) return offered[0]!
  if (offered.includes(value as KeyUsage)) return value as KeyUsage
  throw wrong(`${name}: KeyUsage`, `must be ${offered.join(' or ')}`)
}

function readOrigin(value: unknown, name: string): SeededKey['origin'] {
  if (value === undefined || value === 'AWS_KMS') return 'AWS_KMS'
  if (value === 'EXTERNAL') return value
  throw wrong(`${name}: Origin`, 'must be AWS_KMS or EXTERNAL')
}

function readTags(value: unknown, name: string): Record<string, string> {
  const entries = readList(value, `${name}: Tags`).map((tag) => {
    const { TagKey, TagValue } = membersOf(tag, `${name}: a tag`)
    return [readText(TagKey, `${name}: TagKey`), readText(TagValue, `${name}: TagValue`)] as const
  })
  return Object.fromEntries(entries)
}

function readAlias(value: unknown, name: string): string {
  if (typeof value === 'string' && /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/.test(value)) return value
  throw wrong(`${name}: Aliases`, "must start with 'alias/', and not with 'alias/aws/'")
}
