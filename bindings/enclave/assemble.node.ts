/** What an enclave is made of in Node. */
import { openStore } from '../stores/open-node.ts'
import { assembler } from './assemble.ts'

export const assembleInNode = assembler(openStore)
