/**
 * RSA's bare private operation, which WebCrypto does not offer and a prepared digest needs.
 *
 * In Node it is OpenSSL's. In browsers it is node-forge's, whose exponentiation is blinded but, being JavaScript, not
 * constant-time. That library is loaded when first needed; where dynamic import is forbidden, as in a worker under a
 * Content-Security-Policy, the worker's entry imports `rsa-forge.ts` and hands its function to
 * {@link provideRsaPrivateOperation}.
 */
import { source } from './webcrypto.ts'

/** Raises `encoded`, as long as the modulus and less than it, to the private exponent of a PKCS#8 key. */
export type RsaPrivateOperation = (pkcs8: Uint8Array, encoded: Uint8Array) => Uint8Array

let provided: RsaPrivateOperation | undefined

export function provideRsaPrivateOperation(operation: RsaPrivateOperation): void {
  provided = operation
}

export async function rsaPrivateOperation(pkcs8: Uint8Array, encoded: Uint8Array): Promise<Uint8Array> {
  provided ??= fromOpenSsl() ?? (await import('./rsa-forge.ts')).rsaByForge
  return provided(pkcs8, encoded)
}

/** Undefined outside Node. `getBuiltinModule` keeps `node:crypto` out of every bundler's sight. */
function fromOpenSsl(): RsaPrivateOperation | undefined {
  const node = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (node?.privateEncrypt === undefined) return undefined
  return (pkcs8, encoded) => {
    const key = node.createPrivateKey({ key: source(pkcs8) as Buffer, format: 'der', type: 'pkcs8' })
    const signature = node.privateEncrypt({ key, padding: node.constants.RSA_NO_PADDING }, encoded)
    return new Uint8Array(signature.buffer, signature.byteOffset, signature.length)
  }
}
