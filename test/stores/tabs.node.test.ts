/**
 * Tabs of a real Chromium on one IndexedDB, each with its store in a worker under `default-src 'none'`: pages are closed,
 * their renderers and the whole browser killed while commits are under way; eight of them count against each other.
 * `KMSBOX_FULL=1` for 500 rounds.
 */
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../scripts/find-browser.mjs'
import { bundle } from './bundle.ts'
import { pause, rounds } from './process.ts'
import { startTabs, type Tabs } from './tabs.ts'

const LANES = 2
const LONGEST_LIFE_MS = 60
const LONG = 30 * 60_000

const installed = findBrowser() !== undefined
if (!installed)
  console.warn('SKIPPED: tests with real tabs, as there is no Chromium here (see scripts/find-browser.mjs).')

let tabs: Tabs
beforeAll(async () => {
  if (installed) tabs = await startTabs(await bundle('./tab.ts', 'browser'))
}, 60_000)
afterAll(() => tabs?.stop())

const acknowledgement = (line: string) => /^\d+ \d+$/.test(line)
const ending = (line: string) => /^(done|failed)/.test(line)

/** What a part that ends comes to. */
async function play(part: string): Promise<unknown> {
  const tab = await tabs.open(part)
  const last = await tab.line(ending)
  await tab.page.close()
  expect(last).toMatch(/^done/)
  return JSON.parse(last.slice('done '.length))
}

/** Count of each lane, all of which was checked. */
const whole: number[] = Array(LANES).fill(0)

async function endAndCheck(times: number, end: (page: Page) => Promise<void>): Promise<void> {
  for (let round = 0; round < times; round++) {
    const tab = await tabs.open(`ledger write ${LANES}`)
    await tab.line(acknowledgement)
    await pause(Math.random() * LONGEST_LIFE_MS)
    await end(tab.page)
    const counts = (await play(`ledger check ${whole.join(' ')}`)) as number[]
    for (const [lane, count] of counts.entries()) {
      const last = tab.lines.filter(acknowledgement).findLast((line) => line.startsWith(`${lane} `))
      expect(count).toBeGreaterThanOrEqual(Math.max(Number(last?.split(' ')[1] ?? 0), whole[lane]!))
      whole[lane] = count
    }
  }
}

async function crash(page: Page): Promise<void> {
  const gone = new Promise((resolve) => page.once('crash', resolve))
  const devtools = await page.context().newCDPSession(page)
  devtools.send('Page.crash').catch(() => {}) // it cannot answer
  await gone
  await page.close()
}

describe.skipIf(!installed)('IndexedDB during commits', () => {
  const closings = rounds(20, 400)
  const crashes = rounds(3, 80)
  const kills = rounds(2, 20)

  it(`loses nothing when the page closes, ${closings} times`, () => endAndCheck(closings, (page) => page.close()), LONG)
  it(`loses nothing when the page's process crashes, ${crashes} times`, () => endAndCheck(crashes, crash), LONG)
  it(`loses nothing when the browser is killed, ${kills} times`, () => endAndCheck(kills, tabs.killBrowser), LONG)

  it('is whole from the start', async () => {
    expect(await play(`ledger check ${whole.map(() => 0).join(' ')}`)).toEqual(whole)
    expect(Math.max(...whole)).toBeGreaterThan(closings)
  })
})

describe.skipIf(!installed)('8 tabs on one IndexedDB', () => {
  const TABS = 8
  const EACH = 625

  it(
    `neither lose nor double any of ${TABS * EACH} mutations`,
    async () => {
      await Promise.all(Array.from({ length: TABS }, (_, writer) => play(`counters count ${writer} ${EACH}`)))
      expect(await play(`counters counters ${TABS}`)).toEqual({ counted: TABS * EACH, signed: TABS * EACH })
    },
    LONG,
  )
})
