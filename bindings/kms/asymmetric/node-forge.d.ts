/** The two modules of node-forge that `rsa-forge.ts` loads; its published types know only the whole library. */

declare module 'node-forge/lib/jsbn.js' {
  class BigInteger {
    constructor(digits: string, radix: number)
  }
  const jsbn: { BigInteger: typeof BigInteger }

  export type { BigInteger }
  export default jsbn
}

declare module 'node-forge/lib/rsa.js' {
  import type { BigInteger } from 'node-forge/lib/jsbn.js'

  interface PrivateKey {
    readonly n: BigInteger
  }
  const rsa: {
    setPrivateKey(...numbers: [n: BigInteger, e: BigInteger, d: BigInteger, ...crt: BigInteger[]]): PrivateKey
    encrypt(binary: string, key: PrivateKey, publicOperation: boolean): string
  }
  export default rsa
}
