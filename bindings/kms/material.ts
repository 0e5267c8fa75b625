/**
 * From key record to slot: which backing keys are resident in the core, and which leave when it fills up.
 * A material row never changes its bytes, so a resident slot cannot be stale; whether it may be used is the record's say.
 */
import { hex, unhex } from '../bytes.ts'
import type { Core, Slot } from '../core.ts'
import { internalError } from '../errors.ts'
import type { Transaction } from '../stores/records.ts'
import { materialIdOf } from './ciphertext.ts'
import { type KeyRecord, keyIdDigits } from './key.ts'

/** Slots left free for data keys and material that is only passing through. */
const RESERVED_SLOTS = 128

export const materialPath = (arn: string, materialId: string): string => `${arn}/${materialId}`

/** The key id as its 16 bytes. */
export const keyIdBytes = (key: KeyRecord): Uint8Array => unhex(keyIdDigits(key.id))

/** KeyMaterialId of a symmetric backing key. */
export const symmetricMaterialId = (key: KeyRecord, backingKey: Slot): string =>
  hex(materialIdOf(backingKey, keyIdBytes(key)))

/** Opens the sealed backing key of a path into a slot of its core. */
type Open = (transaction: Transaction, path: string) => Promise<Slot | undefined>

export class Residents {
  readonly #core: Core
  readonly #openSealed: Open
  /** Insertion order is order of use, oldest first. */
  readonly #slots = new Map<string, Slot>()

  /** @param openSealed default: material rows, which only the box's own core opens */
  constructor(core: Core, openSealed: Open = (transaction, path) => transaction.openMaterial(path)) {
    this.#core = core
    this.#openSealed = openSealed
  }

  /**
   * Runs synchronous work on a backing key that stays in the core. The slot must not be kept: it is this class's, and
   * may be evicted as soon as the work returns.
   */
  async use<T>(transaction: Transaction, key: KeyRecord, materialId: string, work: (slot: Slot) => T): Promise<T> {
    const path = materialPath(key.arn, materialId)
    let slot = this.#slots.get(path)
    while (!slot) {
      await this.#open(transaction, path)
      slot = this.#slots.get(path) // a neighbour may have evicted it while this request waited
    }
    this.#slots.delete(path)
    this.#slots.set(path, slot)
    return work(slot)
  }

  async #open(transaction: Transaction, path: string): Promise<void> {
    this.#makeRoom()
    const opened = await this.#openSealed(transaction, path)
    if (!opened) throw internalError()
    if (this.#slots.has(path))
      opened.destroy() // two requests opened it side by side
    else this.#slots.set(path, opened)
  }

  #makeRoom(): void {
    for (const [path, slot] of this.#slots) {
      if (this.#core.slots.free > RESERVED_SLOTS) return
      slot.destroy()
      this.#slots.delete(path)
    }
  }

  /** Forgets one backing key, or all of a key ARN's: after deletion. */
  drop(prefix: string): void {
    for (const [path, slot] of this.#slots) {
      if (!path.startsWith(prefix)) continue
      slot.destroy()
      this.#slots.delete(path)
    }
  }

  clear(): void {
    for (const slot of this.#slots.values()) slot.destroy()
    this.#slots.clear()
  }
}

/**
 * Lends a private key's bytes to a library for one call and wipes them afterwards. Copies inside the library cannot be
 * wiped (FORMATS.md, what does not hold).
 */
export async function lendPrivateKey<T>(
  transaction: Transaction,
  key: KeyRecord,
  work: (privateKey: Uint8Array) => Promise<T>,
): Promise<T> {
  const slot = await transaction.openMaterial(materialPath(key.arn, key.current as string))
  if (!slot) throw internalError()
  const bytes = slot.release()
  slot.destroy()
  try {
    return await work(bytes)
  } finally {
    bytes.fill(0)
  }
}
