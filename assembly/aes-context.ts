/**
 * The map of an expanded AES key: AES_CONTEXT bytes, 64-byte aligned, owned and wiped by whoever asked for it.
 *
 *        0  NR             u32: 10, 12 or 14 rounds
 *        4  READY          u32: which of the forms made at first need are there, bits below
 *        8  POWERS_READY   u32: how many powers of H have their tables (SIMD)
 *       12  LONG_MESSAGES  u32: how many messages would have gained from tables for lanes (SIMD)
 *       16  ROUND_KEYS     (Nr + 1) × 16 bytes, the words w of FIPS 197, 5.2
 *
 *     without SIMD
 *      256  PLANES         round keys bitsliced (scalar/aes.ts)                                  15 × 64
 *     1216  H              GHASH's key                                                                16
 *
 *     with SIMD
 *      256  PERMUTE_KEYS   round keys for vector permutation (simd/permute.ts)                   15 × 16
 *      512  INVERSE_KEYS   the same for decryption, at first need                                15 × 16
 *      768  BATCH_KEYS     round keys from 3 on, bitsliced (simd/bitslice32.ts), at first need    11 × 512 + 16
 *     6464  POWERS         H to H^8, as far as POWERS_READY says                                  8 × 16
 *     6592  POWER_TABLES   their tables (simd/ghash-products.ts)                                 8 × 544
 *    10944  LANE_TABLES    tables of H^16 (simd/ghash-lanes.ts), at first need                      8192
 */
export const NR: usize = 0
export const READY: usize = 4
export const POWERS_READY: usize = 8
export const LONG_MESSAGES: usize = 12
export const ROUND_KEYS: usize = 16

export const PLANES: usize = 256
export const H: usize = 1216

export const PERMUTE_KEYS: usize = 256
export const INVERSE_KEYS: usize = 512
export const BATCH_KEYS: usize = 768
export const POWERS: usize = 6464
export const POWER_TABLES: usize = 6592
export const LANE_TABLES: usize = 10944

/** Bytes of an expanded key. */
export const AES_CONTEXT: usize = ASC_FEATURE_SIMD ? 19136 : 1280

/** Bits of READY. */
export const GHASH_READY: u32 = 1
export const INVERSE_READY: u32 = 2
export const BATCH_READY: u32 = 4
export const LANES_READY: u32 = 8
