/** The box that the console shows: the KMS, who acts on it, the keys that this visit has seen, and the audit trail. */
import { type CallerKms, type Kms, type KmsOptions, type Output, openKms } from 'kmsbox'
import { type Cell, cell } from './dom.ts'

export type KeyMetadata = NonNullable<Output<'CreateKey'>['KeyMetadata']>

/** A CloudTrail event, as far as the console reads it. */
export interface AuditEvent {
  readonly eventID: string
  readonly eventTime: string
  readonly eventName: string
  readonly awsRegion: string
  readonly errorCode?: string
  readonly requestParameters?: { readonly encryptionContext?: Readonly<Record<string, string>> } | null
  readonly userIdentity: { readonly arn?: string; readonly type?: string; readonly invokedBy?: string }
  readonly cursor: string
}

export const HOME_REGION = 'us-east-1'
export const REGIONS = [HOME_REGION, 'eu-west-1', 'ap-southeast-2'] as const
export const ACCOUNT = '000000000000'
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/orders-service`
const suggested = [ROOT, ROLE, `arn:aws:iam::${ACCOUNT}:user/alice`, 'arn:aws:iam::111122223333:user/mallory']

export class Box {
  /** Whose calls the forms make. */
  readonly caller: Cell<string> = cell(ROOT)
  /** The principals that the forms offer. */
  readonly principals: Cell<readonly string[]> = cell(suggested)
  /** Every key of this visit, newest first; of replicas one for each Region. */
  readonly keys: Cell<readonly KeyMetadata[]> = cell([])
  /** The key on the workbench. */
  readonly key: Cell<KeyMetadata | undefined> = cell(undefined)
  /** Oldest first. */
  readonly trail: Cell<readonly AuditEvent[]> = cell([])
  /** The time inside the box if its clock is moved by hand; undefined if it is the system's. */
  readonly time: Cell<Date | undefined>
  readonly account = ACCOUNT
  readonly #kms: Kms
  readonly #seats = new Map<string, CallerKms>()
  /** Of a box that was there before, only the calls of this visit are shown. */
  readonly #since: Date | undefined
  #reading: Promise<void> = Promise.resolve()

  private constructor(kms: Kms, time: Date | undefined, since: Date | undefined) {
    this.#kms = kms
    this.#since = since
    this.time = cell(time)
  }

  /** @param options which store, how it is unlocked, and its clock; without them a box in memory on the system's clock */
  static async open(options: Pick<KmsOptions, 'store' | 'unlock' | 'clock'>): Promise<Box> {
    const { clock = 'system', store } = options
    const since = store === undefined ? undefined : new Date()
    const kms = await openKms({ ...options, region: HOME_REGION, account: ACCOUNT })
    const box = new Box(kms, clock === 'system' ? undefined : new Date(clock.manual), since)
    if (store) await box.#findKeys()
    return box
  }

  /** Does something as the principal that acts, in the Region of the key on the workbench. */
  call<T>(work: (kms: CallerKms) => Promise<T>, region = regionOf(this.key.value)): Promise<T> {
    return this.#audited(() => work(this.#seat(this.caller.value, region)))
  }

  /** Does something as the owner of the box. */
  administer<T>(work: (kms: Kms) => Promise<T>): Promise<T> {
    return this.#audited(() => work(this.#kms))
  }

  /** Takes the metadata of a key, new or changed. */
  learn(metadata: KeyMetadata): void {
    const known = this.keys.value.some(({ Arn }) => Arn === metadata.Arn)
    const same = (key: KeyMetadata) => key.Arn === metadata.Arn
    this.keys.set(known ? this.keys.value.map((key) => (same(key) ? metadata : key)) : [metadata, ...this.keys.value])
    if (this.key.value && same(this.key.value)) this.key.set(metadata)
  }

  /** Offers one principal more. */
  know(principal: string): void {
    if (!this.principals.value.includes(principal)) this.principals.set([...this.principals.value, principal])
  }

  /** Moves the clock, lets what is due happen, and looks at the keys again. */
  async advance(seconds: number): Promise<void> {
    await this.administer((kms) => kms.clock.advance(seconds))
    this.time.set(new Date(this.time.value!.getTime() + seconds * 1000))
    await this.describeAll()
  }

  /** The key on the workbench; the forms that need one show only when there is one. */
  get chosen(): KeyMetadata & { readonly Arn: string } {
    const { value } = this.key
    if (!value?.Arn) throw new Error('Choose a key first.')
    return { ...value, Arn: value.Arn }
  }

  /** Asks the KMS, as its owner, how the known keys are now; those that are gone are forgotten. */
  async describeAll(): Promise<void> {
    await this.#audited(async () => {
      const described = await Promise.all(this.keys.value.map((key) => this.#describe(key)))
      this.keys.set(described.filter((key) => key !== undefined))
    })
    const { value } = this.key
    this.key.set(this.keys.value.find(({ Arn }) => Arn === value?.Arn))
  }

  /** Asks a box that was there before for its keys. */
  async #findKeys(): Promise<void> {
    const lists = await Promise.all(REGIONS.map((region) => this.#seat(ROOT, region).listKeys({ Limit: 1000 })))
    const listed = lists.flatMap(({ Keys = [] }) => Keys)
    this.keys.set(listed.map(({ KeyId, KeyArn }) => ({ KeyId: KeyId!, Arn: KeyArn! })))
    await this.describeAll()
    const age = ({ CreationDate }: KeyMetadata) => CreationDate?.getTime() ?? 0
    this.keys.set([...this.keys.value].sort((one, other) => age(other) - age(one)))
  }

  async #describe(key: KeyMetadata): Promise<KeyMetadata | undefined> {
    try {
      return (await this.#seat(ROOT, regionOf(key)).describeKey({ KeyId: key.Arn! })).KeyMetadata
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return undefined
      throw error
    }
  }

  #seat(principal: string, region: string): CallerKms {
    const name = `${region} ${principal}`
    const seat = this.#seats.get(name) ?? this.#kms.as({ principal, region })
    this.#seats.set(name, seat)
    return seat
  }

  async #audited<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      await this.#readTrail()
    }
  }

  /** Readings follow one another, so that no event comes twice. */
  #readTrail(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      const { value } = this.trail
      const added: AuditEvent[] = []
      for await (const event of this.#kms.audit.events({ from: value.at(-1)?.cursor ?? this.#since })) {
        added.push(event as unknown as AuditEvent)
      }
      if (added.length > 0) this.trail.set([...value, ...added])
    })
    return this.#reading
  }
}

export const regionOf = (key: KeyMetadata | undefined): string => key?.Arn?.split(':')[3] ?? HOME_REGION

export const nameOf = (key: KeyMetadata): string => key.Description || 'no description'
