/** Which box the page opens, by its address: one in memory, one with a clock of its own, or one kept in this browser. */
import { Box } from './box.ts'
import { fill, h } from './dom.ts'
import { field, form, refusal } from './form.ts'
import { note } from './notes.ts'

/** Fills `place` until a box is open. */
export async function openBox(place: Element): Promise<Box> {
  const wishes = new URLSearchParams(location.search)
  if (wishes.has('keep')) return openKept(place)
  try {
    return await Box.open(wishes.has('time-machine') ? { clock: { manual: new Date() } } : {})
  } catch (error) {
    fill(place, h('div', { class: 'card' }, h('h2', {}, 'The box did not open'), refusal(error)))
    throw error
  }
}

function openKept(place: Element): Promise<Box> {
  return new Promise((resolve) => {
    const passphrase = h('input', { type: 'password', autocomplete: 'current-password' })
    const hint = 'A new box is made with it; one that is there opens with no other. Nobody can reset it.'
    const opening = form({
      class: 'card',
      fields: [h('h2', {}, 'The box of this browser'), field('Passphrase', passphrase, hint)],
      submit: 'Open or make the box',
      async run() {
        const unlock = { passphrase: passphrase.value }
        resolve(await Box.open({ store: 'indexeddb:kmsbox-console', unlock }))
        return undefined
      },
    })
    fill(place, h('div', { class: 'gate' }, opening, note('kept')))
    passphrase.focus()
  })
}

/** Where the open box lives, and the way to another one. */
export function whereabouts(): HTMLElement {
  const kept = new URLSearchParams(location.search).has('keep')
  const way = kept
    ? h('a', { class: 'button quiet small', href: location.pathname }, 'Leave it, for a box in memory')
    : h('a', { class: 'button quiet small', href: '?keep' }, 'Keep a box in this browser')
  return h('div', { class: 'stack' }, note(kept ? 'kept' : 'memory'), h('p', {}, way))
}
