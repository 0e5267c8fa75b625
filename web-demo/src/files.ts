/** Files: dropped, sealed in an envelope in this page, opened again in the same visit, both ways to download. */
import type { Box } from './box.ts'
import { type ContextEditor, contextEditor } from './context.ts'
import { type Child, h } from './dom.ts'
import { type Envelope, open, pageCore, seal } from './envelope.ts'
import { type Answer, action, newAnswer } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'
import { base64, milliseconds, quantity } from './wording.ts'

const LARGEST = 512e6

export function filesView(box: Box): View {
  const context = contextEditor({ tenant: '7' })
  const answer = newAnswer()
  const envelopes = h('ul', { class: 'envelopes' })
  const content = [
    h(
      'div',
      { class: 'card' },
      h('h3', {}, 'Encrypt a file'),
      context.element,
      dropZone(answer, async (file) => {
        envelopes.prepend(await sealed(box, file, context))
        return `${file.name} is sealed.`
      }),
      answer.element,
      envelopes,
    ),
    h('div', { class: 'notes' }, note('envelope'), note('encryptionContext')),
  ]
  return { content }
}

/** A label of a file input, and so reachable by keyboard; files can be dropped on it. */
function dropZone(answer: Answer, take: (file: File) => Promise<Child>): HTMLElement {
  const input = h('input', {
    type: 'file',
    id: 'file',
    class: 'visually-hidden',
    change: () => void choose(input.files),
  })
  const choose = async (files: FileList | null | undefined) => {
    for (const file of files ?? []) await answer.work(zone, () => take(file))
    input.value = ''
  }
  const over = (on: boolean) => (event: DragEvent) => {
    event.preventDefault()
    zone.classList.toggle('over', on)
  }
  const drop = (event: DragEvent) => {
    over(false)(event)
    void choose(event.dataTransfer?.files)
  }
  const zone = h(
    'label',
    { class: 'drop', for: 'file', dragover: over(true), dragleave: over(false), drop },
    h('strong', {}, 'Drop a file here'),
    h('span', {}, 'or choose one. It stays in this page.'),
  )
  return h('div', { class: 'drop-frame' }, input, zone)
}

async function sealed(box: Box, file: File, context: ContextEditor): Promise<HTMLElement> {
  if (file.size > LARGEST) throw new RangeError(`This page takes files of up to ${quantity(LARGEST)}.`)
  const content = new Uint8Array(await file.arrayBuffer())
  const core = await pageCore()
  const EncryptionContext = context.value()
  const start = performance.now()
  const envelope = await box.call((kms) => seal(kms, box.chosen.Arn, content, EncryptionContext))
  const spent = performance.now() - start
  const digest = core.sha2('SHA-256', content)
  content.fill(0)
  return envelopeCard(box, file, envelope, { context, digest, spent, build: core.build })
}

interface Sealing {
  readonly context: ContextEditor
  /** SHA-256 of the file, to compare what comes out of the envelope. */
  readonly digest: Uint8Array
  /** Milliseconds. */
  readonly spent: number
  readonly build: string
}

function envelopeCard(box: Box, file: File, envelope: Envelope, sealing: Sealing): HTMLElement {
  const answer = newAnswer()
  const { encryptedKey, iv } = envelope
  return h(
    'li',
    { class: 'envelope' },
    h('h4', {}, file.name),
    h(
      'p',
      { class: 'hint' },
      `${quantity(file.size)}, GenerateDataKey and AES-256-GCM in ${milliseconds(sealing.spent)}, `,
      `in this page by the ${sealing.build} build of the core. The plaintext data key is wiped.`,
    ),
    h(
      'details',
      {},
      h('summary', {}, 'What is kept to open it'),
      h('dl', { class: 'facts' }, fact('Encrypted data key', base64(encryptedKey)), fact('IV', base64(iv))),
      h('p', { class: 'hint' }, 'The download is ciphertext and tag alone; these two stay with this visit.'),
    ),
    h(
      'p',
      { class: 'row' },
      download('Download encrypted', `${file.name}.encrypted`, envelope.sealed),
      action('Open again', answer, () => opened(box, file, envelope, sealing)),
    ),
    answer.element,
  )
}

const fact = (name: string, value: string): Child => [h('dt', {}, name), h('dd', { class: 'code' }, value)]

async function opened(box: Box, file: File, envelope: Envelope, { context, digest }: Sealing): Promise<Child> {
  const core = await pageCore()
  const start = performance.now()
  const content = await box.call((kms) => open(kms, envelope, context.value()))
  const spent = performance.now() - start
  const same = core.equal(core.sha2('SHA-256', content), digest)
  if (!same) throw new Error('What came out is not what went in.')
  return [
    h('p', { class: 'good' }, `Opened in ${milliseconds(spent)}: byte for byte the file that went in.`),
    h('p', {}, download('Download opened', file.name, content)),
  ]
}

function download(label: string, name: string, content: Uint8Array<ArrayBuffer>): HTMLElement {
  const href = URL.createObjectURL(new Blob([content]))
  return h('a', { class: 'button quiet', href, download: name }, label)
}
