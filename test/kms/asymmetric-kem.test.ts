/** ML-KEM against other implementations, and the seed form of PKCS#8 against the RFCs. */
import { shake128 } from '@noble/hashes/sha3.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { MlKem512, MlKem768, MlKem1024 } from 'mlkem'
import { describe, expect, test } from 'vitest'
import { concat, hex, unhex } from '../../bindings/bytes.ts'
import { encodePrivateKey } from '../../bindings/kms/asymmetric/containers.ts'
import { element, octetString, sequence } from '../../bindings/kms/asymmetric/der.ts'
import * as asymmetric from '../../bindings/kms/asymmetric/index.ts'

const kems = [
  { spec: 'ML_KEM_512', Other: MlKem512, arc: '01', publicBytes: 800 },
  { spec: 'ML_KEM_768', Other: MlKem768, arc: '02', publicBytes: 1184 },
  { spec: 'ML_KEM_1024', Other: MlKem1024, arc: '03', publicBytes: 1568 },
] as const
const seeds = Array.from({ length: 8 }, (_, n) => shake128(Uint8Array.of(n), { dkLen: 64 }))

describe.each(kems)('$spec', ({ spec, Other, arc, publicBytes }) => {
  const algorithm = unhex(`06096086480165030404${arc}`)

  test('the same seed gives the same key as mlkem, and each opens what the other sealed', async () => {
    for (const seed of seeds) {
      const { privateKey, publicKey } = asymmetric.checkPrivateKey(
        spec,
        encodePrivateKey(algorithm, element(0x80, seed)),
      )
      const other = new Other()
      const [theirPublic, theirPrivate] = await other.deriveKeyPair(seed)
      expect(hex(publicKey.slice(-publicBytes))).toBe(hex(theirPublic))
      const { ciphertext, sharedSecret } = await asymmetric.encapsulate(spec, publicKey)
      expect(hex(await other.decap(ciphertext, theirPrivate))).toBe(hex(sharedSecret))
      const [theirs, secret] = await other.encap(theirPublic)
      expect(hex(await asymmetric.decapsulate(spec, privateKey, theirs))).toBe(hex(secret))
      theirs[7]! ^= 1
      expect(hex(await asymmetric.decapsulate(spec, privateKey, theirs))).toBe(
        hex(await other.decap(theirs, theirPrivate)),
      )
    }
  })

  test('private keys have the seed form of RFC 9935, and one that also states its expansion becomes it', async () => {
    const seed = Uint8Array.from({ length: 64 }, (_, at) => at)
    const [, expanded] = await new Other().deriveKeyPair(seed)
    const both = encodePrivateKey(algorithm, sequence(octetString(seed), octetString(expanded)))
    const { privateKey } = asymmetric.checkPrivateKey(spec, both)
    expect(hex(privateKey)).toBe(`3054020100300b06096086480165030404${arc}04428040${hex(seed)}`)
    expanded[0]! ^= 1
    const contradictory = encodePrivateKey(algorithm, sequence(octetString(seed), octetString(expanded)))
    const alone = encodePrivateKey(algorithm, octetString(expanded))
    for (const refused of [contradictory, alone]) {
      expect(() => asymmetric.checkPrivateKey(spec, refused)).toThrow('not a valid PKCS #8')
    }
  })

  test('an encapsulation key with a coefficient over the modulus is refused', async () => {
    const { publicKey } = await asymmetric.generateKeyPair(spec)
    const unreduced = concat(publicKey)
    unreduced.fill(0xff, publicKey.length - publicBytes, publicKey.length - publicBytes + 3)
    expect(() => asymmetric.checkPublicKey(spec, unreduced)).toThrow(
      expect.objectContaining({ name: 'ValidationException' }),
    )
  })
})

/** The procedure and the digest are those by which Go's crypto/mlkem tests itself (`TestAccumulated`, 100 rounds). */
test('ML-KEM-768 repeats 100 rounds of keys, ciphertexts, secrets and implicit rejections of Go', () => {
  const source = shake128.create({ dkLen: 32 })
  const results = shake128.create({ dkLen: 32 })
  for (let round = 0; round < 100; round++) {
    const { publicKey, secretKey } = ml_kem768.keygen(source.xof(64))
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, source.xof(32))
    expect(hex(ml_kem768.decapsulate(cipherText, secretKey))).toBe(hex(sharedSecret))
    const rejected = ml_kem768.decapsulate(source.xof(1088), secretKey)
    results.update(publicKey).update(cipherText).update(sharedSecret).update(rejected)
  }
  expect(hex(results.digest())).toBe('1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415')
})
