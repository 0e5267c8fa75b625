/** Tabs, by the pattern of WAI-ARIA: arrow keys move, one tab stop. */
import { type Child, h } from './dom.ts'

export interface View {
  readonly content: Child
  /** Called whenever the view comes into sight: it reads what it shows. */
  readonly enter?: () => unknown
}

export interface Tabs {
  readonly element: HTMLElement
  /** Lets the view in sight read again. */
  again(): void
}

export function tabs(label: string, views: Readonly<Record<string, View>>): Tabs {
  const all = Object.entries(views).map(([name, view]) => ({ view, ...tab(name, view) }))
  let current = 0
  const choose = (chosen: number) => {
    current = chosen
    for (const [i, { button, panel }] of all.entries()) {
      button.setAttribute('aria-selected', `${i === chosen}`)
      button.tabIndex = i === chosen ? 0 : -1
      panel.hidden = i !== chosen
    }
  }
  const go = (chosen: number) => {
    choose(chosen)
    const { button, view } = all[chosen]!
    button.focus()
    view.enter?.()
  }
  const move = (event: KeyboardEvent) => {
    const { length } = all
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1 + length, Home: 0, End: length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    go(next % length)
  }
  for (const [i, { button }] of all.entries()) button.addEventListener('click', () => go(i))
  choose(0)
  const buttons = all.map(({ button }) => button)
  const list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': label, keydown: move }, buttons)
  return {
    element: h(
      'div',
      {},
      list,
      all.map(({ panel }) => panel),
    ),
    again: () => void all[current]!.view.enter?.(),
  }
}

function tab(name: string, { content }: View) {
  const id = name.toLowerCase()
  return {
    button: h('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}` }, name),
    panel: h('div', { role: 'tabpanel', id: `panel-${id}`, 'aria-labelledby': `tab-${id}`, class: 'panel' }, content),
  }
}
