/** The security headers of the console. The worker has a policy of its own: nothing may be loaded or reached from it. */
import { basename } from 'node:path'

const policy = (directives) =>
  Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')

const page = policy({
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self'",
  'connect-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
})

const worker = policy({ 'default-src': "'none'", 'script-src': "'wasm-unsafe-eval'" })

const everywhere = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
}

/** @param {string} path of the file that is served */
export function securityHeaders(path) {
  const isWorker = /^enclave-[\w-]+\.js$/.test(basename(path))
  return { ...everywhere, 'Content-Security-Policy': isWorker ? worker : page }
}
