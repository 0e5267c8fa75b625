/**
 * Recognising key material that comes a second time, without keeping anything that would help to guess it: an HMAC under
 * a random key that lives beside the key's material and goes with it (FORMATS.md, "Import check").
 */
import { hex } from '../bytes.ts'
import type { KeyRecord } from './key.ts'
import { keyIdBytes, materialPath } from './material.ts'
import { putMaterial } from './newkey.ts'
import type { Call } from './operation.ts'

const CHECK_KEY = 'import-check'
const LABEL = 'kmsbox/v1/import-check'

/** 64 hex digits that are equal for equal material of one key. */
export async function fingerprint(
  call: Pick<Call, 'box' | 'transaction' | 'slots'>,
  key: KeyRecord,
  material: Uint8Array,
): Promise<string> {
  const checkKey = await checkKeyOf(call, key)
  const bound = checkKey.derive(LABEL, keyIdBytes(key), 32)
  try {
    return hex(bound.hmac('SHA-256', material))
  } finally {
    bound.destroy()
  }
}

async function checkKeyOf(call: Pick<Call, 'box' | 'transaction' | 'slots'>, key: KeyRecord) {
  const stored = await call.transaction.openMaterial(materialPath(key.arn, CHECK_KEY))
  if (stored) {
    call.slots.push(stored)
    return stored
  }
  const made = call.box.core.generateKey(32)
  putMaterial(call, key, CHECK_KEY, made)
  return made
}

/** Material ids that are not backing keys but go with them. */
export const checkKeyPath = (key: KeyRecord): string => materialPath(key.arn, CHECK_KEY)
