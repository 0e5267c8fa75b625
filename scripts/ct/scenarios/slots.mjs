/** Slots, seals and comparisons: what slots hold, contents, labels and associated data are secret. */

/** label ‖ 00 ‖ head ‖ room for the salt ‖ ad32, and for sealing what the hedge is derived with. */
const LABEL = Uint8Array.from('kmsbox/v1/trace\0', (c) => c.charCodeAt(0))
const HEDGE = Uint8Array.from('kmsbox/v1/hedge\0', (c) => c.charCodeAt(0))
const HEAD = 20

function context(arena, head, ad32) {
  arena.put('SIDE', LABEL, head, new Uint8Array(32), ad32, HEDGE, new Uint8Array(16))
}

const life = {
  name: 'slotImport, slotRelease, slotExpand, slotDerive, slotDestroy',
  calls(arena, secret) {
    const { core } = arena
    for (const length of [1, 32, 128, 129, 4096]) {
      const handle = arena.slot(secret(length))
      arena.expect(core.slotRelease(handle), length)
      core.slotDestroy(handle)
      arena.expect(core.slotRelease(handle), -1)
    }
    const root = arena.slot(secret(32))
    arena.put('SIDE', secret(40))
    arena.expect(core.slotExpand(root, 40, 64), 1)
    const derived = core.slotDerive(root, 40, 32)
    arena.expect(core.slotRelease(derived), 32)
    core.slotDestroy(root)
    arena.expect(core.slotExpand(root, 40, 64), -1)
    arena.expect(core.slotDerive(root, 40, 64), -1)
    arena.expect(core.slotsUsed(), 1)
  },
}

const generation = {
  name: 'slotGenerate, draw',
  calls(arena, _, random) {
    for (const length of [16, 32, 200]) {
      arena.put('RANDOM', random(Math.max(32, length)))
      arena.expect(arena.core.slotRelease(arena.core.slotGenerate(length)), length)
      arena.put('RANDOM', random(32))
      arena.expect(arena.core.draw(), 1)
    }
  },
}

const stuck = {
  name: 'slotGenerate, draw, seal with a generator that stands still',
  calls(arena, secret, random) {
    const { core } = arena
    const handle = arena.slot(secret(32))
    const same = random(32)
    arena.put('RANDOM', same)
    arena.expect(core.draw(), 1)
    arena.put('RANDOM', same)
    arena.expect(core.draw(), -3)
    arena.put('RANDOM', random(32))
    arena.expect(core.slotGenerate(32), -3)
    arena.put('RANDOM', random(32))
    arena.expect(core.seal(handle, LABEL.length, HEAD, arena.put('DATA', secret(100)) - 84), -3)
  },
}

const full = {
  name: 'slotImport, slotGenerate, slotDerive, openSlot with a full table',
  share: 0.05,
  calls(arena, secret, random) {
    const { core } = arena
    const first = arena.slot(secret(32))
    for (let i = 1; i < 1024; i++) arena.slot(secret(4))
    for (let i = 0; i < 32; i++) arena.slot(secret(200))
    arena.expect(arena.slot(secret(4)), -2)
    arena.expect(arena.slot(secret(200)), -2)
    arena.put('RANDOM', random(32))
    arena.expect(core.slotGenerate(16), -2)
    arena.expect(core.slotDerive(first, 10, 32), -2)
    const sealed = sealedSlot(arena, first, first, secret(HEAD), secret(32), random)
    arena.put('SIDE', LABEL, sealed.head, new Uint8Array(32), sealed.ad32)
    arena.put('DATA', sealed.bytes)
    arena.expect(core.openSlot(first, LABEL.length, HEAD, 32), -2)
    core.lock()
  },
}

function sealedSlot(arena, key, content, head, ad32, random) {
  context(arena, head, ad32)
  arena.put('RANDOM', random(32))
  arena.expect(arena.core.sealSlot(key, content, LABEL.length, HEAD), 1)
  return { head, ad32, bytes: arena.read('DATA', HEAD + 64 + 32 + 16) }
}

const sealing = (name, headLength, lengths, accept, share = 1) => ({
  name,
  share,
  calls(arena, secret, random) {
    const { core } = arena
    const handle = arena.slot(secret(32))
    for (const length of lengths) {
      const head = secret(headLength)
      const ad32 = secret(32)
      context(arena, head, ad32)
      arena.put('RANDOM', random(32))
      arena.put('DATA', new Uint8Array(headLength + 64), secret(length))
      arena.expect(core.seal(handle, LABEL.length, headLength, length), 1)
      // Behind the head anything may be wrong: salt, commitment, ciphertext, tag.
      if (!accept) arena.flip('DATA', headLength + (random(4)[0] % (length + 80)), 1 << (random(4)[0] & 7))
      context(arena, head, ad32)
      arena.expect(core.open(handle, LABEL.length, headLength, length), accept ? 1 : 0)
    }
  },
})

const sealedSlots = {
  name: 'sealSlot, openSlot',
  calls(arena, secret, random) {
    const { core } = arena
    const key = arena.slot(secret(32))
    const content = arena.slot(secret(32))
    const sealed = sealedSlot(arena, key, content, secret(HEAD), secret(32), random)
    for (const wrong of [false, true]) {
      arena.put('SIDE', LABEL, sealed.head, new Uint8Array(32), sealed.ad32)
      arena.put('DATA', sealed.bytes)
      if (wrong) arena.flip('DATA', HEAD + 70)
      const opened = core.openSlot(key, LABEL.length, HEAD, 32)
      arena.expect(wrong ? opened : core.slotEqual(opened, content), wrong ? 0 : 1)
    }
    core.slotDestroy(key)
    for (const call of ['open', 'openSlot', 'seal']) arena.expect(core[call](key, LABEL.length, HEAD, 32), -1)
    arena.expect(core.sealSlot(content, key, LABEL.length, HEAD), -1)
  },
}

const comparisons = {
  name: 'equal, slotEqual',
  calls(arena, secret, random) {
    const { core } = arena
    const one = secret(40)
    const other = one.slice()
    other[random(4)[0] % 40] ^= 1 << (random(4)[0] & 7)
    for (const [second, same] of [
      [one, 1],
      [other, 0],
    ]) {
      arena.put('DATA', one, second)
      arena.expect(core.equal(40), same)
      arena.expect(core.slotEqual(arena.slot(one), arena.slot(second)), same)
    }
    arena.expect(core.slotEqual(arena.slot(secret(8)), arena.slot(secret(9))), 0)
    arena.expect(core.slotEqual(0, arena.slot(secret(9))), -1)
  },
}

/** Slots whose key was expanded and whose pads were made, and a stream under way. */
const endings = {
  name: 'abandon, lock',
  calls(arena, secret) {
    const { core } = arena
    const handle = arena.slot(secret(32))
    arena.slot(secret(500))
    arena.put('SIDE', new Uint8Array(12))
    arena.expect(core.gcmSeal(handle, 0, 12, 0, arena.put('DATA', secret(50))), 1)
    core.slotDestroy(handle)
    core.hashStart(2)
    core.hashUpdate(arena.put('DATA', secret(100)))
    core.abandon()
    core.lock()
  },
  share: 0.2,
}

export const slotScenarios = [
  life,
  generation,
  stuck,
  sealing('seal, open', HEAD, [0, 32, 200], true),
  sealing('seal, open, refused', HEAD, [0, 32, 200], false),
  sealing('seal, open, long', 300, [5000], true, 0.1),
  sealedSlots,
  comparisons,
  full,
  endings,
]
