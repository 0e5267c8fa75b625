/**
 * AWS Signature Version 4 of a request to an XKS proxy: service kms-xks-proxy, host and x-amz-date signed. [AWS KMS
 * External Key Store Proxy API Specification, Appendix A] The secret access key stays in the core.
 */
import { hex, utf8 } from '../../bytes.ts'
import type { Core, Slot } from '../../core.ts'

export interface Signer {
  readonly accessKeyId: string
  /** Holds `AWS4` and the secret access key. */
  readonly secret: Slot
  readonly region: string
}

export interface Unsigned {
  readonly host: string
  /** Nothing in it needs encoding. */
  readonly path: string
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const SIGNED_HEADERS = 'host;x-amz-date'

/** The headers that sign a POST. */
export function signPost(core: Core, signer: Signer, request: Unsigned): Record<string, string> {
  const time = new Date(request.now).toISOString().replace(/[-:]|\.\d+/g, '')
  const date = time.slice(0, 8)
  const digest = (message: Uint8Array) => hex(core.sha2('SHA-256', message))
  const headers = `host:${request.host}\nx-amz-date:${time}\n`
  const canonical = ['POST', request.path, '', headers, SIGNED_HEADERS, digest(request.body)].join('\n')
  const scope = `${date}/${signer.region}/kms-xks-proxy/aws4_request`
  const toSign = [ALGORITHM, time, scope, digest(utf8(canonical))].join('\n')
  const signature = hex(core.hmac('SHA-256', signingKey(core, signer, date), utf8(toSign)))
  return {
    'x-amz-date': time,
    authorization: `${ALGORITHM} Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`,
  }
}

function signingKey(core: Core, { secret, region }: Signer, date: string): Uint8Array {
  const steps = [region, 'kms-xks-proxy', 'aws4_request']
  return steps.reduce((key, step) => core.hmac('SHA-256', key, utf8(step)), secret.hmac('SHA-256', utf8(date)))
}
