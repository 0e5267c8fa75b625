/**
 * RFC 8017, 9: how a digest becomes the number that an RSA key signs.
 *
 * Written out here because WebCrypto encodes messages only, never a digest that was prepared elsewhere. The moduli of
 * AWS KMS fill whole bytes, hence in EMSA-PSS emLen is the modulus's length and one bit stays unused. Everything here
 * is public or becomes public with the signature.
 */
import { compareBytes, concat, unhex } from '../../bytes.ts'
import type { SignatureHash } from './hash.ts'
import { hash, hashBytes } from './hash.ts'

/** DER of DigestInfo up to the digest (9.2, note 1). */
const digestInfo: { readonly [name in SignatureHash]: Uint8Array } = {
  'SHA-256': unhex('3031300d060960864801650304020105000420'),
  'SHA-384': unhex('3041300d060960864801650304020205000430'),
  'SHA-512': unhex('3051300d060960864801650304020305000440'),
}

/** EMSA-PKCS1-v1_5 (9.2): 00 01 FF…FF 00 ‖ DigestInfo, `length` bytes. */
export function encodePkcs1(name: SignatureHash, digest: Uint8Array, length: number): Uint8Array {
  const info = digestInfo[name]
  const encoded = new Uint8Array(length).fill(0xff)
  const at = length - info.length - digest.length
  encoded.set([0x00, 0x01])
  encoded[at - 1] = 0x00
  encoded.set(info, at)
  encoded.set(digest, at + info.length)
  return encoded
}

/** EMSA-PSS-ENCODE (9.1.1) with MGF1 of the same hash and, as AWS KMS does, a salt as long as the digest. */
export function encodePss(name: SignatureHash, digest: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  const H = hash(name, new Uint8Array(8), digest, salt)
  const DB = new Uint8Array(length - H.length - 1)
  DB.set(salt, DB.length - salt.length)
  DB[DB.length - salt.length - 1] = 0x01
  mask(name, DB, H)
  return concat(DB, H, Uint8Array.of(0xbc))
}

/** EMSA-PSS-VERIFY (9.1.2). */
export function isPssEncoding(name: SignatureHash, digest: Uint8Array, encoded: Uint8Array): boolean {
  const size = hashBytes(name)
  if (encoded.at(-1) !== 0xbc || encoded[0]! >= 0x80) return false
  const DB = encoded.slice(0, -size - 1)
  const H = encoded.subarray(-size - 1, -1)
  mask(name, DB, H)
  const salt = DB.subarray(-size)
  const padding = DB.subarray(0, -size)
  const padded = padding.every((byte, at) => byte === (at === padding.length - 1 ? 0x01 : 0x00))
  return padded && compareBytes(H, hash(name, new Uint8Array(8), digest, salt)) === 0
}

/** DB ⊕ MGF1(H), its unused bit cleared (B.2.1; 9.1.1, steps 9 to 11). */
function mask(name: SignatureHash, DB: Uint8Array, H: Uint8Array): void {
  const size = hashBytes(name)
  for (let counter = 0; counter * size < DB.length; counter++) {
    const block = hash(name, H, Uint8Array.of(0, 0, counter >>> 8, counter))
    const part = DB.subarray(counter * size, (counter + 1) * size)
    for (let i = 0; i < part.length; i++) part[i]! ^= block[i]!
  }
  DB[0]! &= 0x7f
}
