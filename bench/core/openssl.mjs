/** node:crypto's AES-256-GCM, for gcm.mjs: OpenSSL, with AES instructions where the processor has them. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'

export const openssl = {
  prepare: (key) => createSecretKey(key),
  seal(key, iv, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    return [ciphertext, cipher.getAuthTag()]
  },
  open(key, iv, sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
    decipher.setAuthTag(sealed.subarray(sealed.length - 16))
    const plaintext = decipher.update(sealed.subarray(0, sealed.length - 16))
    decipher.final()
    return plaintext
  },
}
