/**
 * Who is timed. A contender: {
 *   name, tables (does its source index tables by secrets?), note,
 *   ivLength?  (12 unless told), awaited? (its calls return promises),
 *   prepare(key)                    what its interface lets one do once per key
 *   fromBytes?(bytes), toBytes?(x)  between bytes and its own form of data, outside the timing, which favours it
 *   seal(prepared, iv, plaintext), open(prepared, iv, sealed)     `sealed` is ciphertext ‖ tag; `open` refuses by throwing
 *   expected?(key, iv, plaintext)   what seal must return; AES-256-GCM by node:crypto unless told
 * }
 */
import { loadCore } from '../../dist/core.js'
import { openssl } from '../core/openssl.mjs'
import { webCrypto } from '../core/peers.mjs'
import { peers } from './peers.mjs'

/** Every build of kmsbox/core that this engine runs, the fastest first. */
async function builds() {
  const fastest = (await loadCore()).build
  const names = ['relaxed', 'simd', 'scalar']
  return Promise.all(
    names.slice(names.indexOf(fastest)).map(async (build) => {
      const core = await loadCore({ build })
      return {
        name: `kmsbox/core, ${build}`,
        tables: 'no',
        prepare: (key) => core.importKey(key),
        seal: (slot, iv, plaintext) => slot.gcmSeal(iv, plaintext),
        open: (slot, iv, sealed) => slot.gcmOpen(iv, sealed),
      }
    }),
  )
}

/** What Node.js brings: OpenSSL in machine code, with the AES instructions of the processor. */
const native = [
  {
    name: 'node:crypto',
    tables: 'no',
    note: 'OpenSSL within Node.js, by the AES and carry-less multiplication instructions where the processor has them.',
    ...openssl,
    toBytes: (result) => (Array.isArray(result) ? Buffer.concat(result) : result),
  },
  {
    name: 'WebCrypto',
    tables: 'no',
    note: 'The same OpenSSL in a thread of its own. Both threads’ work is counted; waiting for one another comes on top.',
    ...webCrypto,
    toBytes: (buffer) => new Uint8Array(buffer),
  },
]

/** The first is the one that the ratios are about. */
export const contenders = async () => [...(await builds()), ...native, ...(await peers())]
