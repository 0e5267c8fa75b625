/**
 * Argon2id (RFC 9106) by hash-wasm, whose work memory is wiped afterwards.
 *
 * hash-wasm makes three Wasm instances a call, for the blocks and for BLAKE2b, and keeps them to itself: their memories,
 * which hold the password, the result and all it is made of, would wait for the garbage collector. So they are noted
 * while they are made, one call at a time. Not in a page (`isolation: 'inline'`): other scripts may be hashing there.
 */
import { argon2id as hashWasm } from 'hash-wasm'

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

let turn: Promise<unknown> = Promise.resolve()

/** Resolves to 32 bytes over a buffer of their own; the caller wipes them and the password. */
export function argon2id(password: Uint8Array, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  const result = turn.then(() => stretch(password, salt, cost))
  turn = result.catch(() => undefined)
  return result
}

async function stretch(password: Uint8Array, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  const { memory: memorySize, passes: iterations, lanes: parallelism } = cost
  const memories: WebAssembly.Memory[] = []
  const stop = noteMemories(memories)
  try {
    return await hashWasm({
      password,
      salt,
      memorySize,
      iterations,
      parallelism,
      hashLength: 32,
      outputType: 'binary',
    })
  } finally {
    stop()
    for (const { buffer } of memories) new Uint8Array(buffer).fill(0)
  }
}

/** Collects the memories of the instances that hash-wasm makes until the returned function is called. */
function noteMemories(memories: WebAssembly.Memory[]): () => void {
  if (typeof document !== 'undefined') return () => undefined
  const { instantiate } = WebAssembly
  const stop = () => {
    Reflect.set(WebAssembly, 'instantiate', instantiate)
  }
  const noting = async (module: WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const instance = await instantiate.call(WebAssembly, module, imports)
    const { Hash_GetBuffer, memory } = instance.exports
    if (Hash_GetBuffer !== undefined && memory instanceof WebAssembly.Memory) memories.push(memory)
    return instance
  }
  Reflect.set(WebAssembly, 'instantiate', noting)
  return stop
}
