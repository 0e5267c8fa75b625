/** SHA-2, HMAC and HKDF: messages, keys, salts and infos are secret. */

const HASHES = [1, 2, 3, 4]
const DIGEST = [0, 28, 32, 48, 64]

/** Around the block lengths and paddings of both families, in one piece. */
const digests = {
  name: 'sha2',
  calls(arena, secret) {
    for (const hash of HASHES) {
      for (const length of [0, 20, 56, 111, 112, 128, 300]) arena.core.sha2(hash, arena.put('DATA', secret(length)))
    }
  },
}

const streamedDigests = {
  name: 'hashStart, hashUpdate, hashFinish',
  calls(arena, secret) {
    for (const hash of HASHES) {
      arena.core.hashStart(hash)
      for (const length of [10, 100, 18, 300]) arena.core.hashUpdate(arena.put('DATA', secret(length)))
      arena.core.hashFinish()
    }
  },
}

const macs = {
  name: 'hmac',
  calls(arena, secret) {
    for (const hash of HASHES) {
      for (const keyLength of [20, 64, 200]) {
        arena.put('DATA', secret(keyLength), secret(70))
        arena.expect(arena.core.hmac(0, hash, keyLength, 70), 1)
      }
    }
  },
}

const macsOfSlots = {
  name: 'hmac, hmacStart, hmacFinish with slots',
  calls(arena, secret) {
    const short = arena.slot(secret(32))
    const long = arena.slot(secret(300))
    for (const handle of [short, short, long]) {
      arena.put('DATA', secret(50))
      arena.expect(arena.core.hmac(handle, 2, 0, 50), 1)
      arena.expect(arena.core.hmacStart(handle, 4, 0), 1)
      arena.core.hashUpdate(arena.put('DATA', secret(500)))
      arena.core.hmacFinish()
    }
    arena.core.slotDestroy(short)
    arena.expect(arena.core.hmac(short, 2, 0, arena.put('DATA', secret(40))), -1)
    arena.expect(arena.core.hmacStart(0, 3, arena.put('DATA', secret(40))), 1)
    arena.core.hmacFinish()
  },
}

const derivations = {
  name: 'hkdf, hkdfExtract, hkdfExpand',
  calls(arena, secret) {
    for (const hash of HASHES) {
      for (const saltLength of [0, 40, 150]) {
        arena.put('DATA', secret(saltLength), secret(32), secret(50))
        arena.core.hkdf(hash, saltLength, 32, 50, 100)
        arena.put('DATA', secret(saltLength), secret(32))
        arena.core.hkdfExtract(hash, saltLength, 32)
      }
      arena.put('DATA', secret(DIGEST[hash]), secret(10))
      arena.core.hkdfExpand(hash, DIGEST[hash], 10, 200)
    }
  },
}

export const hashScenarios = [digests, streamedDigests, macs, macsOfSlots, derivations]
