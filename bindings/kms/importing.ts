/** Import parameters: a wrapping key that one KMS key may be fed through for a day, found by its token. */
import { hex } from '../bytes.ts'
import { KmsError } from '../errors.ts'
import { type Json, Table } from '../stores/records.ts'
import { generateKeyPair, type WrappingAlgorithm } from './asymmetric/index.ts'
import type { RsaKeySpec } from './asymmetric/specs.ts'
import type { KeyRecord } from './key.ts'
import { putMaterial } from './newkey.ts'
import type { Call } from './operation.ts'
import { DAY } from './schedule.ts'

export type ImportParameters = {
  readonly token: string
  readonly keyArn: string
  readonly algorithm: WrappingAlgorithm
  readonly spec: RsaKeySpec
  readonly validTo: number
}

const parametersPath = (token: string): string => `import/${token}`
const parametersScope = (keyArn: string): string => `import/${keyArn}`
/** Beside the key's own material, so that it goes with it; ids of real material are hexadecimal. */
const wrappingKeyId = (token: string): string => `import-${token}`

type Using = Pick<Call, 'box' | 'transaction' | 'slots' | 'now'>

/** Makes a wrapping key pair for one key; what an earlier call made and let lapse is swept away. */
export async function makeParameters(call: Using, key: KeyRecord, spec: RsaKeySpec, algorithm: WrappingAlgorithm) {
  await dropParameters(call, key, ({ validTo }) => validTo <= call.now)
  const pair = await generateKeyPair(spec)
  const slot = call.box.core.importKey(pair.privateKey)
  pair.privateKey.fill(0)
  const tokenBytes = call.box.core.random(32)
  const token = hex(tokenBytes)
  const parameters: ImportParameters = { token, keyArn: key.arn, algorithm, spec, validTo: call.now + DAY }
  putMaterial(call, key, wrappingKeyId(token), slot)
  call.transaction.put(Table.service, parametersPath(token), parametersScope(key.arn), parameters)
  return { parameters, tokenBytes, publicKey: pair.publicKey }
}

/** @throws InvalidImportTokenException for tokens that are not this key's, ExpiredImportTokenException for late ones */
export async function readParameters(call: Using, key: KeyRecord, token: Uint8Array): Promise<ImportParameters> {
  const found = await call.transaction.get<ImportParameters>(Table.service, parametersPath(hex(token)))
  if (found?.keyArn !== key.arn)
    throw new KmsError('InvalidImportTokenException', 'The import token is not valid for this key.')
  if (call.now >= found.validTo) throw new KmsError('ExpiredImportTokenException', 'The import token has expired.')
  return found
}

/** Lends the private wrapping key for one call, and wipes it. */
export async function lendWrappingKey<T>(
  call: Using,
  { keyArn, token }: ImportParameters,
  work: (privateKey: Uint8Array) => Promise<T>,
): Promise<T> {
  const slot = await call.transaction.openMaterial(`${keyArn}/${wrappingKeyId(token)}`)
  if (!slot) throw new KmsError('InvalidImportTokenException', 'The import token is not valid for this key.')
  const privateKey = slot.release()
  slot.destroy()
  try {
    return await work(privateKey)
  } finally {
    privateKey.fill(0)
  }
}

/** Removes a key's import parameters: those that lapsed, or all when the key goes. */
export async function dropParameters(
  call: Pick<Call, 'transaction'>,
  key: KeyRecord,
  which: (parameters: ImportParameters) => boolean = () => true,
): Promise<void> {
  const page = await call.transaction.list<ImportParameters & Json>(Table.service, parametersScope(key.arn), 1000)
  for (const { path, value } of page.rows) {
    if (!which(value)) continue
    call.transaction.delete(Table.service, path)
    call.transaction.deleteMaterial(`${key.arn}/${wrappingKeyId(value.token)}`)
  }
}
