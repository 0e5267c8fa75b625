/** Every condition key that AWS documents for KMS has its cases. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { keyCases } from './cases/keys.ts'

const list = new URL('../../../shared/kms/condition_keys.json', import.meta.url)

it.skipIf(!existsSync(list))('covers the documented keys of KMS (skipped without ../shared)', () => {
  const documented = JSON.parse(readFileSync(list, 'utf8')).keys.map(({ key }: { key: string }) =>
    key.replace('context-key', 'AppName').toLowerCase(),
  )
  const covered = new Set(keyCases.map(({ key }) => key.toLowerCase()))
  console.log(
    `documented condition keys of KMS: ${documented.length}, without a case: ${documented.filter((key: string) => !covered.has(key)).length}`,
  )
  expect(documented.filter((key: string) => !covered.has(key))).toEqual([])
})
