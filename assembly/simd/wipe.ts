/** Zeroes a multiple of 16 bytes: for a few hundred, faster than the engine's memory.fill. */
export function wipe(at: usize, length: usize): void {
  const zero = i64x2.splat(0)
  for (const end = at + length; at < end; at += 16) v128.store(at, zero)
}
