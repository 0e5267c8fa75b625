/** Names of keys and aliases: parsing, resolving against a caller's account and Region, and AWS's errors for bad ones. */
import { hex } from '../bytes.ts'
import { KmsError } from '../errors.ts'

/** Where a bare key id or alias name is looked up. */
export interface Place {
  readonly account: string
  readonly region: string
}

/** What a KeyId parameter can name. */
export type KeyName = Place &
  ({ readonly kind: 'key'; readonly id: string } | { readonly kind: 'alias'; readonly alias: string })

const keyIdPattern = /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
const aliasPattern = /^alias\/[a-zA-Z0-9/_-]{1,250}$/

/** A UUID in small letters, or a multi-Region key's id. */
export const isKeyId = (id: string): boolean => keyIdPattern.test(id)

export const keyArn = (place: Place, id: string): string => `arn:aws:kms:${place.region}:${place.account}:key/${id}`
export const aliasArn = (place: Place, alias: string): string => `arn:aws:kms:${place.region}:${place.account}:${alias}`
export const rootArn = (account: string): string => `arn:aws:iam::${account}:root`
export const scopeOf = (place: Place): string => `${place.account}/${place.region}`

const isAccount = (id: string): boolean => /^\d{12}$/.test(id)

/** UUID form of 16 bytes, or `mrk-` and 32 digits for multi-Region keys. */
export function keyIdFrom(bytes: Uint8Array, multiRegion: boolean): string {
  const digits = hex(bytes)
  if (multiRegion) return `mrk-${digits}`
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    '-',
  )
}

const notFound = (message: string): KmsError => new KmsError('NotFoundException', message)

const invalidKeyId = (name: string): KmsError => notFound(`Invalid keyId '${name}'`)
export const noSuchKey = (arn: string): KmsError => notFound(`Key '${arn}' does not exist`)
export const noSuchAlias = (arn: string): KmsError => notFound(`Alias ${arn} is not found.`)

/**
 * Reads a KeyId parameter: key id, key ARN, alias name or alias ARN.
 * @throws NotFoundException for what is none of these, and for an ARN of another Region (AWS's wording)
 */
export function parseKeyName(name: string, caller: Place): KeyName {
  if (!name.startsWith('arn:')) return { ...parseLocalName(name, name), account: caller.account, region: caller.region }
  const parts = name.split(':')
  const [, partition, service, region, account] = parts
  if (
    parts.length !== 6 ||
    !partition?.startsWith('aws') ||
    service !== 'kms' ||
    !region ||
    !isAccount(account ?? '')
  ) {
    throw invalidKeyId(name)
  }
  const resource = parts[5] as string
  const local = parseLocalName(resource.startsWith('key/') ? resource.slice(4) : resource, name)
  if ((local.kind === 'key') !== resource.startsWith('key/')) throw invalidKeyId(name)
  if (region !== caller.region) throw notFound(`Invalid arn ${region}`)
  return { ...local, account: account as string, region }
}

function parseLocalName(local: string, whole: string) {
  if (isKeyId(local)) return { kind: 'key', id: local } as const
  if (aliasPattern.test(local)) return { kind: 'alias', alias: local } as const
  throw invalidKeyId(whole)
}

/** The parts of a key ARN that this box made itself. */
export function parseKeyArn(arn: string): Place & { readonly id: string } {
  const [, , , region, account, resource] = arn.split(':')
  return { region: region as string, account: account as string, id: (resource as string).slice(4) }
}

/** Path of the row that says which account a key id belongs to in a Region: ciphertexts carry the id alone. */
export const keyOwnerPath = (region: string, id: string): string => `owner/${region}/${id}`
