/** `file:` against the conformance suite, its permissions and its failures. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { LevelStore } from '../../bindings/stores/leveldb.ts'
import { storeKey } from '../../bindings/stores/store.ts'
import { conformance } from './conformance.ts'

const base = mkdtempSync(join(tmpdir(), 'kmsbox-leveldb-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let stores = 0
const freshDirectory = () => join(base, `store-${++stores}`)
const lastDirectory = () => join(base, `store-${stores}`)

conformance('file:', {
  open: () => LevelStore.open(freshDirectory()),
  reopen: () => LevelStore.open(lastDirectory()),
})

const key = storeKey(1, new Uint8Array(16), new Uint8Array(32))
const put = { expect: [], delete: [], append: [], put: [{ key, version: 1, value: new Uint8Array(3) }] }
const mode = (path: string) => statSync(path).mode & 0o777

describe('the directory of a file store', () => {
  it('belongs to its owner alone', async () => {
    const directory = join(freshDirectory(), 'deep', 'down')
    const store = await LevelStore.open(directory)
    expect(mode(directory)).toBe(0o700)
    expect(mode(join(directory, 'rows'))).toBe(0o700)
    expect(mode(join(directory, 'holder.json'))).toBe(0o600)
    await store.close()
  })

  it('keeps its mode where it was there before; what is inside is closed', async () => {
    const directory = freshDirectory()
    mkdirSync(join(directory, 'rows'), { recursive: true, mode: 0o755 })
    const store = await LevelStore.open(directory)
    expect(mode(directory)).toBe(0o755)
    expect(mode(join(directory, 'rows'))).toBe(0o700)
    await store.close()
  })
})

describe('a file store that cannot be opened', () => {
  it('says why', async () => {
    const directory = freshDirectory()
    writeFileSync(directory, '')
    await expect(LevelStore.open(directory)).rejects.toThrow("The store's directory cannot be used: ")
  })

  it('lets go of the directory, so that it can be mended and opened', async () => {
    const directory = freshDirectory()
    await (await LevelStore.open(directory)).close()
    writeFileSync(join(directory, 'rows', 'CURRENT'), 'damaged')
    await expect(LevelStore.open(directory)).rejects.toThrow('does not open')
    rmSync(join(directory, 'rows'), { recursive: true })
    await (await LevelStore.open(directory)).close()
  })
})

describe('a failed write to a file store', () => {
  it('rejects the commit and everything after it, until the store is opened again', async () => {
    const directory = freshDirectory()
    const store = await LevelStore.open(directory)
    const batch = vi.spyOn(ClassicLevel.prototype, 'batch').mockRejectedValueOnce(new Error('No space left on device'))
    await expect(store.commit(put)).rejects.toThrow('No space left on device')
    batch.mockRestore()
    await expect(store.get([key])).rejects.toThrow('open it again')
    await expect(store.commit(put)).rejects.toThrow('open it again')
    await store.close()
    const again = await LevelStore.open(directory)
    expect(await again.commit(put)).toEqual({ ok: true })
    await again.close()
  })
})
