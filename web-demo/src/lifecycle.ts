/** What time does to a key: rotation, deletion, and the clock that can be moved. */
import type { Output } from 'kmsbox'
import type { Box } from './box.ts'
import { type Child, cell, h, showing } from './dom.ts'
import { action, field, form, newAnswer } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'
import { day } from './wording.ts'

export function lifecycleView(box: Box): View {
  const rotation = rotationCard(box)
  return {
    content: [
      h(
        'div',
        { class: 'pair-of-cards' },
        rotation.element,
        h('div', { class: 'stack' }, deletionCard(box), timeCard(box, rotation.read)),
      ),
      h('div', { class: 'notes' }, note('rotation'), note('deletion'), note('time')),
    ],
    enter: rotation.read,
  }
}

interface Rotation {
  readonly status: Output<'GetKeyRotationStatus'>
  readonly materials: NonNullable<Output<'ListKeyRotations'>['Rotations']>
}

function rotationCard(box: Box) {
  const answer = newAnswer()
  const known = cell<Rotation | undefined>(undefined)
  const KeyId = () => box.chosen.Arn
  const load = async () => {
    known.set(undefined)
    const [status, list] = await box.call((kms) =>
      Promise.all([
        kms.getKeyRotationStatus({ KeyId: KeyId() }),
        kms.listKeyRotations({ KeyId: KeyId(), IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
      ]),
    )
    known.set({ status, materials: list.Rotations ?? [] })
  }
  const switchTo = (done: string, work: () => Promise<unknown>) => async () => {
    await work()
    await load()
    return done
  }
  const period = h('input', { type: 'number', min: 90, max: 2560, value: 365 })
  const off = switchTo('Automatic rotation is off.', () =>
    box.call((kms) => kms.disableKeyRotation({ KeyId: KeyId() })),
  )
  const now = switchTo('Rotated: from now on the newest material encrypts.', () =>
    box.call((kms) => kms.rotateKeyOnDemand({ KeyId: KeyId() })),
  )
  const element = form({
    class: 'card',
    fields: [
      h('h3', {}, 'Rotation'),
      showing(known, h('div', { class: 'stack' }), (rotation) => rotation && rotationState(rotation)),
      field('Days between rotations', period, 'AWS takes 90 to 2,560.'),
      h('p', { class: 'row' }, action('Rotate now', answer, now), action('Turn off', answer, off)),
    ],
    answer,
    submit: 'Turn on, or change the days',
    run: switchTo('Automatic rotation is on.', () =>
      box.call((kms) => kms.enableKeyRotation({ KeyId: KeyId(), RotationPeriodInDays: Number(period.value) })),
    ),
  })
  const read = () =>
    answer.work(element, async () => {
      await load()
      return undefined
    })
  return { element, read }
}

function rotationState({ status, materials }: Rotation): Child {
  const next = status.KeyRotationEnabled
    ? `every ${status.RotationPeriodInDays} days, next on ${day(status.NextRotationDate)}`
    : 'off'
  return [
    h('p', {}, `Automatic: ${next}.`),
    h('p', { class: 'label' }, materials.length === 1 ? 'One material' : `${materials.length} materials`),
    h(
      'ul',
      { class: 'materials' },
      materials.map(({ KeyMaterialId, KeyMaterialState, RotationType, RotationDate }) =>
        h(
          'li',
          {},
          h('span', { class: 'code' }, `${KeyMaterialId?.slice(0, 12)}…`),
          h(
            'span',
            { class: `badge ${KeyMaterialState === 'CURRENT' ? 'good' : ''}` },
            materialWords[`${KeyMaterialState}`],
          ),
          h(
            'span',
            { class: 'hint' },
            RotationDate ? `${rotationWords[`${RotationType}`]}, ${day(RotationDate)}` : 'the first',
          ),
        ),
      ),
    ),
  ]
}

const materialWords: Readonly<Record<string, string>> = {
  CURRENT: 'encrypts and decrypts',
  NON_CURRENT: 'decrypts only',
  PENDING_ROTATION: 'waits for a rotation',
}
const rotationWords: Readonly<Record<string, string>> = { AUTOMATIC: 'automatic', ON_DEMAND: 'on demand' }

function deletionCard(box: Box): HTMLElement {
  const answer = newAnswer()
  const days = h('input', { type: 'number', min: 7, max: 30, value: 30 })
  const cancel = action('Cancel deletion', answer, async () => {
    await box.call((kms) => kms.cancelKeyDeletion({ KeyId: box.chosen.Arn }))
    box.learn({ ...box.chosen, KeyState: 'Disabled', Enabled: false, DeletionDate: undefined })
    return 'Cancelled. The key is disabled: enable it to use it again.'
  })
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'Deletion'),
      showing(box.key, h('p'), (key) => key?.DeletionDate && `Will be deleted on ${day(key.DeletionDate)}.`),
      field('Days to wait', days, 'AWS takes 7 to 30.'),
      h('p', {}, cancel),
    ],
    answer,
    submit: 'Schedule deletion',
    async run() {
      const PendingWindowInDays = Number(days.value)
      const { KeyState, DeletionDate } = await box.call((kms) =>
        kms.scheduleKeyDeletion({ KeyId: box.chosen.Arn, PendingWindowInDays }),
      )
      box.learn({ ...box.chosen, KeyState, Enabled: false, DeletionDate })
      return 'Scheduled. From now on nothing can be done with the key but to cancel.'
    },
  })
}

const DAY = 86_400
const leaps = [
  ['A day', DAY],
  ['A month', 30 * DAY],
  ['A year', 365 * DAY],
] as const

/** @param read shows the rotation again after time went by */
function timeCard(box: Box, read: () => Promise<void>): HTMLElement {
  const answer = newAnswer()
  const leap = (seconds: number) => async () => {
    await box.advance(seconds)
    if (box.key.value) await read()
    return 'Done: look at the audit trail for what fell due.'
  }
  return h(
    'section',
    { class: 'card' },
    h('h3', {}, 'Time machine'),
    showing(box.time, h('div', { class: 'stack' }), (time) =>
      time
        ? h(
            'p',
            { class: 'row' },
            'Go forward: ',
            leaps.map(([words, seconds]) => action(words, answer, leap(seconds), 'quiet small')),
          )
        : [
            h(
              'p',
              { class: 'hint' },
              'This box follows the clock of your machine. A box’s clock is chosen when it is made.',
            ),
            h(
              'p',
              {},
              h('a', { class: 'button quiet small', href: '?time-machine' }, 'Start a new box with a clock of its own'),
            ),
          ],
    ),
    answer.element,
  )
}
