/** Who acts, and the choice of a principal wherever one is named. */
import { type Box, ROOT } from './box.ts'
import { fill, h, showing } from './dom.ts'
import { field } from './form.ts'
import { instant, shortArn } from './wording.ts'

/** In the bar: whose calls the forms make, and the box's own time where it has one. */
export function scene(box: Box): Node[] {
  const choice = principalChoice(box, ROOT)
  choice.addEventListener('change', () => box.caller.set(choice.value))
  box.caller.follow((caller) => {
    choice.value = caller
  })
  return [
    field('Acting as', choice),
    field('or by ARN', newPrincipal(box)),
    showing(box.time, h('p', { class: 'clock', role: 'status' }), (time) => time && `Box time ${instant(time)}`),
  ]
}

function newPrincipal(box: Box): HTMLInputElement {
  const enter = () => {
    const arn = input.value.trim()
    if (arn === '') return
    box.know(arn)
    box.caller.set(arn)
    input.value = ''
  }
  const input = h('input', { placeholder: 'arn:aws:iam::…', change: enter, spellcheck: 'false', autocapitalize: 'off' })
  return input
}

/** Offers the principals that this visit knows. @param leave one that is not offered */
export function principalChoice(box: Box, chosen: string, leave?: string): HTMLSelectElement {
  const choice = h('select')
  box.principals.follow((all) => {
    const value = choice.value || chosen
    const offered = all.filter((arn) => arn !== leave)
    fill(
      choice,
      offered.map((arn) => h('option', { value: arn, selected: arn === value }, wordsFor(box, arn))),
    )
  })
  return choice
}

function wordsFor(box: Box, arn: string): string {
  const account = arn.split(':')[4]
  const name = arn === ROOT ? 'root of the account' : shortArn(arn)
  return account === box.account ? name : `${name}, account ${account}`
}
