/** A box for tests, with a clock that only the test moves, and the words in which refusals are expected. */
import { type Kms, openKms } from 'kmsbox'
import { expect } from 'vitest'

export const START = '2026-01-01T00:00:00.000Z'
export const ACCOUNT = '000000000000'
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`

export const openBox = (): Promise<Kms> => openKms({ isolation: 'inline', clock: { manual: START } })

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value)

export const days = (count: number): number => count * 86_400

/** Expects a refusal by AWS's exception name, and its exact message where one is given. */
export async function refused(answer: Promise<unknown>, name: string, message?: string | RegExp): Promise<void> {
  const error = await answer.then(
    (output) => {
      throw new Error(`expected ${name}, but the request succeeded with ${JSON.stringify(output)}`)
    },
    (reason: Error) => reason,
  )
  expect(error.name).toBe(name)
  if (message instanceof RegExp) expect(error.message).toMatch(message)
  else if (message !== undefined) expect(error.message).toBe(message)
}

export interface MadeKey {
  readonly id: string
  readonly arn: string
}

type CreateKeyInput = NonNullable<Parameters<Kms['createKey']>[0]>

export async function newKey(kms: Pick<Kms, 'createKey'>, input: CreateKeyInput = {}): Promise<MadeKey> {
  const { KeyMetadata } = await kms.createKey(input)
  return { id: KeyMetadata?.KeyId as string, arn: KeyMetadata?.Arn as string }
}
