/** XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) by node:crypto, to check a peer against. Slow is fine here. */
import { createCipheriv } from 'node:crypto'

const SIGMA = Buffer.from('expand 32-byte k')

/**
 * HChaCha20 is the block function of ChaCha20 without its last addition, and keeps the first and last four words: so
 * those words of the keystream, less the words that the addition put in, which are the constants and the nonce.
 */
function hChaCha20(key, nonce) {
  const keystream = createCipheriv('chacha20', key, nonce).update(Buffer.alloc(64))
  const subkey = Buffer.alloc(32)
  for (let at = 0; at < 16; at += 4) {
    subkey.writeInt32LE((keystream.readInt32LE(at) - SIGMA.readInt32LE(at)) | 0, at)
    subkey.writeInt32LE((keystream.readInt32LE(48 + at) - Buffer.from(nonce).readInt32LE(at)) | 0, 16 + at)
  }
  return subkey
}

/** Ciphertext ‖ tag under an iv of 24 bytes. */
export function sealXChaCha20Poly1305(key, iv, plaintext) {
  const nonce = Buffer.concat([Buffer.alloc(4), iv.subarray(16)])
  const cipher = createCipheriv('chacha20-poly1305', hChaCha20(key, iv.subarray(0, 16)), nonce, { authTagLength: 16 })
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}
