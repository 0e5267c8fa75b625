/** The generated kernels are what their generators write, and the generators' tables are what FIPS 197 defines. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Gate {
  readonly result: string
}
interface Generators {
  readonly circuit: { sboxCircuit: { gates: Gate[] }[]; evaluateSbox(byte: number): number }
  readonly tables: { sbox: number[]; lookUp(byte: number, table: string, entry?: string): number }
}

async function generators(): Promise<Generators> {
  const load = (name: string): Promise<unknown> => import(join(root, 'scripts/kernels', name))
  return { circuit: await load('sbox-circuit.mjs'), tables: await load('permute-tables.mjs') } as Generators
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte)

/** FIPS 197, 5.1.1, another way: p runs through the powers of 03, q through those of its inverse f6. */
function knownSbox(): number[] {
  const sbox = bytes.map(() => 0x63)
  let p = 1
  let q = 1
  do {
    p = (p ^ (p << 1) ^ (p & 0x80 ? 0x11b : 0)) & 0xff
    for (const shift of [1, 2, 4]) q = (q ^ (q << shift)) & 0xff
    if (q & 0x80) q ^= 0x09
    const turned = [1, 2, 3, 4].reduce((sum, n) => sum ^ (((q << n) | (q >> (8 - n))) & 0xff), q)
    sbox[p] = turned ^ 0x63
  } while (p !== 1)
  return sbox
}

describe('generated kernels', () => {
  it('are the committed ones', () => {
    execFileSync(process.execPath, [join(root, 'scripts/generate-kernels.mjs'), '--check'], { stdio: 'pipe' })
  })

  it('compute the S-box with 113 gates, 32 of them AND', async () => {
    const { circuit } = await generators()
    const gates = circuit.sboxCircuit.flatMap((section) => section.gates)
    expect(gates).toHaveLength(113)
    expect(new Set(gates.map((gate) => gate.result)).size).toBe(113)
    expect(bytes.map(circuit.evaluateSbox)).toEqual(knownSbox())
  })

  it('look the S-box and its inverse up in nibble tables', async () => {
    const { tables } = await generators()
    const sbox = knownSbox()
    expect(tables.sbox).toEqual(sbox)
    expect(bytes.map((x) => tables.lookUp(x, 'SBOX_OUT') ^ 0x63)).toEqual(sbox)
    expect(sbox.map((y) => tables.lookUp(y ^ 0x63, 'INV_OUT', 'INV_TO_TOWER'))).toEqual(bytes)
  })
})
