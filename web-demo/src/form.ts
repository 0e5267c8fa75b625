/** Forms: labelled fields, one button, and below it the answer, or the refusal in the words of the KMS. */
import { type Child, fill, h } from './dom.ts'
import { hint } from './hints.ts'

let ids = 0
const newId = () => `field-${++ids}`

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** @param note stands under the control and is read with it */
export function field(label: string, control: Control, note?: Child): HTMLElement {
  const id = newId()
  control.id = id
  if (note !== undefined) control.setAttribute('aria-describedby', `${id}-note`)
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    note !== undefined && h('p', { class: 'hint', id: `${id}-note` }, note),
  )
}

export function check(label: string, checked = false): { element: HTMLElement; input: HTMLInputElement } {
  const input = h('input', { type: 'checkbox', checked })
  return { input, element: h('label', { class: 'check' }, input, label) }
}

export interface FormOptions {
  readonly fields: Child
  readonly submit: string
  readonly class?: string
  /** Where results are shown, if other controls of the form show theirs there too. */
  readonly answer?: Answer
  /** Does the work; what it gives is shown as the answer. */
  readonly run: () => Promise<Child>
}

export function form({ fields, submit, run, class: name, answer = newAnswer() }: FormOptions): HTMLFormElement {
  const button = h('button', { class: 'primary' }, submit)
  const submitted = (event: SubmitEvent) => {
    event.preventDefault()
    void answer.work(button, run)
  }
  return h('form', { submit: submitted, novalidate: true, class: name }, fields, h('p', {}, button), answer.element)
}

/** A button by itself, such as Disable, whose refusals are shown in `answer`. */
export function action(label: string, answer: Answer, run: () => Promise<Child>, name = 'quiet'): HTMLButtonElement {
  const button = h('button', { type: 'button', class: name, click: () => void answer.work(button, run) }, label)
  return button
}

/** Where results and refusals are shown, and read aloud as they come. */
export interface Answer {
  readonly element: HTMLElement
  /** Runs what a control starts, one thing at a time, and shows what comes of it. */
  work(control: HTMLElement, run: () => Promise<Child>): Promise<void>
  show(...children: Child[]): void
}

export function newAnswer(): Answer {
  const element = h('div', { class: 'answer', 'aria-live': 'polite' })
  const show = (...children: Child[]) => fill(element, ...children)
  return {
    element,
    show,
    async work(control, run) {
      if (control.getAttribute('aria-busy') === 'true') return
      control.setAttribute('aria-busy', 'true')
      try {
        show(await run())
      } catch (error) {
        show(refusal(error))
      } finally {
        control.removeAttribute('aria-busy')
      }
    },
  }
}

/** An error of the KMS as AWS words it; where AWS says nothing, that is shown too. */
export function refusal(error: unknown): HTMLElement {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const help = hint(name)
  return h(
    'div',
    { class: 'refusal', role: 'alert' },
    h('p', {}, h('code', { class: 'error-name' }, name), message && h('span', { class: 'error-message' }, message)),
    !message && h('p', { class: 'hint' }, 'AWS sends no text with this error.'),
    help && h('p', { class: 'hint' }, help),
  )
}

/** A long value with a button that copies it. */
export function copyable(label: string, text: string): HTMLElement {
  const copied = h('span', { class: 'hint', role: 'status' })
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => fill(copied, 'Copied.'),
      () => fill(copied, 'This browser does not let the page copy.'),
    )
  }
  return h(
    'div',
    { class: 'value' },
    h('p', { class: 'label' }, label),
    h('pre', { tabindex: 0, 'aria-label': label, role: 'region' }, text),
    h('p', { class: 'row' }, h('button', { type: 'button', class: 'quiet small', click: copy }, 'Copy'), copied),
  )
}
