/** Failures of stores and unlocking, as the owner of a box is told of them. */
import { KmsError, validationError } from '../errors.ts'
import { UnlockFailed } from '../seals/seal.ts'
import { DamagedCopy } from '../stores/copy.ts'
import { StorePresence } from '../stores/open.ts'
import { Tampered } from '../stores/records.ts'
import { StoreUnavailable } from '../stores/unavailable.ts'

/** Whatever is not listed stays inside. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof UnlockFailed) return new KmsError('AccessDeniedException', error.message)
  if (error instanceof StoreUnavailable) return new KmsError('KeyUnavailableException', error.message)
  if (error instanceof Tampered)
    return new KmsError('KMSInternalException', `The store is not to be trusted: ${error.message}.`)
  if (error instanceof StorePresence) return new KmsError('AlreadyExistsException', `${capital(error.message)}.`)
  if (error instanceof DamagedCopy) return validationError('The copy of the store is damaged, or none.')
  return error instanceof TypeError || error instanceof RangeError ? validationError(error.message) : error
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
