/** Policy documents, accepted and refused. */
import { describe, expect, it } from 'vitest'
import { KmsError } from '../../bindings/errors.ts'
import { parsePolicy } from '../../bindings/policy/document.ts'
import { accepted, refused } from './cases/documents.ts'
import { alice, allow, aws, documentOf, rootArn } from './scene.ts'

describe('policy documents', () => {
  it.each(accepted)('accepts, in a policy of kind $kind: $title [$source]', ({ kind, json }) => {
    const policy = parsePolicy(json, kind)
    expect(policy.kind).toBe(kind)
    expect(Object.isFrozen(policy)).toBe(true)
    expect(Object.isFrozen(policy.statements)).toBe(true)
  })

  it.each(refused)('refuses, in a policy of kind $kind: $title [$source]', ({ kind, json }) => {
    const parse = () => parsePolicy(json, kind)
    expect(parse).toThrow(KmsError)
    expect(parse).toThrow(expect.objectContaining({ name: 'MalformedPolicyDocumentException', status: 400 }))
  })

  it('prints its counts', () => {
    console.log(`policy documents: ${accepted.length} accepted, ${refused.length} refused`)
  })

  it('reads texts of every JSON escape', () => {
    const escaped = documentOf(allow(aws(rootArn()))).replace(
      '"Effect"',
      '"Sid":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9","Effect"',
    )
    expect(parsePolicy(escaped, 'key').statements[0]?.sid).toBe('"\\/\b\f\n\r\té')
  })

  it('lists the principals it names, once', () => {
    const json = documentOf(allow(aws(rootArn(), alice.principal)), allow(aws(alice.principal, '*')))
    expect(parsePolicy(json, 'key').principals).toEqual([rootArn(), alice.principal])
  })

  it('never quotes the document in its error', () => {
    for (const secret of [
      { Secretx: 1 },
      { Action: 'Secretx' },
      { Principal: { AWS: 'Secretx' } },
      { Resource: 'Secretx' },
    ]) {
      expect(() => parsePolicy(documentOf({ ...allow(aws(rootArn())), ...secret }), 'key')).not.toThrow(/Secretx/)
    }
  })
})
