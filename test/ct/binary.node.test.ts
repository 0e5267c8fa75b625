/** What strangers check first: the same sources give the same bytes, and nothing goes in or out but what is meant to. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { targets } from '../../scripts/ct/binary.mjs'
import '../../scripts/ct/relaxed-simd.mjs'

const root = join(import.meta.dirname, '../..')
const compiler = join(dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')), 'bin/asc.js')

/** Every export with arguments that it takes: h is a slot's handle, 2 is SHA-256; lengths fit what the windows hold. */
const calls = (h: number): Record<string, number[]> => ({
  hashStart: [2],
  hashUpdate: [16],
  hashFinish: [],
  sha2: [2, 16],
  hmacStart: [h, 2, 0],
  hmacFinish: [],
  hmac: [h, 2, 0, 16],
  hkdfExtract: [2, 16, 16],
  hkdfExpand: [2, 32, 16, 32],
  hkdf: [2, 16, 16, 16, 32],
  gcmStart: [h, 0, 12],
  gcmAad: [16],
  gcmEncrypt: [16],
  gcmAuthenticate: [16],
  gcmTag: [],
  gcmVerify: [16],
  gcmDecrypt: [16],
  gcmEnd: [h],
  gcmSeal: [h, 0, 12, 4, 16],
  gcmOpen: [h, 0, 12, 4, 16, 16],
  kwWrap: [32, 16],
  kwUnwrap: [32, 24],
  kwpWrap: [32, 16],
  kwpUnwrap: [32, 24],
  slotImport: [16],
  slotGenerate: [16],
  slotRelease: [h],
  slotExpand: [h, 16, 32],
  slotDerive: [h, 16, 32],
  slotEqual: [h, h],
  slotDestroy: [h],
  slotsUsed: [],
  seal: [h, 16, 16, 16],
  sealSlot: [h, h, 16, 16],
  open: [h, 16, 16, 16],
  openSlot: [h, 16, 16, 16],
  equal: [16],
  draw: [],
  abandon: [],
  lock: [],
})

describe.each(targets)('core.%s.wasm', (target) => {
  const bytes = readFileSync(join(root, `dist/core.${target}.wasm`))
  const can = WebAssembly.validate(bytes)

  it('is what its sources compile to, again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'core-'))
    try {
      const output = ['--outFile', join(folder, 'core.wasm'), '--textFile', join(folder, 'core.wat')]
      execFileSync(process.execPath, [compiler, '--config', 'asconfig.json', '--target', target, ...output], {
        cwd: root,
      })
      const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
      expect(sha256(readFileSync(join(folder, 'core.wasm')))).toBe(sha256(bytes))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.skipIf(!can)('imports nothing, and its memory cannot grow', () => {
    const module = new WebAssembly.Module(bytes)
    expect(WebAssembly.Module.imports(module)).toEqual([])
    expect(WebAssembly.Module.customSections(module, 'name')).toEqual([])
    const { memory } = new WebAssembly.Instance(module).exports
    expect(() => (memory as WebAssembly.Memory).grow(1)).toThrow(RangeError)
  })

  it.skipIf(!can)('lets the bytes of a slot out by one export alone', () => {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => 0xa1 ^ (37 * i))
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).filter(({ kind }) => kind === 'function')
    const names = exported.map(({ name }) => name)
    expect(Object.keys(calls(0)).sort()).toEqual([...names].sort())
    const releasing = names.filter((name) => windowsAfter(bytes, name, secret).includes(hex(secret)))
    expect(releasing).toEqual(['slotRelease'])
  })
})

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex')

/** All windows of a core, in hexadecimal, after one call about a slot that holds the secret. */
function windowsAfter(bytes: BufferSource, name: string, secret: Uint8Array): string {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes))
  const core = exports as unknown as Record<string, (...args: number[]) => number>
  const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer)
  const at = (window: string): number => (exports[window] as WebAssembly.Global).value
  memory.set(secret, at('DATA'))
  const handle = core.slotImport!(secret.length)
  for (const stream of ['hmacStart', 'gcmStart']) core[stream]!(...calls(handle)[stream]!)
  crypto.getRandomValues(memory.subarray(at('RANDOM'), at('RANDOM') + 32))
  memory.fill(1, at('SIDE'), at('SIDE') + 256)
  core[name]!(...calls(handle)[name]!)
  return hex(memory.subarray(at('KEY'), at('ARENA_END')))
}
