/** Asymmetric keys of every spec: what they can do, what they refuse, and in which words. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../bindings/bytes.ts'
import type { AsymmetricKeySpec, KeyPair, KeySpec, MessageType } from '../../bindings/kms/asymmetric/index.ts'
import * as asymmetric from '../../bindings/kms/asymmetric/index.ts'
import { rsaByForge } from '../../bindings/kms/asymmetric/rsa-forge.ts'
import { decodeRsaPublicKey, integer } from '../../bindings/kms/asymmetric/rsa-key.ts'

const specs = Object.keys(asymmetric.keySpecs).filter(asymmetric.isAsymmetric)
const signers = specs.filter((spec) => asymmetric.factsOf(spec).usages.SIGN_VERIFY)
const rsaSpecs = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const
const kemSpecs = ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'] as const
const curveSpecs = ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'] as const

const pairs = new Map<AsymmetricKeySpec, Promise<KeyPair>>()
function pairOf(spec: AsymmetricKeySpec): Promise<KeyPair> {
  if (!pairs.has(spec)) pairs.set(spec, asymmetric.generateKeyPair(spec))
  return pairs.get(spec)!
}

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, at) => (at === bit >>> 3 ? byte ^ (1 << (bit & 7)) : byte))

const refusal = (name: string, message = '') => expect.objectContaining({ name, message })

interface Case {
  spec: AsymmetricKeySpec
  algorithm: string
  type: MessageType
  length: number | 'any'
}
const signing: Case[] = signers.flatMap((spec) =>
  asymmetric.factsOf(spec).usages.SIGN_VERIFY!.flatMap((algorithm) => {
    const { messages }: asymmetric.SigningFacts = asymmetric.signingAlgorithms[algorithm as asymmetric.SigningAlgorithm]
    return Object.entries(messages).map(([type, length]) => ({ spec, algorithm, type: type as MessageType, length }))
  }),
)

describe('the table of key specs', () => {
  test('names the algorithms of each usage', () => {
    const algorithmsOf = (spec: KeySpec) => Object.values(asymmetric.factsOf(spec).usages).map((list) => list.length)
    expect(algorithmsOf('RSA_4096')).toEqual([2, 6])
    expect(algorithmsOf('ECC_NIST_P384')).toEqual([1, 1])
    expect(algorithmsOf('ECC_SECG_P256K1')).toEqual([1])
    expect(asymmetric.factsOf('ECC_NIST_P521').usages.SIGN_VERIFY).toEqual(['ECDSA_SHA_512'])
    expect(asymmetric.factsOf('HMAC_384').material).toEqual({ generated: 48, least: 48, most: 128 })
  })

  test('knows the data key pairs of AWS', () => {
    const dataKeyPairs = specs.filter((spec) => asymmetric.factsOf(spec).dataKeyPair)
    expect(dataKeyPairs).toEqual([...rsaSpecs, ...curveSpecs, 'ECC_NIST_EDWARDS25519', ...kemSpecs])
  })

  test('computes the limits of OAEP', () => {
    const limits = rsaSpecs.flatMap((spec) =>
      (['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const).map((a) => asymmetric.oaepPlaintextLimit(spec, a)),
    )
    expect(limits).toEqual([214, 190, 342, 318, 470, 446])
  })
})

describe.each(specs)('%s', { timeout: 60_000 }, (spec) => {
  test('a generated key is sound, and written as it would be imported', async () => {
    const pair = await pairOf(spec)
    const checked = asymmetric.checkPrivateKey(spec, pair.privateKey)
    expect(hex(checked.privateKey)).toBe(hex(pair.privateKey))
    expect(hex(checked.publicKey)).toBe(hex(pair.publicKey))
    asymmetric.checkPublicKey(spec, pair.publicKey)
    expect(pair.privateKey.byteOffset).toBe(0)
    expect(pair.privateKey.buffer.byteLength).toBe(pair.privateKey.length)
  })

  test('two keys differ', async () => {
    if (spec === 'RSA_4096') return
    expect(hex((await asymmetric.generateKeyPair(spec)).publicKey)).not.toBe(hex((await pairOf(spec)).publicKey))
  })

  test('keys of other specs are refused', async () => {
    const { privateKey, publicKey } = await pairOf(spec)
    for (const other of specs.filter((other) => other !== spec)) {
      expect(() => asymmetric.checkPrivateKey(other, privateKey)).toThrow(
        refusal(
          'IncorrectKeyMaterialException',
          `The key material is not a valid PKCS #8 private key for key spec ${other}.`,
        ),
      )
      expect(() => asymmetric.checkPublicKey(other, publicKey)).toThrow(refusal('ValidationException'))
    }
  })

  test('damaged keys are refused, or are other keys, and never break anything', async () => {
    const { privateKey, publicKey } = await pairOf(spec)
    const damage = (bytes: Uint8Array) =>
      fc.oneof(
        fc.nat(8 * bytes.length - 1).map((bit) => flipped(bytes, bit)),
        fc.nat(bytes.length - 1).map((length) => bytes.slice(0, length)),
        fc.uint8Array({ minLength: 1, maxLength: 9 }).map((tail) => Uint8Array.of(...bytes, ...tail)),
        fc.tuple(fc.nat(bytes.length), fc.uint8Array({ maxLength: 4 })).map(([at, inserted]) => {
          return Uint8Array.of(...bytes.slice(0, at), ...inserted, ...bytes.slice(at + 1))
        }),
      )
    const numRuns = spec.startsWith('RSA') ? 60 : 40
    const named = (check: () => void, name: string) => {
      try {
        check()
      } catch (error) {
        expect((error as Error).name).toBe(name)
      }
    }
    fc.assert(
      fc.property(damage(privateKey), (bytes) =>
        named(() => asymmetric.checkPrivateKey(spec, bytes), 'IncorrectKeyMaterialException'),
      ),
      { numRuns },
    )
    fc.assert(
      fc.property(damage(publicKey), (bytes) =>
        named(() => asymmetric.checkPublicKey(spec, bytes), 'ValidationException'),
      ),
      { numRuns },
    )
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0x30), Uint8Array.of(...privateKey, 0)]) {
      expect(() => asymmetric.checkPrivateKey(spec, bytes)).toThrow('not a valid PKCS #8')
      expect(() => asymmetric.checkPublicKey(spec, bytes)).toThrow(refusal('ValidationException'))
    }
  })
})

describe.each(signing)('$spec $algorithm $type', { timeout: 60_000 }, ({ spec, algorithm, type, length }) => {
  const lengths = length === 'any' ? [0, 1, 4096] : [length]

  test('signs, verifies, and refuses everything else', async () => {
    const { privateKey, publicKey } = await pairOf(spec)
    for (const length of lengths) {
      const message = random(length)
      const signature = await asymmetric.sign(spec, algorithm, type, privateKey, message)
      await asymmetric.verify(spec, algorithm, type, publicKey, message, signature)
      const bad = [
        new Uint8Array(0),
        signature.slice(1),
        Uint8Array.of(...signature, 0),
        new Uint8Array(signature.length),
        flipped(signature, 8 * signature.length - 1),
        flipped(signature, 40),
      ]
      for (const wrong of bad) {
        await expect(asymmetric.verify(spec, algorithm, type, publicKey, message, wrong)).rejects.toEqual(
          refusal('KMSInvalidSignatureException'),
        )
      }
      if (length === 0) continue
      const other = flipped(message, 3)
      await expect(asymmetric.verify(spec, algorithm, type, publicKey, other, signature)).rejects.toEqual(
        refusal('KMSInvalidSignatureException'),
      )
    }
  })

  if (length === 'any') return
  test('takes digests of the right length only', async () => {
    const { privateKey, publicKey } = await pairOf(spec)
    for (const size of [0, length - 1, length + 1]) {
      const expected = refusal('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`)
      const bytes = new Uint8Array(size)
      await expect(asymmetric.sign(spec, algorithm, type, privateKey, bytes)).rejects.toEqual(expected)
      await expect(asymmetric.verify(spec, algorithm, type, publicKey, bytes, bytes)).rejects.toEqual(expected)
    }
  })
})

describe('signing', () => {
  test('one digest, signed prepared or hashed here, verifies both ways', async () => {
    for (const { spec, algorithm } of signing.filter(
      ({ type, algorithm }) => type === 'DIGEST' && !/^ED/.test(algorithm),
    )) {
      const { privateKey, publicKey } = await pairOf(spec)
      const message = random(100)
      const hash = `SHA-${algorithm.slice(-3)}`
      const digest = new Uint8Array(await crypto.subtle.digest(hash, message as Uint8Array<ArrayBuffer>))
      const ofDigest = await asymmetric.sign(spec, algorithm, 'DIGEST', privateKey, digest)
      const ofMessage = await asymmetric.sign(spec, algorithm, 'RAW', privateKey, message)
      await asymmetric.verify(spec, algorithm, 'RAW', publicKey, message, ofDigest)
      await asymmetric.verify(spec, algorithm, 'DIGEST', publicKey, digest, ofMessage)
    }
  }, 60_000)

  test('refuses algorithms of other key specs and message types of other algorithms', async () => {
    const { privateKey } = await pairOf('ECC_NIST_P256')
    const message = new Uint8Array(32)
    await expect(asymmetric.sign('ECC_NIST_P256', 'ECDSA_SHA_384', 'RAW', privateKey, message)).rejects.toEqual(
      refusal('InvalidKeyUsageException', 'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.'),
    )
    await expect(asymmetric.sign('ECC_NIST_P256', 'ECDSA_SHA_256', 'EXTERNAL_MU', privateKey, message)).rejects.toEqual(
      refusal('ValidationException', 'Algorithm ECDSA_SHA_256 is incompatible with message type EXTERNAL_MU.'),
    )
    const edwards = await pairOf('ECC_NIST_EDWARDS25519')
    const forms = [
      ['ED25519_SHA_512', 'DIGEST'],
      ['ED25519_PH_SHA_512', 'RAW'],
    ] as const
    for (const [algorithm, type] of forms) {
      const attempt = asymmetric.sign('ECC_NIST_EDWARDS25519', algorithm, type, edwards.privateKey, new Uint8Array(64))
      await expect(attempt).rejects.toMatchObject({ name: 'ValidationException' })
    }
  })

  test("node-forge's private operation inverts the public one", async () => {
    for (const spec of rsaSpecs) {
      const { privateKey, publicKey } = await pairOf(spec)
      const encoded = random(asymmetric.rsaModulusBytes[spec])
      encoded[0] = 0
      const { n, e } = decodeRsaPublicKey(publicKey)
      let value = 1n
      const signature = integer(rsaByForge(privateKey, encoded))
      for (const bit of integer(e).toString(2)) value = (value * value * (bit === '1' ? signature : 1n)) % integer(n)
      expect(value).toBe(integer(encoded))
    }
  }, 30_000)
})

describe.each(rsaSpecs)('%s encryption', { timeout: 60_000 }, (spec) => {
  test.each(['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const)('%s', async (algorithm) => {
    const { privateKey, publicKey } = await pairOf(spec)
    const limit = asymmetric.oaepPlaintextLimit(spec, algorithm)
    for (const length of [1, limit]) {
      const plaintext = random(length)
      const ciphertext = await asymmetric.encrypt(spec, algorithm, publicKey, plaintext)
      expect(ciphertext.length).toBe(asymmetric.rsaModulusBytes[spec])
      expect(hex(await asymmetric.decrypt(spec, algorithm, privateKey, ciphertext))).toBe(hex(plaintext))
      const other = algorithm === 'RSAES_OAEP_SHA_1' ? 'RSAES_OAEP_SHA_256' : 'RSAES_OAEP_SHA_1'
      const bad = [ciphertext.slice(1), Uint8Array.of(0, ...ciphertext), flipped(ciphertext, 77), new Uint8Array(0)]
      for (const wrong of bad) {
        await expect(asymmetric.decrypt(spec, algorithm, privateKey, wrong)).rejects.toEqual(
          refusal('InvalidCiphertextException'),
        )
      }
      await expect(asymmetric.decrypt(spec, other, privateKey, ciphertext)).rejects.toEqual(
        refusal('InvalidCiphertextException'),
      )
    }
    await expect(asymmetric.encrypt(spec, algorithm, publicKey, new Uint8Array(limit + 1))).rejects.toEqual(
      refusal(
        'ValidationException',
        `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${limit} bytes.`,
      ),
    )
  })
})

describe.each(curveSpecs)('%s agreement', (spec) => {
  test('both sides derive the same secret', async () => {
    const [ours, theirs] = [await asymmetric.generateKeyPair(spec), await asymmetric.generateKeyPair(spec)]
    const secret = await asymmetric.deriveSharedSecret(spec, ours.privateKey, theirs.publicKey)
    expect(hex(await asymmetric.deriveSharedSecret(spec, theirs.privateKey, ours.publicKey))).toBe(hex(secret))
    expect(secret.length).toBe({ ECC_NIST_P384: 48, ECC_NIST_P521: 66 }[spec as string] ?? 32)
  })

  test('peers on other curves are refused with an empty ValidationException', async () => {
    const { privateKey } = await pairOf(spec)
    for (const other of specs.filter((other) => other !== spec && !other.startsWith('RSA_4'))) {
      const { publicKey } = await pairOf(other)
      await expect(asymmetric.deriveSharedSecret(spec, privateKey, publicKey)).rejects.toEqual(
        refusal('ValidationException'),
      )
    }
  }, 30_000)
})

describe.each(kemSpecs)('%s', (spec) => {
  test('decapsulates what it encapsulated, and rejects implicitly', async () => {
    const { privateKey, publicKey } = await pairOf(spec)
    const { ciphertext, sharedSecret } = await asymmetric.encapsulate(spec, publicKey)
    expect(ciphertext.length).toBe({ ML_KEM_512: 768, ML_KEM_768: 1088, ML_KEM_1024: 1568 }[spec])
    expect(hex(await asymmetric.decapsulate(spec, privateKey, ciphertext))).toBe(hex(sharedSecret))
    const damaged = flipped(ciphertext, 1234)
    const rejected = await asymmetric.decapsulate(spec, privateKey, damaged)
    expect(rejected.length).toBe(32)
    expect(hex(rejected)).not.toBe(hex(sharedSecret))
    expect(hex(await asymmetric.decapsulate(spec, privateKey, damaged))).toBe(hex(rejected))
    for (const wrong of [new Uint8Array(0), ciphertext.slice(1), Uint8Array.of(...ciphertext, 0)]) {
      await expect(asymmetric.decapsulate(spec, privateKey, wrong)).rejects.toEqual(
        refusal('InvalidCiphertextException'),
      )
    }
  })
})

describe('unwrapping', () => {
  const wrapped = async (algorithm: string, plaintext: Uint8Array) =>
    asymmetric.encrypt('RSA_2048', algorithm, (await pairOf('RSA_2048')).publicKey, plaintext)
  const unused = () => {
    throw new Error('not a key-wrap algorithm')
  }

  test.each(['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const)('%s', async (algorithm) => {
    const { privateKey } = await pairOf('RSA_2048')
    const material = random(32)
    const blob = await wrapped(algorithm, material)
    const unwrap = (bytes: Uint8Array) => asymmetric.unwrapKeyMaterial('RSA_2048', algorithm, privateKey, bytes, unused)
    expect(hex(await unwrap(blob))).toBe(hex(material))
    for (const bad of [flipped(blob, 9), blob.slice(1), new Uint8Array(0)]) {
      await expect(unwrap(bad)).rejects.toEqual(refusal('InvalidCiphertextException'))
    }
  })

  test('key wrapping unwraps even under a bad key, and the KEK is wiped', async () => {
    const { privateKey } = await pairOf('RSA_2048')
    const seen: Uint8Array[] = []
    const unwrap = (blob: Uint8Array) =>
      asymmetric.unwrapKeyMaterial('RSA_2048', 'RSA_AES_KEY_WRAP_SHA_256', privateKey, blob, (kek, data) => {
        expect(kek.length).toBe(32)
        seen.push(kek)
        if (data.length === 0) throw new Error('nothing wrapped')
        return data.slice()
      })
    const kek = await wrapped('RSAES_OAEP_SHA_256', random(32))
    expect(await unwrap(Uint8Array.of(...kek, 1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3))
    const short = await wrapped('RSAES_OAEP_SHA_256', random(16))
    for (const bad of [kek, flipped(kek, 9), short, new Uint8Array(0), kek.slice(1)]) {
      await expect(unwrap(bad)).rejects.toEqual(refusal('InvalidCiphertextException'))
    }
    expect(seen.length).toBe(6)
    for (const key of seen) expect(key.every((byte) => byte === 0)).toBe(true)
  })
})
