/** One user at a time for a file store: in this process, in its threads, in other processes; and after a kill. */
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ClassicLevel } from 'classic-level'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LevelStore } from '../../bindings/stores/leveldb.ts'
import { announceEndpoint } from '../../bindings/stores/lock.ts'
import { bundle } from './bundle.ts'
import { startChild } from './process.ts'

const base = mkdtempSync(join(tmpdir(), 'kmsbox-lock-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let program = ''
beforeAll(async () => {
  program = await bundle('./child.ts', 'node')
}, 60_000)

const anyLine = () => true
const freshDirectory = () => mkdtempSync(join(base, 'store-'))
/** What another process hears that opens the directory. */
async function fromAnotherProcess(directory: string): Promise<string> {
  const child = startChild(program, 'hold', `file:${directory}`)
  const line = await child.line(anyLine)
  await child.kill()
  return line
}

describe('a file store in use', { timeout: 30_000 }, () => {
  it('refuses a second user in the same process, by any path, and keeps a second process out after that', async () => {
    const directory = freshDirectory()
    const link = `${directory}-link`
    symlinkSync(directory, link)
    const store = await LevelStore.open(directory)
    await expect(LevelStore.open(directory)).rejects.toThrow('in use by this process')
    await expect(LevelStore.open(link)).rejects.toThrow('in use by this process')
    expect(await fromAnotherProcess(directory)).toContain(`refused The store in ${directory} is in use by process`)
    await store.close()
    expect(await fromAnotherProcess(directory)).toBe('open')
  })

  it.skipIf(process.platform === 'win32')(
    'needs that lock: LevelDB alone lets a second process in after a failed second open',
    async () => {
      const directory = freshDirectory()
      const rows = join(directory, 'rows')
      const first = new ClassicLevel(rows)
      await first.open()
      expect(await fromAnotherProcess(directory)).toContain('refused')
      await expect(new ClassicLevel(rows).open()).rejects.toThrow()
      const intruder = await fromAnotherProcess(directory)
      await first.close()
      expect(intruder).toBe('open')
    },
  )

  it('names the holder and the ways out, the endpoint too once there is one', async () => {
    const directory = freshDirectory()
    const store = await LevelStore.open(directory)
    const before = await fromAnotherProcess(directory)
    expect(before).toContain(`process ${process.pid}`)
    expect(before).toMatch(/use the endpoint of the server .* or stop it first, or open another store/)
    await announceEndpoint(directory, 'http://127.0.0.1:4599')
    expect(await fromAnotherProcess(directory)).toContain('use its endpoint http://127.0.0.1:4599')
    await store.close()
  })

  it('is free at once when its holder is killed', async () => {
    const directory = freshDirectory()
    for (let round = 0; round < 3; round++) {
      const child = startChild(program, 'hold', `file:${directory}`)
      expect(await child.line(anyLine)).toBe('open')
      await expect(LevelStore.open(directory)).rejects.toThrow('in use by process')
      await child.kill()
      await (await LevelStore.open(directory)).close()
    }
  })

  it('is free again when the thread that held it is terminated', async () => {
    const directory = freshDirectory()
    const thread = new Worker(program, { argv: ['hold', `file:${directory}`], stdout: true })
    await expect.poll(() => existsSync(join(directory, 'holder.json')), { timeout: 20_000 }).toBe(true)
    await expect(LevelStore.open(directory)).rejects.toThrow('in use by this process')
    await thread.terminate()
    await (await LevelStore.open(directory)).close()
  })

  it('goes to one of many who ask at once', async () => {
    const directory = freshDirectory()
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => LevelStore.open(directory)))
    const opened = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(opened).toHaveLength(1)
    await opened[0]!.close()
    const children = Array.from({ length: 4 }, () => startChild(program, 'hold', `file:${directory}`))
    const lines = await Promise.all(children.map((child) => child.line(anyLine)))
    await Promise.all(children.map((child) => child.kill()))
    expect(lines.filter((line) => line === 'open')).toHaveLength(1)
  })
})
