/** TagResource, UntagResource, ListResourceTags. */
import { putKey } from '../newkey.ts'
import { type Rule, rejects } from '../operation.ts'
import { listItems } from '../paging.ts'
import { byKeyId } from '../resolve.ts'
import { addTags, listTags, removeTags } from '../tagging.ts'

export const tagResource: Rule<'TagResource'> = {
  keys: [byKeyId('KeyId')],
  rejects: rejects.deleting,
  async run({ input, key, transaction }) {
    putKey(transaction, { ...key, tags: addTags(key.tags, input.Tags) })
    return {}
  },
}

export const untagResource: Rule<'UntagResource'> = {
  keys: [byKeyId('KeyId')],
  rejects: rejects.deleting,
  async run({ input, key, transaction }) {
    putKey(transaction, { ...key, tags: removeTags(key.tags, input.TagKeys) })
    return {}
  },
}

export const listResourceTags: Rule<'ListResourceTags'> = {
  keys: [byKeyId('KeyId')],
  async run({ input, operation, key }) {
    const { items, page } = listItems(operation, input, listTags(key.tags))
    return { Tags: items, ...page }
  },
}
