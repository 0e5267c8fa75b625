/** Every official vector for an algorithm that KMS keys offer, through the functions that the operations call. */
import { aeskwp } from '@noble/ciphers/aes.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { shake256 } from '@noble/hashes/sha3.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { afterAll, describe, expect, test } from 'vitest'
import { concat, hex, unhex } from '../../bindings/bytes.ts'
import { encodePrivateKey, encodePublicKey } from '../../bindings/kms/asymmetric/containers.ts'
import { element, encodeDer, octetString, sequence, unsignedInteger } from '../../bindings/kms/asymmetric/der.ts'
import type { AsymmetricKeySpec, EccKeySpec, MessageType } from '../../bindings/kms/asymmetric/index.ts'
import * as asymmetric from '../../bindings/kms/asymmetric/index.ts'
import type { Vector, VectorFile } from './asymmetric-vectors.ts'
import { readVectors, Tally, vectorFiles } from './asymmetric-vectors.ts'

type Key = VectorFile['keys'][string]
/** Runs one vector; a returned text says why it was not run. */
type Run = (vector: Vector, key: Key, file: string) => Promise<string | undefined>

const bytes = (value: unknown): Uint8Array => unhex((value ?? '') as string)
const hashes: { readonly [name: string]: ((message: Uint8Array) => Uint8Array) & { readonly outputLen: number } } = {
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
}

/** The outcome of an attempt: what it gave, or undefined if it was refused as KMS refuses. */
async function attempt<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    expect((error as Error).name, String((error as Error).stack)).toMatch(/Exception$/)
    return undefined
  }
}

function expectVerdict(vector: Vector, accepted: boolean): void {
  if (vector.result !== 'acceptable')
    expect(accepted, `${vector.id} ${vector.comment ?? ''}`).toBe(vector.result === 'valid')
}

async function accepts(
  spec: AsymmetricKeySpec,
  algorithm: string,
  type: MessageType,
  ...rest: [key: Uint8Array, message: Uint8Array, signature: Uint8Array]
): Promise<boolean> {
  const valid = await attempt(async () => {
    await asymmetric.verify(spec, algorithm, type, ...rest)
    return true
  })
  return valid === true
}

/** Verdicts on the message and on its digest must both be the vector's. */
async function expectVerdicts(
  vector: Vector,
  spec: AsymmetricKeySpec,
  algorithm: string,
  hash: string,
  key: Uint8Array,
  signature: Uint8Array,
) {
  const message = bytes(vector.msg)
  expectVerdict(vector, await accepts(spec, algorithm, 'RAW', key, message, signature))
  expectVerdict(vector, await accepts(spec, algorithm, 'DIGEST', key, hashes[hash]!(message), signature))
}

// --- elliptic curves -------------------------------------------------------------------------------------------------

const curves: { [name: string]: { spec: EccKeySpec; oid: string; bytes: number; hash: string } } = {
  'P-256': { spec: 'ECC_NIST_P256', oid: '06082a8648ce3d030107', bytes: 32, hash: 'SHA-256' },
  'P-384': { spec: 'ECC_NIST_P384', oid: '06052b81040022', bytes: 48, hash: 'SHA-384' },
  'P-521': { spec: 'ECC_NIST_P521', oid: '06052b81040023', bytes: 66, hash: 'SHA-512' },
  secp256k1: { spec: 'ECC_SECG_P256K1', oid: '06052b8104000a', bytes: 32, hash: 'SHA-256' },
}
curves.secp256r1 = curves['P-256']!
curves.secp384r1 = curves['P-384']!
curves.secp521r1 = curves['P-521']!

const ecAlgorithm = (curve: { oid: string }): Uint8Array => unhex(`06072a8648ce3d0201${curve.oid}`)
const stripped = (value: string): Uint8Array =>
  unhex((value.length % 2 ? `0${value}` : value).replace(/^(00)+(?=.)/, ''))
const base64url = (value: unknown): Uint8Array =>
  Uint8Array.from(atob((value as string).replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

async function expectSharedSecret(
  vector: Vector,
  curve: (typeof curves)[string],
  scalar: Uint8Array,
  peer: Uint8Array,
) {
  const padded = concat(new Uint8Array(curve.bytes - scalar.length), scalar)
  const content = sequence(element(0x02, Uint8Array.of(1)), octetString(padded))
  const { privateKey } = asymmetric.checkPrivateKey(curve.spec, encodePrivateKey(ecAlgorithm(curve), content))
  const secret = await attempt(() => asymmetric.deriveSharedSecret(curve.spec, privateKey, peer))
  if (secret === undefined) expect(vector.result, `${vector.id} ${vector.comment ?? ''}`).not.toBe('valid')
  else {
    expect(vector.result, `${vector.id} ${vector.comment ?? ''}`).not.toBe('invalid')
    expect(hex(secret), vector.id).toBe(vector.shared)
  }
}

const ecdh: Run = async (vector, key) => {
  const curve = curves[key.curve as string]!
  if (key.encoding === 'webcrypto') {
    const peer = vector.public as { crv?: string; x?: string; y?: string }
    if (peer.x === undefined || peer.y === undefined) return 'a JWK without a point has no SubjectPublicKeyInfo'
    const point = concat(Uint8Array.of(4), base64url(peer.x), base64url(peer.y))
    const named = curves[peer.crv ?? '']
    if (named === undefined) return 'a JWK of an unknown curve has no SubjectPublicKeyInfo'
    const scalar = base64url((vector.private as { d: string }).d)
    await expectSharedSecret(vector, curve, scalar, encodePublicKey(ecAlgorithm(named), point))
    return
  }
  const compressed = vector.flags?.includes('CompressedPoint') && vector.result !== 'invalid'
  if (compressed) return 'compressed points are refused'
  const peer = bytes(vector.public)
  const spki = key.encoding === 'ecpoint' ? encodePublicKey(ecAlgorithm(curve), peer) : peer
  await expectSharedSecret(vector, curve, stripped(vector.private as string), spki)
  return
}

const derSignature = (r: Uint8Array, s: Uint8Array): Uint8Array =>
  encodeDer(sequence(unsignedInteger(r), unsignedInteger(s)))

const ecdsa: Run = async (vector, key) => {
  const curve = curves[key.curve as string]
  if (curve === undefined || curve.hash !== key.sha) return 'no key spec has this curve with this hash'
  if (key.type === 'EcdsaBitcoinVerify' && vector.comment?.includes('malleability')) return 'high s is good elsewhere'
  const publicKey = key.publicKeyDer
    ? bytes(key.publicKeyDer)
    : encodePublicKey(ecAlgorithm(curve), bytes(key.publicKeyUncompressed))
  let signature = bytes(vector.sig)
  if (typeof vector.r === 'string') signature = derSignature(stripped(vector.r), stripped(vector.s as string))
  else if (key.type === 'EcdsaP1363Verify') {
    if (signature.length !== 2 * curve.bytes) return 'a P1363 signature of another length has no DER form'
    const half = hex(signature).slice(0, 2 * curve.bytes)
    signature = derSignature(stripped(half), stripped(hex(signature).slice(2 * curve.bytes)))
  }
  await expectVerdicts(vector, curve.spec, `ECDSA_SHA_${curve.hash.slice(4)}`, curve.hash, publicKey, signature)
  return
}

const ed25519Algorithm = unhex('06032b6570')

const ed25519: Run = async (vector, key) => {
  if (vector.context !== undefined || key.prehash === true) return 'Ed25519ctx is not offered'
  const raw = bytes(key.publicKeyDer ?? '')
  const publicKey = raw.length > 0 ? raw : encodePublicKey(ed25519Algorithm, bytes(key.publicKey))
  const spec = 'ECC_NIST_EDWARDS25519'
  const [message, signature] = [bytes(vector.msg), bytes(vector.sig)]
  expectVerdict(vector, await accepts(spec, 'ED25519_SHA_512', 'RAW', publicKey, message, signature))
  if (key.privateSeed === undefined) return
  const pkcs8 = encodePrivateKey(ed25519Algorithm, octetString(bytes(key.privateSeed)))
  const pair = asymmetric.checkPrivateKey(spec, pkcs8)
  expect(hex(pair.publicKey)).toBe(hex(publicKey))
  expect(hex(await asymmetric.sign(spec, 'ED25519_SHA_512', 'RAW', pair.privateKey, message))).toBe(vector.sig)
  return
}

// --- RSA -------------------------------------------------------------------------------------------------------------

const rsaSpec = (size: unknown): AsymmetricKeySpec | undefined => {
  const spec = `RSA_${size}`
  return asymmetric.isAsymmetric(spec) ? spec : undefined
}

const oaep: Run = async (vector, key, file) => {
  const spec = rsaSpec(key.keySize)
  if (spec === undefined) return 'no key spec has this modulus size'
  const privateKey = bytes(key.privateKeyPkcs8)
  if (file.includes('three_primes')) {
    expect(() => asymmetric.checkPrivateKey(spec, privateKey)).toThrow('not a valid PKCS #8')
    return 'keys of three primes are refused (which was checked)'
  }
  if (key.sha !== key.mgfSha || !['SHA-1', 'SHA-256'].includes(key.sha as string)) return 'OAEP with other hashes'
  if (vector.label) return 'OAEP with a label'
  const algorithm = `RSAES_OAEP_${(key.sha as string).replace('-', '_')}`
  const plaintext = await attempt(() => asymmetric.decrypt(spec, algorithm, privateKey, bytes(vector.ct)))
  expectVerdict(vector, plaintext !== undefined)
  if (plaintext !== undefined) expect(hex(plaintext), vector.id).toBe(vector.msg)
  return
}

const rsaAlgorithm = (scheme: 'PSS' | 'PKCS1_V1_5', sha: unknown): string =>
  `RSASSA_${scheme}_${(sha as string).replace('-', '_')}`

const pkcs1: Run = async (vector, key) => {
  const spec = rsaSpec(key.keySize)
  if (spec === undefined || hashes[key.sha as string] === undefined) return 'no algorithm has this size or hash'
  const algorithm = rsaAlgorithm('PKCS1_V1_5', key.sha)
  const [publicKey, signature] = [bytes(key.publicKeyDer ?? key.keyDer), bytes(vector.sig)]
  await expectVerdicts(vector, spec, algorithm, key.sha as string, publicKey, signature)
  if (key.privateKeyPkcs8 === undefined) return
  const privateKey = bytes(key.privateKeyPkcs8)
  const [message, digest] = [bytes(vector.msg), hashes[key.sha as string]!(bytes(vector.msg))]
  expect(hex(await asymmetric.sign(spec, algorithm, 'RAW', privateKey, message)), vector.id).toBe(vector.sig)
  expect(hex(await asymmetric.sign(spec, algorithm, 'DIGEST', privateKey, digest)), vector.id).toBe(vector.sig)
  return
}

/** Salts are as long as the digest: what is `valid` with another salt must fail, and the converse. */
const pss: Run = async (vector, key) => {
  const spec = rsaSpec(key.keySize)
  const hash = hashes[key.sha as string]
  if (spec === undefined || hash === undefined) return 'no algorithm has this size or hash'
  if (key.type === 'RsassaPssWithParametersVerify') return 'keys that are named RSASSA-PSS are not offered'
  const offered = key.mgfSha === key.sha && key.sLen === hash.outputLen
  const ours = key.mgfSha === key.sha && vector.comment === `s_len changed to ${hash.outputLen}`
  const expected: Vector = offered ? vector : { ...vector, result: ours ? 'valid' : 'invalid' }
  const [publicKey, signature] = [bytes(key.publicKeyDer), bytes(vector.sig)]
  await expectVerdicts(expected, spec, rsaAlgorithm('PSS', key.sha), key.sha as string, publicKey, signature)
  return
}

const rsaEncryption = unhex('06092a864886f70d0101010500')

const rsaAcvp: Run = async (vector, key, file) => {
  const [n, e] = [key.n as string, key.e as string].map(stripped) as [Uint8Array, Uint8Array]
  const publicKeyDer = hex(encodePublicKey(rsaEncryption, sequence(unsignedInteger(n), unsignedInteger(e))))
  const run = key.sigType === 'pss' ? pss : pkcs1
  return run(vector, { ...key, publicKeyDer, mgfSha: key.sha }, file)
}

const wrapped: Run = async (vector, key) => {
  const unwrap = (algorithm: 'RSA_AES_KEY_WRAP_SHA_256' | 'RSA_AES_KEY_WRAP_SHA_1') =>
    attempt(() =>
      asymmetric.unwrapKeyMaterial(
        `RSA_${key.keySize}` as 'RSA_2048',
        algorithm,
        bytes(key.privateKeyPkcs8),
        bytes(vector.blob),
        (kek, data) => aeskwp(kek).decrypt(data),
      ),
    )
  const material = await unwrap('RSA_AES_KEY_WRAP_SHA_256')
  expectVerdict(vector, material !== undefined)
  if (material !== undefined) expect(hex(material), vector.id).toBe(vector.pt)
  if (vector.flags?.includes('WrongOaepHash')) expect(await unwrap('RSA_AES_KEY_WRAP_SHA_1')).toBeDefined()
  return
}

// --- ML-DSA ----------------------------------------------------------------------------------------------------------

const mlDsa: { readonly [set: string]: { spec: AsymmetricKeySpec; noble: typeof ml_dsa44; algorithm: Uint8Array } } = {
  '44': { spec: 'ML_DSA_44', noble: ml_dsa44, algorithm: unhex('0609608648016503040311') },
  '65': { spec: 'ML_DSA_65', noble: ml_dsa65, algorithm: unhex('0609608648016503040312') },
  '87': { spec: 'ML_DSA_87', noble: ml_dsa87, algorithm: unhex('0609608648016503040313') },
}

const setOf = (key: Key, file: string) => mlDsa[((key.parameterSet as string) ?? file).match(/(44|65|87)/)![0]]!

/** μ of FIPS 204, 6.2 and 5.2, by this test's own reckoning. Contexts are thereby tested too, which KMS has none of. */
function representative(publicKey: Uint8Array, context: Uint8Array, message: Uint8Array): Uint8Array {
  const tr = shake256(publicKey, { dkLen: 64 })
  return shake256(concat(tr, Uint8Array.of(0, context.length), context, message), { dkLen: 64 })
}

const mlDsaVerify: Run = async (vector, key, file) => {
  const { spec, algorithm } = setOf(key, file)
  const [context, message, signature] = [bytes(vector.ctx), bytes(vector.msg), bytes(vector.sig)]
  if (context.length > 255) return 'KMS has no contexts, hence none that is too long'
  const raw = bytes(key.publicKey)
  const publicKey = encodePublicKey(algorithm, raw)
  if (vector.flags?.includes('IncorrectPublicKeyLength')) {
    expect(() => asymmetric.checkPublicKey(spec, publicKey), vector.id).toThrow()
    return
  }
  const mu = vector.mu === undefined ? representative(raw, context, message) : bytes(vector.mu)
  expectVerdict(vector, await accepts(spec, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', publicKey, mu, signature))
  if (vector.msg === undefined || context.length > 0) return
  expectVerdict(vector, await accepts(spec, 'ML_DSA_SHAKE_256', 'RAW', publicKey, message, signature))
  return
}

/** Our own signatures are hedged and so never repeat: here the pinned library must repeat the known ones. */
const mlDsaSign: Run = async (vector, key, file) => {
  const { spec, noble, algorithm } = setOf(key, file)
  const seed = bytes(key.privateSeed)
  const pkcs8 = encodePrivateKey(algorithm, element(0x80, seed))
  if (seed.length !== 32) {
    expect(() => asymmetric.checkPrivateKey(spec, pkcs8)).toThrow('not a valid PKCS #8')
    return
  }
  const { privateKey, publicKey } = asymmetric.checkPrivateKey(spec, pkcs8)
  if (key.publicKey) expect(hex(publicKey)).toBe(hex(encodePublicKey(algorithm, bytes(key.publicKey))))
  if (bytes(vector.ctx).length > 255) return 'KMS has no contexts, hence none that is too long'
  const mu = bytes(vector.mu)
  const { secretKey } = noble.keygen(seed)
  const extraEntropy = vector.rnd === undefined ? false : bytes(vector.rnd)
  expect(hex(noble.internal.sign(mu, secretKey, { externalMu: true, extraEntropy })), vector.id).toBe(vector.sig)
  const ours = await asymmetric.sign(spec, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', privateKey, mu)
  for (const signature of [ours, bytes(vector.sig)]) {
    expect(await accepts(spec, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', publicKey, mu, signature), vector.id).toBe(true)
  }
  return
}

const mlDsaExpanded: Run = async (vector, key, file) => {
  const { noble } = setOf(key, file)
  const options = { extraEntropy: false, context: bytes(vector.ctx) } as const
  expect(hex(noble.sign(bytes(vector.msg), bytes(vector.sk), options)), vector.id).toBe(vector.sig)
  return
}

const mlDsaKeygen: Run = async (vector, key, file) => {
  const { spec, algorithm } = setOf(key, file)
  const pair = asymmetric.checkPrivateKey(spec, encodePrivateKey(algorithm, element(0x80, bytes(vector.seed))))
  expect(hex(pair.publicKey), vector.id).toBe(hex(encodePublicKey(algorithm, bytes(vector.pk))))
  return
}

// --- the run ---------------------------------------------------------------------------------------------------------

const runs: { readonly [folderOrFile: string]: Run } = {
  ecdh,
  ecdsa,
  ed25519,
  'kms-import': wrapped,
  'rsa-oaep': oaep,
  'rsa-pkcs1-sig': pkcs1,
  'rsa-pss': pss,
  'rsa-sig': rsaAcvp,
  x25519: async () => 'KMS offers no X25519',
  'mldsa/acvp-keygen.json': mlDsaKeygen,
  'mldsa/acvp-siggen-det.json': mlDsaExpanded,
  'mldsa/acvp-sigver.json': mlDsaVerify,
  'mldsa/mldsa_44_sign_seed.json': mlDsaSign,
  'mldsa/mldsa_65_sign_seed.json': mlDsaSign,
  'mldsa/mldsa_87_sign_seed.json': mlDsaSign,
  'mldsa/mldsa_44_verify.json': mlDsaVerify,
  'mldsa/mldsa_65_verify.json': mlDsaVerify,
  'mldsa/mldsa_87_verify.json': mlDsaVerify,
}

const total = new Tally()
afterAll(() => {
  if (total.ran === 0) total.skip('all of them: ../shared/vectors/asym is not there or not served')
  console.log(`asymmetric vectors: ${total}`)
})

describe('official vectors', () => {
  for (const file of vectorFiles) {
    test(file, { timeout: 120_000 }, async (context) => {
      const vectors = await readVectors(file)
      if (vectors === undefined) return context.skip('this server does not serve the vectors')
      const tally = new Tally()
      const run = runs[file] ?? runs[file.split('/')[0]!]
      expect(run, 'a vector file that this test does not know').toBeDefined()
      for (const vector of vectors.tests) {
        const reason = await run!(vector, vectors.keys?.[vector.keyRef!] ?? {}, file)
        if (reason === undefined) tally.ran++
        else tally.skip(reason)
      }
      total.add(tally)
      expect(tally.ran + [...tally.skipped.values()].reduce((sum, count) => sum + count, 0)).toBe(vectors.tests.length)
    })
  }
})

if (vectorFiles.length === 0) {
  test('official vectors', (context) => context.skip('../shared/vectors/asym is not there'))
}
