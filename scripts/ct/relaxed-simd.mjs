/** Switches relaxed SIMD on where an engine has it but hides it behind a flag (Node 20). To be imported first. */
import { setFlagsFromString } from 'node:v8'

if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd')
