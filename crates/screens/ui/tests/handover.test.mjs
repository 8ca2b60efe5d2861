// Another device is signed in by a picture: on the real server, which draws it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser

before(async () => {
  process.env.CHOT_PUBLIC_URL = 'http://192.168.1.7:8080'
  server = await Server.open()
  delete process.env.CHOT_PUBLIC_URL
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

test('the picture for the phone is one that a camera can read', async () => {
  const page = await open(browser, `${server.url}/sign-in`)
  await server.signIn(page)
  await page.getByRole('button', { name: 'Mở trên điện thoại' }).click()
  const width = await page.locator('.qr').evaluate(async (picture) => {
    await picture.decode()
    return picture.naturalWidth
  })
  assert.ok(width > 0)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})
