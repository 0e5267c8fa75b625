/** PutKeyPolicy, GetKeyPolicy, ListKeyPolicies. A key has one policy, named "default". */
import { KmsError } from '../../errors.ts'
import { putKey } from '../newkey.ts'
import type { Rule } from '../operation.ts'
import { listItems } from '../paging.ts'
import { checkNewPolicy } from '../policies.ts'
import { byKeyId } from '../resolve.ts'

const POLICY_NAME = 'default'

export const putKeyPolicy: Rule<'PutKeyPolicy'> = {
  keys: [byKeyId('KeyId')],
  async run(call) {
    const { input, key, transaction } = call
    requireDefault(input.PolicyName)
    await checkNewPolicy(call, input.Policy, input.BypassPolicyLockoutSafetyCheck, key)
    putKey(transaction, { ...key, policy: input.Policy })
    return {}
  },
}

export const getKeyPolicy: Rule<'GetKeyPolicy'> = {
  keys: [byKeyId('KeyId')],
  async run({ input, key, trail }) {
    requireDefault(input.PolicyName)
    trail.parameters.policyName = POLICY_NAME
    return { Policy: key.policy, PolicyName: POLICY_NAME }
  },
}

export const listKeyPolicies: Rule<'ListKeyPolicies'> = {
  keys: [byKeyId('KeyId')],
  async run({ input, operation }) {
    const { items, page } = listItems(operation, input, [POLICY_NAME])
    return { PolicyNames: items, ...page }
  },
}

function requireDefault(name: string | undefined): void {
  if (name === undefined || name === POLICY_NAME) return
  throw new KmsError('NotFoundException', `No such policy exists`)
}
