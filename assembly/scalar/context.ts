/** The round keys of an AES context as planes, and blocks enciphered by them. */
import { PLANES } from '../aes-context'
import { AES_WORK, wipe } from '../memory'
import { BLOCKS, cipher, fromPlanes, invCipher, roundKeyPlanes, STATE, toPlanes } from './aes'

const BYTES_63: u64 = 0x6363636363636363

/** Planes of the round keys, which stand at `words`. */
export function setRoundKeys(context: usize, words: usize, Nr: u32): void {
  roundKeyPlanes(words, 0, context + PLANES, AES_WORK)
  for (let round: u32 = 1; round <= Nr; round++)
    roundKeyPlanes(words + 16 * round, BYTES_63, context + PLANES + STATE * round, AES_WORK)
}

/** One block in the place of the first of four; the other three are whatever the working memory holds: zeros. */
function loadBlock(src: usize): void {
  store<u64>(AES_WORK, load<u64>(src))
  store<u64>(AES_WORK, load<u64>(src, 8), 8)
  toPlanes(AES_WORK, AES_WORK + STATE)
}

function storeBlock(dst: usize): void {
  fromPlanes(AES_WORK + STATE, AES_WORK)
  store<u64>(dst, load<u64>(AES_WORK))
  store<u64>(dst, load<u64>(AES_WORK, 8), 8)
  wipe(AES_WORK, 2 * STATE)
}

export function encryptBlock(context: usize, Nr: u32, src: usize, dst: usize): void {
  loadBlock(src)
  cipher(AES_WORK + STATE, context + PLANES, Nr)
  storeBlock(dst)
}

export function decryptBlock(context: usize, Nr: u32, src: usize, dst: usize): void {
  loadBlock(src)
  invCipher(AES_WORK + STATE, context + PLANES, Nr)
  storeBlock(dst)
}

/** Four blocks of key stream to `dst`: counter blocks begin with 12 bytes at `prefix` and count from `counter` on. */
export function keyStream(context: usize, Nr: u32, prefix: usize, counter: u32, dst: usize): void {
  for (let block: u32 = 0; block < BLOCKS; block++) {
    const at = dst + 16 * block
    store<u64>(at, load<u64>(prefix))
    store<u32>(at, load<u32>(prefix, 8), 8)
    store<u32>(at, bswap<u32>(counter + block), 12)
  }
  toPlanes(dst, AES_WORK)
  cipher(AES_WORK, context + PLANES, Nr)
  fromPlanes(AES_WORK, dst)
}
