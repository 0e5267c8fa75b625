/** Parent KMSs: their functions stay on the page, and the enclave asks for them on the host port by the key's ARN. */
import { validationError } from '../errors.ts'
import type { ParentKms } from '../seals/parent.ts'
import type { HostMethods } from './host.ts'
import type { PostedUnlock } from './wire.ts'

/** One way to open the root key (CRYPTO.md §4), as users state it. */
export type Unlock = Exclude<PostedUnlock, { readonly parent: unknown }> | { readonly parent: ParentKms; slot?: string }

export class Parents {
  readonly #known = new Map<string, ParentKms>()

  readonly methods: Partial<HostMethods> = {
    'parent.decrypt': (request) => this.#of(request.KeyId).decrypt(request),
    'parent.generateDataKey': (request) => {
      const { generateDataKey } = this.#of(request.KeyId)
      if (!generateDataKey) throw validationError('A new unlock slot needs generateDataKey of its parent.')
      return generateDataKey(request)
    },
  }

  /** Keeps the functions and answers what is left, which can be posted. */
  post(unlock: Unlock): PostedUnlock {
    if (!('parent' in unlock)) return unlock
    const { keyArn, storeId } = unlock.parent
    this.#known.set(keyArn, unlock.parent)
    return { ...unlock, parent: { keyArn, storeId } }
  }

  #of(keyArn: string): ParentKms {
    const parent = this.#known.get(keyArn)
    if (!parent) throw validationError('No parent was given for this key.')
    return parent
  }
}
