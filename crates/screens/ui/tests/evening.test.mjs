// A host's evening against the real program: from a pasted list to a balanced end.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fits, launch, open } from './house/browser.mjs'
import { Server } from './house/server.mjs'

let server
let browser

before(async () => {
  server = await Server.open()
  server.signal('SIGTERM')
  await server.ended
  server.environment.CHOT_PUBLIC_URL = server.url
  await server.start()
  browser = await launch()
})

after(async () => {
  await browser?.close()
  await server?.close()
})

async function moveIn() {
  const page = await open(browser, await server.says('setup'))
  await page.getByLabel('Tên cửa hàng').fill('Bí Ba Bể')
  await page.getByLabel('Tên của bạn').fill('Chị Đào')
  await page.getByLabel('Mật khẩu').fill('bi-do-ngot-lam')
  await page.getByRole('button', { name: 'Mở cửa hàng' }).click()
  await page.getByRole('heading', { name: 'Phiên của shop' }).waitFor()
  return page
}

test('a pasted list becomes a live: comments counted once, an order by hand, more stock, a balanced end', async () => {
  const page = await moveIn()
  const button = (name, exact = true) => page.getByRole('button', { name, exact })
  const closed = () => page.locator('dialog').waitFor({ state: 'detached' })

  const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page.getByLabel('Gọi khách là').selectOption('cô bác')
  assert.equal((await saved).status(), 200)
  await button('Phiên mới').click()
  await page.getByLabel('Danh sách hàng').fill('Cam sành, 45, 20\nBí đỏ, 25.000, 5')
  await button('Đọc danh sách').click()
  await button(/^45\.000/, false).click()
  await page.getByText('Quy cách, giới hạn, tên gọi khác').first().click()
  await button('Thêm quy cách (thùng, sọt…)').click()
  await page.getByLabel('Quy cách', { exact: true }).fill('thùng')
  await page.getByLabel(/^Bằng mấy/).fill('10')
  assert.equal(await fits(page), true)
  await button('Tạo phiên').click()
  await button('Bắt đầu nhận đơn').click()
  await button(/^Ghim tiếp: Cam sành/, false).click()
  await page.locator('.pinned').getByText('Cam sành').waitFor()
  const code = await page.locator('.pinned .code').textContent()
  const left = page.locator(`[data-chot="left:${code}"]`)

  const paste = async (done) => {
    await button('Thêm').click()
    await button('Dán bình luận').click()
    await page.locator('#paste').fill(`Lan: chốt ${code} x2\nMinh: ${code} x1\nBà Tư: ${code} 1 thùng`)
    await button('Đọc 3 dòng').click()
    await page.getByText(done).waitFor()
    await button('Đóng').click()
    await closed()
  }
  await paste('3 dòng đã đọc, 0 dòng lặp lại (đã tính 1 lần)')
  await paste('3 dòng đã đọc, 3 dòng lặp lại (đã tính 1 lần)')
  await page.locator(`[data-chot="left:${code}"][data-value="7"]`).waitFor()
  await page.locator('.row').getByText('Lan', { exact: true }).waitFor()

  await button('Thêm').click()
  await button('Đơn nhập tay').click()
  await page.locator('#staff').fill(`bà sáu ${code.toLowerCase()} 3`)
  await button('Chốt').click()
  await page.getByText(/bà sáu: Đang giữ/).waitFor()
  await button('Đóng').click()
  await closed()
  await page.locator('footer').getByRole('button', { name: 'Nhập thêm' }).click()
  await button('+5').click()
  await button('Thêm 5').click()
  await closed()
  await page.locator(`[data-chot="left:${code}"][data-value="9"]`).waitFor()
  const session = new URL(page.url()).pathname.split('/').pop()
  const sale = await open(browser, `${server.url}/v/${session}`)
  await sale.locator('[data-chot=link][data-state=live]').waitFor()
  await sale.getByLabel('Tên của cô bác').first().fill('Cô Tám')
  await sale.getByRole('button', { name: 'Chốt đơn' }).first().click()
  await sale.getByText('Đã giữ hàng cho cô bác').first().waitFor()
  await sale.context().close()
  const told = await server.call('GET', `/v1/sessions/${session}`)
  assert.equal(Number(await left.textContent()), told.offers.find((offer) => offer.code === code).left)

  await button('Thêm').click()
  await button('Kết thúc phiên').click()
  await page.locator('.hold').focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.getByText('Số liệu khớp').waitFor()
  await page.getByText('Nhận 5 = đã thanh toán 0 + đã xác nhận COD 0 + hết hạn 0 + huỷ 0 + đang giữ 5').waitFor()
  assert.equal(await page.locator('[data-chot=link]').getAttribute('data-state'), 'ended')
  assert.equal(await fits(page), true)
  assert.deepEqual(page.complaints, [])
})

test('a silent server is said to be silent, with an age; a killed one is back with every figure', async (t) => {
  const server = await Server.open()
  t.after(() => server.close())
  const page = await open(browser, `${server.url}/sign-in`)
  await server.signIn(page)
  const call = (method, path, body) =>
    page.evaluate(async ({ method, path, body }) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': path + method }
      const answer = await fetch(path, { method, headers, body: JSON.stringify(body) })
      return answer.json()
    }, { method, path, body })
  const offers = [{ code: 'D1', name: 'cà chua', price: 45000, unit: 'kg', step: 0.5, stock: 120 }]
  const { session } = await call('POST', '/v1/sessions', { title: 'Phiên tối nay', offers })
  await call('POST', `/v1/sessions/${session}/state`, { state: 'live' })
  await page.goto(`${server.url}/host/${session}`)
  const link = (state) => page.locator(`[data-chot=link][data-state=${state}]`).waitFor()
  await page.locator('[data-chot="left:D1"][data-value="120"]').waitFor({ state: 'attached' })
  await link('live')

  server.signal('SIGSTOP')
  await link('offline')
  await page.locator('[data-chot=age]').getByText(/giây trước/).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Ghim tiếp/ }).isDisabled(), true)
  server.signal('SIGCONT')
  await link('live')

  await call('PATCH', `/v1/sessions/${session}/offers/D1`, { restock: 30 })
  await page.locator('[data-chot="left:D1"][data-value="150"]').waitFor({ state: 'attached' })
  await server.kill()
  await link('offline')
  await server.start()
  await link('live')
  const told = await server.call('GET', `/v1/sessions/${session}`)
  const left = await page.locator('[data-chot="left:D1"]').getAttribute('data-value')
  assert.equal(Number(left), told.offers[0].left)
  const lost = /ERR_CONNECTION|WebSocket connection/
  assert.deepEqual(page.complaints.filter((text) => !lost.test(text)), [])
})
