// The practice live of `chot demo`, looked at by people who come from nowhere.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Demo } from './house/demo.mjs'
import { Figures, stale } from './house/figures.mjs'

/** How long the figures are compared, and how late a page may show one. */
const WATCH_MS = 60_000
const LATE_MS = 1_000

let demo
let browser

before(async () => {
  demo = await Demo.open()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await demo?.close()
})

test('four fresh profiles: every figure of every page is the server’s within a second, for a minute', async (t) => {
  const pages = await Promise.all(
    [demo.host, demo.host, demo.viewer, demo.viewer].map((url) => open(browser, demo.seen(url))),
  )
  for (const page of pages) await page.locator('[data-chot=link][data-state=live]').first().waitFor()
  const figures = await Figures.follow(() => demo.view())
  const until = Date.now() + WATCH_MS
  let looks = 0
  while (Date.now() < until) {
    for (const page of pages) {
      assert.deepEqual(await stale(page, figures, LATE_MS), [], page.url())
      looks += 1
    }
  }
  await figures.stop()
  t.diagnostic(`${looks} looks at ${pages.length} pages, ${figures.changes} changes`)
  assert.ok(figures.changes > 0, 'the crowd has bought something')
  for (const page of pages) {
    assert.equal(await fits(page), true)
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  }
})
