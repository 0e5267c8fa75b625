/**
 * The arena: every byte of linear memory has one owner and one name. Initial size = maximum size, no heap.
 *
 *        0 ┌───────────────────────────────────────────────┐
 *          │ CONSTANTS   round constants, masks (public)    │  placed by the compiler, never written
 *    ARENA ├───────────────────────────────────────────────┤ ─┐
 *          │ SMALL SLOTS 1,024 secrets of 1..128 bytes      │  │ live until destroyed
 *          │ LARGE SLOTS 32 secrets of 1..4,096 bytes       │  │ (slots.ts)
 *          │ AES CACHE   expanded keys of slots             │  │
 *          │ LAST DRAW   digest of the last random bytes    │  │
 *          │ VERDICTS    what is made public (ct.ts)        │  │
 *     WORK ├───────────────────────────────────────────────┤ ─┤
 *          │ AES         expanded key of one call           │  │
 *          │ HASH        running state, schedule, pads      │  │ live during one call,
 *          │ SEAL        derived keys of one message        │  │ or one stream of calls
 *          │ GCM         counter, GHASH state, key streams  │  │ wiped by its owner
 * WORK_END ├───────────────────────────────────────────────┤ ─┤
 *          │ KEY RANDOM SIDE OUT DATA                       │  │ windows: JavaScript writes
 *          └───────────────────────────────────────────────┘ ─┘ arguments, reads results
 *
 * Whoever writes a region wipes it, on every way out. Regions are 64-byte aligned.
 */
import { AES_CONTEXT } from './aes-context'

/** Compiler-placed constants end before this address; the tests hold the compiler to it. */
export const ARENA: usize = 16384

// ── Slots ── a record is 144 bytes of bookkeeping (slots.ts), then the secret.

export const SLOT_HEADER: usize = 144
export const SMALL_SLOTS: u32 = 1024
export const SMALL_LENGTH: u32 = 128
export const SMALL_RECORD: usize = SLOT_HEADER + SMALL_LENGTH
export const LARGE_SLOTS: u32 = 32
export const LARGE_LENGTH: u32 = 4096
export const LARGE_RECORD: usize = SLOT_HEADER + LARGE_LENGTH

export const SMALL: usize = ARENA
export const LARGE: usize = SMALL + SMALL_SLOTS * SMALL_RECORD

/** Expanded AES keys of the slots used last; 16 bytes of bookkeeping each, kept apart so that contexts stay aligned. */
export const AES_CACHE_ENTRIES: u32 = 32
export const AES_CACHE_INDEX: usize = LARGE + LARGE_SLOTS * LARGE_RECORD
export const AES_CACHE: usize = AES_CACHE_INDEX + AES_CACHE_ENTRIES * 16

/** SHA-256 of the last random draw (draw.ts): survives calls, tells nothing about the draw. */
export const LAST_DRAW: usize = AES_CACHE + AES_CACHE_ENTRIES * AES_CONTEXT

/** One word for each kind of answer that depends on secrets and is made public nevertheless (ct.ts). */
export const VERDICTS: usize = LAST_DRAW + 64
export const TAG_ACCEPTED: usize = VERDICTS
export const SEAL_ACCEPTED: usize = VERDICTS + 4
export const KW_ACCEPTED: usize = VERDICTS + 8
export const KWP_LENGTH: usize = VERDICTS + 12
export const SAME_BYTES: usize = VERDICTS + 16
export const SAME_SLOTS: usize = VERDICTS + 20
export const DRAW_REFUSED: usize = VERDICTS + 24

// ── Working memory ── contents are secret while a call runs and zero afterwards.

export const WORK: usize = VERDICTS + 64

/** Expanded key of a call that brought its own key. */
export const AES_TRANSIENT: usize = WORK

/** The hash under way (sha2.ts), with HMAC's keyed states (hmac.ts); the schedule's used part is last, for one wipe. */
export const HASH_STATE: usize = AES_TRANSIENT + AES_CONTEXT
export const HASH_BLOCK: usize = HASH_STATE + 64
export const HASH_DIGEST: usize = HASH_BLOCK + 128
export const HMAC_PADS: usize = HASH_DIGEST + 64
export const HASH_SCHEDULE: usize = HMAC_PADS + 128
export const HASH_END: usize = HASH_SCHEDULE + 640

/** Keys derived for one sealed message (seal.ts). */
export const SEAL: usize = HASH_END
export const SEAL_END: usize = SEAL + 256

/** Key wrapping's registers and the block under the cipher (keywrap.ts). */
export const WRAP: usize = SEAL_END
export const WRAP_END: usize = WRAP + 64

/** The block under the cipher (aes.ts). */
export const AES_WORK: usize = WRAP_END
export const AES_WORK_END: usize = AES_WORK + 128

/** Running state of GHASH (ghash.ts) and of counter mode (gctr.ts). */
export const GHASH_WORK: usize = AES_WORK_END
export const GHASH_WORK_END: usize = GHASH_WORK + 1344
export const GCTR_WORK: usize = GHASH_WORK_END
export const GCM: usize = GCTR_WORK
export const GCM_END: usize = GCTR_WORK + 10240

export const WORK_END: usize = GCM_END

// ── Windows ── argument and result areas; bindings/core.ts alone reads and writes them.

/** A raw AES key. */
export const KEY: usize = WORK_END
/** Fresh random bytes, up to a large slot. */
export const RANDOM: usize = KEY + 64
/** IV and short AAD; labels, contexts and heads. */
export const SIDE: usize = RANDOM + 4096
export const SIDE_LENGTH: u32 = 65536 + 1024
/** Digests, MACs, derived bytes: up to 255 · 64 bytes (RFC 5869, 2.3). */
export const OUT: usize = SIDE + SIDE_LENGTH
export const OUT_LENGTH: u32 = 16384
/** The message, worked on in place. The headroom and the slack let whole batches of blocks spill over. */
export const DATA_HEADROOM: usize = 64
export const DATA: usize = OUT + OUT_LENGTH + DATA_HEADROOM
export const DATA_LENGTH: u32 = 1048576 + 1024
export const DATA_SLACK: usize = 4096
export const ARENA_END: usize = DATA + DATA_LENGTH + DATA_SLACK

/**
 * Zeroes secrets. Wasm compilers have no dead-store elimination across calls, and a test reads the memory. A few hundred
 * bytes are quicker stored than handed to the engine's fill, which is a call out of the module.
 */
export function wipe(at: usize, length: usize): void {
  if (length > 1024) {
    memory.fill(at, 0, length)
    return
  }
  const end = at + length
  if (ASC_FEATURE_SIMD) {
    for (; at + 16 <= end; at += 16) v128.store(at, i64x2.splat(0))
  }
  for (; at + 8 <= end; at += 8) store<u64>(at, 0)
  for (; at < end; at++) store<u8>(at, 0)
}

/** Copies forwards, by words: short stretches for the same reason. `to` is below `from` or the two are disjoint. */
export function copy(to: usize, from: usize, length: usize): void {
  if (length > 256) {
    memory.copy(to, from, length)
    return
  }
  const end = to + length
  for (; to + 8 <= end; to += 8, from += 8) store<u64>(to, load<u64>(from))
  for (; to < end; to++, from++) store<u8>(to, load<u8>(from))
}
