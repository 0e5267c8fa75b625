/** What a page, or a Node process, does for its enclave on the host port. */
import type { HostMethods, HostRequest, HostResponse } from './host.ts'

/** No cookies, no cache, no redirects: the enclave names the one address that it means. */
export async function hostFetch({ url, method, headers, body, timeout }: HostRequest): Promise<HostResponse> {
  const response = await fetch(url, {
    method,
    headers,
    body: body as Uint8Array<ArrayBuffer> | undefined,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  }
}

/** Shows the browser's prompt for a passkey and answers its PRF output for `input` (WebAuthn Level 3, §10.1.4). */
export const hostPasskey: HostMethods['passkey'] = async ({ credentialId, input }) => {
  const assertion = await navigator.credentials.get({
    publicKey: {
      challenge: crypto.getRandomValues(new Uint8Array(new ArrayBuffer(32))),
      allowCredentials: [{ type: 'public-key', id: credentialId as Uint8Array<ArrayBuffer> }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: input as Uint8Array<ArrayBuffer> } } },
    },
  })
  const results = (assertion as PublicKeyCredential | null)?.getClientExtensionResults().prf?.results
  if (!results) throw new Error('the passkey gave no PRF output')
  return new Uint8Array(results.first as ArrayBuffer)
}
