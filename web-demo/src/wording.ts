/** How bytes, times and names are shown. */
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

export const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** A public key's SPKI as people pass it on. */
export const pem = (bytes: Uint8Array): string =>
  ['-----BEGIN PUBLIC KEY-----', ...base64(bytes).match(/.{1,64}/g)!, '-----END PUBLIC KEY-----'].join('\n')

/** Undefined where the text is not base64. */
export function unbase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/\s/g, '')), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

/** The text of UTF-8 bytes; of others their base64. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return base64(bytes)
  }
}

export const quantity = (bytes: number): string =>
  bytes < 1e3
    ? `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
    : bytes < 1e6
      ? `${(bytes / 1e3).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`

export const milliseconds = (time: number): string => `${time < 10 ? time.toFixed(1) : Math.round(time)} ms`

/** The last part of an ARN: `role/orders-service`, `alias/orders`, a key's id; the root of an account is `root`. */
export const shortArn = (arn: string): string =>
  arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^key\//, '')

export const day = (date: Date | undefined): string =>
  date === undefined ? 'never' : date.toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

export const instant = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** A value as indented JSON, without the blobs that no one reads. */
export const json = (value: unknown): string =>
  JSON.stringify(value, (_, member) => (member instanceof Uint8Array ? base64(member) : member), 2)
