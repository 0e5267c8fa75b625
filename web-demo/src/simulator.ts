/** The policy simulator: how a request would be judged, and what spoke for and against it. Nothing is called. */
import { type Box, ROLE } from './box.ts'
import { contextEditor } from './context.ts'
import { type Child, h } from './dom.ts'
import { field, form } from './form.ts'
import { principalChoice } from './principals.ts'

const actions = [
  'Encrypt',
  'Decrypt',
  'GenerateDataKey',
  'ReEncryptFrom',
  'ReEncryptTo',
  'DescribeKey',
  'GetKeyPolicy',
  'PutKeyPolicy',
  'EnableKey',
  'DisableKey',
  'EnableKeyRotation',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'CreateGrant',
  'CreateAlias',
] as const

interface Statement {
  readonly source: 'key-policy' | 'identity-policy'
  readonly statement: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly applies: boolean
  readonly principal: 'itself' | 'account' | 'no'
  readonly action: boolean
  readonly resource: boolean | 'unclear'
  readonly conditions: readonly {
    readonly operator: string
    readonly key: string
    readonly holds: boolean | 'unclear'
  }[]
}

interface Explanation {
  readonly decision: 'Allow' | 'Deny'
  readonly because: keyof typeof because
  readonly missing?: 'key-policy' | 'identity-policy'
  readonly statements: readonly Statement[]
  readonly grants: readonly { readonly grantId: string; readonly applies: boolean }[]
}

const because = {
  'explicit-deny': 'A Deny applies, and no Allow outweighs it.',
  'key-policy': 'The key policy allows the caller itself.',
  'account-delegation': 'The key policy allows the account, and the account allows the caller.',
  grant: 'A grant allows it.',
  'identity-policy': 'An identity policy allows it.',
  'implicit-deny': 'Nothing allows it.',
} as const

const lacking = {
  'key-policy': 'No statement of the key policy allows it.',
  'identity-policy': 'The key policy leaves it to the account, and no identity policy allows the caller.',
} as const

export function simulator(box: Box): HTMLElement {
  const principal = principalChoice(box, ROLE)
  const chosen = h(
    'select',
    {},
    actions.map((name) => h('option', { value: name, selected: name === 'Decrypt' }, `kms:${name}`)),
  )
  const context = contextEditor({ tenant: '7' }, 'Encryption context of the request')
  return form({
    class: 'card',
    fields: [
      h('h3', {}, 'What would happen if…'),
      h('div', { class: 'pair-of-cards' }, field('Caller', principal), field('Action', chosen)),
      context.element,
    ],
    submit: 'Judge',
    async run() {
      const pairs = Object.entries(context.value() ?? {})
      const question = {
        principal: principal.value,
        action: chosen.value,
        keyId: box.chosen.Arn,
        context: {
          ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
          ...(pairs.length > 0 && { 'kms:EncryptionContextKeys': pairs.map(([name]) => name) }),
        },
      }
      const explanation = await box.administer((kms) => kms.explain(question))
      return verdict(explanation as unknown as Explanation)
    },
  })
}

function verdict({ decision, because: why, missing, statements, grants }: Explanation): Child {
  return [
    h(
      'p',
      {},
      h('span', { class: `badge ${decision === 'Allow' ? 'good' : 'bad'}` }, decision),
      ` ${missing ? lacking[missing] : because[why]}`,
    ),
    h(
      'ul',
      { class: 'statements' },
      statements.map((statement) => h('li', { class: 'entry' }, statementLine(statement))),
      grants.map(({ grantId, applies }) =>
        h('li', {}, `Grant ${grantId.slice(0, 8)}… ${applies ? 'applies' : 'does not apply'}`),
      ),
    ),
  ]
}

function statementLine(statement: Statement): Child {
  const { source, sid, effect, applies, principal, action, resource, conditions } = statement
  const place = source === 'key-policy' ? 'Key policy' : 'Identity policy'
  return [
    h('p', {}, h('strong', {}, `${effect}, ${place}: ${sid ?? `statement ${statement.statement + 1}`}`)),
    h(
      'p',
      { class: 'row' },
      h(
        'span',
        { class: `badge ${applies ? (effect === 'Allow' ? 'good' : 'bad') : ''}` },
        applies ? 'applies' : 'does not apply',
      ),
      h('span', { class: 'hint' }, principalWords[principal]),
      element('action', action),
      element('resource', resource),
      conditions.map(({ operator, key, holds }) => element(`${operator} ${key}`, holds)),
    ),
  ]
}

const principalWords = { itself: '✓ names the caller', account: '✓ names the account', no: '✗ names others' } as const

const element = (name: string, holds: boolean | 'unclear'): HTMLElement =>
  h('span', { class: 'hint' }, `${holds === 'unclear' ? '? cannot judge' : holds ? '✓' : '✗'} ${name}`)
