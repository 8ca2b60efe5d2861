// The sale's page with its script, on a real server: what is tapped or said is one order, whatever
// happens on the way.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findings } from './house/axe.mjs'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

const DAU = { code: 'D1', name: 'Dâu tây', price: 95000, unit: 'hộp', stock: 5 }
const CAM = { code: 'C2', name: 'Cam sành', price: 45000, unit: 'kg', step: 0.5, stock: 10 }
const PREPAY = { settle: 'prepay', hold: { seconds: 600 } }

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

const host = (method, path, body, key) =>
  server.call(method, path, { token: shop.host_token, body, key: key ?? `h${Math.random()}` })
const orders = async (session) => (await host('GET', `/v1/sessions/${session}/orders`)).orders
const view = (session) => server.call('GET', `/v1/sessions/${session}`)
const link = (page, state) => page.locator(`[data-chot=link][data-state=${state}]`)
const left = (page, value) => page.locator(`[data-chot="left:D1"][data-value="${value}"]`)
const dau = (page) => page.getByRole('region', { name: 'Dâu tây' })
const row = (page, id) => page.locator(`[data-chot="order:${id}"]`)

/** A page that is live. */
async function come(session, options) {
  const page = await open(browser, `${server.url}/v/${session}`, options)
  await link(page, 'live').waitFor()
  return page
}

async function sound(page, { logs } = {}) {
  assert.equal(await fits(page), true)
  assert.deepEqual(await findings(page), [])
  assert.deepEqual(page.complaints.filter((text) => !(logs?.test(text) ?? false)), [])
}

async function tap(page, name) {
  await dau(page).getByLabel('Tên của bạn').fill(name)
  await dau(page).getByRole('button', { name: 'Chốt đơn' }).click()
}

test('a tap is told at once and two quick taps are one order', async () => {
  const session = await server.live(shop, [DAU, CAM], PREPAY)
  const page = await come(session)
  const other = await come(session)
  await dau(page).getByRole('button', { name: 'Thêm' }).click()
  await dau(page).getByLabel('Tên của bạn').fill('Chị Lan')
  await dau(page).getByRole('button', { name: 'Chốt đơn' }).dblclick()
  await dau(page).getByText('Đã giữ hàng cho bạn. Thanh toán trước').waitFor()
  const [order] = await orders(session)
  assert.deepEqual([order.buyer_name, order.lines[0].held], ['Chị Lan', 2])
  await left(page, 3).waitFor()
  await left(other, 3).waitFor()
  const mine = row(page, order.order)
  await mine.getByText('Đã giữ hàng cho bạn').waitFor()
  assert.match(await mine.locator('[data-chot=hold]').innerText(), /^(09:5\d|10:00)$/)
  await mine.getByRole('button', { name: 'Gia hạn' }).click()
  await mine.getByText('Đã gia hạn đến').waitFor()
  await mine.getByRole('button', { name: 'Gia hạn' }).click()
  await mine.getByText('Đơn này đã gia hạn rồi.').waitFor()
  assert.equal((await orders(session)).length, 1)
  await sound(page)
  await sound(other)
})

test('whoever comes back is the same buyer and finds their orders', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await come(session)
  await tap(page, 'Chị Lan')
  await dau(page).getByText('Đã giữ hàng').waitFor()
  await page.reload()
  await link(page, 'live').waitFor()
  const [order] = await orders(session)
  await row(page, order.order).getByRole('link').click()
  await page.getByRole('heading', { name: 'Đơn' }).waitFor()
  await page.getByRole('link', { name: 'Về phiên bán hàng' }).click()
  await link(page, 'live').waitFor()
  assert.equal(await dau(page).getByLabel('Tên của bạn').inputValue(), 'Chị Lan')
  await row(page, order.order).waitFor()
})

test('words are ordered, asked and waited by, each with its answer', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await come(session)
  const box = page.getByLabel('Gõ mã và số lượng')
  const say = async (text, answer) => {
    await box.fill(text)
    await page.getByRole('button', { name: 'Gửi' }).click()
    await page.getByRole('log').getByText(text).filter({ hasText: text }).waitFor()
    await page.getByRole('log').getByText(answer).last().waitFor()
  }
  await page.locator('[data-part=words] [name=name]').fill('Anh Minh')
  await say('chốt D1 4', 'Đã giữ hàng cho bạn')
  await say('D1 bao nhiêu tiền vậy?', 'Đây chưa phải là đơn')
  const other = await come(session)
  await dau(other).getByLabel('Số lượng').fill('3')
  await tap(other, 'Cô Ba')
  await dau(other).getByText('Phần còn lại ở vị trí 1 trong danh sách chờ').waitFor()
  await other.locator('[data-chot=waiting]').getByText('vị trí 1').waitFor()
  await dau(page).getByRole('button', { name: 'Vào danh sách chờ' }).waitFor()
  await sound(page)
  await sound(other)
})

test('with the keyboard alone an order is placed', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await come(session)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? '')
  for (let step = 0; step < 9 && (await focused()) !== 'name'; step += 1) await page.keyboard.press('Tab')
  await page.keyboard.type('Chị Đào')
  await page.keyboard.press('Enter')
  await dau(page).getByText('Đã giữ hàng').waitFor()
  assert.equal((await orders(session)).length, 1)
})

test('what the host changes is seen: price, close, pin, a new offer, pause and end', async () => {
  const session = await server.live(shop, [DAU, CAM])
  const page = await come(session)
  const at = `/v1/sessions/${session}`
  await host('PATCH', `${at}/offers/D1`, { price: 80000 })
  await dau(page).getByText('80.000').waitFor()
  await host('PATCH', `${at}/offers/D1`, { open: false })
  await dau(page).getByText('Mã này đang tạm đóng').waitFor()
  assert.equal(await dau(page).getByRole('button', { name: 'Chốt đơn' }).isVisible(), false)
  await host('PATCH', `${at}/offers/C2`, { pinned: true })
  await page.locator('section.offer:first-child[data-code=C2]').waitFor()
  await host('POST', `${at}/offers`, { code: 'B3', name: 'Bưởi da xanh', price: 30000, unit: 'trái', stock: 7 })
  const fresh = page.getByRole('region', { name: 'Bưởi da xanh' })
  await fresh.getByLabel('Tên của bạn').fill('Chị Lan')
  await fresh.getByRole('button', { name: 'Chốt đơn' }).click()
  await fresh.getByText('Bạn trả tiền khi nhận hàng').waitFor()
  await host('POST', `${at}/state`, { state: 'paused' })
  await page.getByText('Tạm dừng nhận đơn').waitFor()
  assert.equal(await fresh.getByRole('button', { name: 'Chốt đơn' }).isVisible(), false)
  await sound(page)
  await host('POST', `${at}/state`, { state: 'ended' })
  await link(page, 'ended').waitFor()
  await sound(page)
})

test('a silent server is said to be silent, and what is tapped meanwhile lands once', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await come(session)
  await tap(page, 'Chị Lan')
  await dau(page).getByText('Đã giữ hàng').waitFor()
  server.signal('SIGSTOP')
  try {
    await link(page, 'offline').waitFor({ timeout: 8_000 })
    const age = page.locator('[data-chot=age]')
    assert.equal(await age.isVisible(), true)
    assert.ok(Number(await age.getAttribute('data-value')) >= 4)
    await page.getByText('Đơn đã chốt vẫn được giữ đến').waitFor()
    await dau(page).getByLabel('Số lượng').fill('2')
    await dau(page).getByRole('button', { name: 'Chốt đơn' }).click()
    await dau(page).getByText('Đang gửi… (sẽ tự gửi lại)').waitFor()
    await sound(page)
  } finally {
    server.signal('SIGCONT')
  }
  await link(page, 'live').waitFor({ timeout: 20_000 })
  await dau(page).getByText('Đã giữ hàng').waitFor()
  assert.deepEqual((await orders(session)).map((order) => order.lines[0].held), [3])
})

test('a server that was killed comes back and the waiting tap is one order', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await come(session)
  await dau(page).getByLabel('Tên của bạn').fill('Chị Lan')
  await dau(page).getByLabel('Số lượng').focus()
  await server.kill()
  await link(page, 'offline').waitFor()
  await dau(page).getByRole('button', { name: 'Chốt đơn' }).click()
  await dau(page).getByText('Đang gửi… (sẽ tự gửi lại)').waitFor()
  await server.start()
  await link(page, 'live').waitFor({ timeout: 30_000 })
  await dau(page).getByText('Đã giữ hàng').waitFor()
  const { offers } = await view(session)
  await left(page, offers[0].left).waitFor()
  assert.equal(offers[0].left, 4)
  const listed = await orders(session)
  assert.equal(listed.length, 1)
  await row(page, listed[0].order).waitFor()
  await sound(page, { logs: /ERR_|WebSocket/ })
})

test('where no socket comes about the plain form is sent, under the same key', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await open(browser, 'about:blank')
  await page.routeWebSocket(/\/live$/, (socket) => socket.close({ code: 1011 }))
  await page.goto(`${server.url}/v/${session}`)
  await tap(page, 'Chị Lan')
  await dau(page).getByText('Đang gửi').waitFor()
  await dau(page).getByRole('link', { name: 'Xem đơn' }).click({ timeout: 20_000 })
  await page.getByText('Đã giữ hàng cho bạn').waitFor()
  assert.equal((await orders(session)).length, 1)
})

test('an order from another platform comes here by a code that is typed there', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const comment = (id, text) => ({
    platform: 'tiktok', comment_id: id, buyer_id: 'u7', buyer_name: 'lan.hoa', text,
  })
  const post = (id, text) =>
    server.call('POST', `/v1/sessions/${session}/comments`, {
      token: shop.source_token, body: { comments: [comment(id, text)] },
    })
  await post('1', 'chốt D1 2')
  const page = await come(session)
  await page.getByRole('button', { name: 'Tôi đã đặt trên TikTok, Facebook' }).click()
  const code = await page.locator('[data-chot=code]').getByText(/^#\d{4}$/).innerText()
  await page.getByText(/09:5\d|10:00/).waitFor()
  await sound(page)
  await post('2', code)
  await page.getByText('Đã nối tài khoản').waitFor()
  const [order] = await orders(session)
  await row(page, order.order).getByText('Đã giữ hàng cho bạn').waitFor()
  await sound(page)
})

test('a browser that keeps nothing orders all the same', async () => {
  const session = await server.live(shop, [DAU], PREPAY)
  const page = await open(browser, 'about:blank')
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      const get = () => {
        throw new DOMException('denied', 'SecurityError')
      }
      Object.defineProperty(window, name, { get })
    }
  })
  await page.goto(`${server.url}/v/${session}`)
  await tap(page, 'Chị Lan')
  await dau(page).getByText('Đã giữ hàng').waitFor()
  await page.locator('[data-chot=orders] a').click()
  await page.getByRole('button', { name: 'Ai trước?' }).click()
  await page.getByText('Trang này đã tự kiểm: đúng. Máy này không giữ biên nhận').waitFor()
  assert.deepEqual(page.complaints, [])
})

test('a colour and a size are chosen, with the script and without it', async () => {
  const shirt = {
    code: 'A1', name: 'Áo', price: 150000, unit: 'piece', variants: [['đỏ', 'xanh'], ['S', 'M']],
    stock_by_variant: [{ variant: ['xanh', 'M'], stock: 3 }],
  }
  const session = await server.live(shop, [shirt])
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(browser, `${server.url}/v/${session}`, { javaScriptEnabled })
    const offer = page.getByRole('region', { name: 'Áo' })
    await offer.locator('[name=variant]').selectOption('xanh')
    await offer.locator('[name=variant2]').selectOption('M')
    await offer.getByLabel('Tên của bạn').fill(`Chị Hoa ${javaScriptEnabled}`)
    await offer.getByRole('button', { name: 'Chốt đơn' }).click()
    await page.getByText('Đã giữ hàng cho bạn').first().waitFor()
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  }
  const { orders } = await server.call('GET', `/v1/sessions/${session}/orders`, { token: shop.host_token })
  assert.deepEqual(orders.map((order) => order.lines[0].variant), [['xanh', 'M'], ['xanh', 'M']])
})
