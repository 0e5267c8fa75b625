/** CreateAlias, UpdateAlias, DeleteAlias, ListAliases. An alias row and its key's list of aliases change together. */
import { KmsError, validationError } from '../../errors.ts'
import { Table, type Transaction } from '../../stores/records.ts'
import { aliasArn, noSuchAlias, scopeOf } from '../arn.ts'
import { type KeyRecord, stateOf } from '../key.ts'
import { limitExceeded, quotas } from '../limits.ts'
import { MANAGED_PREFIX } from '../managed.ts'
import { putKey } from '../newkey.ts'
import { type Call, type NamedKey, type Permission, type Rule, rejects, stateError } from '../operation.ts'
import { listRows } from '../paging.ts'
import { type AliasRecord, byAnyName, byKeyId, readKey } from '../resolve.ts'

const PREFIX = 'alias/'

export const createAlias: Rule<'CreateAlias'> = {
  keys: [byKeyId('TargetKeyId')],
  permissions: (call) => onAliasAndKeys('kms:CreateAlias', call),
  rejects: rejects.deleting,
  async run({ input, key, place, transaction, now, trail }) {
    requireCustomerName(input.AliasName)
    const arn = aliasArn(place, input.AliasName)
    if (await transaction.get(Table.alias, arn)) {
      throw new KmsError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
    }
    attach(transaction, key, input.AliasName)
    putAlias(transaction, place, { name: input.AliasName, arn, target: key.arn, created: now, updated: now })
    trail.resources.push(arn)
    return {}
  },
}

export const updateAlias: Rule<'UpdateAlias'> = {
  keys: [byKeyId('TargetKeyId'), (call) => targetOf(call, call.input.AliasName)],
  permissions: (call) => onAliasAndKeys('kms:UpdateAlias', call),
  async run({ input, key, keys, place, transaction, now, trail }) {
    requireCustomerName(input.AliasName)
    const arn = aliasArn(place, input.AliasName)
    const state = stateOf(key, now)
    if (state === 'PendingDeletion' || state === 'PendingReplicaDeletion') throw stateError(key.arn, state)
    const alias = (await transaction.get<AliasRecord>(Table.alias, arn)) as AliasRecord
    const former = (keys[1] as NamedKey).record as KeyRecord
    if (former.usage !== key.usage || (former.spec === 'SYMMETRIC_DEFAULT') !== (key.spec === 'SYMMETRIC_DEFAULT')) {
      throw validationError(`Alias ${arn} can point only to a key of the same type and usage.`)
    }
    if (former.arn !== key.arn) {
      attach(transaction, key, input.AliasName)
      detach(transaction, former, input.AliasName)
    }
    putAlias(transaction, place, { ...alias, target: key.arn, updated: now })
    trail.resources.push(arn)
    return {}
  },
}

export const deleteAlias: Rule<'DeleteAlias'> = {
  keys: [(call) => targetOf(call, call.input.AliasName)],
  permissions: (call) => onAliasAndKeys('kms:DeleteAlias', call),
  async run({ input, key, place, transaction, trail }) {
    requireCustomerName(input.AliasName)
    const arn = aliasArn(place, input.AliasName)
    detach(transaction, key, input.AliasName)
    transaction.delete(Table.alias, arn)
    trail.resources.push(arn)
    return {}
  },
}

export const listAliases: Rule<'ListAliases'> = {
  async run(call) {
    const { input, operation, transaction, place } = call
    const only = input.KeyId === undefined ? undefined : await byAnyName('KeyId')(call)
    if (only?.error) throw only.error
    const { items, page } = await listRows(
      transaction,
      operation,
      input,
      [Table.alias, scopeOf(place)],
      (alias: AliasRecord) => (!only || alias.target === only.arn ? entryOf(alias) : undefined),
    )
    return { Aliases: items, ...page }
  },
}

function entryOf(alias: AliasRecord) {
  return {
    AliasName: alias.name,
    AliasArn: alias.arn,
    ...(alias.target && { TargetKeyId: alias.target.slice(alias.target.lastIndexOf('/') + 1) }),
    CreationDate: new Date(alias.created),
    LastUpdatedDate: new Date(alias.updated),
  }
}

/** AWS asks twice: for the alias, which only IAM policies can allow, and for each key that gains or loses it. */
function onAliasAndKeys(
  action: string,
  call: Pick<Call, 'place' | 'keys'> & { readonly input: { readonly AliasName: string } },
): Permission[] {
  return [
    { action, resource: aliasArn(call.place, call.input.AliasName) },
    ...call.keys.map((key) => ({ action, resource: key.arn, key })),
  ]
}

async function targetOf(call: Pick<Call, 'transaction' | 'now' | 'box' | 'place'>, name: string): Promise<NamedKey> {
  const arn = aliasArn(call.place, name)
  const alias = await call.transaction.get<AliasRecord>(Table.alias, arn)
  if (alias?.target) return { ...(await readKey(call, alias.target)), namedArn: arn, alias: name }
  return { arn, namedArn: arn, error: noSuchAlias(arn), alias: name, storeConnected: true }
}

function requireCustomerName(name: string): void {
  if (!name.startsWith(PREFIX) || name.length === PREFIX.length) {
    throw validationError(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (name.startsWith(MANAGED_PREFIX)) throw new KmsError('NotAuthorizedException', '')
  if (name.includes(':'))
    throw new KmsError('InvalidAliasNameException', `${name} contains invalid characters for an alias`)
}

export function putAlias(transaction: Transaction, place: Call['place'], alias: AliasRecord): void {
  transaction.put(Table.alias, alias.arn, scopeOf(place), alias)
}

function attach(transaction: Transaction, key: KeyRecord, name: string): void {
  if (key.aliases.length >= quotas.aliasesPerKey) {
    throw limitExceeded(`The key ${key.arn} has reached its quota of ${quotas.aliasesPerKey} aliases.`)
  }
  putKey(transaction, { ...key, aliases: [...key.aliases, name] })
}

function detach(transaction: Transaction, key: KeyRecord, name: string): void {
  putKey(transaction, { ...key, aliases: key.aliases.filter((alias) => alias !== name) })
}
