/**
 * A store that cannot be opened, reached or written. The message says why and names the ways out, in words meant for
 * the person who runs the box; it holds no secret, so no password of a URL either.
 */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}

/** What every call on a closed store rejects with. */
export const closedStore = (): Error => new StoreUnavailable('The store is closed.')
