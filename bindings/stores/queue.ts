/**
 * The queue of commits. Requests that wait together are committed together; a mutation has its own change-log entry
 * within the group, an audit event alone has none. When another writer was faster, the tail of the log is read, the
 * requests that relied on a changed row get {@link Conflict}, and all others are sealed again and committed.
 */
import { compareBytes } from '../bytes.ts'
import type { AnchorLine } from './anchor.ts'
import { Group, type GroupParts, type Pending } from './group.ts'
import { Conflict, type Json, Tampered } from './records.ts'
import type { Store } from './store.ts'
import type { RowTransaction } from './transaction.ts'

const GROUP_LIMIT = 256
/** Refused commits in a row for which the log shows no reason. */
const UNEXPLAINED_LIMIT = 8

export class CommitQueue {
  private readonly store: Store
  private readonly anchor: AnchorLine
  private readonly parts: GroupParts
  private waiting: Pending[] = []
  private running: Promise<void> | undefined
  /** A group of which the store could not say whether it was written. */
  private doubtful: Group | undefined
  private stopped: Error | undefined
  /** The last piece of work; each waits for the one before. */
  private turn: Promise<unknown> = Promise.resolve()
  private unexplained = 0

  constructor(store: Store, anchor: AnchorLine, parts: GroupParts) {
    this.store = store
    this.anchor = anchor
    this.parts = parts
  }

  /** Resolves when the writes and the event are durable. Throws {@link Conflict}, {@link Tampered} or the store's error. */
  commit(transaction: RowTransaction, audit: Json | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.stopped !== undefined) return reject(this.stopped)
      this.waiting.push({ transaction, audit, resolve, reject })
      this.running ??= this.run()
    })
  }

  /** Runs `work` between two groups. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.turn.then(work)
    this.turn = turn.catch(() => undefined)
    return turn
  }

  /** Takes nothing more, finishes what was taken, and lists where the audit chain ends. */
  async finish(refusal: Error): Promise<void> {
    this.stopped ??= refusal
    await this.running
    await this.alone(() => this.closeChain())
  }

  private async closeChain(): Promise<void> {
    const { chain, log } = this.parts
    await this.settle()
    if (chain.marked === undefined) return
    for (let attempt = 0; attempt < UNEXPLAINED_LIMIT; attempt++) {
      const group = new Group(this.parts)
      group.markChain(true)
      if (await this.land(group)) return
      await log.catchUp()
    }
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) await this.alone(() => this.commitNext())
    this.running = undefined
  }

  private async commitNext(): Promise<void> {
    let group: Group | undefined
    try {
      await this.settle()
      group = this.nextGroup()
      if (group.members.length === 0) return
      if (await this.land(group)) {
        for (const { resolve } of group.members) resolve()
        this.unexplained = 0
      } else {
        this.waiting.unshift(...group.members)
        await this.explain(group)
      }
    } catch (error) {
      this.fail(group, error)
    }
  }

  /** Reads what another writer committed. A store that refuses again and again for no reason is not to be trusted. */
  private async explain(group: Group): Promise<void> {
    const { log } = this.parts
    await log.catchUp()
    this.unexplained = log.head.n === group.start.n ? this.unexplained + 1 : 0
    if (this.unexplained > UNEXPLAINED_LIMIT) throw new Tampered('the store refuses what nothing stands against')
  }

  private fail(group: Group | undefined, error: unknown): void {
    const members = new Set(group?.members ?? this.waiting)
    this.waiting = this.waiting.filter((member) => !members.has(member))
    for (const { reject } of members) reject(error)
  }

  /** Takes requests from the front, as long as none relies on what an earlier one of the group changes. */
  private nextGroup(): Group {
    const group = new Group(this.parts)
    while (group.members.length < GROUP_LIMIT) {
      const [next] = this.waiting
      if (next === undefined || group.disturbs(next.transaction)) break
      this.waiting.shift()
      if (!this.isCurrent(next.transaction)) {
        next.reject(new Conflict('another request changed what this one relied on'))
        continue
      }
      try {
        group.add(next)
      } catch (error) {
        // It cannot be sealed (its slot is gone, say) and left the group half drafted: start over without it.
        next.reject(error)
        this.waiting.unshift(...group.members)
        return this.nextGroup()
      }
    }
    return group
  }

  private isCurrent(transaction: RowTransaction): boolean {
    for (const [name, version] of transaction.reads) {
      if (this.parts.log.index.version(name) !== version) return false
    }
    return true
  }

  /** False if another writer was faster. Only for work that is {@link alone}. */
  async land(group: Group): Promise<boolean> {
    if (!(await this.write(group))) return false
    const { log } = this.parts
    await this.anchor.move(log)
    // The log says the same without a checkpoint: one that cannot be written now is no failure of the request.
    if (group.entries.length > 0 && log.checkpointDue) await log.writeCheckpoint().catch(() => undefined)
    return true
  }

  private async write(group: Group): Promise<boolean> {
    let ok: boolean
    try {
      ok = (await this.store.commit(group.commit())).ok
    } catch (error) {
      this.doubtful = group
      if (await this.settle().catch(() => false)) return true
      throw error
    }
    if (ok) group.landed()
    return ok
  }

  /** Finds out whether a commit that ended in an error was written after all; throws if the store still cannot say. */
  async settle(): Promise<boolean> {
    const group = this.doubtful
    if (group === undefined) return false
    const landed = await this.isStored(group)
    this.doubtful = undefined
    if (landed) group.landed()
    return landed
  }

  private async isStored({ witness }: Group): Promise<boolean> {
    if (witness === undefined) return false
    const [found] = await this.store.get([witness.key])
    if (found === undefined) return false
    // By content: a rotation of the root may have resealed the row meanwhile.
    const { core, seal } = this.parts
    return compareBytes(core.sha2('SHA-256', seal.open(found)), witness.hash) === 0
  }
}
