/** What is timed: exports of the core on secrets of a fixed length, and the controls. Runs in Node and in browsers. */

/** @param {Uint8Array} bytes of a binary */
function instantiate(bytes) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const memory = new Uint8Array(exports.memory.buffer)
  return { exports, put: (at, secret) => memory.set(secret, typeof at === 'string' ? exports[at].value : at) }
}

export function controls(bytes) {
  const { exports, put } = instantiate(bytes)
  const reference = Uint8Array.from({ length: 64 }, (_, i) => i)
  put(64, reference)
  const leaking = (name, run, more) => ({ name, length: 64, run, leaks: true, ...more })
  const onSecret = (call) => (secret) => {
    put(0, secret)
    call()
  }
  return [
    { name: 'null: the same code on two equal classes', length: 64, bothRandom: true, run: onSecret(exports.compare) },
    leaking('early-exit comparison', onSecret(exports.compare), { fixed: reference }),
    leaking('division by a secret', onSecret(exports.divide), { fixed: new Uint8Array(64) }),
    leaking('table of 4 KiB', onSecret(exports.lookup), { fixed: new Uint8Array(64), before: exports.evict }),
  ]
}

/** The secret is key, text or both; what is fixed is all zero, which is where leaks show best. */
export function coreSubjects(bytes) {
  const { exports: core, put } = instantiate(bytes)
  const zeros = (length) => new Uint8Array(length)
  const subject = (name, length, run) => ({ name, length, fixed: zeros(length), run })
  const key = zeros(32).fill(7)
  put('DATA', key)
  const slot = core.slotImport(32)
  put('DATA', key)
  const twin = core.slotImport(32)
  const at = (window, offset) => core[window].value + offset
  return [
    subject('SHA-256, 64 bytes', 64, (secret) => {
      put('DATA', secret)
      core.sha2(2, 64)
    }),
    subject('SHA-512, 64 bytes', 64, (secret) => {
      put('DATA', secret)
      core.sha2(4, 64)
    }),
    subject('HMAC-SHA-256, key of 32 bytes', 32, (secret) => {
      put('DATA', secret)
      core.hmac(0, 2, 32, 0)
    }),
    subject('AES-256-GCM, key', 32, (secret) => {
      put('KEY', secret)
      core.gcmSeal(0, 32, 12, 0, 16)
    }),
    subject('AES-256-GCM, 64 bytes of text', 64, (secret) => {
      put('DATA', secret)
      core.gcmSeal(slot, 0, 12, 0, 64)
    }),
    subject('AES-256-GCM, 1 KiB of text', 1024, (secret) => {
      put('DATA', secret)
      core.gcmSeal(slot, 0, 12, 0, 1024)
    }),
    subject('AES-256-GCM, tag refused', 48, (secret) => {
      put('DATA', secret)
      core.gcmOpen(slot, 0, 12, 0, 32, 16)
    }),
    subject('KWP unwrapping, refused', 40, (secret) => {
      put('KEY', key)
      put('DATA', secret)
      core.kwpUnwrap(32, 40)
    }),
    subject('comparison of 64 bytes', 64, (secret) => {
      put('DATA', secret)
      put(at('DATA', 64), key)
      put(at('DATA', 96), key)
      core.equal(64)
    }),
    subject('slot to slot: derive and compare', 32, (secret) => {
      put('SIDE', secret)
      core.slotDestroy(core.slotDerive(slot, 32, 32))
      core.slotEqual(slot, twin)
    }),
  ]
}
