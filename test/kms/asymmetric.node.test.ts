/** Interoperation with OpenSSL, both ways: its command line where there is one, and the library inside Node. */
import { execFileSync } from 'node:child_process'
import * as crypto from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hex } from '../../bindings/bytes.ts'
import type { AsymmetricKeySpec, KeyPair } from '../../bindings/kms/asymmetric/index.ts'
import * as asymmetric from '../../bindings/kms/asymmetric/index.ts'

const rsaSpecs = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const
const curves = [
  { spec: 'ECC_NIST_P256', name: 'prime256v1', hash: 'sha256' },
  { spec: 'ECC_NIST_P384', name: 'secp384r1', hash: 'sha384' },
  { spec: 'ECC_NIST_P521', name: 'secp521r1', hash: 'sha512' },
  { spec: 'ECC_SECG_P256K1', name: 'secp256k1', hash: 'sha256' },
] as const

const message = crypto.randomBytes(333)
const digestOf = (hash: string): Uint8Array => new Uint8Array(crypto.createHash(hash).update(message).digest())

function version(): string | undefined {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim()
  } catch {
    console.log('openssl: not installed; its command line was not tested')
    return undefined
  }
}

describe.skipIf(version() === undefined)('openssl', { timeout: 60_000 }, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kmsbox-openssl-'))
    writeFileSync(path('message'), message)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const path = (name: string) => join(folder, name)
  const openssl = (...options: string[]) => execFileSync('openssl', options, { stdio: ['ignore', 'pipe', 'pipe'] })
  const read = (name: string) => new Uint8Array(readFileSync(path(name)))

  /** A key made by OpenSSL, imported; and one made here, in files for OpenSSL to read. */
  async function keys(spec: AsymmetricKeySpec, ...genpkey: string[]): Promise<{ theirs: KeyPair; ours: KeyPair }> {
    openssl('genpkey', ...genpkey, '-outform', 'DER', '-out', path('generated'))
    openssl(
      'pkcs8',
      '-topk8',
      '-nocrypt',
      '-inform',
      'DER',
      '-in',
      path('generated'),
      '-outform',
      'DER',
      '-out',
      path('theirs'),
    )
    openssl('pkey', '-inform', 'DER', '-in', path('theirs'), '-pubout', '-outform', 'DER', '-out', path('theirs.pub'))
    const theirs = asymmetric.checkPrivateKey(spec, read('theirs'))
    expect(hex(theirs.publicKey)).toBe(hex(read('theirs.pub')))
    const ours = await asymmetric.generateKeyPair(spec)
    writeFileSync(path('ours'), ours.privateKey)
    writeFileSync(path('ours.pub'), ours.publicKey)
    openssl('pkey', '-inform', 'DER', '-in', path('ours'), '-check', '-noout')
    return { theirs, ours }
  }

  const pkeyutl = (operation: string, key: string, input: string, output: string, ...options: string[]) =>
    openssl(
      'pkeyutl',
      operation,
      '-inkey',
      path(key),
      '-keyform',
      'DER',
      '-in',
      path(input),
      '-out',
      path(output),
      ...options,
    )

  test.each(rsaSpecs)('%s: OAEP, PSS and PKCS#1 v1.5', async (spec) => {
    const { theirs, ours } = await keys(spec, '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${spec.slice(4)}`)
    for (const hash of ['sha1', 'sha256']) {
      const algorithm = `RSAES_OAEP_SHA_${hash.slice(3)}`
      const oaep = [`rsa_padding_mode:oaep`, `rsa_oaep_md:${hash}`, `rsa_mgf1_md:${hash}`].flatMap((o) => [
        '-pkeyopt',
        o,
      ])
      writeFileSync(path('plain'), 'a data key')
      pkeyutl('-encrypt', 'ours.pub', 'plain', 'sealed', '-pubin', ...oaep)
      const opened = await asymmetric.decrypt(spec, algorithm, ours.privateKey, read('sealed'))
      expect(new TextDecoder().decode(opened)).toBe('a data key')
      writeFileSync(path('sealed'), await asymmetric.encrypt(spec, algorithm, theirs.publicKey, opened))
      pkeyutl('-decrypt', 'theirs', 'sealed', 'opened', ...oaep)
      expect(readFileSync(path('opened'), 'utf8')).toBe('a data key')
    }
    for (const hash of ['sha256', 'sha384', 'sha512']) {
      for (const [scheme, padding] of [
        ['PSS', ['rsa_padding_mode:pss', 'rsa_pss_saltlen:digest']],
        ['PKCS1_V1_5', ['rsa_padding_mode:pkcs1']],
      ] as const) {
        const algorithm = `RSASSA_${scheme}_SHA_${hash.slice(3)}`
        const options = [...padding, `digest:${hash}`].flatMap((o) => ['-pkeyopt', o])
        writeFileSync(path('digest'), digestOf(hash))
        pkeyutl('-sign', 'theirs', 'digest', 'signature', ...options)
        await asymmetric.verify(spec, algorithm, 'RAW', theirs.publicKey, message, read('signature'))
        for (const type of ['RAW', 'DIGEST'] as const) {
          const input = type === 'RAW' ? message : digestOf(hash)
          writeFileSync(path('ours.sig'), await asymmetric.sign(spec, algorithm, type, ours.privateKey, input))
          pkeyutl('-verify', 'ours.pub', 'digest', 'verdict', '-pubin', '-sigfile', path('ours.sig'), ...options)
        }
      }
    }
  })

  test.each(curves)('$spec: ECDSA and ECDH', async ({ spec, name, hash }) => {
    const { theirs, ours } = await keys(spec, '-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`)
    const algorithm = asymmetric.factsOf(spec).usages.SIGN_VERIFY![0]!
    writeFileSync(path('digest'), digestOf(hash))
    pkeyutl('-sign', 'theirs', 'digest', 'signature')
    await asymmetric.verify(spec, algorithm, 'RAW', theirs.publicKey, message, read('signature'))
    await asymmetric.verify(spec, algorithm, 'DIGEST', theirs.publicKey, digestOf(hash), read('signature'))
    for (const type of ['RAW', 'DIGEST'] as const) {
      const input = type === 'RAW' ? message : digestOf(hash)
      writeFileSync(path('ours.sig'), await asymmetric.sign(spec, algorithm, type, ours.privateKey, input))
      pkeyutl('-verify', 'ours.pub', 'digest', 'verdict', '-pubin', '-sigfile', path('ours.sig'))
    }
    openssl(
      'pkeyutl',
      '-derive',
      '-keyform',
      'DER',
      '-inkey',
      path('theirs'),
      '-peerform',
      'DER',
      '-peerkey',
      path('ours.pub'),
      '-out',
      path('secret'),
    )
    const secret = await asymmetric.deriveSharedSecret(spec, ours.privateKey, theirs.publicKey)
    expect(hex(secret)).toBe(hex(read('secret')))
  })

  test('ECC_NIST_EDWARDS25519: Ed25519', async () => {
    const spec = 'ECC_NIST_EDWARDS25519'
    const { theirs, ours } = await keys(spec, '-algorithm', 'ED25519')
    pkeyutl('-sign', 'theirs', 'message', 'signature', '-rawin')
    await asymmetric.verify(spec, 'ED25519_SHA_512', 'RAW', theirs.publicKey, message, read('signature'))
    writeFileSync(path('ours.sig'), await asymmetric.sign(spec, 'ED25519_SHA_512', 'RAW', ours.privateKey, message))
    pkeyutl('-verify', 'ours.pub', 'message', 'verdict', '-pubin', '-rawin', '-sigfile', path('ours.sig'))
  })
})

describe('imported RSA keys', () => {
  const exported = (bits: number, publicExponent = 65537) =>
    crypto.generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }).privateKey

  test('of another size or with a small exponent are refused', () => {
    for (const key of [exported(1024), exported(2056), exported(2048, 3)]) {
      const pkcs8 = new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
      expect(() => asymmetric.checkPrivateKey('RSA_2048', pkcs8)).toThrow('not a valid PKCS #8')
    }
  })

  test('with any one number changed are refused', () => {
    const pkcs8 = new Uint8Array(exported(2048).export({ type: 'pkcs8', format: 'der' }))
    for (let at = pkcs8.length - 1; at > 40; at -= 16) {
      const changed = pkcs8.slice()
      changed[at]! ^= 4
      expect(() => asymmetric.checkPrivateKey('RSA_2048', changed), `byte ${at}`).toThrow('not a valid PKCS #8')
    }
  })
})

test('an engine whose WebCrypto has neither the curves nor Ed25519 gives the same answers', async () => {
  vi.resetModules()
  const generateKey = vi
    .spyOn(crypto.subtle, 'generateKey')
    .mockRejectedValue(new DOMException('', 'NotSupportedError'))
  const poor: typeof asymmetric = await import('../../bindings/kms/asymmetric/index.ts')
  for (const spec of ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_NIST_EDWARDS25519'] as const) {
    const { privateKey, publicKey } = await poor.generateKeyPair(spec)
    const algorithm = asymmetric.factsOf(spec).usages.SIGN_VERIFY![0]!
    const signature = await poor.sign(spec, algorithm, 'RAW', privateKey, message)
    await poor.verify(spec, algorithm, 'RAW', publicKey, message, signature)
    await asymmetric.verify(spec, algorithm, 'RAW', publicKey, message, signature)
    if (spec === 'ECC_NIST_EDWARDS25519') continue
    const secret = await poor.deriveSharedSecret(spec, privateKey, publicKey)
    expect(hex(await asymmetric.deriveSharedSecret(spec, privateKey, publicKey))).toBe(hex(secret))
  }
  generateKey.mockRestore()
})

test('PSS by node:crypto verifies with a salt as long as the digest, and with no other', async () => {
  const spec = 'RSA_2048'
  const { privateKey, publicKey } = await asymmetric.generateKeyPair(spec)
  const key = crypto.createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const secret = crypto.createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
  const padding = crypto.constants.RSA_PKCS1_PSS_PADDING
  for (const bits of [256, 384, 512]) {
    const algorithm = `RSASSA_PSS_SHA_${bits}`
    const digest = digestOf(`sha${bits}`)
    const signature = await asymmetric.sign(spec, algorithm, 'DIGEST', privateKey, digest)
    expect(crypto.verify(`sha${bits}`, message, { key, padding, saltLength: bits / 8 }, signature)).toBe(true)
    const theirs = crypto.sign(`sha${bits}`, message, { key: secret, padding, saltLength: bits / 8 })
    await asymmetric.verify(spec, algorithm, 'DIGEST', publicKey, digest, theirs)
    const unsalted = crypto.sign(`sha${bits}`, message, { key: secret, padding, saltLength: 20 })
    const verdict = asymmetric.verify(spec, algorithm, 'DIGEST', publicKey, digest, unsalted)
    await expect(verdict).rejects.toMatchObject({ name: 'KMSInvalidSignatureException' })
  }
})
