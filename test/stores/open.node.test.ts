/** Store URLs in Node. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { LevelStore } from '../../bindings/stores/leveldb.ts'
import { MemoryStore } from '../../bindings/stores/memory.ts'
import { fileStoreDirectory, openStore } from '../../bindings/stores/open-node.ts'

const base = mkdtempSync(join(tmpdir(), 'kmsbox-open-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

describe('a store URL in Node', () => {
  it('opens the store that it names', async () => {
    const memory = await openStore('memory:')
    const file = await openStore(`file:${base}/store`)
    expect(memory).toBeInstanceOf(MemoryStore)
    expect(file).toBeInstanceOf(LevelStore)
    await Promise.all([memory.close(), file.close()])
  })

  it('takes a directory as a path or as a URL', () => {
    expect(fileStoreDirectory('file:data/keys')).toBe(resolve('data/keys'))
    expect(fileStoreDirectory('file:/var/lib/kms box')).toBe('/var/lib/kms box')
    expect(fileStoreDirectory(pathToFileURL('/var/lib/kms box').href)).toBe('/var/lib/kms box')
    expect(() => fileStoreDirectory('file:')).toThrow('needs a directory')
  })

  it('is refused where it names no store of Node, with the names of those', async () => {
    for (const url of ['indexeddb:vault', 'redis://host', 'nonsense', '']) {
      await expect(openStore(url)).rejects.toThrow('Node has memory:, file:DIR and postgres://')
    }
  })
})
