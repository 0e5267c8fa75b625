/** GCM, KW and KWP: keys, texts and associated data are secret; IVs are public. */

const iv = (length) => Uint8Array.from({ length }, (_, i) => 17 * i + 3)

/** Puts a raw key, or imports it; the handle to call with. */
function key(arena, bytes, inSlot) {
  if (inSlot) return arena.slot(bytes)
  arena.put('KEY', bytes)
  return 0
}

/** Seals in one call; the text lies encrypted in DATA, with its tag. */
function seal(arena, handle, keyLength, ivLength, aad, text) {
  arena.put('SIDE', iv(ivLength), aad)
  arena.put('DATA', text)
  arena.expect(arena.core.gcmSeal(handle, keyLength, ivLength, aad.length, text.length), 1)
}

const sealing = (name, ivLength, keyLengths, lengths, aadLengths, share = 1) => ({
  name,
  share,
  calls(arena, secret) {
    for (const keyLength of keyLengths) {
      const bytes = secret(keyLength)
      const handle = key(arena, bytes, true)
      for (const length of lengths) {
        for (const aadLength of aadLengths) seal(arena, handle, 0, ivLength, secret(aadLength), secret(length))
      }
      key(arena, bytes, false)
      seal(arena, 0, keyLength, ivLength, secret(aadLengths[0]), secret(lengths[0]))
    }
  },
})

/** Opens what was just sealed, and the same with one bit of ciphertext or tag changed: which bit is secret too. */
const opening = (name, ivLength, lengths, accept, share = 1) => ({
  name,
  share,
  calls(arena, secret, random) {
    const bytes = secret(32)
    const handle = key(arena, bytes, true)
    for (const length of lengths) {
      const aad = secret(20)
      seal(arena, handle, 0, ivLength, aad, secret(length))
      if (!accept) arena.flip('DATA', random(4)[0] % (length + 16), 1 << (random(4)[0] & 7))
      arena.put('SIDE', iv(ivLength), aad)
      arena.expect(arena.core.gcmOpen(handle, 0, ivLength, 20, length, 16), accept ? 1 : 0)
    }
    key(arena, bytes, false)
    seal(arena, 0, 32, 12, secret(0), secret(30))
    arena.put('KEY', bytes)
    arena.put('SIDE', iv(12))
    arena.expect(arena.core.gcmOpen(0, 32, 12, 0, 30, 12), 1)
  },
})

const stream = (name, accept) => ({
  name,
  share: 0.2,
  calls(arena, secret) {
    const { core } = arena
    const handle = arena.slot(secret(32))
    const start = () => {
      arena.put('SIDE', iv(12))
      arena.expect(core.gcmStart(handle, 0, 12), 1)
      core.gcmAad(arena.put('DATA', aad))
    }
    const aad = secret(80)
    const pieces = [secret(2048), secret(656), secret(37)]
    start()
    const sealed = pieces.map((piece) => {
      core.gcmEncrypt(arena.put('DATA', piece))
      return arena.read('DATA', piece.length)
    })
    core.gcmTag()
    const tag = arena.read('OUT', 16)
    core.gcmEnd(handle)
    start()
    for (const piece of sealed) core.gcmAuthenticate(arena.put('DATA', piece))
    if (!accept) tag[secret(1)[0] & 15] ^= 1
    arena.put('SIDE', tag)
    arena.expect(core.gcmVerify(16), accept ? 1 : 0)
    for (const piece of accept ? sealed : []) core.gcmDecrypt(arena.put('DATA', piece))
    core.gcmEnd(handle)
  },
})

const wrapping = (name, wrap, unwrap, lengths, answer) => ({
  name,
  calls(arena, secret, random) {
    const { core } = arena
    for (const keyLength of [16, 24, 32]) {
      const kek = secret(keyLength)
      for (const length of lengths) {
        arena.put('KEY', kek)
        arena.put('DATA', new Uint8Array(8), secret(length))
        const wrapped = core[wrap](keyLength, length) ?? length + 8
        const bytes = arena.read('DATA', wrapped)
        arena.put('KEY', kek)
        arena.expect(core[unwrap](keyLength, arena.put('DATA', bytes)), answer(length))
        bytes[random(4)[0] % wrapped] ^= 1 << (random(4)[0] & 7)
        arena.put('KEY', kek)
        arena.expect(core[unwrap](keyLength, arena.put('DATA', bytes)), 0)
      }
    }
  },
})

const gone = {
  name: 'gcmSeal, gcmOpen, gcmStart with a slot that is gone',
  calls(arena, secret) {
    const handle = arena.slot(secret(32))
    arena.core.slotDestroy(handle)
    arena.put('DATA', secret(40))
    arena.expect(arena.core.gcmSeal(handle, 0, 12, 0, 40), -1)
    arena.expect(arena.core.gcmOpen(handle, 0, 12, 0, 40, 16), -1)
    arena.expect(arena.core.gcmStart(handle, 0, 12), -1)
  },
}

/** More keys than the core keeps expanded. */
const manyKeys = {
  name: 'gcmSeal under 34 keys',
  share: 0.1,
  calls(arena, secret) {
    for (let i = 0; i < 34; i++) seal(arena, arena.slot(secret(16)), 0, 12, secret(1), secret(20))
  },
}

const SHORT = [0, 1, 16, 20, 48, 100]
const MIDDLE = [320, 511, 700, 1400]
const LONG = [2048, 3000, 4600]

export const aesScenarios = [
  sealing('gcmSeal, short', 12, [16, 24, 32], SHORT, [0, 5, 64]),
  sealing('gcmSeal, middling', 12, [16, 24, 32], MIDDLE, [3, 130], 0.2),
  sealing('gcmSeal, long', 12, [16, 24, 32], LONG, [0, 600], 0.1),
  sealing('gcmSeal, hashed IV', 16, [32], [...SHORT, ...MIDDLE], [13], 0.5),
  sealing('gcmSeal, short hashed IV', 8, [16], SHORT, [0]),
  opening('gcmOpen, accepted', 12, [...SHORT, 320], true),
  opening('gcmOpen, refused', 12, [...SHORT, 320], false),
  opening('gcmOpen, long', 12, LONG, true, 0.1),
  opening('gcmOpen, hashed IV', 9, [0, 20, 700], true, 0.5),
  stream('a stream, accepted', true),
  stream('a stream, refused', false),
  wrapping('kwWrap, kwUnwrap', 'kwWrap', 'kwUnwrap', [16, 40], () => 1),
  wrapping('kwpWrap, kwpUnwrap', 'kwpWrap', 'kwpUnwrap', [1, 8, 9, 31, 32], (length) => length),
  gone,
  manyKeys,
]
