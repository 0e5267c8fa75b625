/** Expand and Seal: the published vector, every flipped bit, and slots that never leave the core. */
import { describe, expect, it } from 'vitest'
import { concat, hex, unhex, utf8 } from '../../bindings/bytes.ts'
import { AuthenticationError, type Core, loadCore, type Slot } from '../../bindings/core.ts'
import { builds } from './builds.ts'
import { sequence } from './bytes.ts'

const keyId = unhex('00112233445566778899aabbccddeeff')
const ecHash = unhex('d9a82d7a3c51f4ffb213093c8b891b6f78364eaf293294b828f4ae9539cb949f')
const materialId = 'e75eba9f5080a92c125dbefd16eced763d894d3d523d7195c4ca21ea452063e1'
const blob =
  '0101000000112233445566778899aabbccddeeffe75eba9f5080a92c125dbefd16eced76ed525e0f42dbf06182a8210ab0e9e3ae3c11c8c1' +
  'ca5e08a2f4b366fe5ba88ec19369a9cb95b78ea28b4e54e59455ce99b0d19e7e90684bce761ccf20ef3afb42a0a2d6765dae9c1027195484' +
  '5022b0d78c08c20c06f0656496f5f76ea817'
const label = 'kmsbox/v1/message'

const stuck = (into: Uint8Array): void => void into.fill(0xa5)

/** The CRYPTO vector's key. */
const backingKey = (core: Core): Slot => core.importKey(Uint8Array.from({ length: 32 }, (_, i) => i))

describe.each(builds)('seal, %s build', { timeout: 60_000 }, (build) => {
  it('gives the published material id and blob', async () => {
    const core = await loadCore({ build, random: stuck })
    const key = backingKey(core)
    const id = key.expand('kmsbox/v1/material-id', keyId, 32)
    expect(hex(id)).toBe(materialId)
    const head = concat(unhex('01010000'), keyId, id.subarray(0, 16))
    expect(hex(key.seal(label, keyId, head, ecHash, utf8('attack at dawn')))).toBe(blob)
    expect(key.open(label, 36, ecHash, unhex(blob))).toEqual(utf8('attack at dawn'))
  })

  it('refuses every flipped bit, every cut, and another context, label or key', async () => {
    const core = await loadCore({ build })
    const key = backingKey(core)
    const sealed = unhex(blob)
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = sealed.slice()
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => key.open(label, 36, ecHash, changed), `bit ${bit}`).toThrow(AuthenticationError)
    }
    for (let length = 0; length < sealed.length; length++) {
      expect(() => key.open(label, 36, ecHash, sealed.subarray(0, length)), `cut to ${length}`).toThrow(
        AuthenticationError,
      )
    }
    const otherContext = ecHash.slice()
    otherContext[31]! ^= 1
    expect(() => key.open(label, 36, otherContext, sealed)).toThrow(AuthenticationError)
    expect(() => key.open('kmsbox/v1/row', 36, ecHash, sealed)).toThrow(AuthenticationError)
    expect(() => key.open(label, 35, ecHash, sealed)).toThrow(AuthenticationError)
    expect(() => core.generateKey(32).open(label, 36, ecHash, sealed)).toThrow(AuthenticationError)
  })

  it('opens what it sealed, at every length of head and content up to half a mebibyte', async () => {
    const core = await loadCore({ build })
    const next = sequence(3)
    const key = core.generateKey(32)
    for (const length of [0, 1, 15, 16, 17, 100, 4096, 65_535, 65_536, 524_288]) {
      for (const headLength of [0, 1, 16, 36, 65_535]) {
        const [head, ad32, content] = [next(headLength), next(32), next(length)]
        const sealed = key.seal('row', keyId, head, ad32, content)
        expect(sealed.length).toBe(headLength + length + 80)
        expect(core.equal(sealed.subarray(0, headLength), head)).toBe(true)
        expect(core.equal(key.open('row', headLength, ad32, sealed), content)).toBe(true)
      }
    }
    expect(() => key.seal('row', keyId, next(0), next(32), next(1_049_600))).toThrow(RangeError)
  })

  it('never seals alike twice', async () => {
    const core = await loadCore({ build })
    const key = core.generateKey(32)
    const once = key.seal(label, keyId, keyId, ecHash, keyId)
    expect(key.seal(label, keyId, keyId, ecHash, keyId)).not.toEqual(once)
  })

  it('moves secrets from slot to slot', async () => {
    const core = await loadCore({ build })
    const root = core.generateKey(32)
    for (const length of [1, 32, 128, 129, 4096]) {
      const content = core.generateKey(length)
      const sealed = root.sealSlot('kmsbox/v1/row', keyId, keyId, ecHash, content)
      const opened = root.openSlot('kmsbox/v1/row', 16, ecHash, sealed)
      expect(opened.length).toBe(length)
      expect(opened.equals(content)).toBe(true)
      expect(root.open('kmsbox/v1/row', 16, ecHash, sealed)).toEqual(content.release())
      sealed[20]! ^= 1
      expect(() => root.openSlot('kmsbox/v1/row', 16, ecHash, sealed)).toThrow(AuthenticationError)
      content.destroy()
      opened.destroy()
    }
    expect(core.slots.used).toBe(1)
  })

  it('derives in a slot exactly what expand releases', async () => {
    const core = await loadCore({ build })
    const root = core.generateKey(32)
    for (const length of [1, 16, 32, 76, 4096]) {
      expect(root.derive('label', keyId, length).release()).toEqual(root.expand('label', keyId, length))
    }
    const info = concat(utf8('label'), Uint8Array.of(0), keyId)
    expect(root.expand('label', keyId, 99)).toEqual(core.hkdfExpand('SHA-256', root.release(), info, 99))
    expect(() => core.generateKey(31).derive('label', keyId, 32)).toThrow(RangeError)
  })
})
