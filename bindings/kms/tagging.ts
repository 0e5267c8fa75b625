/** Tags as a key record keeps them, and AWS's rules for new ones. */
import { KmsError } from '../errors.ts'
import { quotas } from './limits.ts'

interface Tag {
  readonly TagKey: string
  readonly TagValue: string
}

/** A tag by which tests give a key its material; its value is for nobody's eyes. */
export const MATERIAL_TAG = '_custom_key_material_'

export type Tags = Readonly<Record<string, string>>

const tagError = (message: string): KmsError => new KmsError('TagException', message)

/** The tags of a key after these are added; @throws TagException */
export function addTags(existing: Tags, added: readonly Tag[] = []): Tags {
  const keys = added.map(({ TagKey }) => TagKey)
  if (new Set(keys).size < keys.length) throw tagError('Duplicate tag keys')
  requireUnreserved(keys)
  const entries = new Map([
    ...Object.entries(existing),
    ...added.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const),
  ])
  if (entries.size > quotas.tagsPerKey) throw tagError('Too many tags')
  return Object.fromEntries(entries)
}

/** The tags that remain; keys that are not there are no error. */
export function removeTags(existing: Tags, removed: readonly string[]): Tags {
  requireUnreserved(removed)
  return Object.fromEntries(Object.entries(existing).filter(([key]) => !removed.includes(key)))
}

function requireUnreserved(keys: readonly string[]): void {
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) throw tagError('Tags beginning with aws: are reserved')
}

/** In the shape and the order (by key) of AWS's answers. */
export const listTags = (tags: Tags): Tag[] =>
  Object.keys(tags)
    .sort()
    .map((TagKey) => ({ TagKey, TagValue: tags[TagKey] as string }))
