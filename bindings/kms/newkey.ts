/** Making a key: its record, its first material, and the rows that find it. */
import { base64, hex } from '../bytes.ts'
import type { Slot } from '../core.ts'
import { KmsError } from '../errors.ts'
import { type Json, Table, type Transaction } from '../stores/records.ts'
import { keyArn, keyIdFrom, keyOwnerPath, scopeOf } from './arn.ts'
import * as asymmetric from './asymmetric/index.ts'
import { factsOf } from './asymmetric/specs.ts'
import { asymmetricSpec, type KeyRecord } from './key.ts'
import { countKeys } from './limits.ts'
import { materialPath, symmetricMaterialId } from './material.ts'
import type { Call } from './operation.ts'

export type Making = Pick<Call, 'box' | 'transaction' | 'now' | 'place' | 'slots'>

export interface NewKey extends Pick<KeyRecord, 'spec' | 'usage' | 'origin' | 'policy' | 'description' | 'tags'> {
  readonly multiRegion: boolean
  /** Default: a random one. */
  readonly id?: string
  readonly manager?: 'AWS'
  readonly keyStore?: KeyRecord['keyStore']
}

/** Writes a key record under its ARN; every change of a key goes through here. */
export function putKey(transaction: Transaction, key: KeyRecord): void {
  transaction.put(Table.key, key.arn, scopeOf(key), key as unknown as Json)
}

/** Where a new key's material comes from. */
export type Furnish = (call: Making, key: KeyRecord) => Promise<First> | First

/** Creates a key; its material is fresh unless it is given or to be imported. @throws AlreadyExistsException */
export async function storeNewKey(call: Making, wanted: NewKey, furnish: Furnish = firstMaterial): Promise<KeyRecord> {
  const { multiRegion, manager = 'CUSTOMER', id = keyIdFrom(randomUuid(call), multiRegion), ...facts } = wanted
  const { place, now, transaction } = call
  await requireFree(call, keyArn(place, id))
  const blank: KeyRecord = {
    ...facts,
    arn: keyArn(place, id),
    id,
    account: place.account,
    region: place.region,
    manager,
    created: now,
    enabled: true,
    aliases: [],
    materials: [],
    onDemandRotations: 0,
    ...(multiRegion && { multiRegion: { primary: place.region, replicas: [] } }),
  }
  const key = { ...blank, ...(await furnish(call, blank)) }
  await countKeys(transaction, place, 1)
  putKey(transaction, key)
  putOwner(transaction, key)
  return key
}

async function requireFree({ transaction }: Making, arn: string): Promise<void> {
  if (await transaction.get(Table.key, arn)) {
    throw new KmsError('AlreadyExistsException', `A key with the ARN ${arn} already exists`)
  }
}

/** Enters the key's account under its id, for ciphertexts that other accounts hand in. */
export function putOwner(transaction: Transaction, key: KeyRecord): void {
  transaction.put(Table.service, keyOwnerPath(key.region, key.id), scopeOf(key), key.account)
}

function randomUuid({ box }: Making): Uint8Array {
  const bytes = box.core.random(16)
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40 // version 4
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80 // RFC 9562 variant
  return bytes
}

export type First = Pick<KeyRecord, 'materials' | 'current' | 'publicKey'>

async function firstMaterial(call: Making, key: KeyRecord): Promise<First> {
  if (key.origin === 'EXTERNAL') return { materials: [] }
  if (key.keyStore) return call.box.keyStores.furnish(call, key)
  const material = factsOf(key.spec).material
  if (material) return newBackingKey(call, key, material.generated)
  const pair = await asymmetric.generateKeyPair(asymmetricSpec(key))
  const slot = call.box.core.importKey(pair.privateKey)
  pair.privateKey.fill(0)
  const id = hex(call.box.core.random(16))
  putMaterial(call, key, id, slot)
  return { materials: [{ id, created: call.now }], current: id, publicKey: base64(pair.publicKey) }
}

/** A random symmetric or HMAC backing key, born in the core and sealed there. */
export function newBackingKey(call: Making, key: KeyRecord, length: number): First {
  const { core } = call.box
  const slot = core.generateKey(length)
  const id = key.spec === 'SYMMETRIC_DEFAULT' ? symmetricMaterialId(key, slot) : hex(core.random(16))
  putMaterial(call, key, id, slot)
  return { materials: [{ id, created: call.now }], current: id }
}

/** Stores one backing key of a key; the slot ends with the request. */
export function putMaterial(call: Pick<Making, 'transaction' | 'slots'>, key: KeyRecord, id: string, slot: Slot): void {
  call.slots.push(slot)
  call.transaction.putMaterial(materialPath(key.arn, id), key.arn, slot)
}
