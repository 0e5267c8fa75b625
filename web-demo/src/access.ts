/** Who may use a key: its policy, identity policies, and how a request would be judged. */
import { ACCOUNT, type Box, ROLE, ROOT } from './box.ts'
import { type Child, h } from './dom.ts'
import { action, field, form, newAnswer } from './form.ts'
import { note } from './notes.ts'
import { principalChoice } from './principals.ts'
import { simulator } from './simulator.ts'
import type { View } from './tabs.ts'
import { json, shortArn } from './wording.ts'

export function accessView(box: Box): View {
  const policy = keyPolicy(box)
  return {
    content: [
      h('div', { class: 'pair-of-cards' }, policy.element, identityPolicy(box)),
      simulator(box),
      h('div', { class: 'notes' }, note('defaultPolicy'), note('evaluation')),
    ],
    enter: policy.read,
  }
}

/** What one may add to the key policy to see what it does. */
const restriction = () => ({
  Sid: 'Decrypt for tenant 7 only',
  Effect: 'Deny',
  Principal: '*',
  Action: 'kms:Decrypt',
  Resource: '*',
  Condition: { StringNotEquals: { 'kms:EncryptionContext:tenant': '7' } },
})

const permission = (principal: string) => ({
  Sid: `Use by ${shortArn(principal)}`,
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*'],
  Resource: '*',
})

function keyPolicy(box: Box) {
  const text = h('textarea', { rows: 16, class: 'code', spellcheck: 'false' })
  const answer = newAnswer()
  const show = (policy: string) => {
    text.value = json(JSON.parse(policy))
  }
  const read = () =>
    answer.work(text, async () => {
      text.value = ''
      const { Policy } = await box.call((kms) => kms.getKeyPolicy({ KeyId: box.chosen.Arn }))
      show(Policy!)
      return undefined
    })
  const add = (statement: object) => async () => {
    const policy = JSON.parse(text.value)
    text.value = json({ ...policy, Statement: [...[policy.Statement].flat(), statement] })
    return 'Added below. It holds once it is saved.'
  }
  const element = form({
    class: 'card',
    fields: [
      h('h3', {}, 'Key policy'),
      field('Policy of this key', text),
      h(
        'p',
        { class: 'row' },
        action('Add: allow a role', answer, add(permission(ROLE)), 'quiet small'),
        action('Add: deny other tenants', answer, add(restriction()), 'quiet small'),
      ),
    ],
    answer,
    submit: 'Save key policy',
    async run() {
      await box.call((kms) => kms.putKeyPolicy({ KeyId: box.chosen.Arn, Policy: text.value }))
      return 'Saved. It holds from the next call on.'
    },
  })
  return { element, read }
}

const identityExample = json({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'], Resource: '*' }],
})

function identityPolicy(box: Box): HTMLElement {
  const principal = principalChoice(box, ROLE, ROOT)
  const text = h('textarea', { rows: 12, class: 'code', spellcheck: 'false' }, identityExample)
  const answer = newAnswer()
  const put = (policies: string[]) => box.administer((kms) => kms.iam.put(principal.value, policies))
  const read = async () => {
    const [policy] = await box.administer((kms) => kms.iam.get(principal.value))
    if (policy === undefined) return `${shortArn(principal.value)} has no identity policy.`
    text.value = json(policy)
    return undefined
  }
  const remove = async () => {
    await put([])
    return `${shortArn(principal.value)} has no identity policy now.`
  }
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'Identity policy'),
      field('Principal', principal, `Account ${ACCOUNT}’s side of the decision, as IAM keeps it.`),
      field('Policy of this principal', text),
      h(
        'p',
        { class: 'row' },
        action('Read', answer, read, 'quiet small'),
        action('Remove', answer, remove, 'quiet small'),
      ),
    ],
    answer,
    submit: 'Save identity policy',
    async run(): Promise<Child> {
      await put([text.value])
      return `Saved for ${shortArn(principal.value)}.`
    },
  })
}
