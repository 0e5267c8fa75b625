/**
 * The store of one Node process: a directory with a LevelDB in it (`file:DIR`).
 *
 * A value is kept as u64 version ‖ bytes. Commits run one after the other, each as one batch synced to disk before it is
 * acknowledged. LevelDB gives its files the modes of the umask, so their directory, `rows`, is its owner's alone (0700).
 */
import { resolve } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { concat, readU64, u64 } from '../bytes.ts'
import { makePrivateDirectory } from './directory.ts'
import { beforeAllKeys, checkCommit, conflicts, expectations, scopeRange, writtenRows } from './expectations.ts'
import { inUse, type Lock, lockDirectory } from './lock.ts'
import type { Commit, CommitResult, Store, StoredRow, StoreKey } from './store.ts'
import { closedStore, StoreUnavailable } from './unavailable.ts'

type Level = ClassicLevel<Uint8Array, Uint8Array>
type Write = { type: 'put'; key: Uint8Array; value: Uint8Array } | { type: 'del'; key: Uint8Array }

const VERSION_BYTES = 8

const encode = ({ version, value }: StoredRow): Uint8Array => concat(u64(version), value)

/** LevelDB hands out Buffers, whose `slice` shares memory: callers get plain arrays of their own. */
const decode = (key: StoreKey, stored: Uint8Array): StoredRow => ({
  key: new Uint8Array(key),
  version: readU64(stored, 0),
  value: new Uint8Array(stored.subarray(VERSION_BYTES)),
})

export class LevelStore implements Store {
  readonly #level: Level
  readonly #lock: Lock
  #lastCommit: Promise<unknown> = Promise.resolve()
  #unusable: (() => Error) | undefined
  #closing: Promise<void> | undefined

  private constructor(level: Level, lock: Lock) {
    this.#level = level
    this.#lock = lock
  }

  /**
   * Opens the store in a directory, and makes both if they are not there.
   *
   * @throws StoreUnavailable if another process or thread, or another store of this one, has it open
   */
  static async open(directory: string): Promise<LevelStore> {
    const rows = await makePrivateDirectory(resolve(directory), 'rows')
    const lock = await lockDirectory(directory)
    try {
      return new LevelStore(await openLevel(directory, rows), lock)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  async get(keys: readonly StoreKey[]): Promise<(StoredRow | undefined)[]> {
    this.#checkUsable()
    const found = await this.#level.getMany([...keys])
    return keys.map((key, i) => {
      const stored = found[i]
      return stored && decode(key, stored)
    })
  }

  async list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): Promise<StoredRow[]> {
    const { above, upTo } = scopeRange(table, scope, after)
    return this.#range({ gt: above, lte: upTo, limit })
  }

  async scan(after: StoreKey | undefined, limit: number): Promise<StoredRow[]> {
    return this.#range({ gt: after ?? beforeAllKeys, limit })
  }

  async commit(commit: Commit): Promise<CommitResult> {
    this.#checkUsable()
    checkCommit(commit)
    const result = this.#lastCommit.then(() => this.#apply(commit))
    this.#lastCommit = result.catch(() => {})
    return result
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#unusable = closedStore
    await this.#lastCommit
    try {
      await this.#level.close()
    } finally {
      await this.#lock.release()
    }
  }

  async #range(range: { gt: Uint8Array; lte?: Uint8Array; limit: number }): Promise<StoredRow[]> {
    this.#checkUsable()
    const entries = await this.#level.iterator(range).all()
    return entries.map(([key, stored]) => decode(key, stored))
  }

  async #apply(commit: Commit): Promise<CommitResult> {
    const expected = expectations(commit)
    const found = await this.#level.getMany(expected.map(({ key }) => key))
    const conflict = conflicts(
      expected,
      found.map((stored) => stored && { version: readU64(stored, 0) }),
    )
    if (conflict.length > 0) return { ok: false, conflict }
    await this.#write([
      ...writtenRows(commit).map((row): Write => ({ type: 'put', key: row.key, value: encode(row) })),
      ...commit.delete.map((key): Write => ({ type: 'del', key })),
    ])
    return { ok: true }
  }

  async #write(batch: Write[]): Promise<void> {
    if (batch.length === 0) return
    try {
      await this.#level.batch(batch, { sync: true })
    } catch (error) {
      // The log on disk may or may not hold the batch; only replaying it tells. Until then nobody shall read or write.
      this.#unusable = () => new StoreUnavailable('A write to the store failed. Look at the disk, then open it again.')
      throw new StoreUnavailable(`The write failed: ${(error as Error).message}`)
    }
  }

  #checkUsable(): void {
    if (this.#unusable) throw this.#unusable()
  }
}

async function openLevel(directory: string, rows: string): Promise<Level> {
  const level: Level = new ClassicLevel(rows, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    compression: false, // sealed bytes do not compress
  })
  try {
    await level.open()
    return level
  } catch (error) {
    const cause = (error as { cause?: NodeJS.ErrnoException }).cause
    if (cause?.code === 'LEVEL_LOCKED') throw await inUse(directory)
    throw new StoreUnavailable(`The store in ${directory} does not open: ${cause?.message ?? 'unknown reason'}`)
  }
}
