/** The directories of a file store: for their owner alone, and durable before anything in them is acknowledged. */
import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StoreUnavailable } from './unavailable.ts'

/**
 * Makes `directory` and `inner` within it, both 0700 where they are new. An existing `directory` keeps its mode, as it may
 * hold other things; an existing `inner` is closed to others.
 *
 * @returns the path of `inner`
 * @throws StoreUnavailable if there is a file of that name, or no permission
 */
export async function makePrivateDirectory(directory: string, inner: string): Promise<string> {
  const path = join(directory, inner)
  try {
    await makeDurably(path)
  } catch (error) {
    throw new StoreUnavailable(`The store's directory cannot be used: ${(error as Error).message}`)
  }
  return path
}

async function makeDurably(path: string): Promise<void> {
  const firstNew = await mkdir(path, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return // modes and directory handles are POSIX
  await chmod(path, 0o700)
  if (firstNew !== undefined) await syncNames(path, dirname(firstNew))
}

/** Syncs every directory from `path` up to `top`, so that a power cut does not take the new names. */
async function syncNames(path: string, top: string): Promise<void> {
  for (let at = path; ; at = dirname(at)) {
    const handle = await open(at, 'r')
    await handle.sync().finally(() => handle.close())
    if (at === top || at === dirname(at)) return
  }
}
