/** Slot parameters of variable length: u16 length ‖ bytes, one after the other, and nothing else. */
import { concat, u16 } from '../bytes.ts'
import { UnlockFailed } from './seal.ts'

export const encodeParts = (...parts: Uint8Array[]): Uint8Array =>
  concat(...parts.flatMap((part) => [u16(part.length), part]))

/** Exactly `count` parts. Throws {@link UnlockFailed}. */
export function decodeParts(bytes: Uint8Array, count: number): Uint8Array[] {
  const parts: Uint8Array[] = []
  let at = 0
  while (parts.length < count && at + 2 <= bytes.length) {
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number)
    if (at + 2 + length > bytes.length) throw new UnlockFailed()
    parts.push(bytes.slice(at + 2, at + 2 + length))
    at += 2 + length
  }
  if (parts.length !== count || at !== bytes.length) throw new UnlockFailed()
  return parts
}
