/** Sign and Verify, by keys of two halves; GenerateMac and VerifyMac, by HMAC keys. */
import type { Input } from 'kmsbox'
import type { Box, KeyMetadata } from './box.ts'
import { h, showing } from './dom.ts'
import { copyable, field, form } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'
import { base64, encode, pem, unbase64 } from './wording.ts'

type SigningAlgorithm = Input<'Sign'>['SigningAlgorithm']
type MacAlgorithm = Input<'GenerateMac'>['MacAlgorithm']

const message = 'Deliver twelve crates.'

export function signingView(box: Box): View {
  const algorithm = showing(box.key, h('select'), (key) => algorithmsOf(key).map((name) => h('option', {}, name)))
  const signature = h('textarea', { rows: 4, spellcheck: 'false', class: 'code' })
  return {
    content: [
      field('Algorithm', algorithm, 'Those that the key knows. A key that encrypts has none here.'),
      h(
        'div',
        { class: 'pair-of-cards' },
        signing(box, algorithm, signature),
        h('div', { class: 'stack' }, verification(box, algorithm, signature), publicKey(box)),
      ),
      h('div', { class: 'notes' }, note('asymmetric'), note('mac')),
    ],
  }
}

const algorithmsOf = (key: KeyMetadata | undefined): readonly string[] =>
  key?.SigningAlgorithms ?? key?.MacAlgorithms ?? []

const authenticates = ({ KeyUsage }: KeyMetadata): boolean => KeyUsage === 'GENERATE_VERIFY_MAC'

function signing(box: Box, algorithm: HTMLSelectElement, signature: HTMLTextAreaElement): HTMLElement {
  const text = h('textarea', { rows: 3 }, message)
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Sign'), field('Message', text, 'At most 4,096 bytes; of longer ones the digest is signed.')],
    submit: 'Sign',
    async run() {
      const request = { KeyId: box.chosen.Arn, Message: encode(text.value) }
      const made = await box.call(async (kms) => {
        if (authenticates(box.chosen)) {
          return (await kms.generateMac({ ...request, MacAlgorithm: algorithm.value as MacAlgorithm })).Mac!
        }
        return (await kms.sign({ ...request, SigningAlgorithm: algorithm.value as SigningAlgorithm })).Signature!
      })
      signature.value = base64(made)
      return copyable(
        `${authenticates(box.chosen) ? 'Mac' : 'Signature'}, ${made.length} bytes, as base64`,
        base64(made),
      )
    },
  })
}

function verification(box: Box, algorithm: HTMLSelectElement, signature: HTMLTextAreaElement): HTMLElement {
  const text = h('textarea', { rows: 3 }, message)
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Verify'), field('Message', text), field('Signature, as base64', signature)],
    submit: 'Verify',
    async run() {
      const bytes = unbase64(signature.value)
      if (!bytes) throw new TypeError('This is not base64.')
      const request = { KeyId: box.chosen.Arn, Message: encode(text.value) }
      await box.call(async (kms) => {
        if (authenticates(box.chosen)) {
          await kms.verifyMac({ ...request, Mac: bytes, MacAlgorithm: algorithm.value as MacAlgorithm })
        } else {
          const SigningAlgorithm = algorithm.value as SigningAlgorithm
          await kms.verify({ ...request, Signature: bytes, SigningAlgorithm })
        }
      })
      return h('p', { class: 'good' }, 'Valid: this message, by this key.')
    },
  })
}

function publicKey(box: Box): HTMLElement {
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Public key'), h('p', { class: 'hint' }, 'Who has it verifies without the KMS.')],
    submit: 'Get public key',
    async run() {
      const { PublicKey, KeySpec } = await box.call((kms) => kms.getPublicKey({ KeyId: box.chosen.Arn }))
      return copyable(`PublicKey, ${KeySpec}, as PEM`, pem(PublicKey!))
    },
  })
}
