/**
 * SHA-384 and SHA-512 compression (FIPS 180-4, sections 4.1.3, 5.3.4, 5.3.5, 6.4): sha256.ts with 64-bit words.
 *
 * Constant-time: additions, rotations and Boolean functions of words; the only addresses are loop counters.
 * The message schedule is left in HASH_SCHEDULE and wiped by sha2.ts, which also pads and counts.
 *
 *     state     H0 .. H7, eight 64-bit words in machine order, 64 bytes
 *     schedule  W0 + K0 .. W79 + K79
 */
import { HASH_SCHEDULE, copy } from './memory'

/** First 64 bits of the fractional parts of the cube roots of the first 80 primes (4.2.3). */
const K: usize = memory.data<u64>([
  0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
  0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
  0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
  0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
  0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
  0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
  0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
  0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
  0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
  0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
  0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
  0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
  0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
  0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
  0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
  0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
  0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
  0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
  0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
  0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
], 16)

/** Initial hash values (5.3.4, 5.3.5). */
const H384: usize = memory.data<u64>([
  0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
  0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
], 16)
const H512: usize = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
  0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
], 16)

export function sha384Start(state: usize): void {
  copy(state, H384, 64)
}

export function sha512Start(state: usize): void {
  copy(state, H512, 64)
}

// The functions of section 4.1.3, in the forms that sha256.ts explains.

function Ch(x: u64, y: u64, z: u64): u64 {
  return z ^ (x & (y ^ z))
}

function Maj(y: u64, xy: u64, yz: u64): u64 {
  return y ^ (xy & yz)
}

function Sigma0(x: u64): u64 {
  return rotr(rotr(rotr(x, 5) ^ x, 6) ^ x, 28)
}

function Sigma1(x: u64): u64 {
  return rotr(x, 14) ^ rotr(x, 18) ^ rotr(x, 41)
}

function sigma0(x: u64): u64 {
  return rotr(x, 1) ^ rotr(x, 8) ^ (x >>> 7)
}

function sigma1(x: u64): u64 {
  return rotr(x, 19) ^ rotr(x, 61) ^ (x >>> 6)
}

/** Expands one 128-byte block into W0 + K0 .. W79 + K79 (6.4.2, step 1). */
function schedule(block: usize): void {
  const W = HASH_SCHEDULE
  for (let t: usize = 0; t < 128; t += 8) store<u64>(W + t, bswap(load<u64>(block + t)))
  for (let t: usize = 128; t < 640; t += 8) {
    const word =
      sigma1(load<u64>(W + t - 16)) + load<u64>(W + t - 56) + sigma0(load<u64>(W + t - 120)) + load<u64>(W + t - 128)
    store<u64>(W + t, word)
  }
  for (let t: usize = 0; t < 640; t += 8) store<u64>(W + t, load<u64>(W + t) + load<u64>(K + t))
}

/** Hashes whole blocks of 128 bytes, `length` bytes in all, into the state (6.4.2), eight rounds at a time as in sha256.ts. */
export function sha512Blocks(state: usize, block: usize, length: usize): void {
  for (const end = block + length; block < end; block += 128) {
    schedule(block)
    let a = load<u64>(state)
    let b = load<u64>(state, 8)
    let c = load<u64>(state, 16)
    let d = load<u64>(state, 24)
    let e = load<u64>(state, 32)
    let f = load<u64>(state, 40)
    let g = load<u64>(state, 48)
    let h = load<u64>(state, 56)
    let ab: u64 = 0
    let bc = b ^ c
    for (let W: usize = HASH_SCHEDULE; W < HASH_SCHEDULE + 640; W += 64) {
      ab = a ^ b; h = h + load<u64>(W) + Ch(e, f, g) + Sigma1(e); d += h; h = h + Maj(b, ab, bc) + Sigma0(a)
      bc = h ^ a; g = g + load<u64>(W, 8) + Ch(d, e, f) + Sigma1(d); c += g; g = g + Maj(a, bc, ab) + Sigma0(h)
      ab = g ^ h; f = f + load<u64>(W, 16) + Ch(c, d, e) + Sigma1(c); b += f; f = f + Maj(h, ab, bc) + Sigma0(g)
      bc = f ^ g; e = e + load<u64>(W, 24) + Ch(b, c, d) + Sigma1(b); a += e; e = e + Maj(g, bc, ab) + Sigma0(f)
      ab = e ^ f; d = d + load<u64>(W, 32) + Ch(a, b, c) + Sigma1(a); h += d; d = d + Maj(f, ab, bc) + Sigma0(e)
      bc = d ^ e; c = c + load<u64>(W, 40) + Ch(h, a, b) + Sigma1(h); g += c; c = c + Maj(e, bc, ab) + Sigma0(d)
      ab = c ^ d; b = b + load<u64>(W, 48) + Ch(g, h, a) + Sigma1(g); f += b; b = b + Maj(d, ab, bc) + Sigma0(c)
      bc = b ^ c; a = a + load<u64>(W, 56) + Ch(f, g, h) + Sigma1(f); e += a; a = a + Maj(c, bc, ab) + Sigma0(b)
    }
    store<u64>(state, load<u64>(state) + a)
    store<u64>(state, load<u64>(state, 8) + b, 8)
    store<u64>(state, load<u64>(state, 16) + c, 16)
    store<u64>(state, load<u64>(state, 24) + d, 24)
    store<u64>(state, load<u64>(state, 32) + e, 32)
    store<u64>(state, load<u64>(state, 40) + f, 40)
    store<u64>(state, load<u64>(state, 48) + g, 48)
    store<u64>(state, load<u64>(state, 56) + h, 56)
  }
}
