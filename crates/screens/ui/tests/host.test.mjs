import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser

before(async () => {
  server = await Server.open()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

test('the console loads on plain HTTP without a complaint', async () => {
  const page = await open(browser, `${server.url}/sign-in`)
  await server.signIn(page)
  await page.getByRole('heading', { level: 1 }).waitFor()
  assert.equal(await page.evaluate(() => window.isSecureContext), false)
  assert.equal(await fits(page), true)
  assert.deepEqual(page.complaints, [])
})
