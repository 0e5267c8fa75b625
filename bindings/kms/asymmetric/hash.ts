/** The hashes that signatures need beside WebCrypto's: synchronous, of public or short-lived values. */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { SigningFacts } from './specs.ts'

export type SignatureHash = NonNullable<SigningFacts['hash']>

const hashes = { 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 }

export const hash = (name: SignatureHash, ...messages: Uint8Array[]): Uint8Array => {
  const state = hashes[name].create()
  for (const message of messages) state.update(message)
  return state.digest()
}

export const hashBytes = (name: SignatureHash): number => hashes[name].outputLen
