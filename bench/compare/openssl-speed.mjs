/** `openssl speed` on AES-256-GCM, with and without the processor's AES and carry-less multiplication instructions. */
import { execFileSync } from 'node:child_process'

/** Takes AES-NI and PCLMULQDQ away, and VAES and VPCLMULQDQ (OPENSSL_ia32cap(3)). */
const MASK = '~0x200000200000000:~0x0000060000000000'

const x86 = process.arch === 'x64'

export const commands = [
  {
    name: 'openssl speed',
    tables: x86 ? 'no' : 'unknown',
    note: 'The command of this machine, by the instructions its processor has.',
    environment: {},
  },
  ...(x86
    ? [
        {
          name: 'openssl speed, no AES-NI',
          tables: 'yes',
          note: 'AES-NI, PCLMULQDQ, VAES, VPCLMULQDQ masked off: machine code by SSSE3, and GHASH by 4-bit tables.',
          environment: { OPENSSL_ia32cap: MASK },
        },
      ]
    : []),
]

/** What `openssl version` says, or undefined where there is no OpenSSL; its forks know other options. */
export function version() {
  try {
    const answer = execFileSync('openssl', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return answer.startsWith('OpenSSL ') ? answer.trim() : undefined
  } catch {
    return undefined
  }
}

/** Nanoseconds of processor time for a message: fresh iv, 13 bytes of associated data, payload, tag. */
export function speed({ environment }, direction, length, seconds) {
  const args = ['speed', '-mr', '-aead', '-seconds', String(seconds), '-bytes', String(length)]
  if (direction === 'open') args.push('-decrypt')
  args.push('-evp', 'aes-256-gcm')
  const options = { encoding: 'utf8', env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'ignore'] }
  const rate = execFileSync('openssl', args, options).match(/^\+F:.*:([\d.]+)$/m)
  if (rate === null) throw new Error('openssl speed answered in an unknown form')
  return (length / Number(rate[1])) * 1e9
}
