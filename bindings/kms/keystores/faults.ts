/**
 * What can go wrong between KMS and an XKS proxy, and what callers are told. Cryptographic operations answer all of it
 * with KMSInvalidStateException, so the message matters. [AWS KMS External Key Store Proxy API Specification, "Error
 * codes"; AWS KMS Developer Guide, "Troubleshooting external key stores"]
 */
import { KmsError } from '../../errors.ts'
import type { ConnectionErrorCode } from './record.ts'

interface Fault {
  readonly message: string
  /** The exception of CreateCustomKeyStore and UpdateCustomKeyStore. */
  readonly configuring: string
  /** The exception of CreateKey. */
  readonly creatingKey: string
  /** What becomes of a connection that fails so. */
  readonly connecting: ConnectionErrorCode
}

const invalidState = 'CustomKeyStoreInvalidStateException'
const invalidKey = 'XksKeyInvalidConfigurationException'
const invalidProxy = 'XksProxyInvalidConfigurationException'
const invalidResponse = 'XksProxyInvalidResponseException'
const unreachable = 'XksProxyUriUnreachableException'

const uninterpretable: Fault = {
  message:
    'AWS KMS cannot interpret the response from the external key store proxy. If you see this error repeatedly, report it to your external key store proxy administrator.',
  configuring: invalidResponse,
  creatingKey: invalidState,
  connecting: 'XKS_PROXY_INVALID_RESPONSE',
}

/** By the `errorName` of the proxy, and for what the proxy does not say itself. */
export const faults = {
  ValidationException: uninterpretable,
  malformed: uninterpretable,
  InvalidStateException: {
    message:
      'The external key store proxy rejected the request because the external key is not enabled in the external key manager.',
    configuring: invalidProxy,
    creatingKey: invalidKey,
    connecting: 'XKS_PROXY_INVALID_CONFIGURATION',
  },
  InvalidCiphertextException: {
    message:
      'The external key store proxy rejected the request because the specified ciphertext or additional authenticated data is corrupted, missing, or otherwise invalid.',
    configuring: invalidResponse,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_INVALID_RESPONSE',
  },
  /** The proxy's own plaintext does not open under our key. */
  invalidPlaintext: {
    message:
      'The ciphertext that the external key store proxy submitted for decryption, or the encryption context, is corrupted, missing, or otherwise invalid.',
    configuring: invalidResponse,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_INVALID_RESPONSE',
  },
  InvalidKeyUsageException: {
    message:
      'The external key store proxy rejected the request because the external key does not support the requested operation.',
    configuring: invalidResponse,
    creatingKey: invalidKey,
    connecting: 'XKS_PROXY_INVALID_RESPONSE',
  },
  AuthenticationFailedException: {
    message:
      'The external key store proxy rejected the request because it could not authenticate AWS KMS. Verify the credentials for your external key store and update if necessary.',
    configuring: 'XksProxyIncorrectAuthenticationCredentialException',
    creatingKey: invalidState,
    connecting: 'INVALID_CREDENTIALS',
  },
  AccessDeniedException: {
    message:
      'The external key store proxy denied access to the operation. Verify that the user and the external key are both authorized for this operation, and try the request again.',
    configuring: invalidProxy,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_ACCESS_DENIED',
  },
  KeyNotFoundException: {
    message: 'The external key store proxy rejected the request because it could not find the external key.',
    configuring: invalidResponse,
    creatingKey: 'XksKeyNotFoundException',
    connecting: 'XKS_PROXY_INVALID_RESPONSE',
  },
  InvalidUriPathException: {
    message:
      'The external key store proxy rejected the request because of an invalid URI path. Verify the URI path for your external key store and update if necessary.',
    configuring: invalidProxy,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_INVALID_CONFIGURATION',
  },
  UnsupportedOperationException: {
    message:
      'The external key store proxy rejected the request because it does not support the requested cryptographic operation.',
    configuring: invalidResponse,
    creatingKey: 'UnsupportedOperationException',
    connecting: 'XKS_PROXY_INVALID_RESPONSE',
  },
  DependencyTimeoutException: {
    message:
      'The external key store proxy did not respond to the request in the time allotted. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.',
    configuring: unreachable,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_TIMED_OUT',
  },
  ThrottlingException: {
    message:
      'The external key store proxy rejected the request due to a very high request rate. Reduce the frequency of your calls using KMS keys in this external key store.',
    configuring: unreachable,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_NOT_REACHABLE',
  },
  InternalException: {
    message:
      'The external key store proxy rejected the request because it cannot communicate with the external key manager. Verify that the external key store proxy configuration is correct and that the external key manager is available.',
    configuring: invalidResponse,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_NOT_REACHABLE',
  },
  unhealthy: {
    message:
      'The external key store proxy is in an unhealthy state. If you see this message repeatedly, notify your external key store proxy administrator.',
    configuring: unreachable,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_NOT_REACHABLE',
  },
  unreachable: {
    message:
      'AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you see this error repeatedly, verify that your external key store proxy is active and is connected to the network, and that its endpoint URI is correct in your external key store.',
    configuring: unreachable,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_NOT_REACHABLE',
  },
  timedOut: {
    message:
      'AWS KMS rejected the request because the external key store proxy did not respond in time. Retry the request. If you see this error repeatedly, report it to your external key store proxy administrator.',
    configuring: unreachable,
    creatingKey: invalidState,
    connecting: 'XKS_PROXY_TIMED_OUT',
  },
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

/** Thrown on the way to a proxy and back; each operation turns it into its own exception. */
export class ProxyFault extends Error {
  override name = 'ProxyFault'
  readonly fault: Fault

  constructor(name: FaultName) {
    super(faults[name].message)
    this.fault = faults[name]
  }
}

/** Runs work at the proxy, and words what goes wrong as the operation does. */
export async function worded<T>(as: (fault: Fault) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ProxyFault ? new KmsError(as(error.fault), error.message) : error
  }
}

export const whenConfiguring = ({ configuring }: Fault): string => configuring
export const whenCreatingKey = ({ creatingKey }: Fault): string => creatingKey
export const whenUsing = (): string => 'KMSInvalidStateException'
