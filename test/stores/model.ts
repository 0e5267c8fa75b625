/** What every store must do, in the plainest words: the conformance suite compares the stores with it. */
import { compareBytes, hex } from '../../bindings/bytes.ts'
import type { Commit, CommitResult, StoredRow, StoreKey } from '../../bindings/stores/store.ts'

export class Model {
  readonly #rows = new Map<string, StoredRow>()

  get(keys: readonly StoreKey[]): (StoredRow | undefined)[] {
    return keys.map((key) => this.#rows.get(hex(key)))
  }

  list(table: number, scope: Uint8Array, after: Uint8Array | undefined, limit: number): StoredRow[] {
    const inScope = this.#sorted().filter(({ key }) => key[0] === table && hex(key.subarray(1, 17)) === hex(scope))
    return inScope.filter(({ key }) => !after || compareBytes(key.subarray(17), after) > 0).slice(0, limit)
  }

  scan(after: StoreKey | undefined, limit: number): StoredRow[] {
    const rest = this.#sorted().filter(({ key }) => !after || compareBytes(key, after) > 0)
    return rest.slice(0, limit)
  }

  commit(commit: Commit): CommitResult {
    const version = (key: StoreKey) => this.#rows.get(hex(key))?.version ?? 0
    const conflict = [
      ...commit.expect.filter((expected) => version(expected.key) !== expected.version),
      ...commit.append.filter(({ key }) => version(key) !== 0),
    ].map(({ key }) => key)
    if (conflict.length > 0) return { ok: false, conflict }
    for (const row of [...commit.put, ...commit.append]) this.#rows.set(hex(row.key), row)
    for (const key of commit.delete) this.#rows.delete(hex(key))
    return { ok: true }
  }

  #sorted(): StoredRow[] {
    return [...this.#rows.values()].sort((a, b) => compareBytes(a.key, b.key))
  }
}
