// The page of one order with its script, on a real server: it follows, it counts down, it checks.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findings } from './house/axe.mjs'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

const DAU = { code: 'D1', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 5 }

let server
let browser
let shop

before(async () => {
  server = await Server.open()
  shop = await server.addShop('Vườn nhà')
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

const link = (page, state) => page.locator(`[data-chot=link][data-state=${state}]`)

/** A page of an order that was tapped, and the order's id. */
async function ordered(rules) {
  const session = await server.live(shop, [DAU], rules)
  const page = await open(browser, `${server.url}/v/${session}`)
  await page.getByRole('region').getByLabel('Tên của bạn').fill('Chị Lan')
  await page.getByRole('button', { name: 'Chốt đơn' }).click()
  await page.locator('[data-chot=orders] a').click()
  await page.getByRole('button', { name: 'Ai trước?' }).waitFor()
  const { orders } = await server.call('GET', `/v1/sessions/${session}/orders`, { token: shop.host_token })
  return { page, session, order: orders[0].order }
}

async function sound(page, { logs } = {}) {
  assert.equal(await fits(page), true)
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(page.complaints.filter((text) => !(logs?.test(text) ?? false)), [])
}

test('it follows its order and counts the hold down', async () => {
  const { page, session, order } = await ordered({ settle: 'prepay', hold: { seconds: 70 } })
  await link(page, 'live').waitFor()
  assert.match(await page.locator('[data-chot=hold]').innerText(), /^01:\d\d$|^còn \d+ giây$/)
  await page.getByRole('alert').getByText('Sắp hết thời gian giữ hàng').waitFor({ timeout: 20_000 })
  await sound(page)
  await page.getByRole('button', { name: 'Xin thêm thời gian' }).focus()
  const path = `/v1/sessions/${session}/orders/${order}/paid`
  await server.call('POST', path, { token: shop.host_token, key: 'paid' })
  await page.locator(`[data-chot="order:${order}"][data-state=paid]`).waitFor()
  assert.equal(await page.locator('[data-chot=hold]').isVisible(), false)
  assert.equal(await page.getByRole('button', { name: 'Huỷ đơn' }).count(), 0)
  await sound(page)
})

test('a silent server is said to be silent, with the age of what is shown', async () => {
  const { page } = await ordered({ settle: 'prepay', hold: { seconds: 600 } })
  await link(page, 'live').waitFor()
  server.signal('SIGSTOP')
  try {
    await link(page, 'offline').waitFor({ timeout: 9_000 })
    await page.getByText('Đơn đã chốt vẫn được giữ đến').waitFor()
    assert.ok(Number(await page.locator('[data-chot=age]').getAttribute('data-value')) >= 6)
    await sound(page)
  } finally {
    server.signal('SIGCONT')
  }
  await link(page, 'live').waitFor({ timeout: 15_000 })
  assert.equal(await page.locator('[data-chot=age]').isVisible(), false)
})

test('it proves which number the order was, and says so when it cannot', async () => {
  const { page } = await ordered({})
  const ask = page.getByRole('button', { name: 'Ai trước?' })
  await ask.click()
  const told = page.locator('[data-chot=receipt]')
  await told.getByText(/Bạn là người thứ 1 của phiên, lúc \d\d:\d\d:\d\d\.\d{3}\./).waitFor()
  await told.getByText('Trang này đã tự kiểm: đúng. Khớp với biên nhận giữ trên máy này').waitFor()
  await sound(page)
  const forge = async (change) => {
    await page.unrouteAll()
    await page.route('**/receipts', async (route) => {
      const { receipts } = await server.call('GET', new URL(route.request().url()).pathname)
      await route.fulfill({ json: { receipts: receipts.map((receipt) => ({ ...receipt, ...change(receipt) })) } })
    })
    await ask.click()
    await told.getByText('Không khớp!').waitFor()
    await page.unrouteAll()
    await ask.click()
    await told.getByText('Trang này đã tự kiểm: đúng.').waitFor()
  }
  await forge(() => ({ number: 2 }))
  await forge(({ at }) => ({ at: new Date(Date.parse(at) - 1).toISOString() }))
  await forge(({ prev }) => ({ prev: prev.replace(/^./, (c) => (c === '0' ? '1' : '0')) }))
  await page.evaluate(() => {
    const kept = JSON.parse(localStorage.getItem('chot:receipts'))
    localStorage.setItem('chot:receipts', JSON.stringify(kept.map(([place]) => [place, '00'])))
  })
  await ask.click()
  await told.getByText('Không khớp!').waitFor()
  await sound(page)
})
