/** Byte strings as map keys: one character a byte, so that the order of the strings is the order of the bytes. */

export const latin1 = (bytes: Uint8Array): string => String.fromCharCode.apply(null, bytes as unknown as number[])

export function fromLatin1(text: string): Uint8Array {
  const out = new Uint8Array(new ArrayBuffer(text.length))
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i)
  return out
}
