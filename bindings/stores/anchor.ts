/**
 * A place outside the store that remembers how far the change log has come (CRYPTO.md §3): with one, a store that was
 * put back as a whole, or forked, is refused.
 */
import { compareBytes, hex, unhex } from '../bytes.ts'
import type { ChangeLog, LogHead } from './changelog.ts'
import { Tampered } from './records.ts'

export interface AnchoredEntry {
  /** 32 hex digits. */
  readonly storeId: string
  /** Number of the change-log entry. */
  readonly n: number
  /** SHA-256 of its content, 64 hex digits. */
  readonly hash: string
}

/** What the embedder provides: durable, and out of reach of whoever can write the store. */
export interface Anchor {
  read(): Promise<AnchoredEntry | undefined>
  /** Replaces `expected` (undefined: nothing anchored yet) by `next`; false if something else is anchored. */
  compareAndSet(expected: AnchoredEntry | undefined, next: AnchoredEntry): Promise<boolean>
}

export class AnchorLine {
  private readonly anchor: Anchor | undefined
  private readonly storeId: string
  private last: AnchoredEntry | undefined

  constructor(anchor: Anchor | undefined, storeId: Uint8Array) {
    this.anchor = anchor
    this.storeId = hex(storeId)
  }

  /** At opening: the log must hold the anchored entry. Throws {@link Tampered}. */
  async check(log: ChangeLog): Promise<void> {
    if (this.anchor === undefined) return
    this.last = await this.anchor.read()
    if (this.last !== undefined) await this.mustHold(log, this.last)
  }

  /** After a commit, before its reply: anchors the log's head, unless another enclave anchored a later one. */
  async move(log: ChangeLog): Promise<void> {
    if (this.anchor === undefined) return
    for (;;) {
      const next = this.entry(log.head)
      if (this.last !== undefined && this.last.n >= next.n) return
      if (await this.anchor.compareAndSet(this.last, next)) {
        this.last = next
        return
      }
      const found = await this.anchor.read()
      if (found === undefined || found.n <= (this.last?.n ?? 0)) throw new Tampered('the anchor went back')
      await this.mustHold(log, found)
      this.last = found
    }
  }

  private async mustHold(log: ChangeLog, entry: AnchoredEntry): Promise<void> {
    if (entry.storeId !== this.storeId) throw new Tampered('the anchor belongs to another store')
    if (entry.n > log.head.n) await log.catchUp()
    const hash = await log.findHash(entry.n)
    if (hash === undefined || compareBytes(hash, unhex(entry.hash)) !== 0) {
      throw new Tampered('the store lacks the anchored entry: it is older than it was, or a fork')
    }
  }

  private entry(head: LogHead): AnchoredEntry {
    return { storeId: this.storeId, n: head.n, hash: hex(head.hash) }
  }
}
