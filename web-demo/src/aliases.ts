/** Aliases of a key: made, listed, pointed at it, deleted. */
import type { Output } from 'kmsbox'
import type { Box } from './box.ts'
import { type Child, cell, h, showing } from './dom.ts'
import { action, field, form, newAnswer } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'

type Alias = NonNullable<Output<'ListAliases'>['Aliases']>[number]

export function aliasesView(box: Box): View {
  const answer = newAnswer()
  const aliases = cell<readonly Alias[]>([])
  const load = async () => {
    aliases.set([])
    const { Aliases } = await box.call((kms) => kms.listAliases({}))
    aliases.set((Aliases ?? []).filter(({ AliasName }) => !AliasName?.startsWith('alias/aws/')))
  }
  const changed = (done: string, work: () => Promise<unknown>) => async () => {
    await work()
    await load()
    return done
  }
  const entry = ({ AliasName, TargetKeyId }: Alias): Child => {
    const name = AliasName!
    const here = TargetKeyId === box.key.value?.KeyId
    const point = () => box.call((kms) => kms.updateAlias({ AliasName: name, TargetKeyId: box.chosen.KeyId }))
    const remove = () => box.call((kms) => kms.deleteAlias({ AliasName: name }))
    return [
      h('p', {}, h('strong', {}, name), here ? ' names this key' : ` names ${TargetKeyId}`),
      h(
        'p',
        { class: 'row' },
        !here && action('Point at this key', answer, changed(`${name} names this key now.`, point), 'quiet small'),
        action('Delete', answer, changed(`${name} is gone; its key is not.`, remove), 'quiet small'),
      ),
    ]
  }
  const list = showing(aliases, h('ul', { class: 'entries' }), (all) =>
    all.length === 0
      ? h('li', { class: 'empty' }, 'None.')
      : all.map((alias) => h('li', { class: 'entry' }, entry(alias))),
  )
  return {
    content: [
      h(
        'div',
        { class: 'pair-of-cards' },
        creation(box, load),
        h('section', { class: 'card' }, h('h3', {}, 'Aliases in this Region'), list, answer.element),
      ),
      h('div', { class: 'notes' }, note('aliases')),
    ],
    enter: () =>
      answer.work(list, async () => {
        await load()
        return undefined
      }),
  }
}

function creation(box: Box, load: () => Promise<void>): HTMLElement {
  const name = h('input', { value: 'alias/orders', spellcheck: 'false', autocapitalize: 'off' })
  return form({
    class: 'card',
    fields: [h('h3', {}, 'New alias'), field('Name', name, 'It begins with alias/.')],
    submit: 'Create alias',
    async run() {
      await box.call((kms) => kms.createAlias({ AliasName: name.value, TargetKeyId: box.chosen.KeyId }))
      await load()
      return `${name.value} names this key.`
    },
  })
}
