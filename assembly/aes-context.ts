/**
 * The map of an expanded AES key: AES_CONTEXT bytes, 64-byte aligned, owned and wiped by whoever asked for it.
 *
 *        0  NR           u32: 10, 12 or 14 rounds
 *        4  READY        u32: which forms beyond the first two are there
 *       16  ROUND_KEYS   (Nr + 1) × 16 bytes, the words w of FIPS 197, 5.2
 *      256  PLANES       the round keys bitsliced, all but the first with 0x63 added (scalar/aes.ts)
 *     1216  H            GHASH's key, 16 bytes
 */
export const NR: usize = 0
export const READY: usize = 4
export const ROUND_KEYS: usize = 16
export const PLANES: usize = 256
export const H: usize = 1216

/** Bytes of an expanded key. */
export const AES_CONTEXT: usize = 1280

/** Bits of READY. */
export const GHASH_READY: u32 = 1
