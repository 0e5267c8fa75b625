/** What people who learn KMS try in the console: other callers, policies, grants, time, aliases, Regions. */
import { createPublicKey, verify } from 'node:crypto'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { auditTrail, type Console, createKey, formNamed, openConsole } from './page.ts'

let site: Console

beforeAll(async () => {
  site = await openConsole()
}, 120_000)
afterAll(() => site?.close())

/** A page with one key; whatever the browser complains of fails the test. */
async function workbench(query = ''): Promise<Page> {
  const { page, complaints } = await site.visit(query)
  onTestFinished(async () => {
    await page.close()
    expect(complaints).toEqual([])
  })
  await createKey(page, 'orders')
  return page
}

const actAs = (page: Page, name: string) => page.getByLabel('Acting as').selectOption({ label: name })
const openTab = (page: Page, name: string) => page.getByRole('tab', { name }).click()
const submit = (page: Page, form: string, button: string) =>
  formNamed(page, form).getByRole('button', { name: button }).click()

async function encrypts(page: Page): Promise<boolean> {
  await openTab(page, 'Text')
  const before = (await auditTrail(page)).length
  await submit(page, 'Encrypt', 'Encrypt')
  await expect.poll(async () => (await auditTrail(page)).length).toBe(before + 1)
  const [newest] = await auditTrail(page)
  if (newest === 'Encrypt AccessDenied') return false
  expect(newest).toBe('Encrypt ok')
  return true
}

const limit = { timeout: 60_000 }

test('a caller is refused until an identity policy allows it', limit, async () => {
  const page = await workbench()
  await actAs(page, 'role/orders-service')
  expect(await encrypts(page)).toBe(false)
  await openTab(page, 'Access')
  await submit(page, 'Identity policy', 'Save identity policy')
  await page.getByText('Saved for role/orders-service').waitFor()
  expect(await encrypts(page)).toBe(true)
})

test('a key policy is read, changed, and holds; one that locks its author out is refused', limit, async () => {
  const page = await workbench()
  await openTab(page, 'Access')
  const policy = formNamed(page, 'Key policy')
  const text = policy.getByLabel('Policy of this key')
  await expect.poll(() => text.inputValue()).toContain('Enable IAM User Permissions')
  await policy.getByRole('button', { name: 'Add: allow a role' }).click()
  await policy.getByRole('button', { name: 'Save key policy' }).click()
  await policy.getByText('Saved.').waitFor()
  await actAs(page, 'role/orders-service')
  expect(await encrypts(page)).toBe(true)

  await actAs(page, 'root of the account')
  await openTab(page, 'Access')
  await expect.poll(() => text.inputValue()).toContain('role/orders-service')
  await text.fill('{"Version":"2012-10-17","Statement":[]}')
  await policy.getByRole('button', { name: 'Save key policy' }).click()
  await policy.getByRole('alert').waitFor()
  expect(await policy.getByRole('alert').textContent()).toContain('MalformedPolicyDocumentException')
})

test('the simulator tells what would be decided, and why, without a call', limit, async () => {
  const page = await workbench()
  await openTab(page, 'Access')
  const simulator = formNamed(page, 'What would happen if…')
  await simulator.getByRole('button', { name: 'Judge' }).click()
  await simulator.getByText('no identity policy allows the caller').waitFor()
  await submit(page, 'Identity policy', 'Save identity policy')
  await page.getByText('Saved for').waitFor()
  const before = await auditTrail(page)
  await simulator.getByRole('button', { name: 'Judge' }).click()
  await simulator.getByText('The key policy allows the account, and the account allows the caller.').waitFor()
  expect(await auditTrail(page)).toEqual(before)
})

test('a grant lets its grantee in, as far as its context reaches, until it is revoked', limit, async () => {
  const page = await workbench()
  await openTab(page, 'Grants')
  const creation = formNamed(page, 'New grant')
  await creation.getByRole('button', { name: 'Add a pair' }).click()
  await creation.getByLabel('Name').fill('tenant')
  await creation.getByLabel('Value').fill('7')
  await creation.getByRole('button', { name: 'Create grant' }).click()
  await page.getByText('only where the encryption context has tenant = 7').waitFor()

  await actAs(page, 'role/orders-service')
  expect(await encrypts(page)).toBe(true)
  await formNamed(page, 'Encrypt').getByLabel('Value').fill('8')
  expect(await encrypts(page)).toBe(false)

  await actAs(page, 'root of the account')
  await openTab(page, 'Grants')
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('Revoked.').waitFor()
  await actAs(page, 'role/orders-service')
  await openTab(page, 'Text')
  await formNamed(page, 'Encrypt').getByLabel('Value').fill('7')
  expect(await encrypts(page)).toBe(false)
})

test('keys rotate when time goes by, and what is older can still be read', limit, async () => {
  const page = await workbench('?time-machine')
  expect(await encrypts(page)).toBe(true)
  await openTab(page, 'Lifecycle')
  await submit(page, 'Rotation', 'Turn on')
  await page.getByText('Automatic rotation is on.').waitFor()
  await page.getByRole('button', { name: 'A year' }).click()
  await page.getByText('2 materials').waitFor()
  expect(await auditTrail(page)).toContain('RotateKey ok')
  await openTab(page, 'Text')
  await submit(page, 'Decrypt', 'Decrypt')
  await page.getByText('Made by key').waitFor()
})

test('a key that waited out its time is gone', limit, async () => {
  const page = await workbench('?time-machine')
  await openTab(page, 'Lifecycle')
  const deletion = formNamed(page, 'Deletion')
  await deletion.getByLabel('Days to wait').fill('6')
  await deletion.getByRole('button', { name: 'Schedule deletion' }).click()
  await deletion.getByRole('alert').waitFor()
  await deletion.getByLabel('Days to wait').fill('7')
  await deletion.getByRole('button', { name: 'Schedule deletion' }).click()
  await page.getByText('Will be deleted on').waitFor()
  await deletion.getByRole('button', { name: 'Cancel deletion' }).click()
  await deletion.getByText('Cancelled.').waitFor()
  await deletion.getByRole('button', { name: 'Schedule deletion' }).click()
  await page.getByText('Will be deleted on').waitFor()
  await page.getByRole('button', { name: 'A month' }).click()
  await page.getByText('No key yet.').waitFor()
  expect(await auditTrail(page)).toContain('DeleteKey ok')
})

test('an alias is made, and moved to another key', limit, async () => {
  const page = await workbench()
  await openTab(page, 'Aliases')
  await submit(page, 'New alias', 'Create alias')
  await page.getByRole('listitem').filter({ hasText: 'alias/orders names this key' }).waitFor()
  await createKey(page, 'newer orders')
  await page.getByRole('button', { name: 'Point at this key' }).click()
  await page.getByText('alias/orders names this key now.').waitFor()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByText('alias/orders is gone; its key is not.').waitFor()
})

test('a replica in another Region decrypts what its primary encrypted; other keys have none', limit, async () => {
  const page = await workbench()
  await openTab(page, 'Regions')
  await submit(page, 'Replicate', 'Replicate key')
  await formNamed(page, 'Replicate').getByRole('alert').waitFor()

  await page.getByLabel('Multi-Region').check()
  await createKey(page, 'everywhere')
  expect(await encrypts(page)).toBe(true)
  await openTab(page, 'Regions')
  await submit(page, 'Replicate', 'Replicate key')
  await page.getByRole('button', { name: 'eu-west-1 · replica' }).click()
  await openTab(page, 'Text')
  await submit(page, 'Decrypt', 'Decrypt')
  await page.getByText('Made by key mrk-').waitFor()
})

test('a ciphertext moves to another key without its plaintext', limit, async () => {
  const page = await workbench()
  await createKey(page, 'archive')
  expect(await encrypts(page)).toBe(true)
  await formNamed(page, 'Move to another key').getByLabel('Key').selectOption({ label: 'orders' })
  await submit(page, 'Move to another key', 'ReEncrypt')
  await page.getByText('Decrypt holds the new one.').waitFor()
  await submit(page, 'Decrypt', 'Decrypt')
  await page.getByText('Made by key').waitFor()
  expect(await page.getByRole('region', { name: 'Plaintext' }).textContent()).toBe('Meet me at sunrise.')
})

const signingKinds = ['ECC P-256', 'RSA 2048', 'ML-DSA-65', 'HMAC 256']

test.each(signingKinds)('a key of the kind %s signs, and finds out what was changed', limit, async (kind) => {
  const page = await workbench()
  const kinds = page.getByLabel('Kind')
  const words = (await kinds.locator('option').allTextContents()).find((text) => text.startsWith(kind))
  await kinds.selectOption({ label: words! })
  await createKey(page, kind)
  await openTab(page, 'Sign')
  await submit(page, 'Sign', 'Sign')
  await formNamed(page, 'Sign').getByText('bytes, as base64').waitFor()
  await submit(page, 'Verify', 'Verify')
  await page.getByText('Valid: this message, by this key.').waitFor()
  await formNamed(page, 'Verify').getByLabel('Message').fill('Deliver thirteen crates.')
  await submit(page, 'Verify', 'Verify')
  await formNamed(page, 'Verify').getByRole('alert').waitFor()
  expect(await formNamed(page, 'Verify').getByRole('alert').textContent()).toMatch(/KMSInvalid(Signature|Mac)Exception/)
})

test('a public key leaves the box, and verifies what a private half signed inside', limit, async () => {
  const page = await workbench()
  await page.getByLabel('Kind').selectOption({ label: 'ECC P-256, signs' })
  await createKey(page, 'deliveries')
  await openTab(page, 'Sign')
  await submit(page, 'Sign', 'Sign')
  const signature = formNamed(page, 'Sign').getByRole('region')
  await signature.waitFor()
  await submit(page, 'Public key', 'Get public key')
  const publicKey = formNamed(page, 'Public key').getByRole('region')
  await publicKey.waitFor()
  const verifies = verify(
    'sha256',
    Buffer.from('Deliver twelve crates.'),
    createPublicKey((await publicKey.textContent()) ?? ''),
    Buffer.from((await signature.textContent()) ?? '', 'base64'),
  )
  expect(verifies).toBe(true)
})

test('a box kept in the browser is there again, for its passphrase only', limit, async () => {
  const context = await site.visitor()
  const { page, complaints } = await site.visit('?keep', context)
  const opening = formNamed(page, 'The box of this browser')
  const enter = async (passphrase: string) => {
    await opening.getByLabel('Passphrase').fill(passphrase)
    await opening.getByRole('button', { name: 'Open or make the box' }).click()
  }
  await enter('correct horse battery staple')
  await createKey(page, 'kept orders')
  expect(await encrypts(page)).toBe(true)
  const ciphertext = await formNamed(page, 'Decrypt').getByLabel('Ciphertext').inputValue()

  await page.reload()
  await enter('a guess')
  await opening.getByRole('alert').waitFor()
  await enter('correct horse battery staple')
  await page.getByRole('button', { name: 'kept orders' }).click()
  await formNamed(page, 'Decrypt').getByLabel('Ciphertext').fill(ciphertext)
  await submit(page, 'Decrypt', 'Decrypt')
  await page.getByText('Made by key').waitFor()
  expect(complaints).toEqual([])
  await context.close()
})
