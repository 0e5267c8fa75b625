/** From the names in a request to key records: ids, ARNs, aliases, and the header of a ciphertext. */
import { hex } from '../bytes.ts'
import { KmsError } from '../errors.ts'
import { ciphertextDenied } from '../policy/messages.ts'
import { type Json, Table } from '../stores/records.ts'
import { aliasArn, type KeyName, keyArn, keyIdFrom, keyOwnerPath, noSuchAlias, noSuchKey, parseKeyName } from './arn.ts'
import { parseBlob } from './ciphertext.ts'
import { type KeyRecord, stateOf } from './key.ts'
import { MANAGED_PREFIX, makeManagedKey, serviceOf } from './managed.ts'
import type { Call, NamedKey } from './operation.ts'

/** An alias row. */
export type AliasRecord = {
  readonly name: string
  readonly arn: string
  /** Absent for an AWS managed key's alias that no service has used yet. */
  readonly target?: string
  readonly created: number
  readonly updated: number
}

type Reader = Pick<Call, 'transaction' | 'now' | 'box' | 'place'> & Partial<Pick<Call, 'slots' | 'caller'>>
type Resolver = (call: Reader & { readonly input: object }) => Promise<NamedKey>

/** The key of an ARN, with its state's surroundings. A key past its waiting period is gone already. */
export async function readKey(call: Reader, arn: string): Promise<NamedKey> {
  const record = await call.transaction.get<KeyRecord & Json>(Table.key, arn)
  if (!record || stateOf(record, call.now) === 'Deleted') {
    return { arn, namedArn: arn, error: noSuchKey(arn), storeConnected: true }
  }
  const storeConnected = !record.keyStore || (await call.box.keyStores.isConnected(call, record))
  return { arn, namedArn: arn, record, storeConnected }
}

export async function readNamed(call: Reader, name: KeyName): Promise<NamedKey> {
  if (name.kind === 'key') return readKey(call, keyArn(name, name.id))
  const arn = aliasArn(name, name.alias)
  const alias = await call.transaction.get<AliasRecord>(Table.alias, arn)
  if (!alias?.target) {
    const managed = await managedFor(call, name)
    if (managed) return { arn: managed.arn, namedArn: arn, record: managed, alias: name.alias, storeConnected: true }
    return { arn, namedArn: arn, error: noSuchAlias(arn), alias: name.alias, storeConnected: true }
  }
  return { ...(await readKey(call, alias.target)), namedArn: arn, alias: name.alias }
}

/** A service that asks for its own key for the first time gets one. */
async function managedFor(call: Reader, name: KeyName & { kind: 'alias' }): Promise<KeyRecord | undefined> {
  const service = serviceOf(call.caller?.viaService, call.place)
  if (service === undefined || name.alias !== `${MANAGED_PREFIX}${service}` || !call.slots) return undefined
  return makeManagedKey({ ...call, slots: call.slots }, service)
}

/** A member that takes key ids, key ARNs, alias names and alias ARNs. */
export function byAnyName(member: string): Resolver {
  return (call) => readNamed(call, parseKeyName(memberOf(call, member), call.place))
}

/** A member that takes key ids and key ARNs only; aliases are refused in AWS's words. */
export function byKeyId(member: string): Resolver {
  return async (call) => {
    const value = memberOf(call, member)
    const name = parseKeyName(value, call.place)
    if (name.kind === 'alias') throw new KmsError('NotFoundException', `Invalid keyId '${value}'`)
    return readNamed(call, name)
  }
}

function memberOf(call: { readonly input: object }, member: string): string {
  return (call.input as Readonly<Record<string, string>>)[member] as string
}

/**
 * The key that a symmetric ciphertext names, in the port's Region only. A blob carries a key id without its account:
 * the caller's own is tried first, then the index of owners.
 */
export async function readBlobKey(call: Reader, blob: Uint8Array): Promise<NamedKey> {
  const header = parseBlob(blob)
  const id = keyIdFrom(header.keyId, header.multiRegion)
  const own = await readKey(call, keyArn(call.place, id))
  if (own.record) return { ...own, refusal: ciphertextDenied }
  const account = await call.transaction.get<string>(Table.service, keyOwnerPath(call.place.region, id))
  const foreign =
    account === undefined ? undefined : await readKey(call, keyArn({ account, region: call.place.region }, id))
  if (foreign?.record) return { ...foreign, refusal: ciphertextDenied }
  return { ...own, error: ciphertextDenied(), refusal: ciphertextDenied }
}

/** Index into a key's materials of the one that made a blob. */
export function materialOfBlob(key: KeyRecord, blob: Uint8Array): string | undefined {
  const prefix = hex(parseBlob(blob).material)
  return key.materials.find((material) => material.id.startsWith(prefix))?.id
}
