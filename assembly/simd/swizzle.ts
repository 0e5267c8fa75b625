/**
 * Lookups in a table of 16 bytes held in a register: lane i of the result is table[index[i]], and 0 where index[i] has
 * its top bit set. The index is lane data, never an address, so a secret index leaves no trace.
 *
 * The plain instruction promises 0 for every index over 15, which costs x64 one more operation each time. The relaxed
 * one leaves 16..127 open; no index here is ever in that range, so it gives the same bytes on every machine.
 *
 * Kernels keep their masks in memory and load them once: engines build vector constants anew wherever they are used.
 */

// @ts-ignore: decorator
@inline
export function swizzle(table: v128, index: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(table, index) : i8x16.swizzle(table, index)
}

/** Sixteen times 0f. */
export const NIBBLE: usize = memory.data<u8>([
  0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f, 0x0f,
])

/** The upper nibbles of bytes; `nibble` is what stands at {@link NIBBLE}. */
// @ts-ignore: decorator
@inline
export function highNibbles(x: v128, nibble: v128): v128 {
  return v128.and(i16x8.shr_u(x, 4), nibble)
}
