/**
 * The sealed store: {@link Records} over any {@link Store} (CRYPTO.md §3, FORMATS.md).
 *
 * Holds the row keys and the index key in slots of the core and no other secret: the root key is opened only to derive
 * them. `lock` and `close` wipe them; everything afterwards is refused with {@link Locked}.
 */
import type { Core } from '../core.ts'
import type { Unlock, UnlockInfo } from '../seals/unlock.ts'
import type { AnchorLine } from './anchor.ts'
import type { AuditChain } from './auditchain.ts'
import { readEvents } from './auditlog.ts'
import { pruneAudit, type Retention } from './auditprune.ts'
import { verifyAudit } from './auditverify.ts'
import type { ChangeLog } from './changelog.ts'
import { exportStore } from './copy.ts'
import type { Names } from './names.ts'
import { CommitQueue } from './queue.ts'
import type { RowReader } from './reader.ts'
import type { AuditFilter, AuditVerdict, Json, Records } from './records.ts'
import { finishRotation, type Rotation, rotateRoot } from './rotation.ts'
import type { RowSeal } from './rows.ts'
import type { Store } from './store.ts'
import { RowTransaction } from './transaction.ts'
import { addUnlock, listUnlocks, removeUnlock } from './unlocks.ts'

/** The store was locked or closed: nothing can be read before it is unlocked again. */
export class Locked extends Error {
  override name = 'Locked'
  constructor() {
    super('The store is locked.')
  }
}

/** Everything that an unlocked store consists of. */
export interface OpenParts {
  readonly core: Core
  readonly store: Store
  readonly seal: RowSeal
  readonly names: Names
  readonly log: ChangeLog
  readonly chain: AuditChain
  readonly reader: RowReader
  readonly anchor: AnchorLine
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** What the embedder fixed when the store was made. */
  readonly settings: Json
}

/** Wipes every key and every decoded row. */
export function wipe({ reader, names, seal }: OpenParts): void {
  reader.clear()
  names.destroy()
  seal.destroy()
}

export class SealedRecords implements Records {
  readonly storeId: Uint8Array
  readonly settings: Json
  private readonly open: OpenParts
  private readonly queue: CommitQueue
  private locked = false

  constructor(parts: OpenParts) {
    this.open = parts
    this.storeId = parts.seal.storeId
    this.settings = parts.settings
    this.queue = new CommitQueue(parts.store, parts.anchor, parts)
  }

  /** True after `lock` or `close`. */
  get isLocked(): boolean {
    return this.locked
  }

  begin(): RowTransaction {
    this.refuseLocked()
    return new RowTransaction(this.open)
  }

  async commit(transaction: RowTransaction, audit?: Json): Promise<void> {
    this.refuseLocked()
    return this.queue.commit(transaction, audit)
  }

  events(filter: AuditFilter): AsyncIterable<Json> {
    this.refuseLocked()
    return readEvents(this.open, filter)
  }

  async verifyAudit(): Promise<AuditVerdict> {
    this.refuseLocked()
    return verifyAudit(this.open)
  }

  /** Deletes old audit events; what remains still verifies. Returns how many went. */
  async pruneAudit(retention: Retention, audit?: Json): Promise<number> {
    this.refuseLocked()
    return pruneAudit(this.open, retention, (transaction, event) => this.commit(transaction, event), audit)
  }

  async listUnlocks(): Promise<UnlockInfo[]> {
    this.refuseLocked()
    return listUnlocks(this.open)
  }

  /** Adds a way in. `existing` is the secret of a slot that is no device key. Throws `UnlockFailed`, `RangeError`, `TypeError`. */
  async addUnlock(unlock: Unlock, existing: Unlock, audit?: Json): Promise<UnlockInfo> {
    this.refuseLocked()
    return addUnlock(this.open, unlock, existing, (transaction) => this.commit(transaction, audit))
  }

  /** Removes a way in, `id` in hex. Who kept an old copy of the store and that slot's secret can still open the copy. */
  async removeUnlock(id: string, existing: Unlock, audit?: Json): Promise<UnlockInfo> {
    this.refuseLocked()
    return removeUnlock(this.open, id, existing, (transaction) => this.commit(transaction, audit))
  }

  /** Replaces the root key and reseals every row; an interrupted run goes on when the store is opened next. */
  async rotateRoot(rotation: Rotation, audit?: Json): Promise<void> {
    this.refuseLocked()
    return rotateRoot(this.open, this.queue, rotation, audit)
  }

  /** A sealed copy of the whole store, for `importStore`. */
  async export(): Promise<Uint8Array> {
    this.refuseLocked()
    return exportStore(this.open)
  }

  /** Ends a rotation that was interrupted. */
  async finishRotation(): Promise<void> {
    this.refuseLocked()
    return finishRotation(this.open, this.queue)
  }

  /** Finishes what is under way, then wipes every key. The store stays open, to be unlocked by `openRecords`. */
  async lock(): Promise<void> {
    if (this.locked) return
    this.locked = true
    try {
      await this.queue.finish(new Locked())
    } catch {
      // The store is gone or refuses: that must not keep the keys in memory.
    } finally {
      wipe(this.open)
    }
  }

  async close(): Promise<void> {
    await this.lock()
    await this.open.store.close()
  }

  private refuseLocked(): void {
    if (this.locked) throw new Locked()
  }
}
