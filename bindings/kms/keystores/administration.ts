/**
 * What the box's owner may do to soft HSM clusters, as an AWS account does to AWS CloudHSM's: make them before a custom
 * key store names them, cut them off, take their HSMs away, lock the kmsuser out or change its password, delete them.
 */
import { isWellFormed } from '../../bytes.ts'
import { KmsError, validationError } from '../../errors.ts'
import { UnlockFailed } from '../../seals/seal.ts'
import type { Json, Transaction } from '../../stores/records.ts'
import { type Administered, audited, type Members, type Methods, members } from '../administration.ts'
import type { Place } from '../arn.ts'
import { limitExceeded } from '../limits.ts'
import { makeCertificate } from './certificate.ts'
import type { CloudHsmStores } from './cloudhsm.ts'
import {
  type ClusterRecord,
  copyHsmKeys,
  deleteCluster,
  type HsmChanges,
  type HsmCluster,
  type Kmsuser,
  MAX_CLUSTERS,
  putCluster,
  readCluster,
  readClusters,
} from './cluster.ts'
import { sameCertificate } from './configuration.ts'
import { isExternal, readKeyStores } from './record.ts'
import { changePassword, type HsmMeans, initialise } from './softhsm.ts'

const kmsusers: readonly string[] = ['ready', 'logged-in', 'locked-out', 'absent'] satisfies readonly Kmsuser[]
const clusterIdPattern = /^cluster-[2-7a-zA-Z]{11,16}$/
const MAX_HSMS = 28

/** `hsm.create`, `hsm.list`, `hsm.update`, `hsm.delete`. Each takes a `region`; default: the box's. */
export function hsmAdministration(administered: Administered, hsms: CloudHsmStores): Methods {
  const owner = new HsmOwner(administered, hsms)
  return new Map<string, (input: unknown) => Promise<unknown>>([
    ['hsm.create', (input: unknown) => owner.create(members(input))],
    ['hsm.list', (input: unknown) => owner.list(members(input))],
    ['hsm.update', (input: unknown) => owner.update(members(input))],
    ['hsm.delete', (input: unknown) => owner.delete(members(input))],
  ])
}

class HsmOwner {
  readonly #administered: Administered
  readonly #hsms: CloudHsmStores
  readonly #means: HsmMeans

  constructor(administered: Administered, hsms: CloudHsmStores) {
    this.#administered = administered
    this.#hsms = hsms
    this.#means = hsms.means
  }

  /** `{ clusterId?, password, trustAnchorCertificate?, hsms = 2, active = true, backupOf? }` → what `list` shows of it. */
  async create(input: Members): Promise<HsmCluster> {
    const place = this.#placeOf(input)
    const cluster = await this.#newCluster(input, place)
    const { backupOf } = input
    await this.#change('CreateHsmCluster', { clusterId: cluster.id }, async (transaction) => {
      const others = await readClusters(transaction, place)
      refuseDuplicate(cluster, others, backupOf)
      await putCluster(transaction, place, cluster)
      if (backupOf !== undefined) await copyHsmKeys(transaction, backupOf as string, cluster.id)
    })
    return shown(cluster)
  }

  async list(input: Members): Promise<HsmCluster[]> {
    const transaction = this.#administered.records.begin()
    const place = this.#placeOf(input)
    const stores = (await readKeyStores(transaction, place)).filter((store) => !isExternal(store))
    return (await readClusters(transaction, place)).map((cluster) => {
      const store = stores.find(({ backing }) => 'clusterId' in backing && backing.clusterId === cluster.id)
      return { ...shown(cluster), ...(store && { customKeyStoreId: store.id }) }
    })
  }

  /** `{ clusterId, reachable?, hsms?, active?, kmsuser?, password?, newPassword? }`: what changes. */
  async update(input: Members): Promise<HsmCluster> {
    const place = this.#placeOf(input)
    const clusterId = clusterIdIn(input)
    const changes = { ...readChanges(input), ...(await this.#newVault(input, place, clusterId)) }
    const details = { clusterId, changed: Object.keys(changes) }
    await this.#change('UpdateHsmCluster', details, async (transaction) => {
      const cluster = await readCluster(transaction, place, clusterId)
      await putCluster(transaction, place, { ...cluster, ...changes })
    })
    const cut = changes.reachable === false || changes.active === false || changes.hsms === 0
    if (cut) this.#hsms.endCluster(clusterId)
    return shown(await readCluster(this.#administered.records.begin(), place, clusterId))
  }

  /** `{ clusterId }`. Keys of which no backup was made are lost. */
  async delete(input: Members): Promise<void> {
    const place = this.#placeOf(input)
    const clusterId = clusterIdIn(input)
    await this.#change('DeleteHsmCluster', { clusterId }, async (transaction) => {
      await readCluster(transaction, place, clusterId)
      await deleteCluster(transaction, place, clusterId)
    })
    this.#hsms.endCluster(clusterId)
  }

  async #newCluster(input: Members, place: Place): Promise<ClusterRecord> {
    const { core } = this.#administered.box
    const now = this.#administered.clock.now()
    const id = input.clusterId === undefined ? newClusterId(core.random(11)) : clusterIdIn(input)
    const fresh = {
      id,
      created: now,
      active: true,
      hsms: 2,
      reachable: true,
      kmsuser: 'ready',
      failedLogins: 0,
    } as const
    const changes = readChanges(input)
    if (input.backupOf !== undefined) {
      const source = await readCluster(this.#administered.records.begin(), place, String(input.backupOf))
      return { ...source, ...fresh, ...changes }
    }
    const vault = await initialise(this.#means, passwordIn(input.password))
    const certificate = certificateIn(input) ?? (await makeCertificate(id, core.random(16), now))
    return { ...fresh, ...changes, ...vault, certificate }
  }

  /** A new password lifts a lock; it takes the present one, for the HSM's root is sealed under that alone. */
  async #newVault(input: Members, place: Place, clusterId: string): Promise<Partial<ClusterRecord>> {
    if (input.newPassword === undefined) return {}
    const cluster = await readCluster(this.#administered.records.begin(), place, clusterId)
    const [present, next] = [passwordIn(input.password), passwordIn(input.newPassword)]
    try {
      const changed = await changePassword(this.#means, cluster, present, next)
      return { ...changed, kmsuser: 'ready', failedLogins: 0 }
    } catch (error) {
      if (!(error instanceof UnlockFailed)) throw error
      throw new KmsError('AccessDeniedException', 'The password of the kmsuser is wrong.')
    }
  }

  #placeOf({ region }: Members): Place {
    const { box, region: home } = this.#administered
    if (region === undefined) return { account: box.account, region: home }
    if (typeof region === 'string' && /^[a-z0-9-]{1,32}$/.test(region)) return { account: box.account, region }
    throw validationError('A Region is named as AWS names them, such as us-east-1.')
  }

  #change(name: string, details: Json, work: (transaction: Transaction) => Promise<void>): Promise<void> {
    return audited(this.#administered, name, details, work)
  }
}

/** A certificate stands for one cluster and its backups. */
function refuseDuplicate(cluster: ClusterRecord, others: readonly ClusterRecord[], backupOf: unknown): void {
  if (others.some(({ id }) => id === cluster.id)) throw validationError(`Cluster ${cluster.id} exists already.`)
  const taken = others.some(({ certificate }) => sameCertificate(certificate, cluster.certificate))
  if (taken && backupOf === undefined) throw validationError('The certificate is the one of another cluster.')
  if (others.length >= MAX_CLUSTERS) throw limitExceeded(`A Region holds at most ${MAX_CLUSTERS} HSM clusters.`)
}

/** Nothing in it is secret. */
function shown(cluster: ClusterRecord): HsmCluster {
  const { id, created, certificate, active, hsms, reachable, kmsuser } = cluster
  return {
    clusterId: id,
    created: new Date(created),
    trustAnchorCertificate: certificate,
    active,
    hsms,
    reachable,
    kmsuser,
  }
}

function readChanges({ active, reachable, hsms, kmsuser }: Members): HsmChanges {
  const switches = [active, reachable].every((value) => value === undefined || typeof value === 'boolean')
  const count = hsms === undefined || (Number.isInteger(hsms) && (hsms as number) >= 0 && (hsms as number) <= MAX_HSMS)
  const user = kmsuser === undefined || kmsusers.includes(kmsuser as string)
  if (!switches || !count || !user) {
    throw validationError(
      `active and reachable are true or false, hsms 0 to ${MAX_HSMS}, kmsuser one of ${kmsusers.join(', ')}.`,
    )
  }
  const given = Object.entries({ active, reachable, hsms, kmsuser }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as HsmChanges
}

function clusterIdIn({ clusterId }: Members): string {
  if (typeof clusterId === 'string' && clusterIdPattern.test(clusterId)) return clusterId
  throw validationError('A cluster is named cluster- and 11 to 16 letters and digits from 2 to 7.')
}

function passwordIn(password: unknown): string {
  const fits = typeof password === 'string' && password.length >= 7 && password.length <= 32 && isWellFormed(password)
  if (fits) return password
  throw validationError('The password of the kmsuser has 7 to 32 characters.')
}

function certificateIn({ trustAnchorCertificate }: Members): string | undefined {
  if (trustAnchorCertificate === undefined) return undefined
  const fits = typeof trustAnchorCertificate === 'string' && /^[\s\S]{1,5000}$/.test(trustAnchorCertificate)
  if (fits) return trustAnchorCertificate
  throw validationError('A trust anchor certificate has 1 to 5,000 characters.')
}

/** 11 characters of the alphabet of base32. */
const newClusterId = (bytes: Uint8Array): string =>
  `cluster-${Array.from(bytes, (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')}`
