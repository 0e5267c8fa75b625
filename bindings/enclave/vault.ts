/**
 * A box behind its lock. Unlocked, it is a KMS over an open store; locked, its keys are wiped from memory and every
 * request is refused until a secret opens it again.
 */

import type { Core } from '../core.ts'
import { KmsError, validationError } from '../errors.ts'
import { administrativeEvent } from '../kms/audit.ts'
import type { Kms } from '../kms/box.ts'
import type { Clock } from '../kms/clock.ts'
import type { Request } from '../kms/kms.ts'
import type { CallerFacts } from '../policy/facts.ts'
import type { Unlock } from '../seals/unlock.ts'
import type { Retention } from '../stores/auditprune.ts'
import type { Json } from '../stores/records.ts'
import type { SealedRecords } from '../stores/sealed.ts'
import type { Occupant } from './enclave.ts'
import { explained } from './explained.ts'
import type { PostedUnlock, Reply } from './wire.ts'

/** An unlocked box. */
export interface Open {
  readonly kms: Kms
  readonly records: SealedRecords
}

export interface VaultParts {
  readonly core: Core
  readonly clock: Clock
  readonly account: string
  readonly region: string
  /** Seconds without a request after which the box locks itself. */
  readonly idleLock?: number
  /** Opens the store anew; absent for `memory:`, whose locking is its end. */
  readonly reopen?: (unlock: Unlock) => Promise<Open>
  /** From an unlock as it crosses the port to the secret itself. */
  readonly readUnlock: (posted: PostedUnlock) => Promise<Unlock>
}

type Members = Readonly<Record<string, unknown>>

/** How often what has fallen due is looked for while a box is open. */
const DUE_INTERVAL = 15 * 60_000

const locked = (): KmsError => new KmsError('KeyUnavailableException', 'The box is locked. Unlock it, then retry.')

export class Vault implements Occupant {
  readonly account: string
  readonly region: string
  readonly administration: ReadonlyMap<string, (input: unknown) => Promise<unknown>>
  readonly #parts: VaultParts
  #open: Open | undefined
  #due: Timer | undefined
  #idle: Timer | undefined
  #unlocking: Promise<void> = Promise.resolve()

  constructor(parts: VaultParts, open: Open) {
    this.#parts = parts
    this.account = parts.account
    this.region = parts.region
    this.administration = this.#methods(open)
    this.#enter(open)
  }

  /** What fell due while the box was shut is done before the first request. */
  static async enter(parts: VaultParts, open: Open): Promise<Vault> {
    await open.kms.catchUp()
    return new Vault(parts, open)
  }

  async request(caller: CallerFacts, request: Request): Promise<Reply> {
    if (!this.#open) return { ok: false, error: locked().toPlain() }
    this.#stayAwake()
    return this.#open.kms.request(caller, request)
  }

  introduce(caller: CallerFacts): void {
    this.#open?.kms.introduce(caller)
  }

  /** Also how a box is locked: its store is opened anew when a secret comes. */
  async close(): Promise<void> {
    const open = this.#leave()
    if (!open) return
    await open.records.close()
    this.#parts.core.lock()
  }

  #methods({ kms }: Open): ReadonlyMap<string, (input: unknown) => Promise<unknown>> {
    const ofKms = [...kms.administration.keys()].map((name) => {
      const method = async (input: unknown) => this.#unlocked().kms.administration.get(name)?.(input)
      return [name, method] as const
    })
    return new Map([...ofKms, ...this.#ownMethods()].map(([name, method]) => [name, toldWhy(method)]))
  }

  #ownMethods(): [string, (input: unknown) => Promise<unknown>][] {
    const unlockOf = (input: unknown, member: string) =>
      this.#parts.readUnlock(membersOf(input)[member] as PostedUnlock)
    return [
      ['lock', () => this.#lock('asked')],
      ['unlock', async (input) => this.#unlock(await unlockOf(input, 'unlock'))],
      ['listUnlocks', async () => this.#unlocked().records.listUnlocks()],
      [
        'addUnlock',
        async (input) => {
          const [unlock, existing] = [await unlockOf(input, 'unlock'), await unlockOf(input, 'existing')]
          return this.#unlocked().records.addUnlock(unlock, existing, this.#event('AddUnlock', {}))
        },
      ],
      [
        'removeUnlock',
        async (input) => {
          const { id } = membersOf(input)
          const existing = await unlockOf(input, 'existing')
          return this.#unlocked().records.removeUnlock(
            String(id),
            existing,
            this.#event('RemoveUnlock', { id: String(id) }),
          )
        },
      ],
      ['rotateRoot', async (input) => this.#rotateRoot(membersOf(input))],
      ['audit.prune', async (input) => this.#prune(membersOf(input))],
      ['export', async () => this.#unlocked().records.export()],
    ]
  }

  async #rotateRoot({ unlocks, drop = [] }: Members): Promise<void> {
    if (!Array.isArray(unlocks) || !Array.isArray(drop))
      throw validationError('A rotation names unlocks, and ids to drop.')
    const secrets = await Promise.all(unlocks.map((unlock) => this.#parts.readUnlock(unlock)))
    const event = this.#event('RotateRoot', { kept: unlocks.length, dropped: drop.map(String) })
    await this.#unlocked().records.rotateRoot({ unlocks: secrets, drop: drop.map(String) }, event)
  }

  /** Retention by age or by number; what remains still verifies. Answers how many events went. */
  async #prune({ before, keep }: Members): Promise<number> {
    if ((before === undefined) === (keep === undefined))
      throw validationError('Prune events before a date, or keep a number.')
    const retention: Retention =
      before === undefined ? { keep: Number(keep) } : { before: new Date(before as string | Date) }
    const details = before === undefined ? { keep: Number(keep) } : { before: String(before) }
    return this.#unlocked().records.pruneAudit(retention, this.#event('PruneAudit', details))
  }

  #event(name: string, details: Json): Json {
    const { core, clock, account, region } = this.#parts
    return administrativeEvent(name, details, { account, region }, clock.now(), core)
  }

  #unlocked(): Open {
    if (!this.#open) throw locked()
    this.#stayAwake()
    return this.#open
  }

  async #lock(reason: 'asked' | 'idle'): Promise<void> {
    const open = this.#open
    if (!open) return
    await this.#note(open, 'Lock', { reason })
    await this.close()
  }

  /** One at a time: a second secret that comes meanwhile finds the box open, or tries after the first has failed. */
  #unlock(unlock: Unlock): Promise<void> {
    const turn = this.#unlocking.catch(() => undefined).then(() => this.#reopen(unlock))
    this.#unlocking = turn
    return turn
  }

  async #reopen(unlock: Unlock): Promise<void> {
    if (this.#open) return
    if (!this.#parts.reopen) throw new KmsError('KeyUnavailableException', 'A store in memory ends when it is locked.')
    const open = await this.#parts.reopen(unlock)
    await this.#note(open, 'Unlock', {})
    await open.kms.catchUp()
    this.#enter(open)
  }

  #note({ records }: Open, name: string, details: Json): Promise<void> {
    return records.commit(records.begin(), this.#event(name, details))
  }

  #enter(open: Open): void {
    this.#open = open
    this.#due = every(DUE_INTERVAL, () => void open.kms.catchUp().catch(() => undefined))
    this.#stayAwake()
  }

  /** Wipes what is resident and stops the timers. */
  #leave(): Open | undefined {
    const open = this.#open
    this.#open = undefined
    clearInterval(this.#due)
    clearInterval(this.#idle)
    open?.kms.wipe()
    return open
  }

  #stayAwake(): void {
    const { idleLock } = this.#parts
    if (idleLock === undefined) return
    clearInterval(this.#idle)
    this.#idle = every(idleLock * 1000, () => void this.#lock('idle').catch(() => this.close()))
  }
}

type Method = (input: unknown) => Promise<unknown>

const toldWhy =
  (method: Method): Method =>
  (input) =>
    method(input).catch((error) => {
      throw explained(error)
    })

type Timer = ReturnType<typeof setInterval>

/** A timer that does not keep a Node process alive. */
function every(milliseconds: number, work: () => void): Timer {
  const timer = setInterval(work, milliseconds)
  if (typeof timer === 'object') timer.unref()
  return timer
}

const membersOf = (input: unknown): Members => (typeof input === 'object' && input !== null ? (input as Members) : {})
