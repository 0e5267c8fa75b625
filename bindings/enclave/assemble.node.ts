/** What an enclave is made of in Node. Stores are loaded when they are opened. */
import { readFile } from 'node:fs/promises'
import { KmsError } from '../errors.ts'
import { openStore } from '../stores/open-node.ts'
import { assembler } from './assemble.ts'

export const assembleInNode = assembler({
  openStore,
  readKeyFile: (path) =>
    readFile(path).catch(() => {
      throw new KmsError('KeyUnavailableException', `The key file ${path} cannot be read.`)
    }),
})
