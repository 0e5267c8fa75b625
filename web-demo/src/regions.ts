/** A multi-Region key and its replicas. */
import { type Box, REGIONS, regionOf } from './box.ts'
import { h, showing } from './dom.ts'
import { field, form } from './form.ts'
import { note } from './notes.ts'
import type { View } from './tabs.ts'

export function regionsView(box: Box): View {
  const region = h(
    'select',
    {},
    REGIONS.map((name) => h('option', { value: name, selected: name === REGIONS[1] }, name)),
  )
  const replication = form({
    class: 'card',
    fields: [
      h('h3', {}, 'Replicate'),
      showing(box.key, h('p'), (key) => key && `This key lives in ${regionOf(key)}.`),
      field('To the Region', region),
    ],
    submit: 'Replicate key',
    async run() {
      const { ReplicaKeyMetadata } = await box.call((kms) =>
        kms.replicateKey({
          KeyId: box.chosen.Arn,
          ReplicaRegion: region.value,
          Description: box.chosen.Description,
        }),
      )
      box.learn(ReplicaKeyMetadata!)
      await box.describeAll()
      return `The replica in ${region.value} stands in the list of keys. Choose it, and decrypt what its primary encrypted.`
    },
  })
  return { content: [replication, h('div', { class: 'notes' }, note('regions'))] }
}
