import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditTrail, type Console, createKey, formNamed, openConsole, type Visit } from './page.ts'

let site: Console
let visit: Visit
let page: Page

beforeAll(async () => {
  site = await openConsole()
}, 120_000)
afterAll(() => site?.close())

beforeEach(async () => {
  visit = await site.visit()
  page = visit.page
}, 60_000)
afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await page.close()
})

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('keys', { timeout: 60_000 }, () => {
  test('are created, listed with their state, disabled and enabled', async () => {
    await createKey(page, 'orders')
    await createKey(page, 'letters')
    const keys = page.getByRole('list').filter({ hasText: 'letters' }).getByRole('button')
    expect(await keys.count()).toBe(2)

    await page.getByRole('button', { name: 'Disable key' }).click()
    await page.getByRole('button', { name: 'Enable key' }).waitFor()
    expect(await keys.first().textContent()).toMatch(/^lettersdisabled/)
    expect(await keys.last().textContent()).toMatch(/^ordersenabled/)

    await formNamed(page, 'Encrypt').getByRole('button', { name: 'Encrypt' }).click()
    const refusal = formNamed(page, 'Encrypt').getByRole('alert')
    await refusal.waitFor()
    expect(await refusal.textContent()).toMatch(
      /DisabledException\s*arn:aws:kms:us-east-1:000000000000:key\/\S+ is disabled\./,
    )

    await page.getByRole('button', { name: 'Enable key' }).click()
    await page.getByRole('button', { name: 'Disable key' }).waitFor()
    expect(await auditTrail(page)).toEqual([
      'EnableKey ok',
      'Encrypt DisabledException',
      'DisableKey ok',
      'CreateKey ok',
      'CreateKey ok',
    ])
  })
})

describe('a text', { timeout: 60_000 }, () => {
  test('comes back under its encryption context, and under no other', async () => {
    await createKey(page, 'orders')
    const encryption = formNamed(page, 'Encrypt')
    const decryption = formNamed(page, 'Decrypt')
    await encryption.getByLabel('Text').fill('Grüße, 世界')
    await encryption.getByLabel('Value').fill('42')
    await encryption.getByRole('button', { name: 'Encrypt' }).click()
    await encryption.getByText('CiphertextBlob').waitFor()

    await decryption.getByRole('button', { name: 'Decrypt' }).click()
    await decryption.getByText('Made by key').waitFor()
    expect(await decryption.getByRole('region', { name: 'Plaintext' }).textContent()).toBe('Grüße, 世界')

    await decryption.getByLabel('Value').fill('43')
    await decryption.getByRole('button', { name: 'Decrypt' }).click()
    await decryption.getByRole('alert').waitFor()
    expect(await decryption.getByRole('alert').textContent()).toMatch(/InvalidCiphertextException/)
    expect(await auditTrail(page)).toEqual([
      'Decrypt InvalidCiphertextException',
      'Decrypt ok',
      'Encrypt ok',
      'CreateKey ok',
    ])
  })

  test('of more than 4,096 bytes is refused in the words of AWS', async () => {
    await createKey(page, 'orders')
    const encryption = formNamed(page, 'Encrypt')
    await encryption.getByLabel('Text').fill('x'.repeat(4097))
    await encryption.getByRole('button', { name: 'Encrypt' }).click()
    await encryption.getByRole('alert').waitFor()
    expect(await encryption.getByRole('alert').textContent()).toContain(
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    )
  })

  test('that looks like markup stays text, wherever it is shown', async () => {
    const markup = '<img src=x onerror=alert(1)>'
    await createKey(page, markup)
    await formNamed(page, 'Encrypt').getByLabel('Text').fill(markup)
    await formNamed(page, 'Encrypt').getByRole('button', { name: 'Encrypt' }).click()
    await page.getByText('CiphertextBlob').waitFor()
    await formNamed(page, 'Decrypt').getByRole('button', { name: 'Decrypt' }).click()
    await page.getByText('Made by key').waitFor()
    expect(await page.getByRole('region', { name: 'Plaintext' }).textContent()).toBe(markup)
    expect(await page.locator('img').count()).toBe(1)
  })
})

describe('a file', { timeout: 60_000 }, () => {
  test('dropped, sealed and opened again is the same, byte for byte', async () => {
    const content = randomBytes(3_000_017)
    await createKey(page, 'orders')
    await page.getByRole('tab', { name: 'Files' }).click()
    await drop(content, 'holiday.raw')
    const envelope = page.getByRole('listitem').filter({ hasText: 'holiday.raw' })
    const sealed = await downloaded('Download encrypted')
    expect(sealed.length).toBe(content.length + 16)
    expect(sealed.includes(content.subarray(0, 32))).toBe(false)

    await envelope.getByRole('button', { name: 'Open again' }).click()
    await envelope.getByText('byte for byte').waitFor()
    expect(digest(await downloaded('Download opened'))).toBe(digest(content))
    expect(await auditTrail(page)).toEqual(['Decrypt ok', 'GenerateDataKey ok', 'CreateKey ok'])
  })

  test('stays shut under another encryption context; an empty one goes in and out', async () => {
    await createKey(page, 'orders')
    await page.getByRole('tab', { name: 'Files' }).click()
    await drop(Buffer.alloc(0), 'empty.txt')
    const envelope = page.getByRole('listitem').filter({ hasText: 'empty.txt' })
    const panel = page.getByRole('tabpanel', { name: 'Files' })
    await panel.getByLabel('Value').fill('another')
    await envelope.getByRole('button', { name: 'Open again' }).click()
    await envelope.getByRole('alert').waitFor()
    expect(await envelope.getByRole('alert').textContent()).toContain('InvalidCiphertextException')

    await panel.getByLabel('Value').fill('7')
    await envelope.getByRole('button', { name: 'Open again' }).click()
    await envelope.getByText('byte for byte').waitFor()
  })
})

describe('the audit trail', { timeout: 60_000 }, () => {
  test('shows an event as CloudTrail does, and that none is missing', async () => {
    await createKey(page, 'orders')
    await page.locator('.events summary').first().click()
    const event = JSON.parse((await page.locator('.events pre:not(:empty)').textContent()) ?? '')
    expect(event).toMatchObject({
      eventName: 'CreateKey',
      eventSource: 'kms.amazonaws.com',
      userIdentity: { type: 'Root' },
      requestParameters: { description: 'orders' },
    })
    await page.getByRole('button', { name: 'Verify' }).click()
    await page.getByText('1 event, ').waitFor()
  })
})

describe('the page', { timeout: 60_000 }, () => {
  test('needs no pointer: tabs move with the arrow keys', async () => {
    await createKey(page, 'orders')
    await page.getByRole('tab', { name: 'Text' }).focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('tabpanel', { name: 'Files' }).isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Files')
  })

  test('fits a narrow telephone', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    await createKey(page, 'orders')
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    }
  })

  test('comes with the headers that wall it off, and its worker with tighter ones', async () => {
    const { headers } = await fetch(site.url)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    const worker = page.workers()[0]?.url() ?? ''
    const { headers: workers } = await fetch(worker)
    expect(workers.get('content-security-policy')).toBe("default-src 'none'; script-src 'wasm-unsafe-eval'")
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  })

  test('is all that the server serves', async () => {
    for (const path of ['package.json', '..%2fpackage.json', 'src/main.ts', 'assets/']) {
      expect((await fetch(site.url + path)).status).toBe(404)
    }
    expect((await fetch(site.url, { method: 'POST' })).status).toBe(405)
  })
})

async function drop(content: Buffer, name: string): Promise<void> {
  const encoded = content.toString('base64')
  const transfer = await page.evaluateHandle(
    async ([text, fileName]) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], fileName))
      return data
    },
    [encoded, name] as const,
  )
  await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer })
  await page.getByText(`${name} is sealed.`).waitFor()
}

async function downloaded(link: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: link }).click()])
  return readFile(await download.path())
}
