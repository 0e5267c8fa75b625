/** Key policies as the KMS keeps them: AWS's default document, and the checks on a new one. */
import { KmsError } from '../errors.ts'
import { parsePolicy } from '../policy/document.ts'
import { lockoutError, locksOut } from '../policy/lockout.ts'
import { rootArn } from './arn.ts'
import { requestFacts } from './authorise.ts'
import type { KeyRecord } from './key.ts'
import type { Call } from './operation.ts'

/** The policy of a key that was created without one: the account, through its IAM policies, decides. */
export function defaultPolicy(account: string): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: rootArn(account) },
    Action: 'kms:*',
    Resource: '*',
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, null, 2)
}

/**
 * Refuses a policy that cannot be read, names principals that do not exist, or would lock its author out.
 * @param bypass BypassPolicyLockoutSafetyCheck
 * @param key the key it is for; absent while that is being made
 * @throws MalformedPolicyDocumentException
 */
export async function checkNewPolicy(call: Call, text: string, bypass = false, key?: KeyRecord): Promise<void> {
  const policy = parsePolicy(text, 'key')
  const { principals, strictPrincipals } = call.box
  if (strictPrincipals && policy.principals.some((principal) => !principals.exists(principal))) {
    throw new KmsError(
      'MalformedPolicyDocumentException',
      'Policy contains a statement with one or more invalid principals.',
    )
  }
  if (bypass) return
  const arn = key?.arn ?? '*'
  const named = key && { arn, namedArn: arn, record: key, storeConnected: true }
  const facts = requestFacts(call, { action: 'kms:PutKeyPolicy', resource: arn, key: named })
  if (locksOut(policy, { ...facts, keyAccount: call.place.account })) throw lockoutError()
}
