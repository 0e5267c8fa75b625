/** Other implementations of AES-256-GCM, for gcm.mjs. */
import { gcm } from '@noble/ciphers/aes.js'

/** Tables indexed by secrets; keeps nothing between messages. */
export const noble = {
  prepare: (key) => key,
  seal: (key, iv, plaintext) => gcm(key, iv).encrypt(plaintext),
  open: (key, iv, sealed) => gcm(key, iv).decrypt(sealed),
}

/** Each call is waited for, as the sender of one message does. */
export const webCrypto = {
  awaited: true,
  prepare: (key) => globalThis.crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']),
  seal: (key, iv, plaintext) => globalThis.crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext),
  open: (key, iv, sealed) => globalThis.crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed),
}
