/** An editor for encryption contexts: pairs of name and value. */
import { h } from './dom.ts'

export interface ContextEditor {
  readonly element: HTMLElement
  /** Undefined if there is no pair. Pairs without a name are left out. */
  value(): Record<string, string> | undefined
  set(context: Readonly<Record<string, string>> | undefined): void
}

/** @param legend tells what the context is for, such as `Encryption context` */
export function contextEditor(
  initial: Readonly<Record<string, string>> = {},
  legend = 'Encryption context',
): ContextEditor {
  const rows = h('div', { class: 'pairs' })
  const addPair = (name = '', value = '') => rows.append(pair(name, value))
  const add = () => {
    addPair()
    rows.lastElementChild?.querySelector('input')?.focus()
  }
  const set: ContextEditor['set'] = (context = {}) => {
    rows.replaceChildren()
    for (const [name, value] of Object.entries(context)) addPair(name, value)
  }
  set(initial)
  return {
    element: h(
      'fieldset',
      { class: 'context' },
      h('legend', {}, legend),
      rows,
      h('button', { type: 'button', class: 'quiet small', click: add }, 'Add a pair'),
    ),
    set,
    value() {
      const pairs = [...rows.children].map((row) => [...row.querySelectorAll('input')].map((input) => input.value))
      const named = pairs.filter(([name]) => name !== '').map(([name, value]) => [name!, value!] as const)
      return named.length > 0 ? Object.fromEntries(named) : undefined
    },
  }
}

function pair(name: string, value: string): HTMLElement {
  const remove = () => {
    const editor = row.closest('fieldset')
    row.remove()
    editor?.querySelector<HTMLElement>('input, button')?.focus()
  }
  const row = h(
    'div',
    { class: 'pair' },
    h('input', { 'aria-label': 'Name', placeholder: 'name', value: name, spellcheck: 'false', autocapitalize: 'off' }),
    h('span', { 'aria-hidden': 'true' }, '='),
    h('input', { 'aria-label': 'Value', placeholder: 'value', value, spellcheck: 'false', autocapitalize: 'off' }),
    h('button', { type: 'button', class: 'quiet small', 'aria-label': 'Remove this pair', click: remove }, '×'),
  )
  return row
}
