/** AccessDeniedException in AWS's words: who, which action, on what, because of which kind of policy. */
import { KmsError } from '../errors.ts'
import type { Decision, Source } from './evaluate.ts'
import type { RequestFacts } from './facts.ts'
import { identityOf } from './principals.ts'

type PolicyKindName = 'resource-based' | 'identity-based'

const kindOf = (source: Source): PolicyKindName => (source === 'key-policy' ? 'resource-based' : 'identity-based')

const article = (kind: PolicyKindName): string => (kind === 'identity-based' ? 'an' : 'a')

function cause(action: string, { because, reasons, missing }: Decision): string {
  if (because === 'explicit-deny') {
    const kind = kindOf(reasons.find(({ effect }) => effect === 'Deny')?.source ?? 'key-policy')
    return `with an explicit deny in ${article(kind)} ${kind} policy`
  }
  return `because no ${kindOf(missing ?? 'key-policy')} policy allows the ${action} action`
}

/** The exception for a request that was decided against. */
export function accessDenied({ caller, action, resource }: RequestFacts, decision: Decision): KmsError {
  const { arn } = identityOf(caller)
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${cause(action, decision)}`
  return new KmsError('AccessDeniedException', message)
}

/** The one answer to Decrypt and ReEncrypt of a blob whose key is missing, elsewhere, or not the caller's to use. */
export const ciphertextDenied = (): KmsError =>
  new KmsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )
