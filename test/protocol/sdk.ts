/** The AWS SDK as the tests use it: any operation by its name, no retries. */
import * as sdk from '@aws-sdk/client-kms'
import type { OperationName } from '../../bindings/kms/model.ts'

/** Every exception class of the SDK's KMS client. */
export const exceptions = Object.keys(sdk).filter(
  (name) => name.endsWith('Exception') && name !== 'KMSServiceException',
)

export const clientOver = (config: sdk.KMSClientConfig): sdk.KMSClient =>
  new sdk.KMSClient({ region: 'us-east-1', maxAttempts: 1, ...config })

/** The operation's answer without the SDK's metadata, its blobs as plain `Uint8Array`s. */
export async function send(client: sdk.KMSClient, operation: OperationName, input: object): Promise<unknown> {
  const Command = (sdk as unknown as Record<string, new (input: object) => sdk.ListKeysCommand>)[`${operation}Command`]!
  const { $metadata, ...output } = await client.send(new Command(input))
  return plain(output)
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}
