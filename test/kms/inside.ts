/** A box without its enclave, for tests that need what `openKms` does not offer: passing states that last. */
import { loadCore } from '../../bindings/core.ts'
import { KmsError } from '../../bindings/errors.ts'
import { createKms } from '../../bindings/kms/box.ts'
import { manualClock } from '../../bindings/kms/clock.ts'
import type { Input, OperationName, Output } from '../../bindings/kms/model.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { createStore } from '../../bindings/stores/open.ts'
import { ACCOUNT, ROOT, START } from './box.ts'

export interface InsideBox {
  call<Op extends OperationName>(operation: Op, input: Input<Op>, region?: string): Promise<Output<Op>>
  /** Moves the clock by milliseconds and does what falls due. */
  advance(milliseconds: number): Promise<void>
}

/** @param settleTime milliseconds in the states Creating and Updating */
export async function openInside(settleTime: number): Promise<InsideBox> {
  const core = await loadCore()
  const clock = manualClock(Date.parse(START))
  const store = new MemoryStore()
  const records = await createStore({ store, core, clock: () => clock.now(), unlocks: [{ rawKey: core.random(32) }] })
  const kms = createKms({ core, records, clock, account: ACCOUNT, region: 'us-east-1', settleTime })
  await kms.catchUp()
  return {
    async call(operation, input, region = 'us-east-1') {
      const reply = await kms.request({ principal: ROOT, account: ACCOUNT, region }, { operation, input })
      if (!reply.ok) throw new KmsError(reply.error.name, reply.error.message)
      return reply.output as never
    },
    async advance(milliseconds) {
      clock.set(clock.now() + milliseconds)
      await kms.catchUp()
    },
  }
}
