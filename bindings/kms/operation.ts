/** What an operation is to the pipeline: whose keys it names, what it must be allowed, which states refuse it, what it does. */
import type { Core, Slot } from '../core.ts'
import { KmsError } from '../errors.ts'
import type { CallerFacts } from '../policy/facts.ts'
import type { Grant } from '../policy/grants.ts'
import type { Transaction } from '../stores/records.ts'
import type { Place } from './arn.ts'
import type { KeyUsage } from './asymmetric/specs.ts'
import type { Trail } from './audit.ts'
import type { KeyRecord, State } from './key.ts'
import type { KeyStores } from './keystores.ts'
import type { LastUses } from './lastuse.ts'
import type { Residents } from './material.ts'
import type { Input, OperationName, Output } from './model.ts'

/** What every request of one enclave shares. */
export interface Box {
  /** Account of callers that have none, such as AWS services. */
  readonly account: string
  readonly core: Core
  readonly residents: Residents
  readonly keyStores: KeyStores
  readonly lastUses: LastUses
  readonly principals: Principals
  /** Whether policies may name only principals that somebody has named before. */
  readonly strictPrincipals: boolean
  /** Whether tags of CreateKey may choose a key's id and material: for tests. */
  readonly customTags: boolean
  /** Milliseconds that keys spend in the passing states Creating and Updating. */
  readonly settleTime: number
}

/** Which principals exist, as far as this enclave was told. */
export interface Principals {
  exists(principal: string): boolean
}

/** A key that a request names. `record` is absent where there is no such key; `error` then says so to who may know. */
export interface NamedKey {
  readonly arn: string
  /** What the caller named, for messages that must not reveal which key an alias stands for. */
  readonly namedArn: string
  readonly record?: KeyRecord
  readonly error?: KmsError
  /** The alias that the request used, with its `alias/` prefix. */
  readonly alias?: string
  /** What everybody is told who may not use the key, where a reason would tell too much. */
  readonly refusal?: () => KmsError
  readonly storeConnected: boolean
}

/** One question to the policy evaluator. Without a key, identity policies alone answer it. */
export interface Permission {
  readonly action: string
  readonly resource: string
  readonly key?: NamedKey
  /** Grants that may speak for the caller; default: those on the key that name it. */
  readonly grants?: readonly Grant[]
}

/** One request on its way through the pipeline. */
export interface Call<Op extends OperationName = OperationName> {
  readonly operation: Op
  readonly input: Input<Op>
  readonly caller: CallerFacts
  /** The caller's account and the port's Region. */
  readonly place: Place
  readonly now: number
  readonly requestId: string
  readonly box: Box
  readonly transaction: Transaction
  /** The keys of `Rule.keys`, in that order. */
  readonly keys: readonly NamedKey[]
  /** The first of them; only operations whose rule names a key may read it. */
  readonly key: KeyRecord
  /** What the audit event tells beside input and output. */
  readonly trail: Trail
  /** Slots that live as long as the request, its commit included; the pipeline destroys them. */
  readonly slots: Slot[]
  /** Asks for one more permission that only shows while the operation runs; @throws AccessDeniedException */
  authorise(permission: Permission): Promise<void>
}

export interface Rule<Op extends OperationName> {
  readonly keys?: readonly ((call: Call<Op>) => Promise<NamedKey>)[]
  /** Default: `kms:<operation>` on each key, or on `*` if there is none. */
  readonly permissions?: (call: Call<Op>) => readonly Permission[]
  /** Refuses keys of a kind that the operation does not exist for, whatever their state. */
  readonly supports?: (call: Call<Op>) => void
  /** Key states that refuse the operation (kms/key_state_table). */
  readonly rejects?: readonly State[]
  readonly usage?: KeyUsage
  readonly run: (call: Call<Op>) => Promise<Output<Op>>
}

const pendingDeletion = ['PendingDeletion', 'PendingReplicaDeletion'] as const

/** Rows of the key-state table that several operations share. */
export const rejects = {
  cryptographic: ['Disabled', ...pendingDeletion, 'PendingImport', 'Unavailable', 'Creating'],
  grant: ['Disabled', ...pendingDeletion, 'PendingImport', 'Creating'],
  deleting: pendingDeletion,
  enabling: [...pendingDeletion, 'PendingImport', 'Creating', 'Updating'],
  rotation: ['Disabled', ...pendingDeletion, 'Creating'],
  importing: [...pendingDeletion, 'Unavailable', 'Creating', 'Updating'],
  replicating: ['Disabled', ...pendingDeletion, 'PendingImport', 'Creating', 'Updating'],
  receiving: [...pendingDeletion, 'Unavailable', 'Creating'],
  creatingOrUpdating: ['Creating', 'Updating'],
  deletion: [...pendingDeletion, 'Updating'],
} satisfies Record<string, readonly State[]>

const stateMessages: Readonly<Record<State, string>> = {
  Enabled: 'is enabled.',
  Disabled: 'is disabled.',
  PendingDeletion: 'is pending deletion.',
  PendingReplicaDeletion: 'is pending replica deletion.',
  PendingImport: 'is pending import.',
  Unavailable: 'is unavailable.',
  Creating: 'is creating.',
  Updating: 'is updating.',
  Deleted: 'is deleted.',
}

/** AWS's refusal of an operation in a key state. */
export function stateError(arn: string, state: State): KmsError {
  const name = state === 'Disabled' ? 'DisabledException' : 'KMSInvalidStateException'
  return new KmsError(name, `${arn} ${stateMessages[state]}`)
}

export const unsupportedOrigin = (key: KeyRecord): KmsError =>
  new KmsError(
    'UnsupportedOperationException',
    `${key.arn} origin is ${key.origin} which is not valid for this operation.`,
  )

export const usageError = (key: KeyRecord, operation: string): KmsError =>
  new KmsError('InvalidKeyUsageException', `${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`)
