/** What an enclave is made of in browsers. */
import { openStore } from '../stores/open-browser.ts'
import { assembler } from './assemble.ts'

export const assembleInBrowser = assembler(openStore)
