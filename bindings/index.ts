/** `kmsbox`: the names that the package exports on every platform. Importing it has no effect. */
import type { Kms } from './client.ts'
import type { ImportOptions, KmsOptions } from './open.ts'

export type { CallerKms, HsmUpdate, Kms, Operations, Question } from './client.ts'
export type { CallOptions } from './enclave/connect.ts'
export type { Unlock } from './enclave/parents.ts'
export type { CallerName, KmsRequest, Reply } from './enclave/wire.ts'
export { KmsError, type PlainError } from './errors.ts'
export type { HsmChanges, HsmCluster, NewHsmCluster } from './kms/keystores/cluster.ts'
export type { Input, OperationName, Output } from './kms/model.ts'
export type { ImportOptions, KmsOptions } from './open.ts'
export type { Anchor, AnchoredEntry } from './stores/anchor.ts'
export type { AuditVerdict } from './stores/records.ts'

/**
 * Opens a key management service, or makes it where there is none, and returns the handle of its owner.
 * @throws KmsError
 */
export declare function openKms(options?: KmsOptions): Promise<Kms>

/**
 * Makes a store out of the sealed copy that `kms.export()` gave, and opens it. The new store has an id and a root key of
 * its own, unless `move`.
 * @throws KmsError
 */
export declare function importStore(options: ImportOptions): Promise<Kms>
