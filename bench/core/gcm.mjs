/** AES-256-GCM under a resident key: sealing and opening, into new memory and into the caller's. */

export const lengths = [32, 256, 1024, 4096, 65_536, 1_048_576]

const random = (length) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) globalThis.crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}

/**
 * The rows of a table. `peers`: name → { prepare(key), seal(prepared, iv, plaintext), open(prepared, iv, sealed), awaited? }.
 * What a peer can do once per key it does in `prepare`.
 */
export async function gcmRows(core, peers) {
  const key = random(32)
  const slot = core.importKey(key)
  const prepared = {}
  for (const [name, peer] of Object.entries(peers)) prepared[name] = await peer.prepare(key)
  const contenders = (call) =>
    Object.fromEntries(
      Object.entries(peers).map(([name, peer]) => [
        name,
        { run: () => call(peer, prepared[name]), awaited: peer.awaited === true },
      ]),
    )
  const tables = [[], [], [], []]
  for (const length of lengths) {
    const [iv, plaintext, out] = [random(12), random(length), new Uint8Array(length + 16)]
    const sealed = slot.gcmSeal(iv, plaintext)
    const seals = contenders((peer, prepared) => peer.seal(prepared, iv, plaintext))
    const opens = contenders((peer, prepared) => peer.open(prepared, iv, sealed))
    const row = (title, run, others) => ({
      title: `AES-256-GCM ${title}`,
      length,
      contenders: { kmsbox: { run }, ...others },
    })
    tables[0].push(row('seal', () => slot.gcmSeal(iv, plaintext), seals))
    tables[1].push(row('seal into the caller’s memory', () => core.gcmSealInto(slot, iv, plaintext, out), seals))
    tables[2].push(row('open', () => slot.gcmOpen(iv, sealed), opens))
    tables[3].push(row('open into the caller’s memory', () => core.gcmOpenInto(slot, iv, sealed, out), opens))
  }
  return tables.flat()
}
