/** Encrypt and Decrypt: a short text under an encryption context. */
import type { Box } from './box.ts'
import { contextEditor } from './context.ts'
import { h } from './dom.ts'
import { copyable, field, form } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'
import { base64, encode, quantity, shortArn, textOf, unbase64 } from './wording.ts'

const example = { tenant: '7' }

export function textView(box: Box): View {
  const ciphertext = h('textarea', { rows: 4, spellcheck: 'false', class: 'code' })
  const context = contextEditor(example)
  const content = [
    h(
      'div',
      { class: 'pair-of-cards' },
      encryption(box, (blob, used) => {
        ciphertext.value = blob
        context.set(used)
      }),
      decryption(box, ciphertext, context),
    ),
    h('div', { class: 'notes' }, note('fourKilobytes'), note('encryptionContext'), note('noKeyId')),
  ]
  return { content }
}

type Hand = (ciphertext: string, context: Record<string, string> | undefined) => void

function encryption(box: Box, hand: Hand): HTMLElement {
  const size = h('output', { class: 'size' })
  const count = () => {
    const { length } = encode(plaintext.value)
    size.value = `${length.toLocaleString('en')} of 4,096 bytes`
    size.classList.toggle('over', length > 4096)
  }
  const plaintext = h('textarea', { rows: 4, input: count }, 'Meet me at sunrise.')
  count()
  const context = contextEditor(example)
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Encrypt'), field('Text', plaintext, size), context.element],
    submit: 'Encrypt',
    async run() {
      const EncryptionContext = context.value()
      const Plaintext = encode(plaintext.value)
      const { CiphertextBlob } = await box.call((kms) =>
        kms.encrypt({ KeyId: box.chosen.Arn, Plaintext, EncryptionContext }),
      )
      const text = base64(CiphertextBlob!)
      hand(text, EncryptionContext)
      return copyable(`CiphertextBlob, ${quantity(CiphertextBlob!.length)}, as base64`, text)
    },
  })
}

function decryption(box: Box, ciphertext: HTMLTextAreaElement, context: ReturnType<typeof contextEditor>): HTMLElement {
  const hint = 'What Encrypt gives is put in here. Change it, or the context, to see it refused.'
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Decrypt'), field('Ciphertext, as base64', ciphertext, hint), context.element],
    submit: 'Decrypt',
    async run() {
      const CiphertextBlob = unbase64(ciphertext.value)
      if (!CiphertextBlob) throw new TypeError('This is not base64.')
      const { Plaintext, KeyId } = await box.call((kms) =>
        kms.decrypt({ CiphertextBlob, EncryptionContext: context.value() }),
      )
      return [copyable('Plaintext', textOf(Plaintext!)), h('p', { class: 'hint' }, `Made by key ${shortArn(KeyId!)}.`)]
    },
  })
}
