/**
 * Basic blocks that would handle secrets but cannot be reached, whatever the input: how many, in which functions, and why.
 * All are what the compiler left of memory.ts' `copy` where it was inlined; it does not know what lengths occur there.
 */
const LONG = 'memory.copy serves 257 bytes and more; here at most a block of 128 is copied'
const ODD = 'single bytes are copied behind the last whole word; here lengths are multiples of 8'

export const deadBlocks = [
  { inside: /^sha2\/hashUpdate$/, count: 2, reason: LONG },
  { inside: /^hkdf\/hkdfExpand$/, count: 1, reason: LONG },
  { inside: /^hmac\/padState$/, count: 1, reason: LONG },
  { inside: /^sha2\/hashStart$/, count: 1, reason: ODD },
  { inside: /^seal\/gcmBegin$/, count: 2, reason: ODD },
  { inside: /^seal\/sealContent$/, count: 1, reason: ODD },
]
