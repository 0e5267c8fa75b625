/** What an enclave is made of in browsers. All of it is imported statically: under the worker's policy `import()` is blocked. */
import { validationError } from '../errors.ts'
import { rsaByForge } from '../kms/asymmetric/rsa-forge.ts'
import { provideRsaPrivateOperation } from '../kms/asymmetric/rsa-private.ts'
import { openStore } from '../stores/open-browser.ts'
import { assembler } from './assemble.ts'

provideRsaPrivateOperation(rsaByForge)

export const assembleInBrowser = assembler({
  openStore,
  readKeyFile: () => Promise.reject(validationError('Browsers have no key files.')),
})
