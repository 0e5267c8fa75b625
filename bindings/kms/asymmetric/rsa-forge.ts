/**
 * RSA's private operation by node-forge: CRT with a random blinding factor for each call (its `lib/rsa.js`), as
 * JavaScript can offer it. Its big integers and strings cannot be wiped.
 */

import jsbn from 'node-forge/lib/jsbn.js'
import rsa from 'node-forge/lib/rsa.js'
import { hex } from '../../bytes.ts'
import { decodeRsaPrivateKey } from './rsa-key.ts'
import type { RsaPrivateOperation } from './rsa-private.ts'

export const rsaByForge: RsaPrivateOperation = (pkcs8, encoded) => {
  const { n, e, d, p, q, dP, dQ, qInv } = decodeRsaPrivateKey(pkcs8)
  const big = (bytes: Uint8Array) => new jsbn.BigInteger(hex(bytes), 16)
  const key = rsa.setPrivateKey(big(n), big(e), big(d), big(p), big(q), big(dP), big(dQ), big(qInv))
  // `false` asks for the private operation without padding.
  const signature = rsa.encrypt(String.fromCharCode(...encoded), key, false)
  return Uint8Array.from(signature, (character) => character.charCodeAt(0))
}
