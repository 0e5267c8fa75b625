/** Nothing of AWS's model is left out: every operation has a rule, every modelled exception a test or a reason. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operationNames } from '../../bindings/kms/model.ts'
import { rules } from '../../bindings/kms/operations/index.ts'

const model = join(import.meta.dirname, '../../../shared/kms/operations.json')
const known = existsSync(model)
if (!known) console.log('table: AWS’s own list of operations and exceptions is not beside the repository; skipped')

/** Exceptions that this service never answers with. */
const unreachable: Readonly<Record<string, string>> = {
  InvalidArnException:
    'AWS answers NotFoundException for malformed ARNs of keys, as recorded from it; so does this box',
  DependencyTimeoutException:
    'there is no dependency of AWS’s own kind; proxies that time out have exceptions of their own',
  XksProxyVpcEndpointServiceInvalidConfigurationException: 'there are no VPC endpoint services outside AWS',
}

const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.startsWith('table'))
  .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
  .join('\n')

describe('the operation table', () => {
  it('has a rule for each of the 56 operations', () => {
    expect(operationNames).toHaveLength(56)
    expect(Object.keys(rules).sort()).toEqual([...operationNames].sort())
    for (const rule of Object.values(rules)) expect(rule.run).toBeTypeOf('function')
  })

  it.skipIf(!known)('has AWS’s operations, and meets each modelled exception in a test or gives a reason', () => {
    const { operations, exceptions } = JSON.parse(readFileSync(model, 'utf8'))
    expect([...operationNames].sort()).toEqual(Object.keys(operations).sort())
    const unmet = Object.keys(exceptions).filter((name) => !sources.includes(`'${name}'`) && !(name in unreachable))
    expect(unmet).toEqual([])
  })
})
