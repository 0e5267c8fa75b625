/** A box for tests of custom key stores: cheap passwords, an injected network, a clock that the test moves. */
import { type Core, loadCore } from '../../bindings/core.ts'
import { KmsError } from '../../bindings/errors.ts'
import { createKms } from '../../bindings/kms/box.ts'
import { manualClock } from '../../bindings/kms/clock.ts'
import type { ProxyFetch } from '../../bindings/kms/keystores/proxy.ts'
import type { Input, OperationName, Output } from '../../bindings/kms/model.ts'
import type { CallerFacts } from '../../bindings/policy/facts.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore } from '../../bindings/stores/open.ts'
import type { Records } from '../../bindings/stores/records.ts'
import { ACCOUNT, ROOT, START } from './box.ts'

export const REGION = 'us-east-1'
export const PASSWORD = 'correct horse'

export interface Options {
  readonly settleTime?: number
  readonly fetch?: ProxyFetch
  readonly proxyTimeout?: number
}

export type Box = Awaited<ReturnType<typeof openKeyStoreBox>>

export async function openKeyStoreBox(options: Options = {}) {
  const core = await loadCore()
  const clock = manualClock(Date.parse(START))
  const store = new MemoryStore()
  const records = await createStore({ store, core, clock: () => clock.now(), unlocks: [{ rawKey: core.random(32) }] })
  return boxOver(core, records, clock, options)
}

function boxOver(core: Core, records: Records, clock: ReturnType<typeof manualClock>, options: Options) {
  /** Cores of HSMs, in the order they were loaded. */
  const hsmCores: Core[] = []
  let broken = false
  const kms = createKms({
    core,
    records,
    clock,
    account: ACCOUNT,
    region: REGION,
    passwordCost: { memory: 19_456, passes: 2, lanes: 1 },
    async loadCore() {
      if (broken) throw new RangeError('no memory for another core')
      const loaded = await loadCore()
      hsmCores.push(loaded)
      return loaded
    },
    ...options,
  })
  return {
    core,
    records,
    hsmCores,
    /** The same store, as an enclave sees it that was just started. */
    restarted: () => boxOver(core, records, clock, options),
    advance: async (milliseconds: number) => {
      clock.set(clock.now() + milliseconds)
      await kms.catchUp()
    },
    async call<Op extends OperationName>(operation: Op, input: Input<Op>, facts: Partial<CallerFacts> = {}) {
      const caller = { principal: ROOT, account: ACCOUNT, region: REGION, ...facts }
      const reply = await kms.request(caller, { operation, input })
      if (!reply.ok) throw new KmsError(reply.error.name, reply.error.message)
      return reply.output as Output<Op>
    },
    admin: (method: string, input: object = {}) =>
      (kms.administration.get(method) as (input: unknown) => Promise<unknown>)(input) as Promise<never>,
    /** From now on no HSM gets a core. */
    async breakCores() {
      broken = true
    },
    async events(name?: string): Promise<Record<string, unknown>[]> {
      const found: Record<string, unknown>[] = []
      for await (const event of records.events({ limit: 1000 })) found.push(event as Record<string, unknown>)
      return found.filter(({ eventName }) => name === undefined || eventName === name)
    },
  }
}

export interface Cluster {
  readonly clusterId: string
  readonly trustAnchorCertificate: string
}

/** A cluster and a CloudHSM key store over it, connected unless told otherwise. */
export async function withHsmStore(box: Box, name = 'hsm', connected = true) {
  const cluster = (await box.admin('hsm.create', { password: PASSWORD })) as Cluster
  const made = await box.call('CreateCustomKeyStore', {
    CustomKeyStoreName: name,
    CloudHsmClusterId: cluster.clusterId,
    TrustAnchorCertificate: cluster.trustAnchorCertificate,
    KeyStorePassword: PASSWORD,
  })
  const CustomKeyStoreId = made.CustomKeyStoreId as string
  if (connected) await box.call('ConnectCustomKeyStore', { CustomKeyStoreId })
  return { ...cluster, CustomKeyStoreId }
}

export async function hsmKey(box: Box, CustomKeyStoreId: string) {
  const { KeyMetadata } = await box.call('CreateKey', { CustomKeyStoreId, Origin: 'AWS_CLOUDHSM' })
  return { id: KeyMetadata?.KeyId as string, arn: KeyMetadata?.Arn as string }
}

export async function describeStore(box: Box, CustomKeyStoreId: string) {
  const { CustomKeyStores } = await box.call('DescribeCustomKeyStores', { CustomKeyStoreId })
  return CustomKeyStores?.[0]
}
