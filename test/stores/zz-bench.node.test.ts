import { test } from 'vitest'
import { loadCore } from '/work/main/bindings/core.ts'
import { MemoryStore } from '/work/main/bindings/stores/memory.ts'
import { createStore } from '/work/main/bindings/stores/open.ts'
import { Table } from '/work/main/bindings/stores/records.ts'
test('bench', async () => {
  const core = await loadCore()
  const records = await createStore({ store: new MemoryStore(), core, unlocks: [{ rawKey: new Uint8Array(32) }] })
  const t = records.begin(); t.put(Table.key, 'k', 's', { a: 1 }); await records.commit(t, {})
  const event = { eventVersion: '1.11', userIdentity: { type: 'Root', arn: 'arn:aws:iam::000000000000:root', accountId: '000000000000' }, eventTime: '2026-01-01T00:00:00Z', eventSource: 'kms.amazonaws.com', eventName: 'Encrypt', awsRegion: 'us-east-1', requestParameters: { keyId: 'x'.repeat(76), encryptionContext: { tenant: '7' } }, requestID: 'x'.repeat(36), eventID: 'x'.repeat(36), readOnly: true }
  for (const flight of [1, 32]) {
    for (let round = 0; round < 4; round++) {
      const start = performance.now()
      const N = 6400
      for (let i = 0; i < N; i += flight) {
        await Promise.all(Array.from({ length: flight }, async () => { const x = records.begin(); await x.get(Table.key, 'k'); await records.commit(x, event) }))
      }
      console.log(flight, ((performance.now() - start) * 1000 / N).toFixed(1), 'us each')
    }
  }
  const row = new Uint8Array(600)
  const s = core.generateKey(32)
  for (let r = 0; r < 3; r++) {
  let st = performance.now(); for (let i = 0; i < 3000; i++) s.seal('kmsbox/v1/row', new Uint8Array(16), new Uint8Array(48), new Uint8Array(32), row)
  console.log('seal', ((performance.now() - st) * 1000 / 3000).toFixed(1))
  st = performance.now(); for (let i = 0; i < 3000; i++) core.sha2('SHA-256', row)
  console.log('sha', ((performance.now() - st) * 1000 / 3000).toFixed(1))
  st = performance.now(); for (let i = 0; i < 3000; i++) JSON.stringify(event)
  console.log('json', ((performance.now() - st) * 1000 / 3000).toFixed(1))
  }
})
