/** The arena as a whole behind the ABI. */
import { equal as equalBytes, publish } from '../ct'
import { drawAccept } from '../draw'
import { ARENA_END, DATA, RANDOM, SAME_BYTES, WORK, wipe } from '../memory'
import { slotDestroyAll } from '../slots'
import { ACCEPTED, STUCK } from './status'

/** Compares two byte strings of one length, one behind the other in DATA. */
export function equal(length: u32): i32 {
  const same = publish(SAME_BYTES, equalBytes(DATA, DATA + length, length))
  wipe(DATA, 2 * length)
  return same
}

/** Whether the fresh bytes in RANDOM may be used by JavaScript. */
export function draw(): i32 {
  if (drawAccept()) return ACCEPTED
  wipe(RANDOM, 4096)
  return STUCK
}

/** Ends whatever stream is under way: zeroes all working memory and windows. Slots stay. */
export function abandon(): void {
  wipe(WORK, ARENA_END - WORK)
}

/** Destroys every slot and zeroes everything else but the slots' generations. */
export function lock(): void {
  slotDestroyAll()
  abandon()
}
