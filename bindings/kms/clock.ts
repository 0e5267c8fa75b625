/** The one clock of a box: the system's, or one that only moves when told to. */
import { KmsError, validationError } from '../errors.ts'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Moves a manual clock; never backwards. @throws UnsupportedOperationException on the system's clock */
  set(time: number): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  set() {
    throw new KmsError('UnsupportedOperationException', 'Only a store that was made with a manual clock can set it.')
  },
}

export function manualClock(start: number): Clock {
  let time = start
  return {
    now: () => time,
    set(next) {
      if (!Number.isFinite(next) || next < time) throw validationError('A clock can only be set forward.')
      time = next
    },
  }
}
