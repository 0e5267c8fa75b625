/** What a page, or a Node process, does for its enclave on the host port. */
import type { HostRequest, HostResponse } from './host.ts'

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
