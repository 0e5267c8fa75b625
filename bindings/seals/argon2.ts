/** Argon2id (RFC 9106) by hash-wasm, 32 bytes. */
import { argon2id as hashWasm } from 'hash-wasm'

/** Resolves to 32 bytes over a buffer of their own; the caller wipes them and the password. */
export async function argon2id(
  password: Uint8Array,
  salt: Uint8Array,
  cost: { readonly memory: number; readonly passes: number; readonly lanes: number },
): Promise<Uint8Array> {
  const { memory: memorySize, passes: iterations, lanes: parallelism } = cost
  return hashWasm({ password, salt, memorySize, iterations, parallelism, hashLength: 32, outputType: 'binary' })
}
