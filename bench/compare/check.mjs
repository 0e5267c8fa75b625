/** No figure for a wrong answer: what a contender must show before it is timed. */
import { createCipheriv, randomBytes } from 'node:crypto'

const random = (length) => new Uint8Array(randomBytes(length))
const same = (a, b) => Buffer.compare(a, b) === 0
const unchanged = (x) => x

function sealAes256Gcm(key, iv, plaintext) {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

async function refused(call) {
  try {
    await call()
  } catch {
    return true
  }
  return false
}

/** Seals to `sealed` (where that is known), opens it again, and refuses it with one bit changed. */
async function checkMessage(contender, { key, iv, plaintext, sealed }) {
  const { name, fromBytes = unchanged, toBytes = unchanged } = contender
  const prepared = await contender.prepare(key)
  const seal = async () => toBytes(await contender.seal(prepared, fromBytes(iv), fromBytes(plaintext)))
  const open = async (bytes) => toBytes(await contender.open(prepared, fromBytes(iv), fromBytes(bytes)))

  const result = await seal()
  if (sealed !== undefined && !same(result, sealed)) throw new Error(`${name} seals ${plaintext.length} bytes wrongly`)
  if (!same(await open(result), plaintext)) throw new Error(`${name} opens ${plaintext.length} bytes wrongly`)
  const changed = Uint8Array.from(result)
  changed[changed.length >> 1] ^= 1
  if (!(await refused(() => open(changed)))) throw new Error(`${name} opens what was changed`)
}

/** Throws unless `contender` is right about a random message of each length, and about its known answer if it has one. */
export async function check(contender, lengths) {
  const expected = contender.known === undefined ? (contender.expected ?? sealAes256Gcm) : () => undefined
  if (contender.known !== undefined) await checkMessage(contender, contender.known)
  for (const length of lengths) {
    const [key, iv, plaintext] = [random(32), random(contender.ivLength ?? 12), random(length)]
    await checkMessage(contender, { key, iv, plaintext, sealed: expected(key, iv, plaintext) })
  }
}
