/** What every file here says to WebCrypto. Its key objects are copies of the key that only the engine can wipe. */

type Algorithm = Parameters<SubtleCrypto['importKey']>[2]

/** The DOM's types refuse views that might lie over shared memory; the enclave's port has refused those already. */
export const source = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>

/** A non-extractable key of PKCS#8 bytes. */
export const importPrivateKey = (pkcs8: Uint8Array, algorithm: Algorithm, usage: 'sign' | 'decrypt' | 'deriveBits') =>
  crypto.subtle.importKey('pkcs8', source(pkcs8), algorithm, false, [usage])

/** A key of SubjectPublicKeyInfo bytes. */
export const importPublicKey = (spki: Uint8Array, algorithm: Algorithm, ...usages: ('verify' | 'encrypt')[]) =>
  crypto.subtle.importKey('spki', source(spki), algorithm, true, usages)

/** A fresh pair as PKCS#8 and SubjectPublicKeyInfo. */
export async function exportPair(pair: CryptoKeyPair): Promise<{ privateKey: Uint8Array; publicKey: Uint8Array }> {
  const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  return { privateKey, publicKey }
}

const answers = new Map<string, Promise<boolean>>()

/** Whether the engine has a signature algorithm that not every engine has: asked once, by making a throw-away key. */
export function engineHas(algorithm: 'Ed25519' | EcKeyGenParams): Promise<boolean> {
  const name = typeof algorithm === 'string' ? algorithm : algorithm.namedCurve
  const answer = answers.get(name) ?? tryKey(algorithm)
  answers.set(name, answer)
  return answer
}

const tryKey = (algorithm: 'Ed25519' | EcKeyGenParams): Promise<boolean> =>
  crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']).then(
    () => true,
    () => false,
  )

/** Random bytes in a buffer of their own, at most 65,536. */
export const randomBytes = (length: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(new ArrayBuffer(length)))
