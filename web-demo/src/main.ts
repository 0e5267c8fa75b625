/** The console: opens a box in this page and lays out keys, workbench and audit trail. */
import { auditView } from './audit.ts'
import { Box } from './box.ts'
import { fill, h } from './dom.ts'
import { filesView } from './files.ts'
import { refusal } from './form.ts'
import { keyHead, keysView } from './keys.ts'
import { tabs } from './tabs.ts'
import { textView } from './text.ts'

function workbench(box: Box): HTMLElement {
  const bench = h(
    'div',
    {},
    keyHead(box),
    tabs('What to do with the key', [
      { name: 'Text', content: textView(box) },
      { name: 'Files', content: filesView(box) },
    ]),
  )
  const empty = h('p', { class: 'empty' }, 'Create a key, or choose one: what can be done with it shows here.')
  box.key.follow((key) => {
    bench.hidden = key === undefined
    empty.hidden = key !== undefined
  })
  return h('section', { id: 'workbench', class: 'workbench', 'aria-label': 'Workbench', tabindex: -1 }, empty, bench)
}

const main = document.querySelector('main')!
try {
  const box = await Box.open(new URLSearchParams(location.search).has('time-machine'))
  fill(main, keysView(box), workbench(box), auditView(box))
} catch (error) {
  fill(main, h('div', { class: 'card' }, h('h2', {}, 'The box did not open'), refusal(error)))
}
