/**
 * The whole ABI. Arguments are lengths, handles and ids, all public; bytes lie in the windows of memory.ts; results are
 * lengths, handles or a status (abi/status.ts). bindings/core.ts is the only caller and checks lengths against windows.
 * Secret inputs are wiped before an export returns, whatever it returns. Secret results (in OUT, or opened in DATA) are
 * wiped by the caller as it takes them. A stream (Start … Finish, End) holds its state in between; `abandon` ends it early.
 */

// Windows and what an auditor needs to know about the arena.
export { DATA, DATA_LENGTH, KEY, OUT, RANDOM, SIDE, SIDE_LENGTH } from './memory'
export { ARENA, ARENA_END, LARGE_SLOTS, SMALL_SLOTS, WORK } from './memory'
/** Which build this is: 0 scalar, 1 SIMD, 2 relaxed SIMD. */
export const BUILD: i32 = ASC_FEATURE_RELAXED_SIMD ? 2 : ASC_FEATURE_SIMD ? 1 : 0

// SHA-2, HMAC, HKDF: in one call, or a stream of pieces.
export { hashFinish, hashStart, hashUpdate, sha2 } from './abi/hash'
export { hmac, hmacFinish, hmacStart } from './abi/hash'
export { hkdf, hkdfExpand, hkdfExtract } from './abi/hash'

// AES-GCM: in one call, or a stream; opening reads its ciphertext twice. AES-KW, AES-KWP.
export { gcmOpen, gcmSeal } from './abi/aes'
export { gcmAad, gcmAuthenticate, gcmDecrypt, gcmEncrypt, gcmEnd, gcmStart, gcmTag, gcmVerify } from './abi/aes'
export { kwUnwrap, kwWrap, kwpUnwrap, kwpWrap } from './abi/aes'

// Slots: a secret comes in, is made or derived inside, is compared, is destroyed. One export hands a secret out.
export { slotDerive, slotDestroy, slotEqual, slotGenerate, slotImport } from './abi/slots'
export { slotExpand } from './abi/slots'
export { slotRelease } from './abi/slots'
export { slotsUsed } from './slots'

// Seal: bytes or a slot's secret, under a slot's secret.
export { open, openSlot, seal, sealSlot } from './abi/slots'

// Comparison, judgement of random bytes, and the two great wipes.
export { abandon, draw, equal, lock } from './abi/arena'
