// A server that stops answering, and one that is killed: no page shows an old figure without its age,
// and all of them are right again at once.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { launch, LAPTOP, open } from './house/browser.mjs'
import { shown } from './house/figures.mjs'
import { Server } from './house/server.mjs'

const SILENT_MS = 7_000
const BACK_MS = 5_000
/** What Chromium itself logs when a connection is gone. */
const LOST = /ERR_CONNECTION|WebSocket connection|ERR_EMPTY_RESPONSE/

let server
let browser
let shop
let session
let pages

before(async () => {
  server = await Server.open()
  browser = await launch()
  shop = await server.addShop('Vườn nhà')
  const offers = [
    { code: 'D1', name: 'Cam sành', price: 45000, unit: 'kg', step: 0.5, stock: 40 },
    { code: 'D2', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 2 },
  ]
  session = await server.live(shop, offers)
  await server.call('PATCH', `/v1/sessions/${session}/offers/D1`, { token: shop.host_token, key: 'pin', body: { pinned: true } })
  pages = await openAll()
})

after(async () => {
  server?.signal('SIGCONT')
  await browser?.close()
  await server?.close()
})

/** One page of each kind. */
async function openAll() {
  const viewer = await open(browser, `${server.url}/v/${session}`)
  const buyer = await open(browser, `${server.url}/v/${session}`, { javaScriptEnabled: false })
  const offer = buyer.getByRole('region', { name: 'Cam sành' })
  await offer.getByLabel('Tên của bạn').fill('Chị Lan')
  await offer.getByRole('button', { name: 'Chốt đơn' }).click()
  const order = await open(browser, buyer.url())
  await buyer.context().close()
  const host = await open(browser, `${server.url}/sign-in`)
  await server.signIn(host, shop)
  await host.goto(`${server.url}/host/${session}`)
  const ops = await open(browser, `${server.ops.replace('127.0.0.1', 'chot.test')}/ops`, { viewport: LAPTOP })
  return { host, viewer, order, ops }
}

const link = (page) => page.locator('[data-chot=link]').first()
const stateOf = (page) => link(page).getAttribute('data-state')

async function live() {
  for (const page of Object.values(pages)) {
    await page.locator('[data-chot=link][data-state=live]').first().waitFor()
  }
}

async function buy(name, code, quantity) {
  const body = { buyer_name: name, lines: [{ code, quantity }] }
  const path = `/v1/sessions/${session}/claims`
  return server.call('POST', path, { token: shop.host_token, key: encodeURIComponent(`${name} ${code}`), body })
}

/** What the API says, in the words that the pages show it in. */
async function told() {
  const token = shop.host_token
  const { offers } = await server.call('GET', `/v1/sessions/${session}`)
  const { orders } = await server.call('GET', `/v1/sessions/${session}/orders`, { token })
  const waits = orders.flatMap((order) => order.lines).filter((line) => line.waitlisted > 0)
  const left = Object.fromEntries(offers.map((offer) => [offer.code, offer.left]))
  const holding = orders.filter((order) => order.lines.some((line) => line.held > 0))
  const gone = offers.filter((offer) => offer.left === 0)
  return {
    host: { left, orders: holding.length, waiting: waits.length },
    viewer: { left },
    order: { state: orders.find((order) => order.buyer_name === 'Chị Lan').state },
    ops: { gone: `${gone.length}/${offers.length}` },
  }
}

const value = (page, hook) =>
  page.locator(`[data-chot="${hook}"]`).first().getAttribute('data-value').then(Number)

/** What every page shows. */
async function seen() {
  const { host, viewer, order, ops } = pages
  const cells = ops.locator(`tr[data-session="${session}"] td`)
  return {
    host: { left: await shown(host), orders: await value(host, 'orders'), waiting: await value(host, 'waiting') },
    viewer: { left: await shown(viewer) },
    order: { state: await order.locator('[data-chot^="order:"]').first().getAttribute('data-state') },
    ops: { gone: (await cells.allTextContents()).find((text) => /^\d+\/\d+$/.test(text)) },
  }
}

/** Every page shows what the API says, within that time. */
async function agree(within) {
  const last = Date.now() + within
  for (;;) {
    const [api, page] = [await told(), await seen()]
    if (isDeepStrictEqual(page, api)) return
    if (Date.now() > last) assert.deepEqual(page, api)
    await pause(50)
  }
}

test('stopped for seven seconds, every page says that it is offline and how old its figures are', async () => {
  await live()
  server.signal('SIGSTOP')
  await pause(SILENT_MS)
  for (const [name, page] of Object.entries(pages)) {
    assert.equal(await stateOf(page), 'offline', name)
    const age = page.locator('[data-chot=age]').first()
    assert.equal(await age.isVisible(), true, name)
    assert.match(await age.textContent(), /giây/, name)
  }
  server.signal('SIGCONT')
  await live()
})

test('killed and started again, every page shows what the API says within five seconds', async () => {
  await buy('Anh Minh', 'D1', 2.5)
  await buy('Bà Sáu', 'D2', 2)
  await buy('Chị Hoa', 'D2', 1)
  await live()
  await server.kill()
  await server.start()
  await agree(BACK_MS)
  await buy('Cô Tám', 'D1', 1)
  await agree(BACK_MS)
  for (const page of Object.values(pages)) {
    assert.deepEqual(page.complaints.filter((text) => !LOST.test(text)), [])
  }
})
