/** The console: opens a box in this page and lays out keys, workbench and audit trail. */
import { accessView } from './access.ts'
import { aliasesView } from './aliases.ts'
import { auditView } from './audit.ts'
import type { Box } from './box.ts'
import { fill, h } from './dom.ts'
import { filesView } from './files.ts'
import { grantsView } from './grants.ts'
import { keyHead, keysView } from './keys.ts'
import { lifecycleView } from './lifecycle.ts'
import { note } from './notes.ts'
import { openBox, whereabouts } from './opening.ts'
import { scene } from './principals.ts'
import { regionsView } from './regions.ts'
import { signingView } from './signing.ts'
import { tabs } from './tabs.ts'
import { textView } from './text.ts'

function workbench(box: Box): HTMLElement {
  const views = tabs('What to do with the key', {
    Text: textView(box),
    Files: filesView(box),
    Sign: signingView(box),
    Access: accessView(box),
    Grants: grantsView(box),
    Lifecycle: lifecycleView(box),
    Aliases: aliasesView(box),
    Regions: regionsView(box),
  })
  const bench = h('div', {}, keyHead(box), views.element)
  const empty = welcome()
  let shown: string | undefined
  box.key.follow((key) => {
    bench.hidden = key === undefined
    empty.hidden = key !== undefined
    if (key && key.Arn !== shown) views.again()
    shown = key?.Arn
  })
  return h('section', { id: 'workbench', class: 'workbench', 'aria-label': 'Workbench', tabindex: -1 }, empty, bench)
}

function welcome(): HTMLElement {
  return h(
    'div',
    { class: 'card' },
    h('h2', {}, 'A key management service, inside this page'),
    h(
      'p',
      {},
      'Each button is a call of the AWS KMS API, answered by an enclave in a worker of this page. Nothing leaves it.',
    ),
    h(
      'ol',
      { class: 'steps' },
      steps.map((step) => h('li', {}, step)),
    ),
  )
}

const steps = [
  'Create a key.',
  'Encrypt a text under an encryption context. Then try to decrypt it under another one.',
  'Drop a file: it is sealed in an envelope, and opened again.',
  'Act as somebody else, and see what the key policy makes of it.',
  'Open an entry of the audit trail: every call stands there as CloudTrail shows it.',
]

const about = (): HTMLElement =>
  h('section', { class: 'about', 'aria-label': 'About this box' }, note('neverExported'), whereabouts())

const main = document.querySelector('main')!
const box = await openBox(main)
fill(document.querySelector('#scene')!, scene(box))
fill(main, keysView(box), workbench(box), auditView(box), about())
