/** Keys: made here, listed with their state, switched on and off. */
import type { Input } from 'kmsbox'
import { type Box, HOME_REGION, type KeyMetadata, nameOf, regionOf } from './box.ts'
import { cell, h, showing } from './dom.ts'
import { action, check, field, form, newAnswer } from './form.ts'
import { json } from './wording.ts'

export function keysView(box: Box): HTMLElement {
  return h(
    'section',
    { class: 'keys', 'aria-labelledby': 'keys-title' },
    h('h2', { id: 'keys-title' }, 'Keys'),
    showing(box.keys, h('div'), () => keyList(box)),
    creation(box),
  )
}

/** The kinds of keys that people meet first. */
const kinds: readonly { readonly words: string; readonly input: Input<'CreateKey'> }[] = [
  { words: 'Symmetric, encrypts', input: {} },
  { words: 'ECC P-256, signs', input: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
  { words: 'RSA 2048, signs', input: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } },
  { words: 'ML-DSA-65, signs', input: { KeySpec: 'ML_DSA_65', KeyUsage: 'SIGN_VERIFY' } },
  { words: 'HMAC 256, authenticates', input: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } },
]

function creation(box: Box): HTMLElement {
  const description = h('input', { value: '', maxlength: 8192, placeholder: 'orders', autocomplete: 'off' })
  const kind = h(
    'select',
    {},
    kinds.map(({ words }) => h('option', {}, words)),
  )
  const multiRegion = check('Multi-Region')
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'New key'),
      field('Description', description, 'For people; it is not secret.'),
      field('Kind', kind),
      multiRegion.element,
    ],
    submit: 'Create key',
    async run() {
      const input = {
        ...kinds[kind.selectedIndex]!.input,
        Description: description.value,
        MultiRegion: multiRegion.input.checked || undefined,
      }
      const { KeyMetadata } = await box.call((kms) => kms.createKey(input), HOME_REGION)
      box.learn(KeyMetadata!)
      box.key.set(KeyMetadata)
      description.value = ''
      multiRegion.input.checked = false
      return `Created ${KeyMetadata!.KeyId}`
    },
  })
}

function keyList(box: Box): HTMLElement {
  if (box.keys.value.length === 0) return h('p', { class: 'empty' }, 'No key yet. Create the first one.')
  return h(
    'ul',
    { class: 'key-list' },
    box.keys.value.map((key) => h('li', {}, keyButton(box, key))),
  )
}

function keyButton(box: Box, key: KeyMetadata): HTMLElement {
  const button = h(
    'button',
    { type: 'button', class: 'key', click: () => box.key.set(key) },
    h('span', { class: 'key-name' }, nameOf(key)),
    stateBadge(key),
    h('span', { class: 'key-id' }, key.KeyId),
    key.MultiRegion && h('span', { class: 'key-region' }, `${regionOf(key)} · ${roleOf(key)}`),
  )
  box.key.follow((chosen) => button.setAttribute('aria-pressed', `${chosen?.Arn === key.Arn}`))
  return button
}

const roleOf = (key: KeyMetadata): string =>
  key.MultiRegionConfiguration?.MultiRegionKeyType === 'REPLICA' ? 'replica' : 'primary'

function stateBadge(key: KeyMetadata): HTMLElement {
  const words = (key.KeyState ?? '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return h('span', { class: `badge ${key.KeyState === 'Enabled' ? 'good' : 'quiet'}` }, words)
}

/** The key on the workbench: what it is, and its switch. */
export function keyHead(box: Box): HTMLElement {
  const answer = newAnswer()
  const details = cell<string | undefined>(undefined)
  let shown: string | undefined
  box.key.follow((key) => {
    if (key?.Arn !== shown) answer.show()
    shown = key?.Arn
    details.set(key && json(key))
  })
  return h(
    'header',
    { class: 'key-head' },
    showing(
      box.key,
      h('div', { class: 'key-title' }),
      (key) => key && [h('h2', {}, nameOf(key), ' ', stateBadge(key)), h('p', { class: 'arn' }, key.Arn)],
    ),
    showing(box.key, h('p', { class: 'row' }), (key) => key && switchButton(box, key, answer)),
    answer.element,
    h(
      'details',
      {},
      h('summary', {}, 'KeyMetadata'),
      showing(details, h('pre', { tabindex: 0 }), (text) => text),
    ),
  )
}

function switchButton(box: Box, key: KeyMetadata, answer: ReturnType<typeof newAnswer>): HTMLElement {
  const enabled = key.KeyState === 'Enabled'
  return action(enabled ? 'Disable key' : 'Enable key', answer, async () => {
    const input = { KeyId: key.KeyId! }
    await box.call((kms) => (enabled ? kms.disableKey(input) : kms.enableKey(input)))
    box.learn({ ...key, Enabled: !enabled, KeyState: enabled ? 'Disabled' : 'Enabled' })
    return enabled ? 'Disabled: nothing can be encrypted or decrypted with it.' : 'Enabled.'
  })
}
