/** Every bit counts: of key, IV, associated data, ciphertext and tag; of wrapped keys; of every length of tag. */
import { describe, expect, it } from 'vitest'
import { AuthenticationError, loadCore } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'

function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    yield changed
  }
}

describe.each(builds)('forgeries, %s build', { timeout: 60_000 }, (build) => {
  it.each([4, 8, 12, 13, 14, 15, 16])('AES-GCM with a tag of %i bytes', async (tagLength) => {
    const core = await loadCore({ build })
    const next = sequence(tagLength)
    const [key, iv, aad, plaintext] = [next(32), next(12), next(19), next(37)]
    const sealed = core.gcmSeal(key, iv, plaintext, aad, tagLength)
    const refuses = (open: () => Uint8Array): void => expect(open).toThrow(AuthenticationError)
    for (const other of flips(key)) refuses(() => core.gcmOpen(other, iv, sealed, aad, tagLength))
    for (const other of flips(iv)) refuses(() => core.gcmOpen(key, other, sealed, aad, tagLength))
    for (const other of flips(aad)) refuses(() => core.gcmOpen(key, iv, sealed, other, tagLength))
    for (const other of flips(sealed)) refuses(() => core.gcmOpen(key, iv, other, aad, tagLength))
    refuses(() => core.gcmOpen(key, iv, sealed, aad.subarray(1), tagLength))
    refuses(() => core.gcmOpen(key, iv, sealed.subarray(1), aad, tagLength))
    expect(core.gcmOpen(key, iv, sealed, aad, tagLength)).toEqual(plaintext)
  })

  it.each([16, 17, 24, 40])('wrapped keys of %i bytes', async (length) => {
    const core = await loadCore({ build })
    const next = sequence(length)
    const [kek, data] = [next(32), next(length)]
    if (length % 8 === 0) {
      for (const other of flips(core.kwWrap(kek, data))) {
        expect(() => core.kwUnwrap(kek, other)).toThrow(AuthenticationError)
      }
    }
    for (const other of flips(core.kwpWrap(kek, data))) {
      expect(() => core.kwpUnwrap(kek, other)).toThrow(AuthenticationError)
    }
    expect(() => core.kwpUnwrap(kek, core.kwWrap(kek, next(16)))).toThrow(AuthenticationError)
    expect(() => core.kwUnwrap(kek, core.kwpWrap(kek, data))).toThrow(AuthenticationError)
  })

  it('wrapped keys whose length or padding lies', async () => {
    const core = await loadCore({ build })
    const kek = new Uint8Array(32)
    for (let claimed = 0; claimed < 40; claimed++) {
      const wrapped = await wrapWithLength(kek, claimed, 0)
      if (claimed >= 17 && claimed <= 24) expect(core.kwpUnwrap(kek, wrapped).length).toBe(claimed)
      else expect(() => core.kwpUnwrap(kek, wrapped), `${claimed}`).toThrow(AuthenticationError)
    }
    for (const claimed of [0xffffffff, 0x80000018, 0x7fffffff, 0x01000018]) {
      const wrapped = await wrapWithLength(kek, claimed, 0)
      expect(() => core.kwpUnwrap(kek, wrapped), `${claimed}`).toThrow(AuthenticationError)
    }
    for (const claimed of [17, 20, 23]) {
      const wrapped = await wrapWithLength(kek, claimed, 1)
      expect(() => core.kwpUnwrap(kek, wrapped), `dirty padding of ${claimed}`).toThrow(AuthenticationError)
    }
  })
})

/** KWP's W (SP 800-38F, 6.1) over 24 bytes, of which the last is given, with any claim about their length. */
async function wrapWithLength(kek: Uint8Array<ArrayBuffer>, claimed: number, lastByte: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', kek, 'AES-CBC', false, ['encrypt'])
  const registers = new Uint8Array(32)
  const view = new DataView(registers.buffer)
  view.setUint32(0, 0xa65959a6)
  view.setUint32(4, claimed)
  registers[31] = lastByte
  for (let t = 1, i = 1; t <= 18; t++, i = (i % 3) + 1) {
    const block = new Uint8Array(16)
    block.set(registers.subarray(0, 8))
    block.set(registers.subarray(8 * i, 8 * i + 8), 8)
    // The first block of CBC under an IV of zeros is the cipher itself.
    const cipher = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, key, block))
    cipher[7]! ^= t
    registers.set(cipher.subarray(0, 8))
    registers.set(cipher.subarray(8, 16), 8 * i)
  }
  return registers
}
