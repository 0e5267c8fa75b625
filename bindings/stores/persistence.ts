/** Asks the browser to keep what `indexeddb:` stores. For pages: workers cannot prompt. */

/**
 * Asks that this origin's storage be exempt from eviction, and says whether it is.
 *
 * Storage is "best effort" by default: a browser short of disk space deletes all data of origins not used for long, Safari
 * after seven days of use without a visit, and every browser when the user clears site data. With the stores go the keys,
 * and all that was encrypted under them. Persistent storage is spared the first two. Firefox asks the user; Chromium and
 * Safari decide by themselves, from how much the site is used, installed or bookmarked. So call it in the page (a worker
 * has no such call), best from a click that explains why; false is a reason to tell the user to keep an export and a
 * recovery code elsewhere, which remains the only protection against the third.
 *
 * @returns true if storage is persistent; false if refused, or if the browser has no such notion
 */
export async function requestPersistentStorage(): Promise<boolean> {
  const storage = globalThis.navigator?.storage
  if (typeof storage?.persist !== 'function') return false
  return (await storage.persisted()) || storage.persist()
}
