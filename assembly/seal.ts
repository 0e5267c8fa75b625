/**
 * Seal: encryption under a key of its own for every message, committing to key and context.
 *
 *     Expand(K, label, ctx, L) = HKDF-Expand with SHA-256, PRK = K, info = label ‖ 00 ‖ ctx
 *     salt = HMAC-SHA-256(Expand(K, "kmsbox/v1/hedge", id16, 32), random32 ‖ ad32 ‖ u32(length) ‖ content)
 *     H    = head ‖ salt
 *     OKM  = Expand(K, label, H ‖ ad32, 76) = K' ‖ C ‖ IV
 *     out  = H ‖ C ‖ AES-256-GCM(K', IV, AAD = H ‖ C ‖ ad32, content)          (tag 16 bytes, last)
 *
 * The message is worked on in place in DATA, its context lies in SIDE (l = length of the label with its 00, h = of head):
 *
 *     DATA  0      head                       SIDE  0          label ‖ 00
 *           h      salt     32                      l          head
 *           h+32   C        32                      l+h        salt    32
 *           h+64   content   n                      l+h+32     ad32
 *           h+64+n tag      16                      l+h+64     "kmsbox/v1/hedge" ‖ 00 ‖ id16 (sealing only)
 *
 * Why the salt is hedged: when the random generator stands still, only equal messages get equal salts, and no (K', IV)
 * serves two messages. Why C: GCM alone does not commit; two keys can open one ciphertext.
 * Constant-time in keys and content. Everything derived is wiped here, on every way out.
 */
import { aesSetKey, aesWipe } from './aes'
import { equal, publish } from './ct'
import { gcmAad, gcmAuthenticate, gcmDecrypt, gcmEncrypt, gcmStart, gcmTag, gcmWipe } from './gcm'
import { hkdfExpand } from './hkdf'
import { hmacFinish, hmacKey, hmacStart } from './hmac'
import { AES_TRANSIENT, DATA, HMAC_PADS, RANDOM, SEAL, SEAL_ACCEPTED, SEAL_END, SIDE, copy, wipe } from './memory'
import { SHA_256, hashUpdate, hashWipe } from './sha2'

// Derived from K for one message, in SEAL: OKM in the order HKDF makes it, then what is only used here.
const MESSAGE_KEY: usize = SEAL
const COMMITMENT: usize = SEAL + 32
const IV: usize = SEAL + 64
const OKM_LENGTH: usize = 76
const HEDGE_KEY: usize = SEAL + 80
const LENGTH_FIELD: usize = SEAL + 112
const TAG: usize = SEAL + 128

const HEDGE_INFO_LENGTH: usize = 32

/** Seals `length` bytes of content at DATA + headLength + 64, in place. `pads`: K's HMAC-SHA-256 pads. RANDOM is fresh. */
export function sealContent(pads: usize, labelLength: usize, headLength: usize, length: usize): void {
  const content = DATA + headLength + 64
  const salt = SIDE + labelLength + headLength
  hedgedSalt(pads, salt, content, length)
  copy(DATA, SIDE + labelLength, headLength + 32)
  deriveMessageKey(pads, labelLength, headLength)
  copy(content - 32, COMMITMENT, 32)
  gcmBegin(labelLength, headLength)
  gcmEncrypt(content, content, length)
  gcmTag(content + length)
  sealWipe()
}

/**
 * Opens `length` bytes of content in place if commitment and tag hold: 1, else 0 with nothing decrypted.
 * Both are always computed and compared; only their conjunction is revealed.
 */
export function openContent(pads: usize, labelLength: usize, headLength: usize, length: usize): i32 {
  const content = DATA + headLength + 64
  copy(SIDE + labelLength, DATA, headLength + 32)
  deriveMessageKey(pads, labelLength, headLength)
  gcmBegin(labelLength, headLength)
  gcmAuthenticate(content, length)
  gcmTag(TAG)
  const accepted = publish(SEAL_ACCEPTED, equal(COMMITMENT, content - 32, 32) & equal(TAG, content + length, 16))
  if (accepted) gcmDecrypt(content, content, length)
  sealWipe()
  return accepted
}

function hedgedSalt(pads: usize, salt: usize, content: usize, length: usize): void {
  const ad32 = salt + 32
  hkdfExpand(pads, SHA_256, ad32 + 32, HEDGE_INFO_LENGTH, HEDGE_KEY, 32)
  hmacKey(HMAC_PADS, SHA_256, HEDGE_KEY, 32)
  hmacStart(HMAC_PADS, SHA_256)
  store<u32>(LENGTH_FIELD, bswap(<u32>length))
  hashUpdate(RANDOM, 32)
  hashUpdate(ad32, 32)
  hashUpdate(LENGTH_FIELD, 4)
  hashUpdate(content, length)
  hmacFinish(HMAC_PADS, SHA_256, salt)
}

/** K' ‖ C ‖ IV from the info label ‖ 00 ‖ head ‖ salt ‖ ad32, which lies whole in SIDE. */
function deriveMessageKey(pads: usize, labelLength: usize, headLength: usize): void {
  hkdfExpand(pads, SHA_256, SIDE, labelLength + headLength + 64, MESSAGE_KEY, OKM_LENGTH)
}

/** Starts GCM under K' and IV. C, from DATA, goes between salt and ad32 in SIDE: there AAD = H ‖ C ‖ ad32 lies whole. */
function gcmBegin(labelLength: usize, headLength: usize): void {
  const afterSalt = SIDE + labelLength + headLength + 32
  copy(afterSalt + 32, afterSalt, 32)
  copy(afterSalt, DATA + headLength + 32, 32)
  aesSetKey(AES_TRANSIENT, MESSAGE_KEY, 32)
  gcmStart(AES_TRANSIENT, IV, 12)
  gcmAad(SIDE + labelLength, headLength + 96)
}

function sealWipe(): void {
  gcmWipe()
  hashWipe()
  aesWipe(AES_TRANSIENT)
  wipe(SEAL, SEAL_END - SEAL)
  wipe(RANDOM, 32)
}
