/** Grants in use. Expectations: KMS.md §11. The rules themselves are tested in test/policy. */
import type { Kms } from 'kmsbox'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT, bytes, type MadeKey, newKey, openBox, ROOT, refused } from './box.ts'

let kms: Kms
let key: MadeKey
beforeAll(async () => {
  kms = await openBox()
})
beforeEach(async () => {
  key = await newKey(kms)
})
afterAll(() => kms.close())

const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`
const Plaintext = bytes('x')
type Wanted = Partial<Parameters<Kms['createGrant']>[0]>

const grant = (wanted: Wanted = {}) =>
  kms.createGrant({ KeyId: key.id, GranteePrincipal: user('Bob'), Operations: ['Encrypt', 'Decrypt'], ...wanted })

describe('a grant', () => {
  it('lets its grantee do its operations and nothing else, at once', async () => {
    const bob = kms.as(user('Bob'))
    await refused(bob.encrypt({ KeyId: key.id, Plaintext }), 'AccessDeniedException')
    const { GrantId } = await grant()
    expect(GrantId).toMatch(/^[0-9a-f]{64}$/)
    const { CiphertextBlob } = await bob.encrypt({ KeyId: key.id, Plaintext })
    await bob.decrypt({ CiphertextBlob })
    await refused(bob.describeKey({ KeyId: key.id }), 'AccessDeniedException')
    await refused(kms.as(user('Eve')).encrypt({ KeyId: key.id, Plaintext }), 'AccessDeniedException')
    await kms.revokeGrant({ KeyId: key.id, GrantId: GrantId as string })
    await refused(bob.encrypt({ KeyId: key.id, Plaintext }), 'AccessDeniedException')
  })

  it('crosses accounts', async () => {
    const mallory = 'arn:aws:iam::999999999999:role/Partner'
    await grant({ GranteePrincipal: mallory })
    await kms.as(mallory).encrypt({ KeyId: key.arn, Plaintext })
  })

  it('demands its encryption context', async () => {
    const bob = kms.as(user('Bob'))
    await grant({ Constraints: { EncryptionContextSubset: { tenant: '7' } } })
    await bob.encrypt({ KeyId: key.id, Plaintext, EncryptionContext: { tenant: '7', more: '1' } })
    const wrong = bob.encrypt({ KeyId: key.id, Plaintext, EncryptionContext: { tenant: '8' } })
    await refused(wrong, 'AccessDeniedException')
  })

  it('is the same grant when asked for again under the same name, with a token of its own', async () => {
    const first = await grant({ Name: 'once' })
    const again = await grant({ Name: 'once' })
    expect(again.GrantId).toBe(first.GrantId)
    expect(again.GrantToken).not.toBe(first.GrantToken)
    expect((await grant({ Name: 'once', Operations: ['Encrypt'] })).GrantId).not.toBe(first.GrantId)
    const other = await newKey(kms)
    expect((await grant({ Name: 'once', KeyId: other.id })).GrantId).not.toBe(first.GrantId)
  })

  it('hands on no more than it holds', async () => {
    const bob = kms.as(user('Bob'))
    await grant({ Operations: ['Encrypt', 'CreateGrant'], Constraints: { EncryptionContextSubset: { tenant: '7' } } })
    const hand = (wanted: Wanted) =>
      bob.createGrant({ KeyId: key.id, GranteePrincipal: user('Eve'), Operations: ['Encrypt'], ...wanted })
    await refused(hand({}), 'AccessDeniedException')
    await refused(hand({ Operations: ['Decrypt'] }), 'AccessDeniedException')
    await hand({ Constraints: { EncryptionContextEquals: { tenant: '7', more: '1' } } })
  })

  it.each([
    [{ Operations: ['Sign'] }, /not supported by the key/],
    [{ GranteePrincipal: undefined }, /either GranteePrincipal or GranteeServicePrincipal/],
    [{ GranteeServicePrincipal: 's3.amazonaws.com', GranteePrincipal: undefined }, /needs the constraint SourceArn/],
    [
      { Constraints: { EncryptionContextSubset: Object.fromEntries([...'abcdefghi'].map((name) => [name, '1'])) } },
      /at most 8 pairs/,
    ],
  ] as const)('cannot be %o', (wanted, message) => refused(grant(wanted as Wanted), 'ValidationException', message))
})

describe('grant tokens', () => {
  it('must name a grant that is there', async () => {
    const { GrantToken, GrantId } = await grant()
    const use = () => kms.as(user('Bob')).encrypt({ KeyId: key.id, Plaintext, GrantTokens: [GrantToken as string] })
    await use()
    await kms.revokeGrant({ KeyId: key.id, GrantId: GrantId as string })
    await refused(use(), 'InvalidGrantTokenException')
    await refused(kms.encrypt({ KeyId: key.id, Plaintext, GrantTokens: ['nonsense'] }), 'InvalidGrantTokenException')
  })
})

describe('retiring', () => {
  it('is for the retiring principal, the grantee who may, and the account root', async () => {
    const retire = (principal: string, GrantToken: string | undefined) => kms.as(principal).retireGrant({ GrantToken })
    const own = await grant({ RetiringPrincipal: user('Carol') })
    await refused(retire(user('Bob'), own.GrantToken), 'AccessDeniedException')
    await retire(user('Carol'), own.GrantToken)
    const granted = await grant({ Operations: ['Encrypt', 'RetireGrant'] })
    await retire(user('Bob'), granted.GrantToken)
    const last = await grant()
    await kms.as(ROOT).retireGrant({ KeyId: key.arn, GrantId: last.GrantId })
    expect((await kms.listGrants({ KeyId: key.id })).Grants).toEqual([])
  })
})

describe('lists', () => {
  it('show what was granted, by key, id, grantee and retiring principal', async () => {
    const { GrantId } = await grant({ Name: 'shown', RetiringPrincipal: user('Dora') })
    await grant({ GranteePrincipal: user('Eve') })
    const { Grants } = await kms.listGrants({ KeyId: key.id, GranteePrincipal: user('Bob') })
    expect(Grants).toEqual([
      {
        KeyId: key.arn,
        GrantId,
        Name: 'shown',
        CreationDate: new Date('2026-01-01T00:00:00Z'),
        GranteePrincipal: user('Bob'),
        RetiringPrincipal: user('Dora'),
        IssuingAccount: ROOT,
        Operations: ['Encrypt', 'Decrypt'],
      },
    ])
    expect((await kms.listGrants({ KeyId: key.id })).Grants).toHaveLength(2)
    expect((await kms.listGrants({ KeyId: key.id, GrantId })).Grants).toHaveLength(1)
    const retirable = await kms.listRetirableGrants({ RetiringPrincipal: user('Dora') })
    expect(retirable.Grants?.map((found) => found.GrantId)).toEqual([GrantId])
    await refused(kms.revokeGrant({ KeyId: key.id, GrantId: 'x' }), 'InvalidGrantIdException')
    await refused(kms.revokeGrant({ KeyId: key.id, GrantId: '0'.repeat(64) }), 'NotFoundException')
  })
})
