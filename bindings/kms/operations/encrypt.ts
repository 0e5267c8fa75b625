/** Encrypt, Decrypt, ReEncrypt. */
import { hex, unbase64 } from '../../bytes.ts'
import { KmsError, validationError } from '../../errors.ts'
import * as asymmetric from '../asymmetric/index.ts'
import { requireAlgorithm } from '../asymmetric/specs.ts'
import { type EncryptionContext, parseBlob } from '../ciphertext.ts'
import { asymmetricSpec, isSymmetric, type KeyRecord, keyIdDigits } from '../key.ts'
import { lendPrivateKey } from '../material.ts'
import type { Input } from '../model.ts'
import { type Call, type NamedKey, type Rule, rejects } from '../operation.ts'
import { byAnyName, readBlobKey } from '../resolve.ts'
import { openUnder, openUnderIntoSlot, sealUnder, type Using } from '../symmetric.ts'

type Algorithm = NonNullable<Input<'Encrypt'>['EncryptionAlgorithm']>
type Context = EncryptionContext | undefined

export const encrypt: Rule<'Encrypt'> = {
  keys: [byAnyName('KeyId')],
  rejects: rejects.cryptographic,
  usage: 'ENCRYPT_DECRYPT',
  async run(call) {
    const { input, key } = call
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    requireFit(key, algorithm, input.EncryptionContext)
    const blob = isSymmetric(key)
      ? (await sealUnder(call, key, input.EncryptionContext, input.Plaintext)).blob
      : await asymmetric.encrypt(asymmetricSpec(key), algorithm, unbase64(key.publicKey as string), input.Plaintext)
    return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: algorithm }
  },
}

export const decrypt: Rule<'Decrypt'> = {
  keys: [(call) => ciphertextKey(call, call.input, 'KeyId')],
  rejects: rejects.cryptographic,
  usage: 'ENCRYPT_DECRYPT',
  async run(call) {
    const { input, key, trail } = call
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    trail.parameters.keyId = key.arn
    trail.parameters.encryptionAlgorithm = algorithm
    requireFit(key, algorithm, input.EncryptionContext)
    const answer = { KeyId: key.arn, EncryptionAlgorithm: algorithm }
    if (!input.CiphertextBlob) return answer // a dry run that ignores the ciphertext
    if (!isSymmetric(key)) return { ...answer, Plaintext: await decryptRsa(call, key, algorithm, input.CiphertextBlob) }
    requireSameKey(key, input.CiphertextBlob)
    const { plaintext, materialId } = await openUnder(call, key, input.EncryptionContext, input.CiphertextBlob)
    return { ...answer, Plaintext: plaintext, KeyMaterialId: materialId }
  },
}

export const reEncrypt: Rule<'ReEncrypt'> = {
  keys: [(call) => ciphertextKey(call, sourceOf(call.input), 'SourceKeyId'), byAnyName('DestinationKeyId')],
  permissions: ({ keys: [source, destination] }) => [
    { action: 'kms:ReEncryptFrom', resource: (source as NamedKey).arn, key: source },
    { action: 'kms:ReEncryptTo', resource: (destination as NamedKey).arn, key: destination },
  ],
  rejects: rejects.cryptographic,
  usage: 'ENCRYPT_DECRYPT',
  async run(call) {
    const { input, key: source, trail } = call
    const destination = (call.keys[1] as NamedKey).record as KeyRecord
    const from = input.SourceEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    const to = input.DestinationEncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT'
    trail.parameters.sourceKeyId = source.arn
    trail.parameters.sourceEncryptionAlgorithm = from
    trail.parameters.destinationEncryptionAlgorithm = to
    requireFit(source, from, input.SourceEncryptionContext)
    requireFit(destination, to, input.DestinationEncryptionContext)
    const answer = {
      SourceKeyId: source.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: from,
      DestinationEncryptionAlgorithm: to,
    }
    if (!input.CiphertextBlob) return answer
    const opened = await openSource(call, source, from, input.SourceEncryptionContext, input.CiphertextBlob)
    try {
      const sealed = await sealDestination(call, destination, to, input.DestinationEncryptionContext, opened.slot)
      return {
        ...answer,
        CiphertextBlob: sealed.blob,
        SourceKeyMaterialId: opened.materialId,
        DestinationKeyMaterialId: sealed.materialId,
      }
    } finally {
      opened.slot.destroy()
    }
  },
}

const sourceOf = (input: Input<'ReEncrypt'>) => ({
  ...input,
  EncryptionAlgorithm: input.SourceEncryptionAlgorithm,
  KeyId: input.SourceKeyId,
})

interface Ciphertext {
  readonly CiphertextBlob?: Uint8Array | undefined
  readonly KeyId?: string | undefined
  readonly EncryptionAlgorithm?: Algorithm | undefined
  readonly DryRun?: boolean | undefined
  readonly DryRunModifiers?: readonly string[] | undefined
}

/** The key that opens a ciphertext: the one the caller names, else the one a symmetric blob names. */
async function ciphertextKey(
  call: Pick<Call, 'transaction' | 'now' | 'box' | 'place'> & { readonly input: object },
  source: Ciphertext,
  member: string,
): Promise<NamedKey> {
  const ignored = source.DryRun && source.DryRunModifiers?.includes('IGNORE_CIPHERTEXT')
  const symmetric = (source.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT'
  if (!source.CiphertextBlob && !ignored) throw validationError('CiphertextBlob is required.')
  if (source.CiphertextBlob && symmetric && !ignored) parseBlob(source.CiphertextBlob)
  if (source.KeyId !== undefined) return byAnyName(member)(call)
  if (source.CiphertextBlob && symmetric) return readBlobKey(call, source.CiphertextBlob)
  throw validationError(`${member} is required.`)
}

/** A blob of one key handed to another is refused before any of the other's materials is tried. */
function requireSameKey(key: KeyRecord, blob: Uint8Array): void {
  if (hex(parseBlob(blob).keyId) === keyIdDigits(key.id)) return
  throw new KmsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )
}

function requireFit(key: KeyRecord, algorithm: Algorithm, context: Context): void {
  requireAlgorithm(key.spec, key.usage, algorithm)
  if (!isSymmetric(key) && context && Object.keys(context).length > 0) {
    throw validationError('An encryption context is valid only with symmetric encryption KMS keys.')
  }
}

const decryptRsa = (call: Using, key: KeyRecord, algorithm: Algorithm, blob: Uint8Array): Promise<Uint8Array> =>
  lendPrivateKey(call.transaction, key, (privateKey) =>
    asymmetric.decrypt(asymmetricSpec(key), algorithm, privateKey, blob),
  )

async function openSource(call: Using, key: KeyRecord, algorithm: Algorithm, context: Context, blob: Uint8Array) {
  if (isSymmetric(key)) {
    requireSameKey(key, blob)
    return openUnderIntoSlot(call, key, context, blob)
  }
  const plaintext = await decryptRsa(call, key, algorithm, blob)
  const slot = call.box.core.importKey(plaintext)
  plaintext.fill(0)
  return { slot, materialId: undefined }
}

type Opened = Awaited<ReturnType<typeof openSource>>

async function sealDestination(
  call: Using,
  key: KeyRecord,
  algorithm: Algorithm,
  context: Context,
  content: Opened['slot'],
): Promise<{ blob: Uint8Array; materialId?: string }> {
  if (isSymmetric(key)) return sealUnder(call, key, context, content)
  const plaintext = content.release()
  try {
    const publicKey = unbase64(key.publicKey as string)
    return { blob: await asymmetric.encrypt(asymmetricSpec(key), algorithm, publicKey, plaintext) }
  } finally {
    plaintext.fill(0)
  }
}
