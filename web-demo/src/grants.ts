/** Grants on a key: made, listed, revoked. */
import type { Input, Output } from 'kmsbox'
import { type Box, ROLE, ROOT } from './box.ts'
import { contextEditor } from './context.ts'
import { type Child, cell, h, showing } from './dom.ts'
import { action, check, field, form, newAnswer } from './form.ts'
import { note } from './notes.ts'
import { principalChoice } from './principals.ts'
import type { View } from './tabs.ts'
import { shortArn } from './wording.ts'

type Grant = NonNullable<Output<'ListGrants'>['Grants']>[number]
type Operation = Input<'CreateGrant'>['Operations'][number]

const offered = ['Encrypt', 'Decrypt', 'GenerateDataKey', 'DescribeKey', 'CreateGrant', 'RetireGrant'] as const

export function grantsView(box: Box): View {
  const answer = newAnswer()
  const grants = cell<readonly Grant[]>([])
  const load = async () => {
    grants.set([])
    const { Grants } = await box.call((kms) => kms.listGrants({ KeyId: box.chosen.Arn }))
    grants.set(Grants ?? [])
  }
  const list = showing(grants, h('ul', { class: 'entries' }), (all) =>
    all.map((grant) => h('li', { class: 'entry' }, entry(grant))),
  )
  const entry = (grant: Grant): Child => [
    h('p', {}, h('strong', {}, shortArn(grant.GranteePrincipal!)), ` may ${grant.Operations?.join(', ')}`),
    h('p', { class: 'hint' }, constraintWords(grant)),
    h(
      'p',
      {},
      action('Revoke', answer, () => revoke(grant), 'quiet small'),
    ),
  ]
  const revoke = async ({ GrantId }: Grant) => {
    await box.call((kms) => kms.revokeGrant({ KeyId: box.chosen.Arn, GrantId: GrantId! }))
    await load()
    return 'Revoked.'
  }
  const read = () =>
    answer.work(list, async () => {
      await load()
      return undefined
    })
  return {
    content: [
      h(
        'div',
        { class: 'pair-of-cards' },
        creation(box, load),
        h('section', { class: 'card' }, h('h3', {}, 'Grants on this key'), none(grants), list, answer.element),
      ),
      h('div', { class: 'notes' }, note('grants'), note('evaluation')),
    ],
    enter: read,
  }
}

const none = (grants: ReturnType<typeof cell<readonly Grant[]>>): HTMLElement =>
  showing(grants, h('div'), (all) => all.length === 0 && h('p', { class: 'empty' }, 'None.'))

const constraintWords = ({ Constraints, GrantId }: Grant): string => {
  const pairs = Object.entries(Constraints?.EncryptionContextSubset ?? {}).map(([name, value]) => `${name} = ${value}`)
  const where =
    pairs.length > 0 ? `only where the encryption context has ${pairs.join(', ')}` : 'in any encryption context'
  return `${where} · ${GrantId?.slice(0, 12)}…`
}

function creation(box: Box, load: () => Promise<void>): HTMLElement {
  const grantee = principalChoice(box, ROLE, ROOT)
  const operations = offered.map((name) => ({ name, ...check(name, name === 'Encrypt' || name === 'Decrypt') }))
  const context = contextEditor({}, 'Only where the encryption context has')
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'New grant'),
      field('To', grantee),
      h(
        'fieldset',
        {},
        h('legend', {}, 'May'),
        h(
          'div',
          { class: 'row' },
          operations.map(({ element }) => element),
        ),
      ),
      context.element,
    ],
    submit: 'Create grant',
    async run() {
      const EncryptionContextSubset = context.value()
      const Operations: Operation[] = operations.filter(({ input }) => input.checked).map(({ name }) => name)
      const { GrantId } = await box.call((kms) =>
        kms.createGrant({
          KeyId: box.chosen.Arn,
          GranteePrincipal: grantee.value,
          Operations,
          Constraints: EncryptionContextSubset && { EncryptionContextSubset },
        }),
      )
      await load()
      return `Created ${GrantId!.slice(0, 12)}… Act as ${shortArn(grantee.value)} to use it.`
    },
  })
}
