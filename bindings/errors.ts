/** The one error class of the KMS: AWS's exception names, AWS's words, no stack from inside the enclave. */

/** Plain form in which a failure crosses the port. */
export interface PlainError {
  readonly name: string
  readonly message: string
}

/** Exceptions that are the service's fault: HTTP status 5xx. Every other exception is answered with 400 (KMS.md §17). */
const serverFaults: Readonly<Record<string, number>> = {
  KMSInternalException: 500,
  KeyUnavailableException: 500,
  DependencyTimeoutException: 503,
}

export class KmsError extends Error {
  /** HTTP status that AWS KMS answers with. */
  readonly status: number

  /**
   * @param name AWS's exception name, such as `NotFoundException`
   * @param message AWS's wording; empty where AWS sends none
   */
  constructor(name: string, message = '') {
    super(message)
    this.name = name
    this.status = serverFaults[name] ?? 400
  }

  toPlain(): PlainError {
    return { name: this.name, message: this.message }
  }
}

export const validationError = (message: string): KmsError => new KmsError('ValidationException', message)

/** What a caller sees of anything unexpected. The cause never leaves the enclave. */
export const internalError = (): KmsError =>
  new KmsError('KMSInternalException', 'The request was rejected because an internal exception occurred.')
