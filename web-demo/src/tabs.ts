/** Tabs, by the pattern of WAI-ARIA: arrow keys move, one tab stop. */
import { type Child, h } from './dom.ts'

export interface Tab {
  readonly name: string
  readonly content: Child
}

export function tabs(label: string, all: readonly Tab[]): HTMLElement {
  const list = h('div', {
    class: 'tabs',
    role: 'tablist',
    'aria-label': label,
    keydown: (event: KeyboardEvent) => move(event),
  })
  const buttons: HTMLElement[] = []
  const panels: HTMLElement[] = []
  const choose = (chosen: number) => {
    for (const [i, button] of buttons.entries()) {
      button.setAttribute('aria-selected', `${i === chosen}`)
      button.tabIndex = i === chosen ? 0 : -1
      panels[i]!.hidden = i !== chosen
    }
    buttons[chosen]!.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const move = (event: KeyboardEvent) => {
    const now = buttons.indexOf(document.activeElement as HTMLElement)
    const { length } = buttons
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1 + length, Home: 0, End: length - 1 }[event.key]
    if (next === undefined) return
    event.preventDefault()
    choose(next % length)
    buttons[next % length]!.focus()
  }
  for (const [i, { name, content }] of all.entries()) {
    const id = name.toLowerCase().replace(/\W+/g, '-')
    buttons.push(
      h(
        'button',
        { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': `panel-${id}`, click: () => choose(i) },
        name,
      ),
    )
    panels.push(
      h('div', { role: 'tabpanel', id: `panel-${id}`, 'aria-labelledby': `tab-${id}`, class: 'panel' }, content),
    )
  }
  list.append(...buttons)
  queueMicrotask(() => choose(0))
  return h('div', {}, list, panels)
}
