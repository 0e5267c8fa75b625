/**
 * FORMATS.md holds: its test vectors come out of this implementation, and a reader written from that page alone, with
 * nothing but node:crypto, opens what this implementation writes.
 */
import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { concat, hex, text, u32, u64, unhex, utf8 } from '../../bindings/bytes.ts'
import { type Core, loadCore, type Slot } from '../../bindings/core.ts'
import { contextHash, materialIdOf, sealMessage } from '../../bindings/kms/ciphertext.ts'
import { argon2id } from '../../bindings/seals/argon2.ts'
import { raw } from '../../bindings/seals/raw.ts'
import { encodeRecoveryCode } from '../../bindings/seals/recovery.ts'
import { sealRoot } from '../../bindings/seals/seal.ts'
import { encodeTable } from '../../bindings/seals/table.ts'
import { AuditChain } from '../../bindings/stores/auditchain.ts'
import { checkpointRow, encodeCheckpoint } from '../../bindings/stores/checkpoint.ts'
import { encodeCopy } from '../../bindings/stores/copy.ts'
import { fromLatin1, latin1 } from '../../bindings/stores/latin1.ts'
import { encodeEntry } from '../../bindings/stores/logentry.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { keyOf, Names } from '../../bindings/stores/names.ts'
import { createStore } from '../../bindings/stores/open.ts'
import { encodeJson } from '../../bindings/stores/reader.ts'
import { Table } from '../../bindings/stores/records.ts'
import { formerRootKey, ROOT_SCOPE, rootName } from '../../bindings/stores/root.ts'
import { identityOf, RowSeal } from '../../bindings/stores/rows.ts'
import type { StoredRow } from '../../bindings/stores/store.ts'
import { VersionIndex } from '../../bindings/stores/versions.ts'

const page = readFileSync(new URL('../../FORMATS.md', import.meta.url), 'utf8')
const vectors = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '{}') as Record<string, string>
const given = (name: string): Uint8Array => unhex(vectors[name] as string)

/** A core whose next random bytes are those of the vectors. A core stops when two draws are equal, so one a sealing. */
const steady = () => loadCore({ random: (into) => into.fill(0xa5) })

describe('the test vectors', () => {
  let core: Core
  const storeId = given('storeId')

  beforeAll(async () => {
    core = await loadCore()
  })

  const names = () => new Names(core.importKey(given('indexKey')))

  test('keys of the hierarchy', () => {
    const root = core.importKey(given('rootKey'))
    const context = concat(storeId, u32(1))
    expect(hex(identityOf(core, storeId).hash)).toBe(vectors.storeHash)
    expect(hex(root.expand('kmsbox/v1/row-key', context, 32))).toBe(vectors.rowKey)
    expect(hex(root.expand('kmsbox/v1/slots-mac', context, 32))).toBe(vectors.slotsMacKey)
  })

  test('places', () => {
    const { path, scope, auditInstance } = vectors as { path: string; scope: string; auditInstance: string }
    expect(hex(fromLatin1(names().row(Table.key, path).slice(1)))).toBe(vectors.rowId)
    expect(hex(fromLatin1(names().scope(Table.key, scope)))).toBe(vectors.scope16)
    expect(hex(keyOf(names().row(Table.key, path), names().scope(Table.key, scope)))).toBe(vectors.storeKey)
    expect(hex(fromLatin1(names().scope(Table.changeLog, 'store')))).toBe(vectors.logScope16)
    expect(hex(fromLatin1(names().scope(Table.changeLog, 'checkpoint')))).toBe(vectors.checkpointScope16)
    expect(hex(fromLatin1(names().scope(Table.audit, auditInstance)))).toBe(vectors.auditScope16)
  })

  async function sealed(make: (seal: RowSeal, core: Core) => StoredRow, root = 'rootKey', epoch = 1): Promise<string> {
    const one = await steady()
    const seal = new RowSeal(one, storeId)
    seal.hold(epoch, one.importKey(given(root)))
    return hex(make(seal, one).value)
  }

  test('rows', async () => {
    const content = encodeJson({ path: vectors.path as string, value: { state: 'Enabled' } })
    expect(text(content)).toBe(vectors.rowContent)
    expect(await sealed((seal) => seal.seal(given('storeKey'), 7, content))).toBe(vectors.row)
    const place = keyOf(names().row(Table.material, vectors.materialPath as string), ROOT_SCOPE)
    const material = (one: Core) => one.importKey(given('material'))
    expect(await sealed((seal, one) => seal.sealSlot(place, 7, material(one)))).toBe(vectors.materialRow)
    const former = (seal: RowSeal, one: Core) => seal.sealSlot(formerRootKey(), 2, one.importKey(given('rootKey')))
    expect(await sealed(former, 'nextRootKey', 2)).toBe(vectors.formerRoot)
  })

  test('unlock slots', async () => {
    const one = await steady()
    const store = identityOf(one, storeId)
    const secret = one.importKey(given('rawSecret'))
    const root = one.importKey(given('rootKey'))
    const { id, params } = await raw.create({ rawKey: given('rawSecret') }, { core: one, store })
    expect(hex(id as Uint8Array)).toBe(vectors.rawSlotId)
    expect(hex(secret.expand('kmsbox/v1/slot-key', concat(storeId, id as Uint8Array), 32))).toBe(vectors.slotKey)
    const slot = sealRoot(store, { type: 4, epoch: 1, id: id as Uint8Array, params }, secret, root)
    expect(hex(slot.sealed)).toBe(vectors.slot)
    expect(hex(encodeTable({ storeId, epoch: 1, version: 1, slots: [slot] }, root))).toBe(vectors.slotTable)
    expect(encodeRecoveryCode(given('rawSecret'))).toBe(vectors.recoveryCode)
    const cost = { memory: 19_456, passes: 2, lanes: 1 }
    const salt = given('passphraseParams').subarray(12)
    expect(hex(await argon2id(utf8(vectors.passphrase as string), salt, cost))).toBe(vectors.passphraseSecret)
  })

  test('change log, checkpoint, audit event and copy', () => {
    const changes = [0, 1, 2].map((row) => ({ name: rootName(row), scope: ROOT_SCOPE, op: 'put' as const }))
    const entry = encodeEntry({ previous: new Uint8Array(32), changes, id: '0f'.repeat(16) })
    expect(hex(entry)).toBe(vectors.logEntry)
    const hash = core.sha2('SHA-256', entry)
    expect(hex(hash)).toBe(vectors.logEntryHash)
    const index = new VersionIndex()
    for (const { name, scope } of changes) index.put(name, scope, 1)
    expect(encodeCheckpoint(1, hash, index).map(hex)).toEqual([vectors.checkpointPage])
    expect(hex(checkpointRow(1, 0))).toBe(vectors.checkpointRowId)
    const seal = new RowSeal(core, storeId)
    seal.hold(1, core.importKey(given('rootKey')))
    const chain = new AuditChain(core, seal, names())
    Object.defineProperty(chain, 'instance', { value: vectors.auditInstance })
    const event = { eventName: 'Encrypt' }
    const { row, state } = chain.draft(chain.state, event, Date.UTC(2026, 0, 1), { n: 1, hash })
    expect(hex(seal.open(row))).toBe(vectors.auditContent)
    expect(hex(state.hash)).toBe(vectors.auditHash)
    const copied = { key: given('storeKey'), version: 7, value: given('row') }
    expect(hex(encodeCopy(core, [copied]))).toBe(vectors.copy)
  })

  test('ciphertext blob', async () => {
    const one = await steady()
    const backingKey: Slot = one.importKey(given('backingKey'))
    const keyId = given('keyId')
    const context = JSON.parse('{"b":"2","a":"1","\u{10000}":"x","\uffff":"y","__proto__":"z"}')
    expect(hex(contextHash(core, context))).toBe(vectors.encryptionContextHash)
    expect(hex(contextHash(core, {}))).toBe(vectors.emptyContextHash)
    const materialId = materialIdOf(backingKey, keyId)
    expect(hex(materialId)).toBe(vectors.keyMaterialId)
    const key = { suite: 1, backingKey, keyId, multiRegion: false, materialId } as const
    expect(hex(sealMessage(one, key, context, utf8(vectors.plaintext as string)))).toBe(vectors.blob)
  })
})

/** Written from FORMATS.md with node:crypto; shares nothing with the implementation. */
const reader = {
  sha: (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  mac: (key: Uint8Array, bytes: Uint8Array) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()),

  expand(key: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
    const info = concat(utf8(label), Uint8Array.of(0), context)
    let block = new Uint8Array(0)
    let out: Uint8Array = block
    for (let i = 1; out.length < length; i++) {
      block = reader.mac(key, concat(block, info, Uint8Array.of(i))) as typeof block
      out = concat(out, block)
    }
    return out.slice(0, length)
  },

  open(key: Uint8Array, label: string, headLength: number, ad: Uint8Array, sealed: Uint8Array): Uint8Array {
    const bound = sealed.subarray(0, headLength + 32)
    const okm = reader.expand(key, label, concat(bound, ad), 76)
    const commitment = sealed.subarray(headLength + 32, headLength + 64)
    if (hex(commitment) !== hex(okm.subarray(32, 64))) throw new Error('commitment')
    const gcm = createDecipheriv('aes-256-gcm', okm.subarray(0, 32), okm.subarray(64))
    gcm.setAAD(concat(bound, commitment, ad)).setAuthTag(sealed.subarray(sealed.length - 16))
    return concat(gcm.update(sealed.subarray(headLength + 64, sealed.length - 16)), gcm.final())
  },

  /** Root key and identity by a raw secret and the stored table of unlock slots with one slot. */
  unlock(table: Uint8Array, secret: Uint8Array) {
    const storeId = table.slice(1, 17)
    const epoch = table.subarray(17, 21)
    const slot = table.subarray(30, table.length - 32)
    const storeHash = reader.sha(concat(utf8('kmsbox/v1/store'), Uint8Array.of(0), storeId))
    const key = reader.expand(secret, 'kmsbox/v1/slot-key', concat(storeId, slot.subarray(8, 24)), 32)
    const root = reader.open(key, 'kmsbox/v1/slot', 26, storeHash, slot)
    const macKey = reader.expand(root, 'kmsbox/v1/slots-mac', concat(storeId, epoch), 32)
    if (hex(reader.mac(macKey, table.subarray(0, -32))) !== hex(table.subarray(-32))) throw new Error('table')
    return { rowKey: reader.expand(root, 'kmsbox/v1/row-key', concat(storeId, epoch), 32), storeHash }
  },
}

test('a reader that shares nothing with the implementation opens a whole store', async () => {
  const core = await loadCore()
  const store = new MemoryStore()
  const rawKey = core.random(32)
  const records = await createStore({ store, core, unlocks: [{ rawKey }], settings: { clock: 'system' } })
  const material = core.importKey(new Uint8Array(32).fill(0x33))
  const writing = records.begin()
  writing.put(Table.alias, 'alias/one', 'here', { target: 'a key' })
  writing.putMaterial('a key/its material', 'a key', material)
  await records.commit(writing, { eventName: 'CreateAlias' })
  const rows = await store.scan(undefined, 1000)
  const at = (table: number, lastByte: number) =>
    rows.find(({ key }) => hex(key) === hex(concat(Uint8Array.of(table), new Uint8Array(47), Uint8Array.of(lastByte))))
  const { rowKey, storeHash } = reader.unlock(at(0, 2)?.value as Uint8Array, rawKey)
  const open = ({ value }: StoredRow) => reader.open(rowKey, 'kmsbox/v1/row', 48, storeHash, value)

  const settings = JSON.parse(text(open(at(0, 0) as StoredRow)))
  expect(settings).toEqual({ path: 'root', value: { floor: 1, settings: { clock: 'system' } } })
  const indexKey = open(at(0, 1) as StoredRow)
  const find = (table: number, path: string, scope: string) => {
    const rowId = reader.mac(indexKey, concat(Uint8Array.of(0, table), utf8(path)))
    const scope16 = reader.mac(indexKey, concat(Uint8Array.of(1, table), utf8(scope))).subarray(0, 16)
    return rows.find(({ key }) => hex(key) === hex(concat(Uint8Array.of(table), scope16, rowId))) as StoredRow
  }
  const alias = find(3, 'alias/one', 'here')
  expect(JSON.parse(text(open(alias)))).toEqual({ path: 'alias/one', value: { target: 'a key' } })
  expect(hex(alias.value.subarray(40, 48))).toBe(hex(u64(alias.version)))
  expect(open(find(2, 'a key/its material', 'a key'))).toEqual(new Uint8Array(32).fill(0x33))

  const listed = new Map<string, number>()
  let previous = new Uint8Array(32) as Uint8Array
  for (const row of rows.filter(({ key }) => key[0] === 7)) {
    const entry = open(row)
    expect(hex(entry.subarray(0, 32))).toBe(hex(previous))
    previous = reader.sha(entry)
    const count = (entry[32] as number) * 256 + (entry[33] as number)
    const json = JSON.parse(text(entry.subarray(34 + 34 * count)))
    expect(json).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), scopes: expect.any(Array) })
    for (let i = 0; i < count; i++) {
      const change = entry.subarray(34 + 34 * i, 68 + 34 * i)
      expect(change[33]).toBe(1)
      listed.set(latin1(change.subarray(0, 1)) + json.scopes[i] + hex(change.subarray(1, 33)), row.version)
    }
  }
  for (const { key, version } of rows.filter(({ key }) => (key[0] as number) < 7)) {
    const place = latin1(key.subarray(0, 1)) + hex(key.subarray(1))
    expect(listed.get(place)).toBe(version)
    listed.delete(place)
  }
  expect(listed.size).toBe(0)

  const [event] = rows.filter(({ key }) => key[0] === 8)
  const audit = open(event as StoredRow)
  expect(hex(audit.subarray(0, 32))).toBe('00'.repeat(32))
  expect(JSON.parse(text(audit.subarray(32)))).toMatchObject({ follows: { n: 1 }, event: { eventName: 'CreateAlias' } })
})
