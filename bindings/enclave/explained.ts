/** Failures of stores and unlocking, as the owner of a box is told of them. */
import { KmsError, validationError } from '../errors.ts'
import { UnlockFailed } from '../seals/seal.ts'
import { Tampered } from '../stores/records.ts'
import { StoreUnavailable } from '../stores/unavailable.ts'

/** Whatever is not listed stays inside. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof UnlockFailed) return new KmsError('AccessDeniedException', error.message)
  if (error instanceof StoreUnavailable) return new KmsError('KeyUnavailableException', error.message)
  if (error instanceof Tampered)
    return new KmsError('KMSInternalException', `The store is not to be trusted: ${error.message}.`)
  return error instanceof TypeError || error instanceof RangeError ? validationError(error.message) : error
}
