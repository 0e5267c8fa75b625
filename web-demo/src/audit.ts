/** The audit trail: each call as it happens, newest first, with its CloudTrail event on demand. */
import type { AuditEvent, Box } from './box.ts'
import { type Child, fill, h, showing } from './dom.ts'
import { action, newAnswer } from './form.ts'
import { json, shortArn } from './wording.ts'

export function auditView(box: Box): HTMLElement {
  const answer = newAnswer()
  const list = h('ol', { class: 'events', reversed: true, 'aria-label': 'Events, newest first' })
  const empty = h('p', { class: 'empty' }, 'Every call to the KMS will be listed here, refused ones too.')
  let shown = 0
  box.trail.follow((events) => {
    for (const event of events.slice(shown)) list.prepend(eventEntry(event))
    shown = events.length
    empty.hidden = shown > 0
  })
  return h(
    'section',
    { class: 'audit', 'aria-labelledby': 'audit-title' },
    h(
      'header',
      { class: 'row' },
      h(
        'h2',
        { id: 'audit-title' },
        'Audit trail ',
        showing(box.trail, h('span', { class: 'count' }), (all) => all.length),
      ),
      action('Verify chain', answer, () => verdict(box), 'quiet small'),
    ),
    answer.element,
    empty,
    list,
    h(
      'p',
      { class: 'hint' },
      'CloudTrail’s events. Plaintexts, ciphertexts and keys never stand in them; encryption contexts do.',
    ),
  )
}

async function verdict(box: Box): Promise<Child> {
  const { ok, checked, firstBroken } = await box.administer((kms) => kms.audit.verify())
  if (ok)
    return h(
      'p',
      { class: 'good' },
      `${checked} ${checked === 1 ? 'event' : 'events'}, each bound to the one before: none is missing or changed.`,
    )
  throw new Error(`The chain is broken at event ${firstBroken?.n}: ${firstBroken?.why}.`)
}

function eventEntry(event: AuditEvent): HTMLElement {
  const { cursor, ...recorded } = event
  const text = h('pre', { tabindex: 0 })
  const unfold = () => fill(text, json(recorded))
  return h(
    'li',
    { class: 'occurrence' },
    h(
      'details',
      { class: 'event', toggle: unfold },
      h(
        'summary',
        {},
        h('span', { class: 'event-name' }, event.eventName),
        h('span', { class: `badge ${event.errorCode ? 'bad' : 'good'}` }, event.errorCode ?? 'ok'),
        h('span', { class: 'event-facts' }, factsOf(event)),
      ),
      text,
    ),
  )
}

/** When, who, where, and under which encryption context. */
function factsOf({ eventTime, userIdentity, awsRegion, requestParameters }: AuditEvent): string {
  const when = `${eventTime.slice(0, 10)} ${eventTime.slice(11, 19)}`
  const pairs = Object.entries(requestParameters?.encryptionContext ?? {}).map(([name, value]) => `${name}=${value}`)
  return [when, whoOf(userIdentity), awsRegion, ...pairs].join(' · ')
}

const whoOf = ({ arn, invokedBy }: AuditEvent['userIdentity']): string =>
  arn ? shortArn(arn) : (invokedBy ?? 'unknown')
