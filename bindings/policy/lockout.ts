/**
 * The lockout safety check of CreateKey, PutKeyPolicy and ReplicateKey: a new key policy must let its author change it
 * again. [AWS API reference, PutKeyPolicy; KMS.md §12]
 */
import { KmsError } from '../errors.ts'
import type { Policy } from './document.ts'
import { reasonsOf } from './evaluate.ts'
import type { RequestFacts } from './facts.ts'
import { questionOf } from './statement.ts'

/**
 * True if the caller could not put a key policy again under this one. Access through the account counts: whether the
 * account's IAM policies then allow is for the account to arrange.
 *
 * @param facts the request that brings the policy, about the key that it is for; its action is not looked at
 */
export function locksOut(policy: Policy, facts: RequestFacts): boolean {
  const { keyAccount } = facts
  const question = questionOf({ ...facts, action: 'kms:PutKeyPolicy' })
  if (question.who.kind === 'unknown' || (keyAccount !== undefined && question.who.account !== keyAccount)) return true
  const reasons = reasonsOf(policy, 'key-policy', question)
  return reasons.length === 0 || reasons.some(({ effect }) => effect === 'Deny')
}

/** What the author of a policy that locks out is told. */
export const lockoutError = (): KmsError =>
  new KmsError(
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  )
