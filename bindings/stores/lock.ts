/**
 * Who may open a store's directory: one holder at a time, across processes and across the threads of one process.
 *
 * LevelDB has a lock of its own, but on POSIX systems a failed second open in the same process drops it, and then a
 * second process gets in. So this lock comes first. The kernel keeps it and lets go of it when the holder closes it, its
 * thread ends or its process dies: there is no stale lock to recognise, and no race to recover one.
 *
 * - Linux: a listening socket in the abstract namespace, named after the directory's device and inode, so that every
 *   path to the directory meets the same lock. Any local user could occupy the name: that denies the store, it never
 *   opens it. Containers with separate network namespaces do not meet here; they are separate processes and meet
 *   LevelDB's lock.
 * - macOS, BSD and Windows: a file opened with the system's own exclusive flag.
 */
import { constants } from 'node:fs'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { StoreUnavailable } from './unavailable.ts'

export interface Lock {
  release(): Promise<void>
}

/** Longest name of an abstract socket. A full name is the same to Node versions that pad names and that do not. */
const SOCKET_NAME_BYTES = 108

/** O_EXLOCK of macOS and the BSDs; UV_FS_O_EXLOCK of libuv on Windows. Node does not name them. */
const EXCLUSIVE = process.platform === 'win32' ? 0x10000000 : 0x20

/**
 * Takes the lock of an existing directory and leaves a note there that says who holds it.
 *
 * @throws StoreUnavailable if it is held; the message names the holder and the ways out
 */
export async function lockDirectory(directory: string): Promise<Lock> {
  const inKernel = process.platform === 'linux' || process.platform === 'android' ? socketLock : fileLock
  const release = await inKernel(directory)
  if (!release) throw await inUse(directory)
  await note(directory, {})
  return {
    async release() {
      await rm(noteFile(directory), { force: true })
      await release()
    },
  }
}

/** Tells those who find the store in use where to ask instead. For the process that holds it, once it listens. */
export async function announceEndpoint(directory: string, endpoint: string): Promise<void> {
  await note(directory, { endpoint })
}

/** The error of a second opener. Its ways out: the holder's endpoint, stopping the holder, another store. */
export async function inUse(directory: string): Promise<StoreUnavailable> {
  const { pid, endpoint } = await readNote(directory)
  const holder = pid === process.pid ? 'this process' : pid ? `process ${pid}` : 'another process'
  const use = endpoint ? `use its endpoint ${endpoint}` : 'use the endpoint of the server that holds it'
  return new StoreUnavailable(
    `The store in ${directory} is in use by ${holder}, and a file store has one user at a time. ` +
      `Either ${use}, or stop it first, or open another store (postgres:// serves many processes).`,
  )
}

type Release = () => Promise<void>

async function socketLock(directory: string): Promise<Release | undefined> {
  const { dev, ino } = await stat(directory, { bigint: true })
  const server = createServer((connection) => connection.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    // exclusive: a cluster's workers would otherwise share one socket, and so the lock.
    server.listen({ path: `\0kmsbox store ${dev}:${ino}`.padEnd(SOCKET_NAME_BYTES, '/'), exclusive: true }, () => {
      server.unref()
      resolve(() => new Promise((done) => server.close(() => done())))
    })
  })
}

async function fileLock(directory: string): Promise<Release | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT | EXCLUSIVE | (constants.O_NONBLOCK ?? 0)
  try {
    const file = await open(join(directory, 'lock'), flags, 0o600)
    return () => file.close()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EBUSY') return undefined
    throw error
  }
}

const noteFile = (directory: string): string => join(directory, 'holder.json')

async function note(directory: string, about: { endpoint?: string }): Promise<void> {
  const draft = `${noteFile(directory)}.${process.pid}`
  await writeFile(draft, JSON.stringify({ pid: process.pid, ...about }), { mode: 0o600 })
  await rename(draft, noteFile(directory))
}

async function readNote(directory: string): Promise<{ pid?: unknown; endpoint?: unknown }> {
  try {
    const parsed: unknown = JSON.parse(await readFile(noteFile(directory), 'utf8'))
    return typeof parsed === 'object' && parsed !== null ? parsed : {}
  } catch {
    return {}
  }
}
