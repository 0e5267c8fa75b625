/**
 * External key stores at work. Every ciphertext is made twice: our core seals under an internal backing key, then the
 * external key manager encrypts what the core made, so neither can read it alone. [AWS KMS Developer Guide, "Double
 * encryption"; FORMATS.md, suite 02]
 */
import { concat } from '../../bytes.ts'
import type { Slot } from '../../core.ts'
import { internalError, KmsError } from '../../errors.ts'
import { identityOf } from '../../policy/principals.ts'
import { Table, type Transaction } from '../../stores/records.ts'
import {
  contextHash,
  type EncryptionContext,
  HEADER_BYTES,
  invalidCiphertext,
  parseBlob,
  Suite,
} from '../ciphertext.ts'
import type { KeyRecord } from '../key.ts'
import type { Call } from '../operation.ts'
import { openIn, sealIn, type Using, usableMaterial } from '../symmetric.ts'
import { ProxyFault, whenConfiguring, whenCreatingKey, whenUsing, worded } from './faults.ts'
import { type ProxyMeans, type RequestMetadata, XksProxy } from './proxy.ts'
import { type ConnectionErrorCode, credentialPath, type ExternalStore, memberPath } from './record.ts'
import { joinWrapped, splitWrapped } from './wrapping.ts'

type Asking = Pick<Call, 'caller' | 'operation' | 'requestId' | 'transaction' | 'now' | 'place'>
type Context = EncryptionContext | undefined

export class ExternalStores {
  readonly #means: ProxyMeans

  constructor(means: ProxyMeans) {
    this.#means = means
  }

  /** @throws the exceptions by which CreateCustomKeyStore and UpdateCustomKeyStore say what is wrong with a proxy */
  checkConfiguration(call: Asking, store: ExternalStore): Promise<void> {
    return worded(whenConfiguring, () => this.#checkHealth(call, store))
  }

  /** What a connection fails with; undefined if it stands. */
  async connectionError(call: Asking, store: ExternalStore): Promise<ConnectionErrorCode | undefined> {
    try {
      await this.#checkHealth(call, store)
      return undefined
    } catch (error) {
      if (error instanceof ProxyFault) return error.fault.connecting
      throw error
    }
  }

  #checkHealth(call: Asking, store: ExternalStore): Promise<void> {
    const { operation: kmsOperation, requestId: kmsRequestId } = call
    return this.#ask(call, store, call.place.region, (proxy) => proxy.checkHealth({ kmsOperation, kmsRequestId }))
  }

  /** @throws unless the external key can stand behind a new KMS key, and stands behind none yet */
  async checkKey(call: Asking, store: ExternalStore, xksKeyId: string): Promise<void> {
    if ((await call.transaction.get(Table.service, memberPath(store.id, xksKeyId))) !== undefined) {
      const message = `The external key ${xksKeyId} is already in use in this external key store.`
      throw new KmsError('XksKeyAlreadyInUseException', message)
    }
    const { keySpec, keyStatus, keyUsage } = await worded(whenCreatingKey, () =>
      this.#ask(call, store, call.place.region, (proxy) => proxy.keyFacts(xksKeyId, callerMetadata(call))),
    )
    requireFit('key spec', 'must be AES_256', keySpec, keySpec === 'AES_256')
    requireFit('status', 'must be ENABLED', keyStatus, keyStatus === 'ENABLED')
    const usable = keyUsage.includes('ENCRYPT') && keyUsage.includes('DECRYPT')
    requireFit('key usage', 'must include ENCRYPT and DECRYPT', keyUsage.join(', '), usable)
  }

  async seal(call: Using, store: ExternalStore, key: KeyRecord, context: Context, content: Uint8Array | Slot) {
    const sealed = await sealIn(call.box, call, key, context, content)
    const header = sealed.subarray(0, HEADER_BYTES)
    const aad = concat(header, contextHash(call.box.core, context))
    const wrapped = await this.#use(call, store, key, (proxy, xksKeyId, metadata) =>
      proxy.encrypt(xksKeyId, sealed.subarray(HEADER_BYTES), aad, metadata),
    )
    return concat(header, joinWrapped(wrapped))
  }

  async open(call: Using, store: ExternalStore, key: KeyRecord, context: Context, blob: Uint8Array) {
    const { suite, bytes: header } = parseBlob(blob)
    const wrapped = splitWrapped(blob.subarray(HEADER_BYTES))
    if (suite !== Suite.external || !wrapped) throw invalidCiphertext()
    const materialId = usableMaterial(call, key, blob)
    const aad = concat(header, contextHash(call.box.core, context))
    return this.#use(call, store, key, async (proxy, xksKeyId, metadata) => {
      const sealed = concat(header, await proxy.decrypt(xksKeyId, wrapped, aad, metadata))
      return openIn(call.box, call, key, materialId, context, sealed).catch(refusePlaintext)
    })
  }

  #use<T>(
    call: Using,
    store: ExternalStore,
    key: KeyRecord,
    work: (proxy: XksProxy, xksKeyId: string, metadata: RequestMetadata) => Promise<T>,
  ): Promise<T> {
    const { xksKeyId = '' } = key.keyStore ?? {}
    const metadata = { ...callerMetadata(call), ...keyMetadata(call, key) }
    return worded(whenUsing, () => this.#ask(call, store, key.region, (proxy) => work(proxy, xksKeyId, metadata)))
  }

  /** Lends the proxy's client, with the secret that signs its requests, for one piece of work. */
  async #ask<T>(
    { transaction, now }: { readonly transaction: Transaction; readonly now: number },
    { id, backing }: ExternalStore,
    region: string,
    work: (proxy: XksProxy) => Promise<T>,
  ): Promise<T> {
    const secret = await transaction.openMaterial(credentialPath(id))
    if (!secret) throw internalError()
    try {
      return await work(new XksProxy(this.#means, backing, { accessKeyId: backing.accessKeyId, secret, region }, now))
    } finally {
      secret.destroy()
    }
  }
}

function callerMetadata({ caller, operation, requestId }: Pick<Call, 'caller' | 'operation' | 'requestId'>) {
  return { awsPrincipalArn: identityOf(caller).policyOwner, kmsOperation: operation, kmsRequestId: requestId }
}

/** The VPC is told only if caller and key belong to one account, as AWS does. */
function keyMetadata({ caller }: Pick<Call, 'caller'>, key: KeyRecord): Partial<RequestMetadata> {
  const { 'aws:SourceVpc': vpc, 'aws:SourceVpce': vpce } = caller.account === key.account ? (caller.context ?? {}) : {}
  return {
    kmsKeyArn: key.arn,
    ...(caller.viaService && { kmsViaService: caller.viaService.replace(/\..*/, '') }),
    ...(typeof vpc === 'string' && { awsSourceVpc: vpc }),
    ...(typeof vpce === 'string' && { awsSourceVpce: vpce }),
  }
}

function requireFit(what: string, requirement: string, found: string, fits: boolean): void {
  if (fits) return
  const message = `The ${what} of the external key ${requirement}. The ${what} of specified external key is ${found}.`
  throw new KmsError('XksKeyInvalidConfigurationException', message)
}

function refusePlaintext(error: unknown): never {
  const refused = error instanceof KmsError && error.name === 'InvalidCiphertextException'
  throw refused ? new ProxyFault('invalidPlaintext') : error
}
