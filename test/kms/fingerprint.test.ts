/** The import check is the one that FORMATS.md describes. */
import { expect, it } from 'vitest'
import { loadCore } from '../../bindings/core.ts'

it('is the vector of FORMATS.md', async () => {
  const core = await loadCore()
  const checkKey = core.importKey(Uint8Array.from({ length: 32 }, (_, i) => i))
  const keyId = Uint8Array.from({ length: 16 }, (_, i) => i * 0x11)
  const bound = checkKey.derive('kmsbox/v1/import-check', keyId, 32)
  const check = bound.hmac('SHA-256', new Uint8Array(32).fill(7))
  const hex = [...check].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  expect(hex).toBe('294367e4f8e8b19bcdd2a2410622d0bcfc663863c44fba57426d4fdd1e88dd14')
})
