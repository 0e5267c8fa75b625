/**
 * The shipped binaries and the names of what is in them. The names stand in the text that the compiler writes beside
 * each binary; the exports, which both have, show that the two belong together.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const targets = ['scalar', 'simd', 'relaxed']

const shorten = (name) => name.replace(/^assembly\//, '')

/** @returns {{ target: string, bytes: Uint8Array<ArrayBuffer>, functions: string[], globals: string[] }} names by index */
export function readBuild(target) {
  const bytes = new Uint8Array(readFileSync(join(root, 'build', `core.${target}.wasm`)))
  const text = readFileSync(join(root, 'build', `core.${target}.wat`), 'utf8')
  const functions = [...text.matchAll(/^ \(func \$(\S+)/gm)].map(([, name]) => shorten(name))
  const globals = [...text.matchAll(/^ \(global \$(\S+)/gm)].map(([, name]) => shorten(name))
  const build = { target, bytes, functions, globals }
  checkNames(build, text)
  return build
}

/** Functions and globals are numbered in the order of the text: every export must lead to the same one in both. */
function checkNames({ target, bytes, functions, globals }, text) {
  const module = binaryen.readBinary(bytes)
  for (const [, exported, kind, name] of text.matchAll(/^ \(export "(\w+)" \((func|global) \$(\S+)\)\)/gm)) {
    const found = binaryen.getExportInfo(module.getExport(exported)).value.replace(/\D/g, '')
    const expected = (kind === 'func' ? functions : globals).indexOf(shorten(name))
    if (Number(found) !== expected) throw new Error(`core.${target}.wat and .wasm differ in ${exported}: build again`)
  }
  const sameCounts = module.getNumFunctions() === functions.length && module.getNumGlobals() === globals.length
  if (!sameCounts) throw new Error(`core.${target}.wat and .wasm differ in what they define: build again`)
  module.dispose()
}
