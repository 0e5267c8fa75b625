/** Encrypt and Decrypt: a short text under an encryption context. */
import { type Box, nameOf } from './box.ts'
import { type ContextEditor, contextEditor } from './context.ts'
import { h, showing } from './dom.ts'
import { copyable, field, form } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'
import { base64, encode, quantity, shortArn, textOf, unbase64 } from './wording.ts'

const example = { tenant: '7' }

export function textView(box: Box): View {
  const held = newHeld()
  const content = [
    h(
      'div',
      { class: 'pair-of-cards' },
      encryption(box, held),
      h('div', { class: 'stack' }, decryption(box, held), moving(box, held)),
    ),
    h('div', { class: 'notes' }, note('fourKilobytes'), note('encryptionContext'), note('noKeyId'), note('reEncrypt')),
  ]
  return { content }
}

/** The ciphertext that goes from card to card, with its context. */
interface Held {
  readonly field: HTMLTextAreaElement
  readonly context: ContextEditor
  /** Undefined where what stands in the field is not base64. */
  blob(): Uint8Array | undefined
  set(blob: Uint8Array, context: Record<string, string> | undefined): void
}

function newHeld(): Held {
  const field = h('textarea', { rows: 4, spellcheck: 'false', class: 'code' })
  const context = contextEditor(example)
  return {
    field,
    context,
    blob: () => unbase64(field.value),
    set(blob, used) {
      field.value = base64(blob)
      context.set(used)
    },
  }
}

const shownBlob = (blob: Uint8Array) => copyable(`CiphertextBlob, ${quantity(blob.length)}, as base64`, base64(blob))

function encryption(box: Box, held: Held): HTMLElement {
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
      held.set(CiphertextBlob!, EncryptionContext)
      return shownBlob(CiphertextBlob!)
    },
  })
}

function decryption(box: Box, held: Held): HTMLElement {
  const hint = 'What Encrypt gives is put in here. Change it, or the context, to see it refused.'
  return form({
    class: 'card',
    fields: [h('h3', {}, 'Decrypt'), field('Ciphertext, as base64', held.field, hint), held.context.element],
    submit: 'Decrypt',
    async run() {
      const CiphertextBlob = blobOf(held)
      const { Plaintext, KeyId } = await box.call((kms) =>
        kms.decrypt({ CiphertextBlob, EncryptionContext: held.context.value() }),
      )
      return [copyable('Plaintext', textOf(Plaintext!)), h('p', { class: 'hint' }, `Made by key ${shortArn(KeyId!)}.`)]
    },
  })
}

function blobOf(held: Held): Uint8Array {
  const blob = held.blob()
  if (!blob) throw new TypeError('This is not base64.')
  return blob
}

function moving(box: Box, held: Held): HTMLElement {
  const keys = showing(box.keys, h('select'), (all) => all.map((key) => h('option', { value: key.Arn }, nameOf(key))))
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'Move to another key'),
      field('Key', keys, 'For the ciphertext in Decrypt, under its context.'),
    ],
    submit: 'ReEncrypt',
    async run() {
      const context = held.context.value()
      const { CiphertextBlob, SourceKeyId, KeyId } = await box.call((kms) =>
        kms.reEncrypt({
          CiphertextBlob: blobOf(held),
          SourceEncryptionContext: context,
          DestinationKeyId: keys.value,
          DestinationEncryptionContext: context,
        }),
      )
      held.set(CiphertextBlob!, context)
      return [
        h('p', {}, `From ${shortArn(SourceKeyId!)} to ${shortArn(KeyId!)}. Decrypt holds the new one.`),
        shownBlob(CiphertextBlob!),
      ]
    },
  })
}
