import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Demo } from './house/demo.mjs'

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

test('the printed address of the sale opens it', async () => {
  const page = await open(browser, demo.seen(demo.viewer))
  const { offers } = await demo.view()
  assert.equal(await page.locator('[data-chot^="left:"]').count(), offers.length)
  assert.equal(await fits(page), true)
  assert.deepEqual(page.complaints, [])
})

test('the printed address of the console opens it, for everybody who looks', async () => {
  for (let look = 0; look < 2; look += 1) {
    const page = await open(browser, demo.seen(demo.host))
    assert.equal(new URL(page.url()).pathname, `/host/${demo.session}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await fits(page), true)
    assert.deepEqual(page.complaints, [])
  }
})
